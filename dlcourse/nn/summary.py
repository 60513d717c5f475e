"""What a network consists of: a line a module with its output, its parameters and its work."""

import math
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass

import numpy as np

from dlcourse.function import Function
from dlcourse.graph import topological_order
from dlcourse.nn.module import Module
from dlcourse.tensor import Tensor


@dataclass(frozen=True)
class Line:
    """One module, with all that is in it."""

    name: str
    kind: str
    output: str
    """The shape of what it returned last; "" if it was not called."""
    parameters: int
    multiply_adds: int


@dataclass(frozen=True)
class Summary:
    """A line for each module, the network itself first. Prints as a table."""

    lines: tuple[Line, ...]

    def __repr__(self):
        table = [("module", "output", "parameters", "multiply-adds")]
        for line in self.lines:
            indent = "  " * (line.name.count(".") + 1 if line.name else 0)
            own = f"{line.name.rpartition('.')[2]}: " if line.name else ""
            counts = (f"{line.parameters:,}", f"{line.multiply_adds:,}")
            table.append((f"{indent}{own}{line.kind}", line.output, *counts))
        a, b, c, d = (max(map(len, column)) for column in zip(*table, strict=True))
        return "\n".join(
            f"{module:<{a}}  {output:<{b}}  {count:>{c}}  {work:>{d}}"
            for module, output, count, work in table
        )


def summary(model: Module, *inputs) -> Summary:
    """Run the model once and tell, for each module, its output's shape, parameters and work.

    Work is counted in multiplications, each with an addition, of matrix products, convolutions and
    recurrent layers, as the graph recorded them: for the whole batch, forward. Backward takes
    about twice as much. A module counts with all that is in it. The model evaluates meanwhile
    (``eval()``) and is as before afterwards.

    >>> from dlcourse import nn
    >>> summary(nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 1)), np.ones((10, 2)))
    module       output   parameters  multiply-adds
    Sequential   (10, 1)          33            240
      0: Linear  (10, 8)          24            160
      1: ReLU    (10, 8)           0              0
      2: Linear  (10, 1)           9             80
    """
    shapes = {}

    def note(module, inputs, output):
        shapes[module] = _shapes(output)

    modules = list(model.named_modules())
    before = [(module, module.training) for _, module in modules]
    with ExitStack() as stack:
        for module, mode in before:
            stack.callback(setattr, module, "training", mode)
            stack.enter_context(module.register_forward_hook(note))
        output = model.eval()(*[_recorded(x) for x in inputs])
    work = _work_of_modules(output)
    return Summary(
        tuple(
            Line(
                name,
                type(module).__name__,
                shapes.get(module, ""),
                sum(parameter.numel() for parameter in module.parameters()),
                work[module],
            )
            for name, module in modules
        )
    )


def multiply_adds(node: Function, output: np.ndarray) -> int:
    """How many multiplications, each with an addition, a recorded operation took.

    Each number of the result is a sum over the row of a matrix, or over a kernel; transposed
    convolutions use each kernel once for each number of the input; recurrent layers use their
    weights once for each step of each sequence.
    """
    arrays = node.arrays
    if node.name == "matmul":
        return output.size * arrays[0].shape[-1]
    if node.name in ("conv1d", "conv2d"):
        return output.size * math.prod(arrays[1].shape[1:])
    if node.name in ("conv_transpose1d", "conv_transpose2d"):
        return arrays[0].size * math.prod(arrays[1].shape[1:])
    if node.name in ("rnn", "lstm", "gru"):
        steps, sequences, _ = arrays[0].shape
        named = zip(node.input_names, arrays, strict=False)
        return steps * sequences * sum(a.size for name, a in named if name.startswith("weight"))
    return 0


def _recorded(data):
    """The input as a tensor that the graph begins with, also where no parameter learns."""
    tensor = Tensor(data)
    return Tensor(tensor, requires_grad=tensor.dtype.kind == "f")


def _work_of_modules(output):
    """The multiply-adds of each module that the graph of the output was recorded in."""
    results = {t.grad_fn: t._data for t in _tensors(output) if t.grad_fn is not None}
    nodes = list(dict.fromkeys(node for root in results for node in topological_order(root)))
    for node in nodes:
        results |= {t.grad_fn: t._data for t in node.inputs if t.grad_fn is not None}
    work = Counter()
    for node in nodes:
        for module in {call.module for call in node.calls}:
            work[module] += multiply_adds(node, results[node])
    return work


def _tensors(output):
    if isinstance(output, Tensor):
        return [output]
    if isinstance(output, tuple | list):
        return [tensor for part in output for tensor in _tensors(part)]
    return []


def _shapes(output):
    return ", ".join(str(tensor.shape) for tensor in _tensors(output))
