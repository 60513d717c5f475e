"""The computation graph: what is recorded, in which order it is walked, how gradients add up.

The graph consists of operations (``function.Function``), each of which holds the tensors that went
in; each tensor holds the operation that made it (``grad_fn``). No operation holds its own result,
so that the graph has no reference cycle and goes away with its last tensor.
"""

import threading
from collections.abc import Iterator
from contextlib import ContextDecorator
from operator import attrgetter
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from dlcourse.function import Function


class _Recording(threading.local):
    """What this thread records at the moment."""

    enabled = True
    calls: tuple = ()  # the module calls under way, outermost first


class _Changes:
    """How many arrays of tensors were changed in place so far, in all threads."""

    count = 0


recording = _Recording()
changes = _Changes()


class no_grad(ContextDecorator):
    """Within ``with no_grad():``, or in a function decorated with it, no graph is recorded.

    >>> from dlcourse import Tensor, no_grad
    >>> w = Tensor([1.0], requires_grad=True)
    >>> with no_grad():
    ...     print(w * 2)
    Tensor([2.])
    """

    def __enter__(self):
        self._before = recording.enabled
        recording.enabled = False

    def __exit__(self, *exception):
        recording.enabled = self._before


def topological_order(root: "Function") -> list["Function"]:
    """All operations that led to ``root``, in the order in which they ran.

    So each comes after those that made its inputs.
    """
    seen, found = {root}, [root]
    for node in found:  # which grows meanwhile
        for tensor in node.inputs:
            parent = tensor.grad_fn
            if parent is not None and parent not in seen:
                seen.add(parent)
                found.append(parent)
    found.sort(key=attrgetter("number"))
    return found


def backpropagate(
    operations: list["Function"], arrived: dict
) -> Iterator[tuple["Function", np.ndarray, list[np.ndarray | None]]]:
    """Walk backward: yield (operation, gradient of its result, contribution to each input).

    ``operations`` are in topological order. ``arrived`` holds the gradient of the last one's
    result; on the way it has the sum of what came in so far at each operation, and in the end that
    at each leaf. An operation comes after all that used its result, so its sum is complete. Changes
    nothing else.
    """
    for node in reversed(operations):
        upstream = arrived.pop(node, None)
        if upstream is None:
            continue
        contributions = node.contributions(upstream)
        for position, tensor in enumerate(node.inputs):
            contribution = contributions[position]
            if contribution is not None:
                source = tensor.grad_fn or tensor
                if source in arrived:
                    contribution = arrived[source] + contribution
                arrived[source] = contribution
        yield node, upstream, contributions


def unbroadcast(grad: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Add up the gradients of the copies that broadcasting made of an array of this shape.

    Forward, broadcasting copies; each copy is a path to the loss, and paths add. Raises ValueError
    where ``grad`` has not the shape of such a broadcast.
    """
    if grad.shape == shape:
        return grad
    new = grad.ndim - len(shape)
    if new > 0 and grad.shape[new:] == shape:
        return grad.sum(axis=tuple(range(new)))
    kept = grad.shape[max(new, 0) :]
    if new < 0 or any(
        length not in (1, copies) for length, copies in zip(shape, kept, strict=True)
    ):
        raise ValueError(f"a gradient of shape {grad.shape} is no broadcast of shape {shape}")
    copied = tuple(new + axis for axis, length in enumerate(shape) if length != kept[axis])
    return grad.sum(axis=(*range(new), *copied)).reshape(shape)
