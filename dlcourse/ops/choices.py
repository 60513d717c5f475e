"""Choices, element by element: limits, the larger or smaller of two, one or the other."""

import numpy as np

from dlcourse.function import Function


class Clamp(Function):
    """x kept between ``min`` and ``max``, two plain numbers; without one that side is open.

    The slope is 1 from ``min`` to ``max``, both included, and 0 outside. Raises TypeError without
    any bound, or if one is not a plain number.

    >>> from dlcourse import Tensor
    >>> Tensor([-3.0, 0.5, 3.0]).clamp(0, 1)
    Tensor([0. , 0.5, 1. ])
    """

    title = "limitation"
    formula = r"z = \min(\max(x, a), b)"
    gradients = (r"\bar{x} = \bar{z} \odot [a \le x \le b]",)

    def forward(self, x, *, min=None, max=None):
        if min is None and max is None:
            raise TypeError("clamp: give min, max or both: clamp(x, min=0) keeps x from 0 upwards.")
        if not all(bound is None or np.isscalar(bound) for bound in (min, max)):
            raise TypeError(
                "clamp: min and max must be plain numbers. maximum(x, y) and minimum(x, y) limit "
                "by another tensor."
            )
        self.low = -np.inf if min is None else float(min)
        self.high = np.inf if max is None else float(max)
        return np.minimum(np.maximum(x, self.low), self.high)

    def backward(self, grad):
        (x,) = self.arrays
        return grad * ((x >= self.low) & (x <= self.high))


class Maximum(Function):
    """The larger of x and y, element by element. Of equal ones each gets half of the gradient.

    Shapes: any two that broadcast. Raises ValueError for others.

    >>> from dlcourse import Tensor, functional as F
    >>> F.maximum(Tensor([1.0, 5.0]), 3.0)
    Tensor([3., 5.])
    """

    title = "larger of two"
    symbol = "max"
    formula = r"z = \max(x, y)"
    gradients = (
        r"\bar{x} = \bar{z} \odot ([x > y] + \tfrac{1}{2} [x = y])",
        r"\bar{y} = \bar{z} \odot ([y > x] + \tfrac{1}{2} [x = y])",
    )
    notation = "max({x}, {y})"

    def forward(self, x, y):
        return np.maximum(x, y)

    def backward(self, grad):
        x, y = self.arrays
        shared = np.where(x == y, grad / 2, grad)
        return np.where(x < y, 0, shared), np.where(x > y, 0, shared)


class Minimum(Function):
    """The smaller of x and y, element by element. Of equal ones each gets half of the gradient.

    Shapes: any two that broadcast. Raises ValueError for others.

    >>> from dlcourse import Tensor, functional as F
    >>> F.minimum(Tensor([1.0, 5.0]), 3.0)
    Tensor([1., 3.])
    """

    title = "smaller of two"
    symbol = "min"
    formula = r"z = \min(x, y)"
    gradients = (
        r"\bar{x} = \bar{z} \odot ([x < y] + \tfrac{1}{2} [x = y])",
        r"\bar{y} = \bar{z} \odot ([y < x] + \tfrac{1}{2} [x = y])",
    )
    notation = "min({x}, {y})"

    def forward(self, x, y):
        return np.minimum(x, y)

    def backward(self, grad):
        x, y = self.arrays
        shared = np.where(x == y, grad / 2, grad)
        return np.where(x > y, 0, shared), np.where(x < y, 0, shared)


class Where(Function):
    """x where ``condition`` is true, y elsewhere, element by element; all three broadcast.

    The condition holds booleans and has no gradient. Raises TypeError for other conditions.

    >>> from dlcourse import Tensor, functional as F
    >>> x = Tensor([-2.0, 3.0])
    >>> F.where(x > 0, x, 0.0)
    Tensor([0., 3.])
    """

    title = "choice by condition"
    formula = r"z = c \odot x + (1 - c) \odot y"
    gradients = (None, r"\bar{x} = \bar{z} \odot c", r"\bar{y} = \bar{z} \odot (1 - c)")
    is_method = False

    def forward(self, condition, x, y):
        if condition.dtype != bool:
            raise TypeError(
                f"where: the condition must hold booleans, not {condition.dtype}. A comparison "
                "makes them: where(x > 0, x, y)."
            )
        return np.where(condition, x, y)

    def backward(self, grad):
        condition, _, _ = self.arrays
        return None, grad * condition, grad * ~condition
