"""The bends between linear layers, element by element."""

import numpy as np

from dlcourse.function import Function


class ReLU(Function):
    """z = max(x, 0). At exactly 0 the slope is taken as 0, as PyTorch does."""

    formula = r"z = \max(x, 0)"
    gradients = (r"\bar{x} = \bar{z} \odot [x > 0]",)

    def forward(self, x):
        return np.maximum(x, 0)

    def backward(self, grad):
        (x,) = self.arrays
        return grad * (x > 0)


class Sigmoid(Function):
    """z = 1 / (1 + e⁻ˣ), computed from e^−|x|, which cannot overflow."""

    formula = r"z = \sigma(x) = \frac{1}{1 + e^{-x}}"
    gradients = (r"\bar{x} = \bar{z} \odot z \odot (1 - z)",)
    notation = "σ({x})"

    def forward(self, x):
        small = np.exp(-np.abs(x))
        self.result = np.where(x >= 0, 1, small) / (1 + small)
        return self.result

    def backward(self, grad):
        return grad * self.result * (1 - self.result)


class Tanh(Function):
    """z = tanh x."""

    formula = r"z = \tanh x"
    gradients = (r"\bar{x} = \bar{z} \odot (1 - z^2)",)

    def forward(self, x):
        self.result = np.tanh(x)
        return self.result

    def backward(self, grad):
        return grad * (1 - self.result**2)
