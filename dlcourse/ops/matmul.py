"""The matrix product."""

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
        return x @ y

    def backward(self, grad):
        x, y = self.arrays
        x_wanted, y_wanted = self.needs_grad
        return (
            grad @ np.swapaxes(y, -1, -2) if x_wanted else None,
            np.swapaxes(x, -1, -2) @ grad if y_wanted else None,
        )
