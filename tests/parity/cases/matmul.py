"""The matrix product."""

from parity.numbers import normal

CASES = {
    "matmul": [((normal(3, 4), normal(4, 2)), {}), ((normal(2, 3, 4), normal(4, 5)), {})],
}
