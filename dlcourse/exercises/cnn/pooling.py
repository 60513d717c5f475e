"""Exercises and quiz: pooling and receptive fields."""

import numpy as np

from dlcourse.exercises.exercise import Exercise, WrongAnswer
from dlcourse.quiz import Question, Quiz

_RNG = np.random.default_rng(44)


def _whole(*shape):
    return _RNG.integers(0, 6, shape).astype(float)


_P = np.array([[1.0, 3, 2, 4], [5, 6, 6, 1], [0, 2, 7, 3], [2, 1, 0, 7]])

_POOL = """
def max_pool(X, k, s):
    N, C, height, width = X.shape
    H, W = (height - {span}) // {s} + 1, (width - {span}) // {s} + 1
    pieces = [X[:, :, u : u + {s} * H : {s}, v : v + {s} * W : {s}]
              for u in range({span}) for v in range({span})]
    return {result}
"""
_POOL_RIGHT = {"span": "k", "s": "s", "result": "np.max(pieces, axis=0)"}


def _pool(**parts):
    return _POOL.format(**(_POOL_RIGHT | parts))


forward = Exercise(
    name="max_pool",
    stub="def max_pool(X, k, s):\n    ...  # your code: return an array (N, C, H', W')",
    solution_code=_pool(),
    hints=(
        "H' is (H − k) // s + 1, as for a convolution.",
        "The pixel [u, v] of all windows together is X[:, :, u::s, v::s], cut to H' × W'.",
        "Take the largest of these k · k arrays: np.max([...], axis=0).",
    ),
    right="the maps agree for four pools, with windows that overlap and windows that do not.",
    cases=(
        (_P[None, None], 2, 2),
        (_P[None, None], 2, 1),
        (_whole(2, 3, 7, 8), 3, 2),
        (_whole(2, 2, 6, 6), 2, 2),
    ),
    wrong=(
        WrongAnswer(_pool(span="(k + 1)"), "has shape (1, 1, 1, 1)"),
        WrongAnswer(_pool(s="1"), "has shape (1, 1, 3, 3)"),
        WrongAnswer(
            _pool(result="np.max(pieces, axis=(0, 2))[:, None].repeat(C, axis=1)"),
            "you take the largest of all channels; each channel is pooled for itself.",
        ),
        WrongAnswer(_pool(result="np.mean(pieces, axis=0)"), "that is average pooling."),
    ),
)

_BACK = """
def max_pool_backward(G, X, k, s):
    X_bar = np.zeros(X.shape)
    for i in range(G.shape[0]):
        for j in range(G.shape[1]):
            window = X[i * s : i * s + k, j * s : j * s + k]
            {send}
    return X_bar
"""
_FIRST = "u, v = divmod(window.argmax(), k)\n            X_bar[i * s + u, j * s + v] {} G[i, j]"
_AREA = "X_bar[i * s : i * s + k, j * s : j * s + k] += {}"

backward = Exercise(
    name="max_pool_backward",
    stub="def max_pool_backward(G, X, k, s):\n    ...  # your code: return an array of X's shape",
    solution_code=_BACK.format(send=_FIRST.format("+=")),
    hints=(
        "Each window sends what arrived to the cell that was the largest.",
        "window.argmax() is the place of the first largest, counted in reading order; divmod(place,"
        " k) makes a row and a column of it.",
        "Where windows overlap a cell may win several times: add.",
    ),
    right="the gradient agrees for four pools, with ties and with cells that win several times.",
    cases=(
        (np.array([[1.0, 2], [3, 4]]), _P, 2, 2),
        (np.ones((3, 3)), _P, 2, 1),
        (_whole(3, 3), np.zeros((6, 6)), 2, 2),
        (_whole(3, 3), _whole(7, 7), 3, 2),
    ),
    wrong=(
        WrongAnswer(
            _BACK.format(send=_AREA.format("(window == window.max()) * G[i, j]")),
            "a tie pays several times in yours. One cell of a window gets what arrived.",
        ),
        WrongAnswer(
            _BACK.format(send=_FIRST.format("=")),
            "a cell may win in several windows: add what they send.",
        ),
        WrongAnswer(
            _BACK.format(send=_AREA.format("G[i, j] / k**2")),
            "equal shares for all cells are the way back of average pooling.",
        ),
        WrongAnswer(
            _BACK.format(send=_AREA.format("G[i, j]")),
            "only the winner of a window moves the result; the others get 0.",
        ),
    ),
)

_FIELD = """
def receptive_field(layers):
    field, jump = 1, 1
    for kernel, stride in layers:
        {}
    return field, jump
"""

seeing = Exercise(
    name="receptive_field",
    stub="def receptive_field(layers):\n    ...  # your code: return field, jump",
    solution_code=_FIELD.format("field += (kernel - 1) * jump\n        jump *= stride"),
    hints=(
        "Before the first layer a cell sees 1 pixel, and neighbours are 1 pixel apart.",
        "A kernel of k cells reaches k − 1 cells further; each is `jump` pixels away from the "
        "last.",
        "After a stride s neighbouring cells are s times as far apart.",
    ),
    right="field and jump agree for five networks.",
    cases=(
        ([(3, 1), (3, 1)],),
        ([(3, 1), (2, 2), (3, 1), (2, 2), (3, 1)],),
        ([(5, 1), (2, 2), (5, 1), (2, 2)],),
        ([(7, 2), (3, 2), (3, 1)],),
        ([(2, 2), (3, 1), (1, 1)],),
    ),
    wrong=(
        WrongAnswer(
            _FIELD.format("field += kernel - 1\n        jump *= stride"),
            "after a stride neighbouring cells lie `jump` pixels apart, so a kernel reaches "
            "further.",
        ),
        WrongAnswer(
            _FIELD.format("field += kernel * jump\n        jump *= stride"),
            "a kernel of 3 reaches 2 cells further, not 3: two of them see 5 pixels.",
        ),
        WrongAnswer(
            _FIELD.format("field *= kernel\n        jump *= stride"),
            "fields add up, they do not multiply: windows overlap.",
        ),
        WrongAnswer(
            _FIELD.format("jump *= stride\n        field += (kernel - 1) * jump"),
            "a layer's own stride spreads its outputs, not the cells that its kernel looks at.",
        ),
    ),
)


def _verify_wide(layers):
    field, jump, channels, parameters = 1, 1, 1, 0
    for number, layer in enumerate(layers, 1):
        if np.shape(layer) != (3,):
            return f"layer {number} is {layer!r}; wanted is (kernel, stride, channels)."
        kernel, stride, out = layer
        if out and out < 8:
            return f"layer {number} has {out} channels; a convolution has at least 8, a pool 0."
        parameters += out * (channels * kernel**2 + 1)
        field, jump, channels = field + (kernel - 1) * jump, jump * stride, out or channels
    if parameters > 20_000:
        return f"{parameters:,} parameters; at most 20,000 are allowed."
    if field < 28:
        return f"a cell sees {field} pixels across; wanted are 28."
    if jump > 8:
        return f"cells are {jump} pixels apart; at most 8 are allowed."
    return None


_WIDE = "layers = {}\n"

wide = Exercise(
    name="layers",
    stub="layers = ...  # your list of (kernel, stride, channels)",
    solution_code=_WIDE.format(
        "[(3, 1, 16), (2, 2, 0), (3, 1, 32), (2, 2, 0), (3, 1, 32), (2, 2, 0), (3, 1, 16)]"
    ),
    hints=(
        "Each pool doubles the jump, so that later kernels reach twice as far, at no parameters.",
        "conv, pool, conv, pool, conv, pool, conv: what does a cell see then?",
    ),
    right="a cell sees 28 pixels or more, within the budget.",
    verify=_verify_wide,
    wrong=(
        WrongAnswer(_WIDE.format("[(28, 1, 32)]"), "25,120 parameters"),
        WrongAnswer(_WIDE.format("[(3, 1, 16), (3, 1, 16), (3, 1, 16)]"), "a cell sees 7 pixels"),
        WrongAnswer(_WIDE.format("[(3, 1, 8), (28, 28, 0)]"), "cells are 28 pixels apart"),
        WrongAnswer(_WIDE.format("[(14, 1, 1), (15, 1, 8)]"), "layer 1 has 1 channels"),
    ),
)

quiz = Quiz(
    (
        Question(
            "How many parameters has a max-pool of 2 × 2 on 16 channels?",
            right="0",
            why="A maximum has nothing to learn.",
            wrong={
                "4": "The window has four cells, and none of them a weight.",
                "64": "No weights, whatever the window and the channels.",
            },
        ),
        Question(
            "2 × 2 cells, all equal to 5. Where does a max-pool send the gradient?",
            right="To one of them",
            why="Here, as in PyTorch, to the first in reading order. To all would pay it four "
            "times.",
            wrong={
                "To all four, in full": "Then more is handed out than arrived.",
                "To none, there is no winner": "One is chosen; else learning would stop on flat "
                "ground.",
            },
        ),
        Question(
            "Invariant or equivariant: the maps of a convolution when the picture moves by a "
            "pixel?",
            right="Equivariant: they move along",
            why="Invariant would be the same numbers at the same places.",
            wrong={
                "Invariant: they stay": "They move along with the picture.",
                "Neither": "Away from the border they move along exactly.",
            },
        ),
        Question(
            "Why two 3 × 3 layers in place of one 5 × 5?",
            right="The same field with fewer weights, and a bend between them",
            why="2 · 9 = 18 weights for a pair of channels in place of 25.",
            wrong={
                "They see more": "Both see 5 × 5 pixels.",
                "They need fewer layers": "They need one more.",
            },
        ),
        Question(
            "A pool of 2 × 2 comes before a convolution. The convolution's multiplications?",
            right="A quarter",
            why="Half the rows and half the columns remain.",
            wrong={
                "Half": "Rows and columns are both halved.",
                "As many as before": "Its weights are as many; the places are fewer.",
            },
        ),
    )
)
