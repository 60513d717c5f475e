"""Dropout: numbers set to 0 at random, in training only."""

import numpy as np

from dlcourse.function import Function
from dlcourse.random import default_generator


class Dropout(Function):
    """Set each number to 0 with probability p, and multiply the others by 1 / (1 − p).

    So the expected value stays. Without ``training`` nothing changes. ``generator`` draws the mask:
    the default one, or a np.random.Generator, or a number that seeds one, with which the mask is
    the same every time. Shape: any. Raises ValueError unless 0 ≤ p ≤ 1.

    >>> from dlcourse import functional as F
    >>> F.dropout([1.0, 1.0, 1.0, 1.0], generator=0)
    Tensor([2., 0., 0., 0.])
    """

    formula = r"z = \frac{m}{1 - p} \odot x,\quad m \in \{0, 1\}"
    gradients = (r"\bar{x} = \frac{m}{1 - p} \odot \bar{z}",)
    scale: np.ndarray
    """What each number is multiplied by: 0 or 1 / (1 − p)."""

    def forward(self, input, *, p=0.5, training=True, generator=None):
        check_probability(self.name, p)
        self.scale = input.dtype.type(1)
        if training and p > 0:
            draw = default_generator() if generator is None else np.random.default_rng(generator)
            kept = draw.random(self.mask_shape(input), input.dtype) >= p
            self.scale = kept * input.dtype.type(1 / (1 - p) if p < 1 else 0)
        return input * self.scale

    def backward(self, grad):
        return grad * self.scale

    def mask_shape(self, input):
        return input.shape


class Dropout2d(Dropout):
    """Set each channel of each image to 0 with probability p, the others times 1 / (1 − p).

    Neighbouring pixels are alike, so that dropping single ones would hide little. Shapes: input
    (N, C, ...); the rest as in ``dropout``. Raises ValueError for others.

    >>> from dlcourse import functional as F
    >>> F.dropout2d([[[1.0, 1.0], [1.0, 1.0]]], generator=0)
    Tensor([[[2., 2.],
             [0., 0.]]])
    """

    title = "dropout of channels"
    formula = r"z_{n c} = \frac{m_{n c}}{1 - p}\, x_{n c},\quad m_{n c} \in \{0, 1\}"
    gradients = (r"\bar{x}_{n c} = \frac{m_{n c}}{1 - p}\, \bar{z}_{n c}",)

    def mask_shape(self, input):
        if input.ndim < 3:
            raise ValueError(
                f"dropout2d: the input has shape {input.shape}; wanted is (N, C, H, W), images "
                "with channels. For rows of numbers there is dropout."
            )
        return input.shape[:2] + (1,) * (input.ndim - 2)


def check_probability(name: str, p: float) -> None:
    """Raise ValueError, in the ``name`` of an operation, unless 0 ≤ p ≤ 1."""
    if not 0 <= p <= 1:
        raise ValueError(
            f"{name}: p is the probability to be dropped, between 0 and 1, not {p}. A percentage "
            "is the usual cause."
        )
