"""Sums, means and extremes along axes."""

from itertools import product

import torch
from parity.numbers import normal

DIMS = ({}, {"dim": 0}, {"dim": -1}, {"dim": (0, 2)}, {"dim": (2, -2)})
WITH_DIM = [a | b for a, b in product(DIMS[1:], ({}, {"keepdim": True}))]
ALL = [{}, *WITH_DIM]
CORRECTIONS = ({}, {"unbiased": False}, {"correction": 0}, {"correction": 0.5})


def on_cubes(all_options):
    return [((normal(3, 4, 2),), options) for options in all_options]


CASES = {
    "amax": on_cubes(ALL),
    "amin": on_cubes(ALL),
    "cumsum": on_cubes([{"dim": dim} for dim in (0, 1, -1)]),
    "logsumexp": on_cubes(WITH_DIM),
    "mean": on_cubes(ALL),
    "norm": on_cubes([a | b for a, b in product(ALL, ({}, {"p": 1}, {"p": 2}))]),
    "sum": on_cubes(ALL),
    "var": on_cubes([a | b for a, b in product(ALL, CORRECTIONS)]),
}


def torch_var(x, dim=None, unbiased=True, keepdim=False, correction=None):
    correction = int(unbiased) if correction is None else correction
    return torch.var(x, dim, correction=correction, keepdim=keepdim)


TORCH = {
    "norm": lambda x, p=2, dim=None, keepdim=False: torch.linalg.vector_norm(x, p, dim, keepdim),
    "var": torch_var,
}
