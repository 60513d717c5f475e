"""Gradients for other purposes than a step: returned, example by example, and how they change."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from dlcourse.tensor import Tensor

if TYPE_CHECKING:
    from dlcourse.nn import Module


def grad(
    output: Tensor, inputs: Sequence[Tensor], grad_output: np.ndarray | None = None
) -> list[np.ndarray]:
    """∂output/∂input for each input, which must be leaves; every ``grad`` is as before afterwards.

    ``grad_output``: where the chain rule starts, as in ``backward()``. An input that the output
    does not depend on gets zeros. Raises what ``backward()`` raises.

    >>> x = Tensor([1.0, 2.0], requires_grad=True)
    >>> grad((x * x).sum(), [x])
    [array([2., 4.])]
    """
    before = [tensor.grad for tensor in inputs]
    for tensor in inputs:
        tensor.grad = None
    try:
        output.backward(grad_output)
        return [np.zeros_like(x.data) if x.grad is None else x.grad.data for x in inputs]
    finally:
        for tensor, kept in zip(inputs, before, strict=True):
            tensor.grad = kept


def per_example_gradients(
    model: "Module",
    loss: Callable[[Tensor, np.ndarray], Tensor],
    inputs: np.ndarray,
    targets: np.ndarray,
) -> dict[str, np.ndarray]:
    """The gradient of each example's own loss, by the parameter's name: (N, *its shape).

    Their mean is the gradient of the mean loss. Each example goes through the model alone, so a
    layer that mixes examples, such as batch normalisation while training, needs ``model.eval()``.
    Raises what ``backward()`` raises.

    >>> from dlcourse import functional as F, nn
    >>> model, X = nn.Linear(1, 1, bias=False), np.array([[1.0], [2.0]])
    >>> model.weight.data = [[3.0]]
    >>> per_example_gradients(model, F.mse_loss, X, np.zeros((2, 1)))["weight"].ravel()
    array([ 6., 24.])
    """
    inputs, targets = Tensor(inputs).data, Tensor(targets).data
    named = dict(model.named_parameters())
    found = {name: np.empty((len(inputs), *p.shape), p.dtype) for name, p in named.items()}
    for number in range(len(inputs)):
        one = slice(number, number + 1)
        gradients = grad(loss(model(Tensor(inputs[one])), targets[one]), list(named.values()))
        for array, gradient in zip(found.values(), gradients, strict=True):
            array[number] = gradient
    return found


def hvp(
    function: Callable[..., Tensor],
    inputs: Sequence[Tensor],
    v: Sequence[np.ndarray],
    eps: float = 1e-5,
) -> list[np.ndarray]:
    """H v: how the gradients of ``function(*inputs)``, one number, change along ``v``.

    H is the matrix of second derivatives; ``v`` has an array for each input. The engine's backward
    passes record no graph, so that gradients cannot be differentiated: this is the central
    difference (g(w + h v) − g(w − h v)) / 2h with a step of the length ``eps``, correct to about
    eight digits where the gradient is smooth. The inputs are as before afterwards.

    Raises TypeError for inputs in float32, whose rounding would drown the difference, ValueError
    for shapes in ``v`` that are not those of the inputs.

    >>> x = Tensor([1.0, 2.0], requires_grad=True)
    >>> hvp(lambda x: (x * x * x).sum(), [x], [np.array([1.0, 1.0])])[0].round(6)
    array([ 6., 12.])
    """
    if any(tensor.dtype != np.float64 for tensor in inputs):
        raise TypeError("hvp needs float64: write .double(); float32 rounds too coarsely.")
    shapes = [np.shape(direction) for direction in v]
    if shapes != [tensor.shape for tensor in inputs]:
        raise ValueError(
            f"hvp: v has the shapes {shapes}, the inputs {[tensor.shape for tensor in inputs]}."
        )
    length = np.sqrt(sum(np.vdot(direction, direction) for direction in v))
    if not length:
        return [np.zeros(shape) for shape in shapes]
    before = [tensor.data for tensor in inputs]

    def gradients(step):
        for tensor, start, direction in zip(inputs, before, v, strict=True):
            tensor.data = start + step * direction
        return grad(function(*inputs), inputs)

    step = eps / length
    try:
        above, below = gradients(step), gradients(-step)
    finally:
        for tensor, start in zip(inputs, before, strict=True):
            tensor.data = start
    return [(a - b) / (2 * step) for a, b in zip(above, below, strict=True)]
