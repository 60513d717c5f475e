"""Every operation that the engine knows, one class each, a file a family."""

from dlcourse.ops import (
    activations,
    arithmetic,
    convolution,
    losses,
    matmul,
    pooling,
    reductions,
    shaping,
)

__all__ = [
    "activations",
    "arithmetic",
    "convolution",
    "losses",
    "matmul",
    "pooling",
    "reductions",
    "shaping",
]
