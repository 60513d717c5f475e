"""Functions with several results, or a result without a gradient, made of the operations."""

from typing import NamedTuple

import numpy as np

from dlcourse.ops.axes import axis_of, integers_of
from dlcourse.tensor import Tensor


class Extremes(NamedTuple):
    """The largest or smallest numbers along an axis, and where they stand."""

    values: Tensor
    indices: Tensor


def argmax(x, dim=None, keepdim=False) -> Tensor:
    """Where the largest number stands along the axis ``dim``; of equal ones the first.

    Without ``dim`` counted through all numbers, row by row. The result holds integers and has no
    gradient. Raises ValueError where there is no number.

    >>> Tensor([[1.0, 3.0], [2.0, 0.0]]).argmax(dim=1)
    Tensor([1, 0], dtype=int64)
    """
    return _position("argmax", np.argmax, x, dim, keepdim)


def argmin(x, dim=None, keepdim=False) -> Tensor:
    """Where the smallest number stands along the axis ``dim``; see ``argmax``.

    >>> Tensor([[1.0, 3.0], [2.0, 0.0]]).argmin(dim=1)
    Tensor([0, 1], dtype=int64)
    """
    return _position("argmin", np.argmin, x, dim, keepdim)


def max(x, dim=None, keepdim=False) -> Tensor | Extremes:
    """The largest number of all; with ``dim`` the largest along an axis and their positions.

    Along an axis, the first of equal numbers counts and gets the whole gradient; of all numbers,
    equal ones share it. That is how PyTorch does it. ``amax`` takes several axes and shares.
    Raises ValueError where there is no number.

    >>> values, indices = Tensor([[1.0, 3.0], [2.0, 0.0]]).max(dim=1)
    >>> values, indices
    (Tensor([3., 2.]), Tensor([1, 0], dtype=int64))
    """
    return _extreme("max", argmax, Tensor.amax, x, dim, keepdim)


def min(x, dim=None, keepdim=False) -> Tensor | Extremes:
    """The smallest number of all; with ``dim`` the smallest along an axis; see ``max``.

    >>> Tensor([[1.0, 3.0], [2.0, 0.0]]).min()
    Tensor(0.)
    """
    return _extreme("min", argmin, Tensor.amin, x, dim, keepdim)


def split(x, split_size_or_sections, dim=0) -> tuple[Tensor, ...]:
    """Pieces of x along the axis ``dim``: of one length (the last may be shorter), or of a list.

    Raises ValueError if the lengths are not positive or do not add up.

    >>> Tensor([1.0, 2.0, 3.0]).split(2)
    (Tensor([1., 2.]), Tensor([3.]))
    """
    x = x if isinstance(x, Tensor) else Tensor(x)
    axis = axis_of("split", dim, x.ndim)
    length, sections = x.shape[axis], split_size_or_sections
    if not isinstance(sections, tuple | list):
        (sections,) = integers_of("split", sections)
        if sections < 1:
            raise ValueError(f"split: the length of a piece must be at least 1, not {sections}.")
        sections = [sections] * (length // sections) + [length % sections] * (length % sections > 0)
    if any(n < 0 for n in sections) or sum(sections) != length:
        raise ValueError(
            f"split: the pieces {list(sections)} must be 0 or more and add up to {length}, the "
            f"length of axis {axis} of shape {x.shape}."
        )
    ends = np.cumsum(sections).tolist()
    before = (slice(None),) * axis
    return tuple(x[(*before, slice(b - n, b))] for n, b in zip(sections, ends, strict=True))


def _position(name, choose, x, dim, keepdim):
    array = x.data if isinstance(x, Tensor) else np.asarray(x)
    axis = None if dim is None else axis_of(name, dim, array.ndim)
    if (array.size if axis is None else array.shape[axis]) == 0:
        raise ValueError(f"{name}: there is no number along dim={dim} of shape {array.shape}.")
    return Tensor(choose(array, axis=axis, keepdims=keepdim))


def _extreme(name, position, extreme, x, dim, keepdim):
    x = x if isinstance(x, Tensor) else Tensor(x)
    if dim is None:
        return extreme(x)
    if isinstance(dim, tuple | list | Tensor):
        raise TypeError(
            f"{name}: dim is one axis, an integer. For several use a{name}, for two tensors "
            f"{name}imum."
        )
    dim = axis_of(name, dim, x.ndim)
    where = position(x, dim, keepdim=True)
    values = x.gather(dim, where)
    if keepdim:
        return Extremes(values, where)
    return Extremes(values.squeeze(dim), where.squeeze(dim))


FUNCTIONS = (argmax, argmin, max, min, split)
