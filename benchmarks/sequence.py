"""Recurrent layers and attention against PyTorch: forward and all gradients, in float32."""

from collections.abc import Iterator

import numpy as np

from benchmarks.engine import line, medians
from dlcourse import Tensor, nn


def layer_step(nn, tensor, layer, arguments, shape, is_attention):
    """A function that runs a layer forward and back, with the gradient of its input too."""
    rng = np.random.default_rng(0)
    x = tensor(rng.normal(size=shape).astype(np.float32), requires_grad=True)
    model = getattr(nn, layer)(*arguments).float()
    upstream = None

    def step():
        nonlocal upstream
        model.zero_grad()
        x.grad = None
        output = model(x, x, x, need_weights=False)[0] if is_attention else model(x)[0]
        if upstream is None:
            upstream = tensor(np.ones(output.shape, np.float32))
        output.backward(upstream)

    return step


def rows() -> Iterator[str]:
    try:
        import torch
    except ModuleNotFoundError:
        yield "Sequences are compared with PyTorch, which is not installed here."
        return
    torch.set_num_threads(1)
    steps = (50, 32, 32)
    workloads = {
        "lstm 32 to 64, T 50, batch 32": (1.5, ("LSTM", (32, 64), steps, False)),
        "rnn, same shape": (0.35, ("RNN", (32, 64), steps, False)),
        "gru, same shape": (0.65, ("GRU", (32, 64), steps, False)),
        "self-attention 16×64×64, 4 heads": (
            0.8,
            ("MultiheadAttention", (64, 4), (64, 16, 64), True),
        ),
    }
    for name, (target, arguments) in workloads.items():
        made = {
            "ours": layer_step(nn, Tensor, *arguments),
            "torch": layer_step(torch.nn, torch.tensor, *arguments),
        }
        medians(made)  # what is loaded and reserved once
        yield line(name, medians(made), target)
