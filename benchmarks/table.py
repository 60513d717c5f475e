"""The engine against PyTorch and other libraries: a row for each workload, in both float types."""

import math
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import NamedTuple

import dlcourse
import dlcourse.functional
from benchmarks import workloads
from benchmarks.measure import medians, peak_memory
from benchmarks.workloads import Library

PEERS = "mygrad", "autograd", "micrograd"


class Row(NamedTuple):
    """A workload, and at most how many times PyTorch's time it should take in each float type."""

    title: str
    build: Callable
    float32: float
    float64: float | None = None


ROWS = {
    "mlp": Row("MLP 784-256-128-10, batch 128", workloads.mlp, 1.1, 1.2),
    "tinymlp": Row("MLP 2-16-16-1, batch 32", workloads.tinymlp, 0.4),
    "lenet": Row("LeNet, 64×1×28×28", workloads.lenet, 1.4, 1.2),
    "conv": Row("convolution 16→32, 3×3, 64×16×14×14", workloads.conv, 2.0, 1.2),
    "maxpool2": Row("max-pooling 2×2, 64×16×28×28", workloads.maxpool2, 0.4),
    "maxpool3": Row("max-pooling 3×3, stride 2", workloads.maxpool3, 0.8),
    "lstm": Row("LSTM 32→64, 50 steps, batch 32", workloads.recurrent("LSTM"), 1.5, 1.2),
    "rnn": Row("RNN, same shape", workloads.recurrent("RNN"), 0.35),
    "gru": Row("GRU, same shape", workloads.recurrent("GRU"), 0.65),
    "mha": Row("self-attention 16×64×64, 4 heads", workloads.mha, 0.8),
    "embedding": Row("embedding 5000×64, 32×50 words", workloads.embedding, 1.4),
    "batchnorm": Row("batch norm 64×32×14×14", workloads.batchnorm, 1.1),
    "layernorm": Row("layer norm 32×64×64", workloads.layernorm, 2.3),
    "entropy10": Row("cross-entropy 128×10", workloads.cross_entropy(128, 10), 0.6),
    "entropy1000": Row("cross-entropy 1600×1000", workloads.cross_entropy(1600, 1000), 0.9),
    "adam": Row("Adam, 235,000 parameters", workloads.adam, 0.8),
    "chain2x2": Row("1,000 operations on 2×2", workloads.chain(2, 2), 0.65),
    "chain": Row("1,000 operations on scalars", workloads.chain(), 0.45),
}


def lines(names: list[str]) -> Iterator[str]:
    """The table, for all rows or those named."""
    others = peers()
    yield "Forward, backward, update: ms of the processor, one thread, medians of runs in turn."
    for dtype in ("float32", "float64"):
        yield ""
        yield (
            f"{dtype:<37}{'ours':>9}{'torch':>9}{'ratio':>7}{'target':>8}"
            f"{'best peer':>21}{'ratio':>7}{'peak MB':>9}"
        )
        ratios = []
        for name in names or ROWS:
            row = ROWS[name]
            steps = {peer: build(dtype) for peer, build in others.get(name, {}).items()}
            libraries = {"ours": ours(), "torch": pytorch()}
            steps |= {key: row.build(library, dtype) for key, library in libraries.items()}
            measured = medians(steps)
            ratios.append(measured["ours"] / measured["torch"])
            yield line(row.title, measured, getattr(row, dtype), peak_memory(steps["ours"]))
        mean = math.exp(sum(map(math.log, ratios)) / len(ratios))
        yield f"{'geometric mean':<55}{mean:7.2f}{0.85:8.2f}"


def line(title, measured, target, memory):
    """One row of the table."""
    measured = dict(measured)
    mine, torch = measured.pop("ours"), measured.pop("torch")
    start = f"{title:<37}{mine:9.3f}{torch:9.3f}{mine / torch:7.2f}"
    aim = f"{'–' if target is None else format(target, '.2f'):>8}"
    peer = min(measured, key=measured.get, default=None)
    best = f"{measured[peer]:10.3f} {peer:<10}{mine / measured[peer]:7.2f}" if peer else " " * 28
    return f"{start}{aim}{best}{memory:9.1f}"


def ours() -> Library:
    return Library(dlcourse.nn, dlcourse.optim, dlcourse.functional, dlcourse.Tensor)


def pytorch() -> Library:
    import torch

    torch.set_num_threads(1)
    return Library(torch.nn, torch.optim, torch.nn.functional, torch.tensor)


def peers() -> dict[str, dict[str, Callable]]:
    """For each row the peers that are installed and can do it, with what builds their step."""
    found = {}
    for peer in PEERS:
        try:
            import_module(peer)
        except ModuleNotFoundError:
            continue
        for row, build in import_module(f"benchmarks.with_{peer}").WORKLOADS.items():
            found.setdefault(row, {})[peer] = build
    return found
