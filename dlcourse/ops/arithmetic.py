"""Element-by-element arithmetic, with broadcasting."""

import numpy as np

from dlcourse.function import Function


class Add(Function):
    """z = x + y, element by element.

    Shapes: any two that broadcast. Raises ValueError for others.

    >>> from dlcourse import Tensor
    >>> Tensor([1.0, 2.0]) + 3
    Tensor([4., 5.])
    """

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
    """z = x − y, element by element.

    Shapes: any two that broadcast. Raises ValueError for others.

    >>> from dlcourse import Tensor
    >>> Tensor([[1.0], [2.0]]) - Tensor([1.0, 2.0])
    Tensor([[ 0., -1.],
            [ 1.,  0.]])
    """

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
    """z = x ⊙ y, element by element.

    Shapes: any two that broadcast. Raises ValueError for others.

    >>> from dlcourse import Tensor
    >>> Tensor([1.0, 2.0]) * Tensor([3.0, 4.0])
    Tensor([3., 8.])
    """

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
    """z = x / y, element by element.

    Shapes: any two that broadcast. Raises ValueError for others.

    >>> from dlcourse import Tensor
    >>> Tensor([1.0, 2.0]) / 4
    Tensor([0.25, 0.5 ])
    """

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
    """z = −x, element by element.

    Shape: any.

    >>> from dlcourse import Tensor
    >>> -Tensor([1.0, -2.0])
    Tensor([-1.,  2.])
    """

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
    """z = xⁿ for a fixed number n, element by element.

    Shape: any. Raises TypeError for an exponent that is a tensor.

    >>> from dlcourse import Tensor
    >>> Tensor([1.0, 3.0]) ** 2
    Tensor([1., 9.])
    """

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
        self.exponent = exponent
        return x**exponent

    def backward(self, grad):
        (x,) = self.arrays
        if self.exponent == 0:  # 0 · 0⁻¹ is not a number, the slope of a constant is
            return np.zeros_like(grad)
        return grad * self.exponent * x ** (self.exponent - 1)


class Exp(Function):
    """z = eˣ, element by element.

    Shape: any.

    >>> from dlcourse import Tensor
    >>> Tensor([0.0, 1.0]).exp()
    Tensor([1.    , 2.7183])
    """

    formula = r"z = e^x"
    gradients = (r"\bar{x} = \bar{z} \odot e^x",)

    def forward(self, x):
        self.result = np.exp(x)
        return self.result

    def backward(self, grad):
        return grad * self.result


class Log(Function):
    """z = ln x, element by element, for x > 0.

    Shape: any.

    >>> from dlcourse import Tensor
    >>> Tensor([1.0, 100.0]).log()
    Tensor([0.    , 4.6052])
    """

    formula = r"z = \ln x"
    gradients = (r"\bar{x} = \bar{z} / x",)

    def forward(self, x):
        return np.log(x)

    def backward(self, grad):
        (x,) = self.arrays
        return grad / x


class Sin(Function):
    """z = sin x, element by element, x in radians.

    Shape: any.

    >>> from dlcourse import Tensor
    >>> Tensor([0.0, 1.0]).sin()
    Tensor([0.    , 0.8415])
    """

    formula = r"z = \sin x"
    gradients = (r"\bar{x} = \bar{z} \odot \cos x",)

    def forward(self, x):
        return np.sin(x)

    def backward(self, grad):
        (x,) = self.arrays
        return grad * np.cos(x)


class Cos(Function):
    """z = cos x, element by element, x in radians.

    Shape: any.

    >>> from dlcourse import Tensor
    >>> Tensor([0.0, 1.0]).cos()
    Tensor([1.    , 0.5403])
    """

    formula = r"z = \cos x"
    gradients = (r"\bar{x} = -\bar{z} \odot \sin x",)

    def forward(self, x):
        return np.cos(x)

    def backward(self, grad):
        (x,) = self.arrays
        return -grad * np.sin(x)


class Sqrt(Function):
    """z = √x, element by element, for x ≥ 0. At 0 the slope is infinite.

    Shape: any.

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

    Shape: any.

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
