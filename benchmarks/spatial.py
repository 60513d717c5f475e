"""Convolution, pooling, normalisation and embedding against PyTorch: forward and backward."""

from collections.abc import Iterator

import numpy as np

from benchmarks.engine import line, medians
from dlcourse import Tensor, nn, optim
from dlcourse import functional as F

IMAGES = (64, 16, 28, 28)
WORKLOADS = {
    "conv 16-32, 3x3, 64x16x14x14": (2.0, "Conv2d", (16, 32, 3, 1, 1), (64, 16, 14, 14)),
    "max-pool 2x2, 64x16x28x28": (0.4, "MaxPool2d", (2,), IMAGES),
    "max-pool 3x3 stride 2": (0.8, "MaxPool2d", (3, 2), IMAGES),
    "batch norm, 64x32x14x14": (1.1, "BatchNorm2d", (32,), (64, 32, 14, 14)),
    "layer norm, 32x64x64": (2.3, "LayerNorm", (64,), (32, 64, 64)),
    "embedding 5000x64, 32x50": (1.4, "Embedding", (5000, 64), None),
}
"""Name: the target, the layer with its arguments, the shape of its input."""


def layer_pass(nn, tensor, name, arguments, shape):
    """A function that goes through one layer forward and back, with the input's gradient."""
    rng = np.random.default_rng(0)
    layer = getattr(nn, name)(*arguments).float()
    if shape is None:
        x = tensor(rng.integers(0, arguments[0], (32, 50)))
    else:
        x = tensor(rng.normal(size=shape).astype(np.float32), requires_grad=True)
    upstream = tensor(rng.normal(size=layer(x).shape).astype(np.float32))

    def walk():
        x.grad = None
        for parameter in layer.parameters():
            parameter.grad = None
        layer(x).backward(upstream)

    return walk


def lenet_step(nn, optim, F, tensor):
    """A function that does one step of training of a small convolutional network."""
    rng = np.random.default_rng(0)
    inputs = tensor(rng.normal(size=(64, 1, 28, 28)).astype(np.float32))
    targets = tensor(rng.integers(0, 10, 64))
    model = nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(32 * 7 * 7, 10),
    ).float()  # fmt: skip
    optimiser = optim.SGD(model.parameters(), lr=0.01)

    def step():
        optimiser.zero_grad()
        F.cross_entropy(model(inputs), targets).backward()
        optimiser.step()

    return step


def rows() -> Iterator[str]:
    try:
        import torch
    except ModuleNotFoundError:
        return
    torch.set_num_threads(1)
    functional = torch.nn.functional
    made = {
        "ours": lenet_step(nn, optim, F, Tensor),
        "torch": lenet_step(torch.nn, torch.optim, functional, torch.tensor),
    }
    yield line("LeNet, batch 64", medians(made), 1.4)
    for name, (target, *workload) in WORKLOADS.items():
        made = {
            "ours": layer_pass(nn, Tensor, *workload),
            "torch": layer_pass(torch.nn, torch.tensor, *workload),
        }
        yield line(name, medians(made), target)
