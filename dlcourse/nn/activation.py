"""Activations as layers."""

from dlcourse import functional as F
from dlcourse.nn.module import Module


class ReLU(Module):
    """max(x, 0), element by element.

    Shape: any, and the same again.

    >>> from dlcourse import nn
    >>> nn.ReLU()([-2.0, 3.0])
    Tensor([0., 3.])
    """

    def forward(self, x):
        return F.relu(x)


class LeakyReLU(Module):
    """x above 0, and ``negative_slope`` times x elsewhere.

    Shape: any, and the same again.

    >>> from dlcourse import nn
    >>> nn.LeakyReLU(0.5)([-2.0, 3.0])
    Tensor([-1.,  3.])
    """

    def __init__(self, negative_slope: float = 0.01):
        super().__init__()
        self.negative_slope = negative_slope

    def forward(self, x):
        return F.leaky_relu(x, self.negative_slope)

    def extra_repr(self):
        return f"negative_slope={self.negative_slope}"


class ELU(Module):
    """x above 0, and ``alpha`` (eˣ − 1) elsewhere.

    Shape: any, and the same again.

    >>> from dlcourse import nn
    >>> nn.ELU(alpha=2.0)([-100.0, 3.0])
    Tensor([-2.,  3.])
    """

    def __init__(self, alpha: float = 1.0):
        super().__init__()
        self.alpha = alpha

    def forward(self, x):
        return F.elu(x, self.alpha)

    def extra_repr(self):
        return f"alpha={self.alpha}"


class GELU(Module):
    """x Φ(x); with ``approximate="tanh"`` a formula with tanh in place of Φ.

    Shape: any, and the same again.

    >>> from dlcourse import nn
    >>> nn.GELU()([0.0, 10.0])
    Tensor([ 0., 10.])
    """

    def __init__(self, approximate: str = "none"):
        super().__init__()
        self.approximate = approximate

    def forward(self, x):
        return F.gelu(x, self.approximate)

    def extra_repr(self):
        return f"approximate={self.approximate!r}"


class SiLU(Module):
    """x σ(x), element by element.

    Shape: any, and the same again.

    >>> from dlcourse import nn
    >>> nn.SiLU()([0.0, 100.0])
    Tensor([  0., 100.])
    """

    def forward(self, x):
        return F.silu(x)


class Softplus(Module):
    """ln(1 + e^(βx)) / β, element by element; x itself where βx is above ``threshold``.

    Shape: any, and the same again.

    >>> from dlcourse import nn
    >>> nn.Softplus()([0.0, 100.0])
    Tensor([  0.6931, 100.    ])
    """

    def __init__(self, beta: float = 1.0, threshold: float = 20.0):
        super().__init__()
        self.beta, self.threshold = beta, threshold

    def forward(self, x):
        return F.softplus(x, self.beta, self.threshold)

    def extra_repr(self):
        return f"beta={self.beta}, threshold={self.threshold}"


class Sigmoid(Module):
    """1 / (1 + e⁻ˣ), element by element.

    Shape: any, and the same again.

    >>> from dlcourse import nn
    >>> nn.Sigmoid()([0.0, 100.0])
    Tensor([0.5, 1. ])
    """

    def forward(self, x):
        return F.sigmoid(x)


class Tanh(Module):
    """tanh x, element by element.

    Shape: any, and the same again.

    >>> from dlcourse import nn
    >>> nn.Tanh()([0.0, 100.0])
    Tensor([0., 1.])
    """

    def forward(self, x):
        return F.tanh(x)


class Softmax(Module):
    """Scores to probabilities along the axis ``dim``. For training, cross_entropy takes scores.

    Shape: any, and the same again. Raises ValueError for an axis that does not exist.

    >>> from dlcourse import nn
    >>> nn.Softmax(dim=1)([[0.0, 0.0], [1000.0, 0.0]])
    Tensor([[0.5, 0.5],
            [1. , 0. ]])
    """

    def __init__(self, dim: int):
        super().__init__()
        self.dim = dim

    def forward(self, x):
        return F.softmax(x, self.dim)

    def extra_repr(self):
        return f"dim={self.dim}"


class LogSoftmax(Module):
    """The logarithm of softmax along the axis ``dim``.

    Shape: any, and the same again. Raises ValueError for an axis that does not exist.

    >>> from dlcourse import nn
    >>> nn.LogSoftmax(dim=0)([1000.0, 0.0])
    Tensor([    0., -1000.])
    """

    def __init__(self, dim: int):
        super().__init__()
        self.dim = dim

    def forward(self, x):
        return F.log_softmax(x, self.dim)

    def extra_repr(self):
        return f"dim={self.dim}"
