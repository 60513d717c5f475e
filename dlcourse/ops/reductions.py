"""Many numbers to few: sums, means and extremes along axes."""

import math

import numpy as np

from dlcourse.function import Function
from dlcourse.ops.axes import axes_of, axis_of


class Reduction(Function):
    """What all reductions share: the axes they reduce, and the way back to the input's shape."""

    structure = "reduction"

    def reduced(self, x, dim, keepdim):
        """Remember the axes as non-negative numbers; ``dim=None`` means all of them."""
        self.axes = axes_of(self.name, dim, x.ndim)
        return {"axis": self.axes, "keepdims": keepdim}

    def kept(self, array):
        """A result, or its gradient, with the reduced axes as length 1: it broadcasts to x."""
        (x,) = self.arrays
        return array.reshape([1 if i in self.axes else n for i, n in enumerate(x.shape)])

    def spread(self, grad):
        """The gradient of each sum, copied to every number that went into it."""
        (x,) = self.arrays
        return np.broadcast_to(self.kept(grad), x.shape)

    def count(self):
        """How many numbers go into each result."""
        (x,) = self.arrays
        return math.prod(x.shape[axis] for axis in self.axes)


class Sum(Reduction):
    """The sum along the axes ``dim`` (all by default); with ``keepdim`` they stay as length 1.

    Raises ValueError for an axis that does not exist.

    >>> from dlcourse import Tensor
    >>> Tensor([[1.0, 2.0], [3.0, 4.0]]).sum(dim=0)
    Tensor([4., 6.])
    """

    formula = r"z = \sum_i x_i"
    gradients = (r"\bar{x}_i = \bar{z}",)

    def forward(self, x, *, dim=None, keepdim=False):
        return x.sum(**self.reduced(x, dim, keepdim))

    def backward(self, grad):
        return self.spread(grad)


class Mean(Reduction):
    """The mean along the axes ``dim`` (all by default); with ``keepdim`` they stay as length 1.

    Raises ValueError for an axis that does not exist.

    >>> from dlcourse import Tensor
    >>> Tensor([[1.0, 2.0], [3.0, 4.0]]).mean(dim=1, keepdim=True)
    Tensor([[1.5],
            [3.5]])
    """

    formula = r"z = \frac{1}{n} \sum_i x_i"
    gradients = (r"\bar{x}_i = \frac{1}{n} \bar{z}",)

    def forward(self, x, *, dim=None, keepdim=False):
        return x.mean(**self.reduced(x, dim, keepdim))

    def backward(self, grad):
        return self.spread(grad / max(self.count(), 1))


class Var(Reduction):
    """The variance along the axes ``dim`` (all by default): the mean squared distance to the mean.

    Divides by n − ``correction``. The correction is 1 by default, so that the variance of a sample
    estimates that of the whole population; ``unbiased=False`` or ``correction=0`` divide by n.
    Raises ValueError for an axis that does not exist.

    >>> from dlcourse import Tensor
    >>> Tensor([1.0, 2.0, 3.0]).var()
    Tensor(1.)
    """

    title = "variance"
    formula = r"z = \frac{1}{n - c} \sum_i (x_i - \mu)^2,\quad \mu = \frac{1}{n} \sum_i x_i"
    gradients = (r"\bar{x}_i = \bar{z} \cdot \frac{2}{n - c} (x_i - \mu)",)

    def forward(self, x, *, dim=None, unbiased=True, keepdim=False, correction=None):
        along = self.reduced(x, dim, keepdim)
        self.distances = x - x.mean(axis=self.axes, keepdims=True)
        self.divisor = max(self.count() - (unbiased if correction is None else correction), 0)
        with np.errstate(divide="ignore", invalid="ignore"):  # one number has no variance: NaN
            return (self.distances**2).sum(**along) / self.divisor

    def backward(self, grad):
        with np.errstate(divide="ignore", invalid="ignore"):
            return self.kept(grad) * (2 * self.distances / self.divisor)


class Extreme(Reduction):
    """What amax and amin share: equal extremes get equal parts of the gradient."""

    def forward(self, x, *, dim=None, keepdim=False):
        self.reduced(x, dim, keepdim)
        if 0 in (x.shape[axis] for axis in self.axes):
            raise ValueError(
                f"{self.name}: there is no number along dim={dim} of shape {x.shape}, so none is "
                "the largest or smallest."
            )
        self.result = self.extreme(x, axis=self.axes, keepdims=keepdim)
        return self.result

    def backward(self, grad):
        (x,) = self.arrays
        chosen = x == self.kept(self.result)
        return chosen * (self.kept(grad) / chosen.sum(self.axes, x.dtype, keepdims=True))


class Amax(Extreme):
    """The largest number along the axes ``dim`` (all by default).

    Where several are equally large, each gets the same part of the gradient. ``x.max(dim)`` also
    tells the positions. Raises ValueError where there is no number to choose from.

    >>> from dlcourse import Tensor
    >>> Tensor([[1.0, 3.0], [2.0, 0.0]]).amax(dim=1)
    Tensor([3., 2.])
    """

    title = "largest"
    symbol = "max"
    formula = r"z = \max_i x_i"
    gradients = (r"\bar{x}_i = \bar{z} \cdot \frac{[x_i = z]}{\sum_j [x_j = z]}",)
    extreme = staticmethod(np.max)


class Amin(Extreme):
    """The smallest number along the axes ``dim`` (all by default); see ``amax``.

    Raises ValueError for an axis that does not exist or has no number.

    >>> from dlcourse import Tensor
    >>> Tensor([[1.0, 3.0], [2.0, 0.0]]).amin(dim=1)
    Tensor([1., 0.])
    """

    title = "smallest"
    symbol = "min"
    formula = r"z = \min_i x_i"
    gradients = (r"\bar{x}_i = \bar{z} \cdot \frac{[x_i = z]}{\sum_j [x_j = z]}",)
    extreme = staticmethod(np.min)


class LogSumExp(Reduction):
    """ln Σ eˣ along the axes ``dim``: a smooth maximum, computed so that it cannot overflow.

    Raises ValueError for an axis that does not exist.

    >>> from dlcourse import Tensor
    >>> Tensor([1000.0, 0.0]).logsumexp(dim=0)
    Tensor(1000.)
    """

    formula = r"z = \ln \sum_i e^{x_i}"
    gradients = (r"\bar{x}_i = \bar{z} \cdot e^{x_i - z}",)

    def forward(self, x, *, dim, keepdim=False):
        self.reduced(x, dim, keepdim)
        top = x.max(axis=self.axes, keepdims=True) if x.size else np.zeros(())
        top = np.where(np.isfinite(top), top, 0)  # ∞ − ∞ is not a number
        with np.errstate(divide="ignore"):  # ln 0 = −∞ where all x are −∞
            self.result = np.log(np.exp(x - top).sum(axis=self.axes, keepdims=True)) + top
        return self.result if keepdim else self.result.squeeze(self.axes)

    def backward(self, grad):
        (x,) = self.arrays
        return self.kept(grad) * np.exp(x - np.where(np.isneginf(self.result), 0, self.result))


class Norm(Reduction):
    """The length √Σx² along the axes ``dim`` (all by default), or with ``p=1`` the sum of |x|.

    Where all x are 0, the gradient is taken as 0, as PyTorch does. Raises ValueError for other p.
    Raises ValueError for an axis that does not exist.

    >>> from dlcourse import Tensor
    >>> Tensor([3.0, -4.0]).norm(), Tensor([3.0, -4.0]).norm(p=1)
    (Tensor(5.), Tensor(7.))
    """

    symbol = "‖·‖"
    formula = r"z = \left(\sum_i |x_i|^p\right)^{1/p},\quad p = 1, 2"
    gradients = (
        r"\bar{x}_i = \bar{z} \cdot \operatorname{sign}(x_i) \left(|x_i| / z\right)^{p-1}",
    )

    def forward(self, x, *, p=2, dim=None, keepdim=False):
        if p not in (1, 2):
            raise ValueError(f"norm: p is 1 or 2, not {p!r}. x.abs().amax() is the largest |x|.")
        along = self.reduced(x, dim, keepdim)
        self.p = p
        self.result = np.abs(x).sum(**along) if p == 1 else np.sqrt((x * x).sum(**along))
        return self.result

    def backward(self, grad):
        (x,) = self.arrays
        if self.p == 1:
            return self.kept(grad) * np.sign(x)
        length = self.kept(self.result)
        return self.kept(grad) * x / np.where(length == 0, 1, length)


class CumSum(Function):
    """The sums of the first 1, 2, 3, ... numbers along the axis ``dim``.

    Shape: any, and the same again. Raises ValueError for an axis that does not exist.

    >>> from dlcourse import Tensor
    >>> Tensor([1.0, 2.0, 3.0]).cumsum(dim=0)
    Tensor([1., 3., 6.])
    """

    title = "running sum"
    formula = r"z_i = \sum_{j \le i} x_j"
    gradients = (r"\bar{x}_j = \sum_{i \ge j} \bar{z}_i",)
    structure = "mixture"

    def forward(self, x, *, dim):
        self.axis = axis_of(self.name, dim, x.ndim)
        return x.cumsum(self.axis)

    def backward(self, grad):
        return np.flip(np.flip(grad, self.axis).cumsum(self.axis), self.axis)
