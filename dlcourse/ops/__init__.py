"""Every operation that the engine knows, one class each, a file a family."""

from dlcourse.ops import (
    activations,
    arithmetic,
    choices,
    classification,
    convolution,
    ctc,
    dropout,
    embedding,
    indexing,
    losses,
    matmul,
    normalisation,
    pooling,
    reductions,
    several,
    shaping,
)

__all__ = [
    "activations",
    "arithmetic",
    "choices",
    "classification",
    "convolution",
    "ctc",
    "dropout",
    "embedding",
    "indexing",
    "losses",
    "matmul",
    "normalisation",
    "pooling",
    "reductions",
    "several",
    "shaping",
]
