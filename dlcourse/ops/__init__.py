"""Every operation that the engine knows, one class each, a file a family."""

from dlcourse.ops import (
    activations,
    arithmetic,
    convolution,
    dropout,
    embedding,
    losses,
    matmul,
    normalisation,
    pooling,
    reductions,
    shaping,
)

__all__ = [
    "activations",
    "arithmetic",
    "convolution",
    "dropout",
    "embedding",
    "losses",
    "matmul",
    "normalisation",
    "pooling",
    "reductions",
    "shaping",
]
