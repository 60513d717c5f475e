"""Losses of two numbers, and what a picture of one needs: a box and its contour lines."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from dlcourse import functional as F
from dlcourse.graph import no_grad
from dlcourse.tensor import Tensor

Loss = Callable[[Tensor, Tensor], Tensor]
WIDTH = 720
"""Units of the picture from its left edge to its right one."""
_GRID = 91
_LEVELS = 9


@dataclass(frozen=True)
class Surface:
    """A loss of two numbers, where to start on it, and the part of the plane to show."""

    loss: Loss
    start: tuple[float, float]
    box: tuple[float, float, float, float]
    """Left, right, bottom, top."""
    formula: str = ""
    """LaTeX."""
    names: tuple[str, str] = ("x", "y")
    rates: tuple[float, ...] = (0.02, 0.05, 0.1, 0.2, 0.5)
    """Learning rates worth trying, for plain descent."""


def _bowl(x, y):
    return 0.5 * (x * x + y * y)


def _ravine(x, y):
    return 0.5 * (x * x + 12.0 * y * y)


def _saddle(x, y):
    return 0.5 * x * x + 0.25 * y**4 - 0.5 * y * y


def _rosenbrock(x, y):
    return (1.0 - x) ** 2 + 100.0 * (y - x * x) ** 2


_INPUTS = np.array([-2.0, -1.5, -1.0, -0.5, 0.5, 1.0, 1.5, 2.0])
_TARGETS = np.array([-0.95, -0.93, -0.74, -0.49, 0.44, 0.78, 0.89, 0.98])


def _network(w1, w2):
    return F.mse_loss(w2 * F.tanh(w1 * Tensor(_INPUTS)), Tensor(_TARGETS))


SURFACES = {
    "bowl": Surface(
        _bowl, (-2.2, 1.2), (-3.2, 3.2, -1.6, 1.6),
        r"L = \frac{1}{2}(x^2 + y^2)", rates=(0.05, 0.2, 0.5, 1.5, 2.1),
    ),
    "ravine": Surface(
        _ravine, (-2.6, 1.1), (-3.2, 3.2, -1.6, 1.6),
        r"L = \frac{1}{2}(x^2 + 12 y^2)", rates=(0.02, 0.08, 0.15, 0.16, 0.18),
    ),
    "saddle": Surface(
        _saddle, (-1.9, 0.01), (-2.6, 2.6, -1.3, 1.3),
        r"L = \frac{1}{2}x^2 + \frac{1}{4}y^4 - \frac{1}{2}y^2", rates=(0.05, 0.1, 0.3, 0.6, 1.0),
    ),
    "rosenbrock": Surface(
        _rosenbrock, (-1.2, 1.0), (-1.8, 1.8, -0.4, 1.4),
        r"L = (1 - x)^2 + 100(y - x^2)^2", rates=(0.0002, 0.0005, 0.001, 0.0015, 0.003),
    ),
    "network": Surface(
        _network, (-0.4, 1.2), (-4.6, 4.6, -2.3, 2.3),
        r"L = \frac{1}{8}\sum_n (w_2 \tanh(w_1 x_n) - t_n)^2", ("w₁", "w₂"),
        rates=(0.05, 0.2, 0.5, 1.0, 2.0),
    ),
}  # fmt: skip
"""The surfaces that have a name; ``network`` is a net with one hidden unit on eight points."""


def evaluate(loss: Loss, x: float, y: float) -> float:
    """The loss at one place, without a graph."""
    with no_grad():
        return float(loss(Tensor(float(x)), Tensor(float(y))))


def contours(surface: Surface) -> dict:
    """The contour lines of a surface as paths of the picture, with the level of each."""
    left, right, bottom, top = surface.box
    height = round(WIDTH * min(max((top - bottom) / (right - left), 0.35), 0.6))
    xs, ys = np.linspace(left, right, _GRID), np.linspace(bottom, top, _GRID)
    with np.errstate(all="ignore"):
        z = np.array([[evaluate(surface.loss, x, y) for x in xs] for y in ys])
    return {"width": WIDTH, "height": height, "lines": level_lines(z, _levels(z), WIDTH, height)}


def level_lines(z: np.ndarray, levels: list[float], width: int, height: int) -> list[dict]:
    """Where the grid ``z`` has each of the levels: a path, and a place for the level's label."""
    from contourpy import contour_generator

    xs, ys = np.linspace(0, width, z.shape[1]), np.linspace(height, 0, z.shape[0])
    generator = contour_generator(xs, ys, np.ma.masked_invalid(z))
    found, labels = [], []
    for level in levels:
        lines = [_thinned(line) for line in generator.lines(level)]
        if lines:
            path = "".join(_path(line) for line in lines)
            place = _label(max(lines, key=len), width, height, labels)
            labels += [place] if place else []
            found.append({"level": level, "path": path, "label": place})
    return found


def _levels(z):
    """Round numbers between the lowest and the highest, with about as much room in between."""
    finite = z[np.isfinite(z)]
    if not finite.size or np.ptp(finite) == 0:
        return []
    wanted = np.quantile(finite, np.linspace(0.02, 0.98, _LEVELS))
    digits = 1 - np.floor(np.log10(np.maximum(np.abs(wanted), 1e-9))).astype(int)
    return sorted({round(float(x), int(d)) for x, d in zip(wanted, digits, strict=True)})


def _thinned(line):
    """The line without points that lie within a fifth of a unit of it."""
    kept, first = [line[0]], 0
    for end in range(2, len(line)):
        along, off = line[end] - line[first], line[first + 1 : end] - line[first]
        away = np.abs(along[0] * off[:, 1] - along[1] * off[:, 0]).max()
        if away > 0.2 * max(np.hypot(*along), 1e-9):
            first = end - 1
            kept.append(line[first])
    return np.array([*kept, line[-1]])


def _path(line):
    return "M" + "L".join(f"{x:.5g} {y:.5g}" for x, y in np.round(line, 1))


def _label(line, width, height, taken):
    """The highest point of the line that has room; None if there is none."""
    for x, y in sorted(line.tolist(), key=lambda point: (point[1], abs(point[0] - width / 2))):
        inside = 40 < x < width - 40 and 14 < y < height - 8
        if inside and all(abs(x - a) > 60 or abs(y - b) > 18 for a, b in taken):
            return [round(x), round(y)]
    return None
