"""Embedding: a row of a learnt table for each word."""

import numpy as np

from dlcourse.function import Function


class Embedding(Function):
    """z = weight[input]: the row of the table that each number names.

    Shapes: input, whole numbers, any shape (...); weight (V, D) → (..., D). The row
    ``padding_idx`` gets no gradient. Raises TypeError if the input is not of integers, IndexError
    for a row that does not exist, ValueError for other shapes.

    >>> from dlcourse import functional as F
    >>> F.embedding([2, 0, 2], [[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]])
    Tensor([[4., 5.],
            [0., 1.],
            [4., 5.]])
    """

    formula = r"z_n = w_{x_n}"
    gradients = (None, r"\bar{w}_v = \sum_{n:\, x_n = v} \bar{z}_n")
    structure = "rearrangement"

    def forward(self, input, weight, *, padding_idx=None):
        self.check(input, weight, padding_idx)
        self.padding_idx = padding_idx
        return weight.take(input, axis=0)

    def backward(self, grad):
        input, weight = self.arrays
        length = weight.shape[1]
        places = input.reshape(-1, 1) * length + np.arange(length)
        total = np.zeros(weight.size, weight.dtype)
        np.add.at(total, places.reshape(-1), grad.reshape(-1))
        total = total.reshape(weight.shape)
        if self.padding_idx is not None:
            total[self.padding_idx] = 0
        return None, total

    def check(self, input, weight, padding_idx):
        if weight.ndim != 2:
            raise ValueError(
                f"embedding: the table has shape {weight.shape}; wanted is (V, D), a row of D "
                "numbers for each of V words."
            )
        if input.dtype.kind not in "iu":
            raise TypeError(
                f"embedding: the input names rows of the table, so integers, not {input.dtype}. "
                "Convert with .astype(int)."
            )
        rows = len(weight)
        wrong = input[(input < 0) | (input >= rows)]
        if wrong.size:
            raise IndexError(
                f"embedding: there is no row {wrong[0]} in a table of {rows}, numbered 0 to "
                f"{rows - 1}. A vocabulary that is larger than the table is the usual cause."
            )
        if padding_idx is not None and not -rows <= padding_idx < rows:
            raise IndexError(f"embedding: padding_idx={padding_idx} is no row of {rows}.")
