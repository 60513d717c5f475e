"""Exercises and quiz: the gradients of a layer."""

import numpy as np

from dlcourse.exercises.exercise import Exercise, WrongAnswer
from dlcourse.quiz import Question, Quiz

_RNG = np.random.default_rng(3)


def _normal(*shape):
    return _RNG.normal(size=shape).round(2)


unbroadcast = Exercise(
    name="unbroadcast_gradient",
    stub="def unbroadcast_gradient(gradient, shape):\n"
    "    ...  # your code: return an array of this shape",
    solution_code="""
def unbroadcast_gradient(gradient, shape):
    while gradient.ndim > len(shape):
        gradient = gradient.sum(axis=0)
    for axis, length in enumerate(shape):
        if length == 1:
            gradient = gradient.sum(axis=axis, keepdims=True)
    return gradient
""",
    hints=(
        "Compare the shapes from the right. Axes that the input lacks stand on the left.",
        "First sum away the axes on the left that the input does not have.",
        "Then sum, with keepdims=True, along every axis in which the input has length 1.",
    ),
    right="the gradient fits for seven shapes.",
    cases=tuple(
        (_normal(*copied), shape)
        for copied, shape in (
            ((2, 3), (3,)),
            ((2, 3), (1, 3)),
            ((2, 3), (2, 1)),
            ((2, 3), ()),
            ((2, 3), (2, 3)),
            ((3, 3), (1, 3)),
            ((4, 2, 3), (2, 1)),
        )
    ),
    wrong=(
        WrongAnswer(
            """
def unbroadcast_gradient(gradient, shape):
    while gradient.ndim > len(shape):
        gradient = gradient.mean(axis=0)
    for axis, length in enumerate(shape):
        if length == 1:
            gradient = gradient.mean(axis=axis, keepdims=True)
    return gradient
""",
            "you averaged. Each copy is a path to the loss of its own, and paths add.",
        ),
        WrongAnswer(
            "def unbroadcast_gradient(gradient, shape):\n"
            "    return gradient.sum() if shape == () else gradient.sum(axis=0)\n",
            "you sum over the first axis whatever the shape. Which axes were copied?",
        ),
        WrongAnswer(
            """
def unbroadcast_gradient(gradient, shape):
    while gradient.ndim > len(shape):
        gradient = gradient.sum(axis=-1)
    for axis, length in enumerate(shape):
        if length == 1:
            gradient = gradient.sum(axis=axis, keepdims=True)
    return gradient
""",
            "missing axes stand on the left, not on the right: (3,) in (2, 3) was copied to rows.",
        ),
        WrongAnswer(
            "def unbroadcast_gradient(gradient, shape):\n    return np.ones(shape)\n",
            "the shape fits, the numbers do not: add up what arrived.",
        ),
    ),
)

_FLAT = "def images_gradient(S_bar, images, W):\n    return {}\n"

flattened = Exercise(
    name="images_gradient",
    stub="def images_gradient(S_bar, images, W):\n    ...  # your code: return an array (N, 8, 8)",
    solution_code=_FLAT.format("(S_bar @ W).reshape(images.shape)"),
    hints=(
        "The layer computes images.reshape(N, 64) @ W.T: what is the gradient of that matrix?",
        "Flattening only moves numbers, so its way back only moves gradients.",
    ),
    right="the gradient of the images agrees for three batches.",
    cases=tuple((_normal(n, k), _normal(n, 8, 8), _normal(k, 64)) for n, k in ((2, 3), (5, 10))),
    wrong=(
        WrongAnswer(
            _FLAT.format("S_bar @ W"), "flattening has a way back too: give the numbers their shape"
        ),
        WrongAnswer(
            _FLAT.format("(S_bar @ W / len(images)).reshape(images.shape)"),
            "each image has a gradient of its own; nothing is averaged here.",
        ),
        WrongAnswer(
            _FLAT.format("(S_bar @ W).reshape(images.shape).transpose(0, 2, 1)"),
            "rows and columns of each image are swapped.",
        ),
        WrongAnswer(
            _FLAT.format("(S_bar @ W).reshape(images.shape) * images"),
            "the gradient of X is S̄ W; the values of X play no part in it.",
        ),
    ),
)

_SMOOTH = """
def smoothed_gradient(z, labels):
    N, K = z.shape
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    target = {target}
    return {result}
"""
_SMOOTHED = "0.9 * np.eye(K)[labels] + 0.1 / K"

smoothing = Exercise(
    name="smoothed_gradient",
    stub="def smoothed_gradient(z, labels):\n    ...  # your code: return an array (N, K)",
    solution_code=_SMOOTH.format(target=_SMOOTHED, result="(p - target) / N"),
    hints=(
        "With any target t that adds up to 1, the gradient of −Σ t ln p is p − t.",
        "Build the targets: 0.1 / K everywhere, and 0.9 more at the right class.",
        "The loss is the mean over N examples.",
    ),
    right="the gradient agrees for two batches, and each row adds up to 0.",
    cases=((_normal(4, 3), np.array([0, 2, 1, 1])), (_normal(2, 10), np.array([9, 3]))),
    wrong=(
        WrongAnswer(
            _SMOOTH.format(target="np.eye(K)[labels]", result="(p - target) / N"),
            "these are plain labels: where is the 0.1?",
        ),
        WrongAnswer(
            _SMOOTH.format(target=_SMOOTHED, result="p - target"),
            "the 1/N is missing: the loss is a mean over the examples.",
        ),
        WrongAnswer(
            _SMOOTH.format(
                target="np.where(np.eye(K)[labels] > 0, 0.9, 0.1 / K)", result="(p - target) / N"
            ),
            "your targets do not add up to 1. The right class gets 0.9 + 0.1/K.",
        ),
        WrongAnswer(
            _SMOOTH.format(target=_SMOOTHED, result="(target - p) / N"),
            "right size, wrong sign: a larger score of a wrong class raises the loss.",
        ),
    ),
)

_NORMAL = """
def normalised_backward(y_bar, x):
    m = x.mean()
    s = np.sqrt(((x - m) ** 2).mean())
    y = (x - m) / s
    return {}
"""

normalisation = Exercise(
    name="normalised_backward",
    stub="def normalised_backward(y_bar, x):\n    ...  # your code: both have the shape (D,)",
    solution_code=_NORMAL.format("(y_bar - y_bar.mean() - y * (y_bar * y).mean()) / s"),
    hints=(
        "Name the steps: m, then c = x − m, then v = mean of c², s = √v, y = c / s.",
        "c gets y_bar / s directly, and a second gradient through s. Then x gets c's, minus its "
        "mean, since m is a mean over all x.",
        "The result is (y_bar − mean(y_bar) − y · mean(y_bar · y)) / s. It adds up to 0.",
    ),
    right="the gradient agrees for three rows. It adds up to 0: shifting x changes nothing.",
    cases=(
        (np.array([1.0, 0.0, 0.0, 0.0]), np.array([1.0, 2.0, 4.0, 5.0])),
        (_normal(5), _normal(5)),
        (_normal(3), _normal(3)),
    ),
    wrong=(
        WrongAnswer(
            _NORMAL.format("y_bar / s"), "only the direct path. m and s depend on every x as well."
        ),
        WrongAnswer(_NORMAL.format("(y_bar - y_bar.mean()) / s"), "the path through s is missing."),
        WrongAnswer(
            _NORMAL.format("(y_bar - y * (y_bar * y).mean()) / s"),
            "the path through the mean m is missing: your gradient does not add up to 0.",
        ),
    ),
)

quiz = Quiz(
    (
        Question(
            "Why is there a sum over the examples in the gradient of a bias?",
            right="The same bias is used once in every example, and paths add",
            why="The index n is not an index of the bias, so it is summed away.",
            wrong={
                "To make the gradient smaller": "A sum makes it larger; its size is not the point.",
                "Because the loss is a sum": "With a mean loss the sum is there too; the 1/N is "
                "inside what arrives.",
                "To get the shape right": "The shape follows from it, and is no reason.",
            },
        ),
        Question(
            "X is (N, D), S̄ is (N, K), W is (K, D). What is the gradient of W?",
            right="S̄ᵀ X",
            why="(K, N) times (N, D): the sum runs over the examples.",
            wrong={
                "Xᵀ S̄": "That is (D, K): its transpose.",
                "S̄ W": "That is the gradient of X.",
                "S̄ X": "(N, K) times (N, D) does not multiply.",
            },
        ),
        Question(
            "All shapes fit. Is the gradient right?",
            right="Not yet shown: where two lengths are equal, a transposed product fits too",
            why="Shapes rule out mistakes; only a check with numbers shows that none is left.",
            wrong={
                "Yes": "A factor, a sign or a square transposed matrix has the right shape too.",
                "No": "It may be right. Shapes alone do not say.",
            },
        ),
        Question(
            "Softmax gives 0.7, 0.2, 0.1 and the second class is right. The gradient of the "
            "scores?",
            right="0.7, −0.8, 0.1",
            why="Probability minus 1 at the right class.",
            wrong={
                "0, −0.8, 0": "The other scores have a path as well: they share the denominator.",
                "−0.7, 0.8, −0.1": "Right size, wrong sign: raising the right score lowers the "
                "loss.",
                "0.7, 0.2, 0.1": "Those are the probabilities.",
            },
        ),
        Question(
            "Why must that gradient add up to 0?",
            right="Adding the same number to all scores does not change the loss",
            why="So in that direction the slope, which is the sum, is 0.",
            wrong={
                "Because probabilities add up to 1": "That is part of it, but the reason is what a "
                "common shift does to the loss.",
                "By rounding": "It is exact: no digit is lost on the way.",
                "It need not": "It must, for softmax with cross-entropy.",
            },
        ),
    )
)
