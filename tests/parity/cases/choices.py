"""Choices, element by element."""

from parity.numbers import normal

BOUNDS = ({"min": -0.5}, {"max": 0.5}, {"min": -0.5, "max": 0.5}, {"min": 1, "max": -1})
CASES = {
    "clamp": [((normal(3, 4),), bounds) for bounds in BOUNDS],
    "where": [
        ((normal(3, 4) > 0, normal(3, 4), normal(3, 4)), {}),
        ((normal(4) > 0, normal(3, 1), normal()), {}),
    ],
}
