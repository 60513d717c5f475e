"""The trace's pool of arrays: each stored once, with few digits, large ones cut to a preview."""

import json
import math

import numpy as np

LEVELS = ((1024, 6, 2), (400, 6, 2), (100, 6, 2), (64, 4, 2), (16, 2, 1))
"""Tried from the left until the trace is small enough: an array with up to so many cells is shown
whole, of a larger one so many first and so many last places of each axis."""
BUDGET = 10_000
"""Characters of JSON that all arrays of a trace together should not exceed."""


class ArrayPool:
    """Collects arrays; equal ones share an index."""

    def __init__(self):
        self._arrays: list[np.ndarray] = []
        self._index: dict[tuple, int] = {}

    def add(self, array: np.ndarray | None) -> int | None:
        """The index that this array has, or gets, in the pool; None for None."""
        if array is None:
            return None
        array = np.asarray(array)
        key = (array.shape, array.dtype.str, array.tobytes())
        if key not in self._index:
            self._index[key] = len(self._arrays)
            self._arrays.append(array)
        return self._index[key]

    def as_json(self) -> tuple[list[dict], list[str]]:
        """All arrays, ready for JSON, and a note for the reader where some were cut."""
        for level in LEVELS:
            packed = [_packed(array, *level) for array in self._arrays]
            if len(json.dumps(packed)) <= BUDGET:
                break
        cut = sum("shown" in array for array in packed)
        many = "1 large array is" if cut == 1 else f"{cut} large arrays are"
        return packed, [f"{many} shown in part: the first and the last rows."] if cut else []


def _packed(array, cells, first, last):
    shape = list(array.shape)
    if array.size <= cells:
        return {"shape": shape, "data": _numbers(array, 12 if array.size <= 64 else 6)}
    shown = [
        [*range(first), *range(n - last, n)] if n > first + last else list(range(n))
        for n in array.shape
    ]
    return {
        "shape": shape,
        "data": _numbers(array[np.ix_(*shown)], 5),
        "shown": shown,
        "stats": _statistics(array),
    }


def _numbers(array, digits):
    if array.dtype.kind in "iub":
        return [int(x) for x in array.ravel()]
    return [_number(x, digits) for x in array.ravel().tolist()]


def _number(x, digits):
    if not math.isfinite(x):
        return "NaN" if math.isnan(x) else "Infinity" if x > 0 else "-Infinity"
    if x == 0:
        return "-0" if np.signbit(x) else 0
    rounded = float(f"{x:.{digits}g}")
    return int(rounded) if rounded.is_integer() and abs(rounded) < 1e12 else rounded


def _statistics(array):
    finite = array[np.isfinite(array)]
    summary = {
        "nan": int(np.isnan(array).sum()),
        "zeros": _number(float(np.mean(array == 0)), 6),
    }
    for name in ("min", "max", "mean", "std"):
        summary[name] = _number(float(getattr(finite, name)()), 6) if finite.size else "NaN"
    if finite.size and abs(finite.mean()) < 1e-12 * np.abs(finite).max():
        summary["mean"] = 0  # what is left of a sum of 0 is rounding
    return summary


def scale(arrays: list[np.ndarray]) -> float:
    """The largest finite |value|, rounded up to 1, 1.5, 2, 3 or 5 times a power of ten."""
    largest = max((np.abs(a[np.isfinite(a)]).max(initial=0) for a in arrays), default=0)
    if largest == 0:
        return 1
    power = 10.0 ** np.floor(np.log10(largest))
    leading = next(m for m in (1, 1.5, 2, 3, 5, 10) if largest <= m * power * (1 + 1e-12))
    return _number(float(leading * power), 6)


def chosen_cell(array: np.ndarray) -> list[int]:
    """A telling cell: neither 0 nor ±1, of middling size; the first such in reading order."""
    if array.size == 0 or array.ndim == 0:
        return [0] * array.ndim
    near = array[tuple(slice(0, LEVELS[-1][1]) for _ in array.shape)]  # never cut
    size = np.abs(np.where(np.isfinite(near), near, 0)).astype(float)
    low, high = np.quantile(size[size > 0], (0.25, 0.75)) if (size > 0).any() else (0, 0)
    wishes = (
        (size >= low) & (size <= high) & (size != 0) & (size != 1),
        (size != 0) & (size != 1),
        size != 0,
        np.ones_like(size, bool),
    )
    best = next(wish for wish in wishes if wish.any())
    return [int(i) for i in np.argwhere(best)[0]]
