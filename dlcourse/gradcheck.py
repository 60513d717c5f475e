"""Are these gradients right? Compare them with central differences, number by number.

(f(x + h) − f(x − h)) / 2h uses no rule of calculus. Its own error is about h² from cutting the
Taylor series and ε/h from rounding; h = 1e-6 keeps both near 1e-10 in float64.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from dlcourse.autograd import grad
from dlcourse.graph import backpropagate, topological_order
from dlcourse.tensor import Tensor

STEP = 1e-6
TOLERANCE = 1e-6


class Finding(NamedTuple):
    """What was found for one input: the worst element, and what its error looks like."""

    name: str
    shape: tuple[int, ...]
    error: float
    index: tuple[int, ...]
    analytic: float
    numeric: float
    cause: str


class Report(NamedTuple):
    """The findings, one for each input. True if all gradients are right."""

    findings: tuple[Finding, ...]
    tolerance: float

    def __bool__(self):
        return all(finding.error <= self.tolerance for finding in self.findings)

    def __repr__(self):
        lines = [
            f"{'input':<10} {'shape':<10} {'error':>8}  {'at':<8} {'analytic':>12} {'numeric':>12}"
        ]
        for f in self.findings:
            fine = f.error <= self.tolerance
            lines.append(
                f"{f.name:<10} {f.shape!s:<10} {_size(f.error)}  {list(f.index)!s:<8} "
                f"{f.analytic:12.6f} {f.numeric:12.6f}  {'right' if fine else 'WRONG: ' + f.cause}"
            )
        return "\n".join(lines)


def gradcheck(
    function: Callable[..., Tensor],
    inputs: Sequence[Tensor],
    eps: float = STEP,
    tolerance: float = TOLERANCE,
    gradients: Sequence[np.ndarray] | None = None,
) -> Report:
    """Compare ``backward()`` of ``function(*inputs)`` with central differences.

    Every input that requires a gradient is checked, every element of it. A result with several
    numbers is weighted by fixed random numbers and summed. The inputs' ``data`` and ``grad`` are as
    before afterwards.

    ``gradients``: what a backward pass of your own gives, checked in place of ``backward()``: an
    array for each input that requires a gradient, where the function gives one number. The graph
    tells whether they hold one path to the loss only.

    Raises TypeError for inputs in float32, whose rounding would drown the comparison, ValueError if
    no input requires a gradient, the function gives other numbers each time, or ``gradients`` do
    not fit.

    >>> from dlcourse import Tensor, gradcheck
    >>> x = Tensor([1.0, 2.0], requires_grad=True, name="x")
    >>> gradcheck(lambda x: (x * x).sum(), [x])
    input      shape         error  at           analytic      numeric
    x          (2,)        < 1e-06  [0]          2.000000     2.000000  right
    """
    wanted = [tensor for tensor in inputs if tensor.requires_grad]
    if not wanted:
        raise ValueError("gradcheck: no input has requires_grad=True, so nothing can be checked.")
    if any(tensor.dtype != np.float64 for tensor in wanted):
        raise TypeError("gradcheck needs float64: write .double(); float32 rounds too coarsely.")
    shape = function(*inputs).shape
    weights = np.random.default_rng(0).uniform(0.5, 1.5, shape) if shape else np.ones(())

    def value():
        return float((function(*inputs).data * weights).sum())

    if gradients is not None and (shape or len(gradients) != len(wanted)):
        raise ValueError(
            f"gradcheck: {len(gradients)} gradients, and a result of shape {shape}; wanted are "
            f"{len(wanted)}, one for each input with requires_grad=True, of a single number."
        )
    names = [
        tensor.name or f"input {number}"
        for number, tensor in enumerate(inputs)
        if tensor.requires_grad
    ]

    def named(values):
        return dict(zip(names, values, strict=True))

    arrays = named([tensor.data for tensor in wanted])
    if gradients is None:
        analytic = named(grad(function(*inputs), wanted, weights))
        return check_gradients(value, arrays, analytic, eps, tolerance)
    paths = named(_paths(function(*inputs), wanted))
    return _report(value, arrays, named(gradients), eps, tolerance, paths)


def _paths(loss, tensors):
    """For each tensor what each of its uses sends back to it, before it is added up."""
    arrived = {tensor: [] for tensor in tensors}
    operations = topological_order(loss.grad_fn)
    for node, _, contributions in backpropagate(operations, {loss.grad_fn: np.ones(())}):
        for tensor, contribution in zip(node.inputs, contributions, strict=True):
            if contribution is not None and tensor in arrived:
                arrived[tensor].append(contribution)
    return list(arrived.values())


def check_gradients(
    loss: Callable[[], float],
    parameters: dict[str, np.ndarray],
    gradients: dict[str, np.ndarray],
    eps: float = STEP,
    tolerance: float = TOLERANCE,
) -> Report:
    """Compare gradients that you computed by hand with central differences of ``loss()``.

    ``loss`` takes nothing and reads the arrays in ``parameters``; each is nudged in place and put
    back. Raises ValueError if a gradient is missing or the loss differs from call to call.

    >>> from dlcourse import check_gradients
    >>> w = np.array([1.0, 2.0])
    >>> bool(check_gradients(lambda: (w**2).sum(), {"w": w}, {"w": 2 * w}))
    True
    """
    missing = parameters.keys() - gradients.keys()
    if missing:
        raise ValueError(f"No gradient was given for {', '.join(sorted(missing))}.")
    return _report(loss, parameters, gradients, eps, tolerance, {})


def _report(loss, parameters, gradients, eps, tolerance, paths):
    first, second = float(loss()), float(loss())
    if first != second and not np.isnan(first):
        raise ValueError(
            f"The function gives {first} and then {second}: it draws random numbers. Fix them, "
            "for example by a seed inside the function."
        )
    findings = []
    for name, array in parameters.items():
        numeric = central_differences(loss, array, eps)
        analytic = np.asarray(gradients[name], float)
        findings.append(_compared(name, analytic, numeric, paths.get(name, [])))
    return Report(tuple(findings), tolerance)


def central_differences(loss: Callable[[], float], array: np.ndarray, eps: float = STEP):
    """∂loss/∂array by nudging each element up and down; the array is as before afterwards."""
    numeric = np.zeros(array.shape)
    for index in np.ndindex(array.shape):
        kept = array[index]
        try:
            array[index] = kept + eps
            above = float(loss())
            array[index] = kept - eps
            below = float(loss())
        finally:
            array[index] = kept
        numeric[index] = (above - below) / (2 * eps)
    return numeric


def relative_error(analytic: np.ndarray, numeric: np.ndarray) -> np.ndarray:
    """|a − n| / max(|a|, |n|), with 1e-3 for smaller sizes, where only the difference counts."""
    size = np.maximum(np.maximum(np.abs(analytic), np.abs(numeric)), 1e-3)
    return np.abs(analytic - numeric) / size


def _size(error):
    """An error to one digit; what is rounding only is not told apart."""
    return " < 1e-06" if error < TOLERANCE else f"{error:8.0e}"


def _compared(name, analytic, numeric, paths):
    if analytic.shape != numeric.shape:
        cause = f"the gradient has shape {analytic.shape}; it must have that of the input"
        cause += _cause_of_shape(analytic, numeric)
        origin = (0,) * numeric.ndim
        return Finding(name, numeric.shape, np.inf, origin, np.nan, numeric[origin], cause)
    if not numeric.size:
        return Finding(name, numeric.shape, 0.0, (), 0.0, 0.0, "")
    errors = np.nan_to_num(relative_error(analytic, numeric), nan=np.inf)
    worst = errors.argmax() if errors.max() >= TOLERANCE else 0  # below it is only rounding
    index = tuple(int(i) for i in np.unravel_index(worst, errors.shape))
    a, n = float(analytic[index]), float(numeric[index])
    cause = _cause(analytic, numeric, paths)
    return Finding(name, numeric.shape, float(errors[index]), index, a, n, cause)


def _cause_of_shape(analytic, numeric):
    new = analytic.ndim - numeric.ndim
    if new > 0 and set(analytic.shape[:new]) == {1}:
        return ": an axis of length 1 too many"
    if new > 0:
        return ": not summed over the batch"
    return ": transposed" if analytic.shape == numeric.shape[::-1] else ""


def _cause(analytic, numeric, paths):
    """What the errors look like, taken together."""

    def fits(other):
        return other.shape == numeric.shape and relative_error(analytic, other).max() < 1e-4

    if not np.isfinite(analytic).all():
        return "NaN or infinite"
    if not analytic.any():
        return "0 everywhere: the path to the loss is cut"
    if any(fits(path) for path in paths) and len(paths) > 1:
        return f"one of its {len(paths)} paths only: overwritten instead of added"
    if fits(-numeric):
        return "the sign"
    if numeric.ndim == 2 and fits(numeric.T):
        return "transposed"
    if numeric.ndim > 2 and fits(numeric[..., ::-1, ::-1]):
        return "turned round: the kernel is mirrored"
    ratio = np.median(analytic[numeric != 0] / numeric[numeric != 0]) if numeric.any() else np.nan
    if np.isfinite(ratio) and fits(ratio * numeric):
        return _cause_of_ratio(ratio)
    wrong = relative_error(analytic, numeric) > 1e-4
    if wrong.any() and not analytic[wrong].any():
        return "0 where it should not be: a path is missing"
    return f"{wrong.sum()} of {wrong.size} numbers differ"


def _cause_of_ratio(ratio):
    """Why every number would be wrong by the same factor."""
    sign, size = "the sign, and " if ratio < 0 else "", abs(ratio)
    factor = max(size, 1 / size)
    over = ""
    if round(factor) > 2 and abs(factor - round(factor)) < 1e-4 * factor:
        over = f" over {round(factor)}"
    if size > 1:
        cause = f"a forgotten mean{over}" if over else "a forgotten mean, or a forgotten 1/2"
        return f"{sign}{size:.4g} times too large: {cause}"
    cause = f"a mean{over} taken twice" if over else "a mean taken twice, or a forgotten 2"
    return f"{sign}{size:.4g} of what it should be: {cause}"
