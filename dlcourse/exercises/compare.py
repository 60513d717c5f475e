"""Comparing a learner's results with the wanted ones, and saying how they differ."""

import numpy as np

from dlcourse.tensor import Tensor


def numbers(value) -> np.ndarray | None:
    """A number, an array, a tensor or nested lists of these as float64; None for anything else."""
    try:
        array = np.asarray(_plain(value))
    except ValueError:  # lists of different lengths
        return None
    return array.astype(float) if array.dtype.kind in "biuf" else None


def _plain(value):
    if isinstance(value, Tensor):
        return value.data
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value


def equal(result, wanted) -> bool:
    """The same numbers in the same shape, up to rounding in the last digits."""
    got, want = numbers(result), numbers(wanted)
    return (
        got is not None
        and got.shape == want.shape
        and np.allclose(got, want, rtol=1e-6, atol=1e-9, equal_nan=True)
    )


def difference(results: list, wanted: list, calls: list[str], rows: list[int | None]) -> str:
    """How the results differ from the wanted ones, without telling a wanted number.

    ``calls``: what each result is the result of, as text; ``rows``: how many examples each call
    got, where that can be said.
    """
    want = [numbers(value) for value in wanted]
    for result, right, call in zip(results, want, calls, strict=True):
        got = numbers(result)
        if got is None:
            return f"{call} is {result!r:.60}; wanted is {_kind(right.shape)}."
        if got.shape != right.shape:
            return f"{call} has shape {got.shape}; wanted is {right.shape}.{_cause(got, right)}"
        if not np.isfinite(got).all() and np.isfinite(right).all():
            return f"{call} holds nan or infinity: look for a division by 0 or steps too long."
    got = [numbers(value) for value in results]
    return _pattern(got, want, rows) or _first_difference(got, want, calls)


def _kind(shape):
    return "a number" if shape == () else f"numbers of shape {shape}"


def _cause(got, want):
    if got.shape == want.shape[::-1]:
        return " Is it transposed?"
    if got.shape[1:] == want.shape:
        return " Is there a sum missing over the first axis?"
    if got.size == want.size:
        return " It has the right count of numbers, in another arrangement."
    return ""


def _pattern(got, want, rows):
    """What all differences have in common, if one thing explains them all."""
    ratios = [_ratio(*pair) for pair in zip(got, want, strict=True)]
    if None in ratios:
        return None
    if np.allclose(ratios, -1):
        return "every number has the right size and the wrong sign."
    if None not in rows and len(set(rows)) > 1:
        if np.allclose(ratios, rows):
            return "every number is N times too large, N being the count of examples."
        if np.allclose(np.multiply(ratios, rows), 1):
            return "every number is N times too small, N being the count of examples."
    if np.allclose(ratios, ratios[0]):
        for factor in range(2, 11):
            if np.isclose(ratios[0], factor):
                return f"every number is exactly {factor} times too large."
            if np.isclose(ratios[0] * factor, 1):
                return f"every number is exactly {factor} times too small."
    return None


def _ratio(got, want):
    """The one factor between two arrays, or None."""
    there = want != 0
    if not there.any() or np.any(got[~there]):
        return None
    ratios = got[there] / want[there]
    return ratios.flat[0] if np.allclose(ratios, ratios.flat[0]) else None


def _first_difference(got, want, calls):
    wrong = [not equal(*pair) for pair in zip(got, want, strict=True)]
    case = wrong.index(True)
    differs = ~np.isclose(got[case], want[case], rtol=1e-6, atol=1e-9)
    place = np.unravel_index(differs.argmax(), differs.shape)
    mine, right = got[case][place], want[case][place]
    if mine * right < 0:
        relation = "has the wrong sign"
    else:
        relation = "is too large" if mine > right else "is too small"
    which = f"entry [{', '.join(map(str, place))}] of {calls[case]}" if place else calls[case]
    share = "" if len(got) == 1 else f" ({len(got) - sum(wrong)} of {len(got)} cases are right)"
    return f"{which} is {mine:.4g}, which {relation}{share}."
