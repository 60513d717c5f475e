"""Deep learning from scratch on NumPy, to be read and stepped through number by number.

from dlcourse import Tensor, nn, optim, step_through
"""

import importlib

from dlcourse import functional
from dlcourse.gradcheck import check_gradients, gradcheck
from dlcourse.graph import no_grad
from dlcourse.memory import keep_memory
from dlcourse.random import manual_seed
from dlcourse.tensor import Tensor

keep_memory()

__version__ = "0.1.0"
__all__ = [
    "Tensor",
    "check_gradients",
    "functional",
    "gradcheck",
    "manual_seed",
    "nn",
    "no_grad",
    "optim",
    "step_through",
]

_ON_FIRST_USE = {
    "Function": "dlcourse.function",
    "step_through": "dlcourse.steppers",
}
_SUBMODULES = {
    "data",
    "exercises",
    "interop",
    "nn",
    "optim",
    "plots",
    "saving",
    "steppers",
    "trace",
    "training",
}


def __getattr__(name):
    """Load what is heavier than NumPy, or seldom used, when it is first asked for."""
    if name in _SUBMODULES:
        return importlib.import_module(f"dlcourse.{name}")
    if name in _ON_FIRST_USE:
        return getattr(importlib.import_module(_ON_FIRST_USE[name]), name)
    raise AttributeError(f"module 'dlcourse' has no attribute {name!r}")
