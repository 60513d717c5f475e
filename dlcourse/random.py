"""Randomness with a seed: the only generator that ``dlcourse`` draws from unless given another."""

import numpy as np

_generator = None


def manual_seed(seed: int) -> None:
    """Start the default generator afresh, so that what follows is the same in every run."""
    global _generator
    _generator = np.random.default_rng(seed)


def default_generator() -> "np.random.Generator":
    """The generator that layers draw their first weights from."""
    global _generator
    if _generator is None:  # not before it is needed: np.random takes time to load
        _generator = np.random.default_rng()
    return _generator
