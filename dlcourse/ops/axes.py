"""Which axes an operation works along, and how long they are."""

import numpy as np


def axis_of(name: str, dim: int, ndim: int) -> int:
    """``dim`` counted from 0; negative ones count from the end.

    Raises TypeError if it is no integer, ValueError if there is no such axis.
    """
    if isinstance(dim, bool) or not isinstance(dim, int | np.integer):
        raise TypeError(
            f"{name}: dim says along which axis and is an integer, not {dim!r}. dim=0 is the "
            "first axis, often that of the examples; dim=-1 the last."
        )
    if not -ndim <= dim < ndim:
        raise ValueError(
            f"{name}: dim={dim} is not an axis here: there are {ndim}, counted from 0, or from "
            "the end with -1."
        )
    return int(dim) % ndim


def axes_of(name: str, dim: int | tuple[int, ...] | None, ndim: int) -> tuple[int, ...]:
    """One or several axes, counted from 0; None means all. Raises also if one comes twice."""
    if dim is None:
        return tuple(range(ndim))
    dims = dim if isinstance(dim, tuple | list) else (dim,)
    axes = tuple(axis_of(name, d, ndim) for d in dims)
    if len(set(axes)) < len(axes):
        raise ValueError(f"{name}: dim={dim} names an axis twice.")
    return axes


def integers_of(name: str, given: int | tuple[int, ...] | list[int]) -> tuple[int, ...]:
    """One integer or several, as a tuple. Raises TypeError for other things."""
    several = tuple(given) if isinstance(given, tuple | list) else (given,)
    if not all(isinstance(n, int | np.integer) for n in several):
        raise TypeError(f"{name}: lengths are integers, one or several in a tuple, not {given!r}.")
    return several
