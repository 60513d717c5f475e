"""Arithmetic, element by element."""

from parity.numbers import between, normal

BOUNDS = ({"min": -0.5}, {"max": 0.5}, {"min": -0.5, "max": 0.5}, {"min": 1, "max": -1})
CASES = {
    "abs": [((normal(3, 4),), {})],
    "clamp": [((normal(3, 4),), bounds) for bounds in BOUNDS],
    "div": [((normal(3, 4), between(0.5, 2, 3, 4)), {})],
    "log": [((between(0.1, 3, 3, 4),), {})],
    "maximum": [((normal(3, 4), normal(3, 4)), {}), ((normal(3, 1), normal(4)), {})],
    "minimum": [((normal(3, 4), normal(3, 4)), {}), ((normal(3, 1), normal(4)), {})],
    "pow": [((between(0.1, 3, 3, 4),), {"exponent": n}) for n in (2, 3, -1, 0.5, 0)],
    "sqrt": [((between(0.1, 3, 3, 4),), {})],
    "where": [
        ((normal(3, 4) > 0, normal(3, 4), normal(3, 4)), {}),
        ((normal(4) > 0, normal(3, 1), normal()), {}),
    ],
}
