"""The same numbers in another arrangement."""

import numpy as np

from dlcourse.function import Function


class Transpose(Function):
    """Swap two axes: z[..., j, ..., i, ...] = x[..., i, ..., j, ...]."""

    formula = r"Z = X^\top"
    gradients = (r"\bar{X} = \bar{Z}^\top",)
    structure = "rearrangement"

    def forward(self, x, *, dim0, dim1):
        self.dims = dim0, dim1
        return np.swapaxes(x, dim0, dim1)

    def backward(self, grad):
        return np.swapaxes(grad, *self.dims)


class To(Function):
    """The same numbers in another float type; the gradient comes back in the first one."""

    title = "conversion"
    formula = r"z = x"
    gradients = (r"\bar{x} = \bar{z}",)
    structure = "rearrangement"

    def forward(self, x, *, dtype):
        return x.astype(dtype)

    def backward(self, grad):
        (x,) = self.arrays
        return grad.astype(x.dtype)


class Index(Function):
    """z = x[index]: numbers chosen by position, slice, integer array or mask."""

    name = "getitem"
    title = "choice by index"
    formula = r"z_i = x_{k(i)}"
    gradients = (r"\bar{x}_k = \sum_{i:\, k(i) = k} \bar{z}_i",)
    structure = "rearrangement"

    def forward(self, x, *, index):
        self.index = index
        try:
            return x[index].copy()
        except IndexError as error:
            raise IndexError(f"x[{index!r}] on shape {x.shape}: {error}.") from None

    def backward(self, grad):
        (x,) = self.arrays
        total = np.zeros_like(x)
        np.add.at(total, self.index, grad)
        return total
