"""Exercises, quiz and clinic: checking gradients."""

from collections.abc import Callable

import numpy as np

from dlcourse import functional as F
from dlcourse.exercises.backprop.museum import PIECES, Piece
from dlcourse.exercises.exercise import Exercise, WrongAnswer
from dlcourse.gradcheck import relative_error
from dlcourse.quiz import Question, Quiz
from dlcourse.tensor import Tensor

_PATIENTS = (
    "The gradient of a weight is transposed",
    "The mean is forgotten",
    "relu's mask is forgotten",
    "A bias is averaged over the batch",
    "A weight was updated too early",
    "The residual has the wrong sign",
    "A bias is not summed over the batch",
    "The mask looks at the gradient",
)
CLINIC: tuple[Piece, ...] = tuple(
    next(piece for piece in PIECES if piece.name == name) for name in _PATIENTS
)


def errors_of_nudging(sizes: np.ndarray) -> dict[str, np.ndarray]:
    """The error of the slope of e^sin x at 1.3, for each h, by three ways of nudging."""

    def f(x):
        return np.exp(np.sin(x))

    def forward(x, h):
        return (f(x + h) - f(x)) / h

    def central(x, h):
        return (f(x + h) - f(x - h)) / (2 * h)

    slope = f(1.3) * np.cos(1.3)
    ways = {
        "central, float64": (central, np.float64),
        "forward, float64": (forward, np.float64),
        "central, float32": (central, np.float32),
    }
    return {
        label: np.array([abs(way(dtype(1.3), dtype(h)) - slope) for h in sizes])
        for label, (way, dtype) in ways.items()
    }


def sampled_errors(model, inputs: Tensor, targets, parameter: Tensor, count: int) -> np.ndarray:
    """Relative errors of ``count`` numbers of a parameter's gradient, for cross-entropy."""
    flat, analytic = parameter.data.reshape(-1), parameter.grad.data.reshape(-1)
    places = np.random.default_rng(0).choice(flat.size, min(count, flat.size), replace=False)
    numeric = []
    for place in places:
        kept, values = flat[place], []
        for nudge in (1e-6, -1e-6):
            flat[place] = kept + nudge
            values.append(F.cross_entropy(model(inputs), targets).item())
        flat[place] = kept
        numeric.append((values[0] - values[1]) / 2e-6)
    return relative_error(analytic[places], np.array(numeric))


def _bowl(x):
    return float((x**2).sum() + np.sin(x).sum())


def _wave(x):
    return float(np.exp(np.sin(x)).sum())


_PLACES = (np.array([0.5, -1.0, 2.0]), np.array([[0.3, 1.1], [-0.7, 2.5]]))


def _slopes(x, f):
    return 2 * x + np.cos(x) if f is _bowl else np.exp(np.sin(x)) * np.cos(x)


def _verify_numeric(numeric: Callable) -> str | None:
    for f in (_bowl, _wave):
        for place in _PLACES:
            x = place.copy()
            found = np.asarray(numeric(f, x), dtype=float)
            if not np.array_equal(x, place):
                return "your function changed x. Put each number back before you nudge the next."
            if found.shape != place.shape:
                return f"the result has shape {found.shape}; x has shape {place.shape}."
            error = relative_error(found, _slopes(place, f)).max()
            if error > 1e-3:
                return f"the relative error is {error:.0e}: is the difference divided by 2h?"
            if error > 1e-7:
                return (
                    f"the relative error is {error:.0e}; a central difference with a good h "
                    "reaches 1e-8. Is it central? Is h too small, or too large?"
                )
    return None


_NUMERIC = """
def numeric(f, x):
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        kept = x[index]
        x[index] = kept + {h}
        above = f(x)
        x[index] = {low}
        below = f(x)
        x[index] = {restore}
        gradient[index] = (above - below) / {width}
    return gradient
"""
_PARTS = {"h": "1e-6", "low": "kept - 1e-6", "restore": "kept", "width": "2e-6"}


def _numeric(**changes):
    return _NUMERIC.format(**(_PARTS | changes))


numeric = Exercise(
    name="numeric",
    stub="def numeric(f, x):\n    ...  # your code: f takes an array and returns a number",
    solution_code=_numeric(),
    hints=(
        "np.ndindex(x.shape) gives every index of the array.",
        "Keep the number, write kept + h, call f, write kept − h, call f, put the number back.",
        "Divide the difference by 2h; h = 1e-6 is a good choice in float64.",
    ),
    right="two functions at two places: ten right digits, and x is as before.",
    cases=((_bowl, _PLACES[0]),),
    verify=_verify_numeric,
    wrong=(
        WrongAnswer(
            _numeric(low="kept", width="1e-6"), "Is it central? Is h too small, or too large?"
        ),
        WrongAnswer(_numeric(width="1e-6"), "is the difference divided by 2h?"),
        WrongAnswer(_numeric(restore="kept - 1e-6"), "your function changed x."),
        WrongAnswer(
            """
def numeric(f, x):
    h = 1e-6
    return np.array((f(x + h) - f(x - h)) / (2 * h))
""",
            "the result has shape ()",
        ),
    ),
)

_DIRECTION = "def slope_along(f, x, v):\n    h = 1e-6\n    return {}\n"

direction = Exercise(
    name="slope_along",
    stub="def slope_along(f, x, v):\n    ...  # your code: return a number",
    solution_code=_DIRECTION.format("(f(x + h * v) - f(x - h * v)) / (2 * h)"),
    hints=(
        "Nudge all numbers at once: x + h v and x − h v.",
        "Divide the difference by 2h, not by the length of v.",
    ),
    right="the slope agrees for three directions.",
    cases=(
        (_bowl, _PLACES[0], np.array([1.0, 0.0, 0.0])),
        (_bowl, _PLACES[0], np.array([1.0, -2.0, 0.5])),
        (_wave, _PLACES[1], np.array([[0.3, 1.0], [-1.0, 0.2]])),
    ),
    wrong=(
        WrongAnswer(
            _DIRECTION.format("(f(x + h) - f(x - h)) / (2 * h)"),
            "you nudged every number by the same h: where is v?",
        ),
        WrongAnswer(
            _DIRECTION.format("(f(x + h * v) - f(x - h * v)) / h"),
            "twice too large: from one nudge to the other it is 2h.",
        ),
        WrongAnswer(
            _DIRECTION.format("(f(x + h * v) - f(x - h * v)) / (2 * h) / np.sqrt((v * v).sum())"),
            "you divided by the length of v. Asked is the gradient times v, as it is.",
        ),
    ),
)


def _bends(x):
    return max(x, 0.0) + abs(x - 1)


def _stairs(x):
    return 2 * max(x - 0.5, 0.0)


_KINKS = """
def near_a_kink(f, xs, h=1e-4):
    def bent(x):
        right, left = (f(x + h) - f(x)) / h, (f(x) - f(x - h)) / h
        return {test}
    return [{kept} for x in xs if bent(x)]
"""
_XS = [-1.0, 0.0, 0.3, 0.5, 0.99995, 1.0, 2.0]

kinks = Exercise(
    name="near_a_kink",
    stub="def near_a_kink(f, xs, h=1e-4):\n    ...  # your code: return a list of numbers",
    solution_code=_KINKS.format(test="abs(right - left) > 1e-6", kept="x"),
    hints=(
        "Compute (f(x + h) − f(x)) / h and (f(x) − f(x − h)) / h.",
        "On a straight line both are equal, up to rounding.",
    ),
    right="all kinks of two functions are found, and nothing else.",
    cases=((_bends, _XS), (_stairs, _XS)),
    wrong=(
        WrongAnswer(
            _KINKS.format(test="right != left", kept="x"),
            "you compare for exact equality: rounding makes straight lines look bent.",
        ),
        WrongAnswer(
            _KINKS.format(test="abs(right - left) > 1e-6", kept="f(x)"),
            "return the places, not the values of f there.",
        ),
        WrongAnswer(
            _KINKS.format(test="abs(right - left) < 1e-6", kept="x"),
            "those are the places where nothing bends.",
        ),
    ),
)

quiz = Quiz(
    (
        Question(
            "Which h for a central difference in float64?",
            right="About 1e-6 to 1e-5",
            why="There the part cut off and the rounding are about equally small.",
            wrong={
                "As small as possible": "At 1e-12 the difference is nearly all rounding.",
                "0.1": "The part that Taylor's series cuts off is then about a hundredth.",
                "It does not matter": "Between the best and a bad h lie eight digits.",
            },
        ),
        Question(
            "Every gradient of your layer is 32 times too large. What do you look for?",
            right="A forgotten mean over a batch of 32",
            why="One factor everywhere is a constant, and 32 names which.",
            wrong={
                "A transposed matrix": "That gives other numbers, not one factor.",
                "A missing mask": "Then only some rows differ.",
                "A larger h": "h changes the last digits only.",
            },
        ),
        Question(
            "The check fails at one weight of a thousand, by a half. All else is right.",
            right="A pre-activation may sit at a kink: check at another point",
            why="At a kink of relu the central difference is the mean of two slopes.",
            wrong={
                "The backward pass is wrong": "It may be, but then seldom at one weight only.",
                "float64 is too coarse": "Its rounding is far smaller than a half.",
            },
        ),
        Question(
            "Your check passes, and the network learns nothing. Can that be?",
            right="Yes: the gradient belongs to the loss, and the loss may be the wrong one",
            why="Shifted labels, a sigmoid too many, a rate too small: all pass.",
            wrong={
                "No": "A check compares a gradient with its loss, and nothing else.",
                "Only in float32": "It has nothing to do with precision.",
            },
        ),
    )
)
