"""The workloads with micrograd, whose numbers are single Python floats."""

import sys

from micrograd.engine import Value


def chain(dtype):
    sys.setrecursionlimit(10_000)  # it walks the graph recursively
    x = Value(1.0)

    def step():
        x.grad = 0
        result = x
        for _ in range(500):
            result = result * x + x
        result.backward()

    return step


WORKLOADS = {"chain": chain}
