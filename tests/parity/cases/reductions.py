"""Sums and means along axes."""

from parity.numbers import normal

CASES = {
    "sum": [((normal(3, 4),), o) for o in ({}, {"dim": 0}, {"dim": -1, "keepdim": True})],
    "mean": [((normal(3, 4),), o) for o in ({}, {"dim": 1}, {"dim": (0, 1)})],
}
