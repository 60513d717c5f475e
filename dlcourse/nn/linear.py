"""The fully connected layer."""

import numpy as np

from dlcourse.nn.module import Module, Parameter
from dlcourse.random import default_generator


class Linear(Module):
    """y = x Wᵀ + b.

    Shapes: x (N, in_features) → y (N, out_features); ``weight`` (out_features, in_features),
    ``bias`` (out_features,). Both start uniform in ±1/√in_features, as in PyTorch.
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        dtype=np.float64,
        generator: np.random.Generator | None = None,
    ):
        super().__init__()
        self.in_features, self.out_features = in_features, out_features
        generator = generator or default_generator()
        bound = 1 / np.sqrt(in_features)

        def start(*shape):
            return Parameter(generator.uniform(-bound, bound, shape).astype(dtype))

        self.weight = start(out_features, in_features)
        self.bias = start(out_features) if bias else None

    def forward(self, x):
        y = x @ self.weight.T
        return y if self.bias is None else y + self.bias

    def extra_repr(self):
        return f"{self.in_features}, {self.out_features}"
