"""Many numbers to few: sums and means along axes."""

import numpy as np

from dlcourse.function import Function


class Reduction(Function):
    """What all reductions share: the axes they reduce, and the way back to the input's shape."""

    structure = "reduction"

    def reduced(self, x, dim, keepdim):
        """Remember the axes as non-negative numbers; ``dim=None`` means all of them."""
        dims = range(x.ndim) if dim is None else (dim,) if isinstance(dim, int) else dim
        self.axes = tuple(d + x.ndim if d < 0 else d for d in dims)
        if any(not 0 <= axis < x.ndim for axis in self.axes):
            raise ValueError(
                f"{self.name}: dim={dim} is not an axis of shape {x.shape}, which has "
                f"{x.ndim} axes counted from 0."
            )
        return {"axis": self.axes, "keepdims": keepdim}

    def spread(self, grad):
        """The gradient of each sum, copied to every number that went into it."""
        (x,) = self.arrays
        kept = [1 if axis in self.axes else length for axis, length in enumerate(x.shape)]
        return np.broadcast_to(grad.reshape(kept), x.shape)


class Sum(Reduction):
    """The sum along the axes ``dim`` (all by default); with ``keepdim`` they stay as length 1."""

    formula = r"z = \sum_i x_i"
    gradients = (r"\bar{x}_i = \bar{z}",)

    def forward(self, x, *, dim=None, keepdim=False):
        return x.sum(**self.reduced(x, dim, keepdim))

    def backward(self, grad):
        return self.spread(grad)


class Mean(Reduction):
    """The mean along the axes ``dim`` (all by default); with ``keepdim`` they stay as length 1."""

    formula = r"z = \frac{1}{n} \sum_i x_i"
    gradients = (r"\bar{x}_i = \frac{1}{n} \bar{z}",)

    def forward(self, x, *, dim=None, keepdim=False):
        return x.mean(**self.reduced(x, dim, keepdim))

    def backward(self, grad):
        (x,) = self.arrays
        return self.spread(grad / (x.size / max(grad.size, 1)))
