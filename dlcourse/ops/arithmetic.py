"""Element-by-element arithmetic, with broadcasting."""

import numpy as np

from dlcourse.function import Function


class Add(Function):
    """z = x + y, element by element."""

    title = "sum of two"
    symbol = "+"
    formula = r"z = x + y"
    gradients = (r"\bar{x} = \bar{z}", r"\bar{y} = \bar{z}")
    notation = "{x} + {y}"

    def forward(self, x, y):
        return x + y

    def backward(self, grad):
        return grad, grad


class Subtract(Function):
    """z = x − y, element by element."""

    name = "sub"
    title = "difference"
    symbol = "−"
    formula = r"z = x - y"
    gradients = (r"\bar{x} = \bar{z}", r"\bar{y} = -\bar{z}")
    notation = "{x} − {y}"

    def forward(self, x, y):
        return x - y

    def backward(self, grad):
        return grad, -grad


class Multiply(Function):
    """z = x ⊙ y, element by element."""

    name = "mul"
    title = "product"
    symbol = "×"
    formula = r"z = x \odot y"
    gradients = (r"\bar{x} = \bar{z} \odot y", r"\bar{y} = \bar{z} \odot x")
    notation = "{x} × {y}"

    def forward(self, x, y):
        return x * y

    def backward(self, grad):
        x, y = self.arrays
        return grad * y, grad * x


class Divide(Function):
    """z = x / y, element by element."""

    name = "div"
    title = "quotient"
    symbol = "/"
    formula = r"z = x / y"
    gradients = (r"\bar{x} = \bar{z} / y", r"\bar{y} = -\bar{z} \odot x / y^2")
    notation = "{x} / {y}"

    def forward(self, x, y):
        return x / y

    def backward(self, grad):
        x, y = self.arrays
        return grad / y, -grad * x / y**2


class Negate(Function):
    """z = −x, element by element."""

    name = "neg"
    title = "negative"
    symbol = "−"
    formula = r"z = -x"
    gradients = (r"\bar{x} = -\bar{z}",)
    notation = "−{x}"

    def forward(self, x):
        return -x

    def backward(self, grad):
        return -grad


class Power(Function):
    """z = xⁿ for a fixed number n, element by element."""

    name = "pow"
    title = "power"
    symbol = "^"
    formula = r"z = x^n"
    gradients = (r"\bar{x} = \bar{z} \odot n\,x^{n-1}",)
    notation = "{x}^{exponent}"

    def forward(self, x, *, exponent):
        if not np.isscalar(exponent):
            raise TypeError(
                f"pow: the exponent must be a plain number, not {type(exponent).__name__}. "
                "Write (x.log() * y).exp() for a power with a gradient in its exponent."
            )
        self.exponent = exponent.item() if isinstance(exponent, np.generic) else exponent
        return x**self.exponent

    def backward(self, grad):
        (x,) = self.arrays
        if self.exponent == 0:  # 0 · 0⁻¹ is not a number, the slope of a constant is
            return np.zeros_like(grad)
        return grad * self.exponent * x ** (self.exponent - 1)


class Exp(Function):
    """z = eˣ, element by element."""

    formula = r"z = e^x"
    gradients = (r"\bar{x} = \bar{z} \odot e^x",)

    def forward(self, x):
        self.result = np.exp(x)
        return self.result

    def backward(self, grad):
        return grad * self.result


class Log(Function):
    """z = ln x, element by element, for x > 0."""

    formula = r"z = \ln x"
    gradients = (r"\bar{x} = \bar{z} / x",)

    def forward(self, x):
        return np.log(x)

    def backward(self, grad):
        (x,) = self.arrays
        return grad / x


class Sin(Function):
    """z = sin x, element by element, x in radians."""

    formula = r"z = \sin x"
    gradients = (r"\bar{x} = \bar{z} \odot \cos x",)

    def forward(self, x):
        return np.sin(x)

    def backward(self, grad):
        (x,) = self.arrays
        return grad * np.cos(x)


class Cos(Function):
    """z = cos x, element by element, x in radians."""

    formula = r"z = \cos x"
    gradients = (r"\bar{x} = -\bar{z} \odot \sin x",)

    def forward(self, x):
        return np.cos(x)

    def backward(self, grad):
        (x,) = self.arrays
        return -grad * np.sin(x)


class Sqrt(Function):
    """z = √x, element by element, for x ≥ 0. At 0 the slope is infinite.

    >>> from dlcourse import Tensor
    >>> Tensor([4.0, 9.0]).sqrt()
    Tensor([2., 3.])
    """

    title = "square root"
    formula = r"z = \sqrt{x}"
    gradients = (r"\bar{x} = \frac{\bar{z}}{2 z}",)
    notation = "√{x}"

    def forward(self, x):
        self.result = np.sqrt(x)
        return self.result

    def backward(self, grad):
        return grad / (2 * self.result)


class Abs(Function):
    """z = |x|, element by element. At exactly 0 the slope is taken as 0, as PyTorch does.

    >>> from dlcourse import Tensor
    >>> abs(Tensor([-2.0, 3.0]))
    Tensor([2., 3.])
    """

    title = "absolute value"
    formula = r"z = |x|"
    gradients = (r"\bar{x} = \bar{z} \odot \operatorname{sign}(x)",)
    notation = "|{x}|"

    def forward(self, x):
        return np.abs(x)

    def backward(self, grad):
        (x,) = self.arrays
        return grad * np.sign(x)


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
        if not (np.isscalar(min or 0) and np.isscalar(max or 0)):
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
