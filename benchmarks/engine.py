"""The engine against PyTorch: forward, backward and update, in turn, medians."""

import time
from collections.abc import Callable, Iterator
from itertools import pairwise

import numpy as np

from dlcourse import Tensor, nn, optim
from dlcourse import functional as F

ROUNDS = 15


def medians(functions: dict[str, Callable[[], None]]) -> dict[str, float]:
    """Milliseconds of each function, run in turn so that a busy machine treats all alike."""
    seconds = {name: [] for name in functions}
    for _ in range(ROUNDS):
        for name, function in functions.items():
            start = time.perf_counter()
            function()
            seconds[name].append(time.perf_counter() - start)
    return {name: 1e3 * float(np.median(values)) for name, values in seconds.items()}


def training_step(nn, optim, F, tensor, sizes, examples):
    """A function that does one step of training of a ReLU network in float32."""
    rng = np.random.default_rng(0)
    inputs = tensor(rng.normal(size=(examples, sizes[0])).astype(np.float32))
    targets = tensor(rng.integers(0, sizes[-1], examples))
    layers = [nn.Linear(a, b) for a, b in pairwise(sizes)]
    bends = [nn.ReLU() for _ in layers[1:]]
    ordered = [m for pair in zip(layers, [*bends, None], strict=True) for m in pair if m]
    model = nn.Sequential(*ordered).float()
    optimiser = optim.SGD(model.parameters(), lr=0.01)

    def step():
        optimiser.zero_grad()
        F.cross_entropy(model(inputs), targets).backward()
        optimiser.step()

    return step


def chain(x):
    """A function that walks a chain of 1,000 scalar operations forward and back."""

    def walk():
        result = x
        for _ in range(500):
            result = result * x + x
        result.backward()

    return walk


def rows() -> Iterator[str]:
    try:
        import torch
    except ModuleNotFoundError:
        yield "The engine is compared with PyTorch, which is not installed here."
        return
    torch.set_num_threads(1)
    theirs = (torch.nn, torch.optim, torch.nn.functional, torch.tensor)
    ours = (nn, optim, F, Tensor)
    pairs = {
        "mlp 784-256-128-10, batch 128": (1.1, ((784, 256, 128, 10), 128)),
        "small mlp 2-16-16-2, batch 32": (0.4, ((2, 16, 16, 2), 32)),
    }
    yield f"{'workload':<34}{'ms':>9}{'torch ms':>10}{'ratio':>8}{'target':>8}"
    for name, (target, arguments) in pairs.items():
        made = {
            "ours": training_step(*ours, *arguments),
            "torch": training_step(*theirs, *arguments),
        }
        yield line(name, medians(made), target)
    one, other = Tensor(1.0, requires_grad=True), torch.tensor(1.0, requires_grad=True)
    made = {"ours": chain(one), "torch": chain(other)}
    yield line("chain of 1,000 scalar operations", medians(made), 0.45)


def line(name, measured, target):
    ratio = measured["ours"] / measured["torch"]
    return f"{name:<34}{measured['ours']:9.3f}{measured['torch']:10.3f}{ratio:8.2f}{target:8.2f}"
