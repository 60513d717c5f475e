"""Every operation that the engine knows, one class each, a file a family."""

from dlcourse.ops import (
    activations,
    arithmetic,
    attention,
    losses,
    matmul,
    recurrent,
    reductions,
    shaping,
)

__all__ = [
    "activations",
    "arithmetic",
    "attention",
    "losses",
    "matmul",
    "recurrent",
    "reductions",
    "shaping",
]
