"""Arithmetic, element by element."""

from parity.numbers import between, normal

CASES = {
    "div": [((normal(3, 4), between(0.5, 2, 3, 4)), {})],
    "log": [((between(0.1, 3, 3, 4),), {})],
    "pow": [((between(0.1, 3, 3, 4),), {"exponent": n}) for n in (2, 3, -1, 0.5, 0)],
    "sqrt": [((between(0.1, 3, 3, 4),), {})],
}
