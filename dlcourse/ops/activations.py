"""The bends between linear layers, element by element, and softmax."""

import math

import numpy as np

from dlcourse.function import Function
from dlcourse.ops.axes import axis_of
from dlcourse.ops.erf import erf


def logistic(x: np.ndarray) -> np.ndarray:
    """σ(x) = 1 / (1 + e⁻ˣ). Where e⁻ˣ is too large for a float, σ is 0 all the same."""
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-x))


def by_sign(x: np.ndarray, below: float, above: float) -> np.ndarray:
    """``above`` where x > 0, else ``below``, in the float type of x; faster than np.where."""
    return np.array([below, above], x.dtype).take((x > 0).view(np.int8))


def below_zero(x: np.ndarray, axis: int) -> np.ndarray:
    """x minus its largest number along an axis: softmax stays the same, and eˣ cannot overflow."""
    top = x.max(axis=axis, keepdims=True) if x.size else 0
    return np.subtract(x, top, dtype=np.result_type(x, np.float32))


class ReLU(Function):
    """z = max(x, 0). At exactly 0 the slope is taken as 0, as PyTorch does.

    Shape: any.

    >>> from dlcourse import Tensor
    >>> Tensor([-2.0, 3.0]).relu()
    Tensor([0., 3.])
    """

    formula = r"z = \max(x, 0)"
    gradients = (r"\bar{x} = \bar{z} \odot [x > 0]",)

    def forward(self, x):
        return np.maximum(x, 0)

    def backward(self, grad):
        (x,) = self.arrays
        return grad * (x > 0)


class LeakyReLU(Function):
    """z = x above 0, and ``negative_slope`` times x elsewhere.

    Shape: any.

    >>> from dlcourse import Tensor
    >>> Tensor([-2.0, 3.0]).leaky_relu(0.5)
    Tensor([-1.,  3.])
    """

    name = "leaky_relu"
    formula = r"z = x \odot ([x > 0] + a [x \le 0])"
    gradients = (r"\bar{x} = \bar{z} \odot ([x > 0] + a [x \le 0])",)

    def forward(self, x, *, negative_slope=0.01):
        self.negative_slope = negative_slope
        return np.maximum(x, 0) + negative_slope * np.minimum(x, 0)

    def backward(self, grad):
        (x,) = self.arrays
        return grad * by_sign(x, self.negative_slope, 1)


class ELU(Function):
    """z = x above 0, and ``alpha`` (eˣ − 1) elsewhere, which levels out at −alpha.

    Shape: any.

    >>> from dlcourse import Tensor
    >>> Tensor([-100.0, 3.0]).elu(alpha=2.0)
    Tensor([-2.,  3.])
    """

    formula = r"z = x \odot [x > 0] + a (e^x - 1) \odot [x \le 0]"
    gradients = (r"\bar{x} = \bar{z} \odot ([x > 0] + a\, e^x [x \le 0])",)

    def forward(self, x, *, alpha=1.0):
        self.alpha = alpha
        return np.maximum(x, 0) + alpha * np.expm1(np.minimum(x, 0))

    def backward(self, grad):
        (x,) = self.arrays
        return grad * by_sign(x, self.alpha, 1) * np.exp(np.minimum(x, 0))


class GELU(Function):
    """z = x Φ(x): x times the probability that a normal number is below x.

    ``approximate="tanh"`` replaces Φ by a formula with tanh, which differs by less than 0.001.
    Raises ValueError for another approximation. Shape: any.

    >>> from dlcourse import Tensor
    >>> Tensor([0.0, 10.0]).gelu()
    Tensor([ 0., 10.])
    """

    formula = (
        r"z = x \odot \Phi(x),\quad "
        r"\Phi(x) = \frac{1}{2} (1 + \operatorname{erf} \frac{x}{\sqrt{2}})"
    )
    gradients = (r"\bar{x} = \bar{z} \odot (\Phi(x) + x \odot \Phi'(x))",)

    def forward(self, x, *, approximate="none"):
        if approximate not in ("none", "tanh"):
            raise ValueError(f"gelu: approximate is 'none' or 'tanh', not {approximate!r}.")
        self.approximate = approximate
        if approximate == "tanh":
            self.phi = (1 + np.tanh(math.sqrt(2 / math.pi) * x * (1 + 0.044715 * x * x))) / 2
        else:
            self.phi = (1 + erf(x * math.sqrt(0.5))) / 2
        return x * self.phi

    def backward(self, grad):
        (x,) = self.arrays
        if self.approximate == "tanh":
            inner = math.sqrt(2 / math.pi) * (1 + 3 * 0.044715 * x * x)
            density = 2 * self.phi * (1 - self.phi) * inner
        else:
            density = np.exp(x * x * -0.5) * math.sqrt(0.5 / math.pi)
        return grad * (self.phi + x * density)


class SiLU(Function):
    """z = x σ(x), also called swish.

    Shape: any.

    >>> from dlcourse import Tensor
    >>> Tensor([0.0, 100.0]).silu()
    Tensor([  0., 100.])
    """

    formula = r"z = x \odot \sigma(x)"
    gradients = (r"\bar{x} = \bar{z} \odot \sigma(x) \odot (1 + x \odot (1 - \sigma(x)))",)

    def forward(self, x):
        self.sigma = logistic(x)
        return x * self.sigma

    def backward(self, grad):
        (x,) = self.arrays
        return grad * self.sigma * (1 + x * (1 - self.sigma))


class Softplus(Function):
    """z = ln(1 + e^(βx)) / β: a smooth ReLU; x itself where βx is above ``threshold``.

    Shape: any.

    >>> from dlcourse import Tensor
    >>> Tensor([0.0, 100.0]).softplus()
    Tensor([  0.6931, 100.    ])
    """

    formula = r"z = \frac{1}{\beta} \ln(1 + e^{\beta x})"
    gradients = (r"\bar{x} = \bar{z} \odot \sigma(\beta x)",)

    def forward(self, x, *, beta=1.0, threshold=20.0):
        self.beta, self.threshold = beta, threshold
        scaled = x * beta
        smooth = np.log1p(np.exp(np.minimum(scaled, threshold))) / beta
        return np.where(scaled > threshold, x, smooth)

    def backward(self, grad):
        (x,) = self.arrays
        scaled = x * self.beta
        return np.where(scaled > self.threshold, grad, grad * logistic(scaled))


class Sigmoid(Function):
    """z = 1 / (1 + e⁻ˣ).

    Shape: any.

    >>> from dlcourse import Tensor
    >>> Tensor([0.0, 1.0]).sigmoid()
    Tensor([0.5   , 0.7311])
    """

    formula = r"z = \sigma(x) = \frac{1}{1 + e^{-x}}"
    gradients = (r"\bar{x} = \bar{z} \odot z \odot (1 - z)",)
    notation = "σ({x})"

    def forward(self, x):
        self.result = logistic(x)
        return self.result

    def backward(self, grad):
        return grad * self.result * (1 - self.result)


class Tanh(Function):
    """z = tanh x.

    Shape: any.

    >>> from dlcourse import Tensor
    >>> Tensor([0.0, 1.0]).tanh()
    Tensor([0.    , 0.7616])
    """

    formula = r"z = \tanh x"
    gradients = (r"\bar{x} = \bar{z} \odot (1 - z^2)",)

    def forward(self, x):
        self.result = np.tanh(x)
        return self.result

    def backward(self, grad):
        return grad * (1 - self.result**2)


class Softmax(Function):
    """Scores to probabilities: eˣ divided by its sum along the axis ``dim``.

    Shape: any, and the same again. Raises ValueError for an axis that does not exist.

    >>> from dlcourse import Tensor
    >>> Tensor([[0.0, 0.0], [1000.0, 0.0]]).softmax(dim=1)
    Tensor([[0.5, 0.5],
            [1. , 0. ]])
    """

    formula = r"z_i = \frac{e^{x_i}}{\sum_j e^{x_j}}"
    gradients = (r"\bar{x}_i = z_i \left(\bar{z}_i - \sum_j \bar{z}_j z_j\right)",)
    structure = "mixture"

    def forward(self, x, *, dim):
        self.axis = axis_of(self.name, dim, x.ndim)
        shifted = below_zero(x, self.axis)
        self.result = np.exp(shifted, out=shifted)
        self.result /= self.result.sum(axis=self.axis, keepdims=True)
        return self.result

    def backward(self, grad):
        mean = np.expand_dims(np.vecdot(grad, self.result, axis=self.axis), self.axis)
        gradient = grad - mean
        gradient *= self.result
        return gradient


class LogSoftmax(Function):
    """The logarithm of softmax along the axis ``dim``, without its rounding to 0.

    Shape: any, and the same again. Raises ValueError for an axis that does not exist.

    >>> from dlcourse import Tensor
    >>> Tensor([1000.0, 0.0]).log_softmax(dim=0)
    Tensor([    0., -1000.])
    """

    name = "log_softmax"
    formula = r"z_i = x_i - \ln \sum_j e^{x_j}"
    gradients = (r"\bar{x}_i = \bar{z}_i - e^{z_i} \sum_j \bar{z}_j",)
    structure = "mixture"

    def forward(self, x, *, dim):
        self.axis = axis_of(self.name, dim, x.ndim)
        shifted = below_zero(x, self.axis)
        with np.errstate(divide="ignore"):  # ln 0 where the axis has length 0
            shifted -= np.log(np.exp(shifted).sum(axis=self.axis, keepdims=True))
        self.result = shifted
        return self.result

    def backward(self, grad):
        gradient = np.exp(self.result)
        gradient *= -grad.sum(axis=self.axis, keepdims=True)
        gradient += grad
        return gradient
