"""The fully connected layer."""

import math

import numpy as np

from dlcourse.nn.module import Module, Parameter
from dlcourse.random import default_generator


class Linear(Module):
    """y = x Wᵀ + b.

    Shapes: x (N, in_features) → y (N, out_features); ``weight`` (out_features, in_features),
    ``bias`` (out_features,). Both start uniform in ±1/√in_features, as in PyTorch.

    Raises ValueError for other shapes.

    >>> from dlcourse import nn
    >>> layer = nn.Linear(2, 1)
    >>> layer.weight.data, layer.bias.data = [[2.0, 3.0]], [1.0]
    >>> layer([[1.0, 1.0], [0.0, 0.0]])
    Tensor([[6.],
            [1.]], grad_fn=add)
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
        if not (in_features >= 1 and out_features >= 1):
            raise ValueError(
                f"Linear: in_features={in_features} and out_features={out_features} must be at "
                "least 1."
            )
        self.in_features, self.out_features = in_features, out_features
        generator = generator or default_generator()
        bound = 1 / np.sqrt(in_features)

        def start(*shape):
            return Parameter(generator.uniform(-bound, bound, shape).astype(dtype))

        self.weight = start(out_features, in_features)
        self.bias = start(out_features) if bias else None

    def forward(self, x):
        try:
            y = x @ self.weight.T
        except ValueError:
            raise ValueError(self.explained(np.shape(x))) from None
        return y if self.bias is None else y + self.bias

    def explained(self, shape):
        """Why an input of this shape does not fit."""
        wanted = f"Linear: the input has shape {shape}; wanted is (..., {self.in_features})"
        if shape == (self.in_features,):
            return f"{wanted}. A single example needs an axis for the batch: x[None]."
        if math.prod(shape[1:]) == self.in_features:
            return f"{wanted}. nn.Flatten() before it makes a row of each example."
        return f"{wanted}. The layer before must give as many numbers as in_features says."

    def extra_repr(self):
        return f"{self.in_features}, {self.out_features}"
