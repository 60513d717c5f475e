"""Exercises and quiz: what hidden units learn."""

from itertools import product

import numpy as np

from dlcourse import functional as F
from dlcourse.exercises.exercise import Exercise, WrongAnswer
from dlcourse.quiz import Question, Quiz
from dlcourse.tensor import Tensor


def trained_mirror_network(sweeps: int = 650) -> np.ndarray:
    """The hidden weights (2, 6) of a network that has learnt to tell mirror images of six bits.

    Trained here and now as in the lesson: sigmoids, all 64 patterns a sweep, momentum.
    """
    rng = np.random.default_rng(1)
    patterns = np.array(list(product((0.0, 1.0), repeat=6)))
    target = (patterns == patterns[:, ::-1]).all(axis=1)[:, None].astype(float)
    shapes = (2, 6), (2,), (1, 2), (1,)
    weights = [Tensor(rng.uniform(-0.3, 0.3, shape), requires_grad=True) for shape in shapes]
    steps = [np.zeros(shape) for shape in shapes]
    for _ in range(sweeps):
        W1, b1, W2, b2 = weights
        output = F.sigmoid(F.sigmoid(Tensor(patterns) @ W1.T + b1) @ W2.T + b2)
        (F.mse_loss(output, target, reduction="sum") / 2).backward()
        for i, weight in enumerate(weights):
            steps[i] = 0.9 * steps[i] - 0.1 * weight.grad.data
            weight.data, weight.grad = weight.data + steps[i], None
    return weights[0].data


def _verify_mirror(mirror_weights):
    for pairs in (1, 2, 3, 4):
        weights = np.asarray(mirror_weights(pairs), dtype=float)
        if weights.shape != (2 * pairs,):
            return f"for {pairs} pairs there are {2 * pairs} weights; yours are {weights.size}."
        patterns = np.array(list(product((0, 1), repeat=2 * pairs)))
        mirrors = (patterns == patterns[:, ::-1]).all(axis=1)
        zero = np.isclose(patterns @ weights, 0)
        if (mirrors & ~zero).any():
            missed = patterns[mirrors & ~zero][0]
            return f"the mirror image {_bits(missed)} does not add up to 0."
        if (zero & ~mirrors).any():
            return f"{_bits(patterns[zero & ~mirrors][0])} adds up to 0 and is no mirror image."
    return None


def _bits(pattern):
    return "".join(str(int(bit)) for bit in pattern)


_MIRROR = "def mirror_weights(pairs):\n    sizes = {}\n    return sizes + {}\n"
_POWERS, _TURNED = "[2.0**i for i in range(pairs)]", "[-s for s in sizes[::-1]]"

mirror = Exercise(
    name="mirror_weights",
    stub="def mirror_weights(pairs):\n    ...  # your code: return a list of 2 * pairs numbers",
    solution_code=_MIRROR.format(_POWERS, _TURNED),
    hints=(
        "The weights of the first half, turned round and with the other sign, are the second half.",
        "Sizes 1, 2, 4, 8, …: with signs and zeros they add up to 0 in one way only.",
    ),
    right="for one to four pairs exactly the mirror images add up to 0.",
    cases=((1,),),
    verify=_verify_mirror,
    wrong=(
        WrongAnswer(_MIRROR.format("[1.0] * pairs", _TURNED), "0101 adds up to 0 and is no mirror"),
        WrongAnswer(_MIRROR.format(_POWERS, "sizes[::-1]"), "image 11 does not add up to 0"),
        WrongAnswer(
            _MIRROR.format("[float(i + 1) for i in range(pairs)]", _TURNED),
            "001011 adds up to 0 and is no mirror image.",
        ),
        WrongAnswer(_MIRROR.format(_POWERS, "[-s for s in sizes]"), "the mirror image 0110 does"),
    ),
)

_TENT = """
def tent(x, left, peak, right):
    def r(v):
        return np.maximum(v, 0)
    up, down = 1 / (peak - left), {down}
    return up * r(x - left) - {middle} * r(x - peak) + {last} * r(x - right)
"""
_TENT_RIGHT = {"down": "1 / (right - peak)", "middle": "(up + down)", "last": "down"}


def _tent(**parts):
    return _TENT.format(**(_TENT_RIGHT | parts))


_LINE = np.linspace(-2, 6, 33)

tent = Exercise(
    name="tent",
    stub="def tent(x, left, peak, right):\n    ...  # your code: x is an array",
    solution_code=_tent(),
    hints=(
        "The slope rises by 1 / (peak − left) at the left foot.",
        "At the peak it changes from up to −down: by −(up + down). At the right foot back to 0.",
    ),
    right="two even and two uneven tents agree everywhere.",
    cases=((_LINE, 0, 1, 2), (_LINE, -1, 0, 3), (_LINE, 1, 4, 5), (_LINE, 0, 2, 4)),
    wrong=(
        WrongAnswer(_tent(middle="up"), "after the peak it is level: the slope must turn."),
        WrongAnswer(_tent(last="0"), "it falls for ever: at the right foot it must stop at 0."),
        WrongAnswer(
            _tent(down="1 / (peak - left)"), "both sides have the same slope; uneven feet need two."
        ),
    ),
)

_CHANGES = "def slope_changes(x, y):\n    slopes = np.diff(y) / np.diff(x)\n    return {}\n"
_ROWS = (
    (np.array([0.0, 1.0, 2.0, 4.0]), np.array([0.0, 2.0, 2.0, 0.0])),
    (np.array([-1.0, 0.0, 3.0]), np.array([1.0, 0.0, 3.0])),
    (np.array([0.0, 0.5, 1.0, 2.0, 2.5]), np.array([1.0, 1.5, 0.0, 2.0, 2.0])),
)

changes = Exercise(
    name="slope_changes",
    stub="def slope_changes(x, y):\n    ...  # your code: return an array",
    solution_code=_CHANGES.format("np.diff(slopes)"),
    hints=(
        "The slope of each piece is the difference of y over the difference of x.",
        "A relu that begins at a point adds its weight to all slopes after it.",
    ),
    right="the changes agree for three curves.",
    cases=_ROWS,
    wrong=(
        WrongAnswer(_CHANGES.format("slopes[1:]"), "these are slopes; wanted are their changes."),
        WrongAnswer(_CHANGES.format("np.diff(y)[1:] - np.diff(y)[:-1]"), "divide by the lengths."),
        WrongAnswer(_CHANGES.format("-np.diff(slopes)"), "the sign: the slope after, less before."),
    ),
)

quiz = Quiz(
    (
        Question(
            "What did the paper of 1986 show?",
            right="That hidden units learn useful features by backpropagation",
            why="The method was known; what it finds inside a network was the news.",
            wrong={
                "The first backpropagation": "The general algorithm was published in 1970.",
                "That XOR is impossible": "Hidden units solve it; one layer does not.",
                "That two units suffice for anything": "They suffice for mirror images.",
            },
        ),
        Question(
            "What does the theorem of 1989 promise?",
            right="That weights exist which come as near as wanted",
            why="On a bounded region, for a continuous function, with enough units.",
            wrong={
                "That training finds them": "It says nothing about training.",
                "That few units suffice": "It says enough, and not how many.",
                "That it holds outside the region": "Nothing is promised there.",
            },
        ),
        Question(
            "Why does a beginning at zero fail?",
            right="The hidden units stay copies of each other",
            why="Equal weights get equal gradients, in every sweep.",
            wrong={
                "The loss is flat": "It falls at first; the units only stay alike.",
                "A sigmoid of 0 is 0": "It is one half, and its slope is largest there.",
            },
        ),
        Question(
            "A network is right on 56 of the 64 patterns. Has it learnt?",
            right="Perhaps nothing: always saying no is right as often",
            why="8 of 64 are mirror images. Compare with the simplest answer first.",
            wrong={
                "Nearly everything": "It may not have found one mirror image.",
                "Exactly seven eighths of it": "The eight that are missing are the whole question.",
            },
        ),
    )
)
