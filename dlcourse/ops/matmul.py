"""The matrix product."""

import math

import numpy as np

from dlcourse.function import Function


class MatMul(Function):
    """Z = X Y: rows of X times columns of Y.

    Shapes: (..., n, k) @ (..., k, m) → (..., n, m); leading axes broadcast. Raises ValueError if
    the inner lengths differ or an input has fewer than two axes.

    >>> from dlcourse import Tensor
    >>> Tensor([[1.0, 2.0]]) @ Tensor([[3.0], [4.0]])
    Tensor([[11.]])
    """

    title = "matrix product"
    symbol = "@"
    formula = r"Z = X\,Y"
    gradients = (r"\bar{X} = \bar{Z}\,Y^\top", r"\bar{Y} = X^\top \bar{Z}")
    notation = "{x} × {y}"
    structure = "contraction"

    def forward(self, x, y):
        if x.ndim < 2 or y.ndim < 2 or x.shape[-1] != y.shape[-2]:
            raise ValueError(
                f"matmul: {x.shape} @ {y.shape} does not fit. Two matrices (n, k) @ (k, m) are "
                "wanted, with the same k. nn.Linear keeps its weight as (out, in): X @ W.T. "
                "A vector needs an axis: x[None, :]."
            )
        if x.ndim > 2 == y.ndim:  # one product of matrices is faster than many
            return (rows(x) @ y).reshape(*x.shape[:-1], y.shape[1])
        return x @ y

    def backward(self, grad):
        x, y = self.arrays
        x_wanted, y_wanted = self.needs_grad
        if x.ndim > 2 == y.ndim:
            x, grad = rows(x), rows(grad)
        to_x = (grad @ y.mT).reshape(self.arrays[0].shape) if x_wanted else None
        return to_x, x.mT @ grad if y_wanted else None


def rows(array: np.ndarray) -> np.ndarray:
    """(..., n, k) as the rows of one matrix."""
    return array.reshape(math.prod(array.shape[:-1]), array.shape[-1])
