"""Data that are made, not measured: for pictures that fit a screen."""

import numpy as np


def make_moons(count: int, noise: float = 0.12, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Two half moons, one inside the other: points (count, 2) and which moon, 0 or 1, (count,).

    Each moon is half of a circle of radius 1; ``noise`` is the standard deviation of what is added
    to both coordinates. Raises ValueError for a negative count.

    >>> from dlcourse import data
    >>> points, moon = data.make_moons(4, noise=0)
    >>> points.shape, moon
    ((4, 2), array([0, 1, 0, 1]))
    """
    rng = np.random.default_rng(seed)
    angle = rng.uniform(0, np.pi, count)
    moon = np.arange(count) % 2
    upper = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    points = np.where(moon[:, None] == 1, [1, 0.5] - upper, upper)
    return points + rng.normal(scale=noise, size=points.shape), moon
