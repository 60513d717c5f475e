"""Exercises and quiz: backpropagation by hand."""

import numpy as np

from dlcourse.exercises.exercise import Exercise, WrongAnswer
from dlcourse.quiz import Question, Quiz

b1_gradient = Exercise(
    name="b1_gradient",
    stub="b1_gradient = ...  # your three numbers, for example [0.0, 0.0, 0.0]",
    solution_code="b1_gradient = [2.0, -1.5, 3.0]\n",
    hints=(
        "Each bias is added in both examples, so two gradients arrive at it.",
        "Add the two rows of the gradient of Z, the numbers before relu.",
        "1.5 + 0.5 for the first unit; for the others the second row is 0.",
    ),
    right="these are the sums over the two examples.",
    wrong=(
        WrongAnswer(
            "b1_gradient = [1.0, -0.75, 1.5]",
            "you averaged over the examples. The 1/N is inside what arrives already: add.",
        ),
        WrongAnswer(
            "b1_gradient = [3.0, 0.5]",
            "you added over the units. There is one bias for each unit, so three numbers.",
        ),
        WrongAnswer(
            "b1_gradient = [[1.5, -1.5, 3.0], [0.5, 0.0, 0.0]]",
            "these are the gradients of each example. The bias is shared: add the two rows.",
        ),
        WrongAnswer(
            "b1_gradient = [2.0, -2.0, 4.0]",
            "relu was off for units 2 and 3 of the second example: nothing passes there.",
        ),
    ),
)

_RNG = np.random.default_rng(5)


def _network_case(examples, outputs=1):
    shapes = (examples, 2), (examples, outputs), (3, 2), (3,), (outputs, 3), (outputs,)
    return tuple(_RNG.normal(size=shape).round(2) for shape in shapes)


_TANH = """
def W1_gradient(X, y, W1, b1, W2, b2):
    Z = X @ W1.T + b1
    H = np.tanh(Z)
    Y_bar = 2 * (H @ W2.T + b2 - y) / len(X)
    H_bar = Y_bar @ W2
    Z_bar = H_bar * {slope}
    return Z_bar.T @ X{scale}
"""

tanh_layer = Exercise(
    name="W1_gradient",
    stub="def W1_gradient(X, y, W1, b1, W2, b2):\n    ...  # your code: return an array (3, 2)",
    solution_code=_TANH.format(slope="(1 - H**2)", scale=""),
    hints=(
        "Everything stays as in the lesson but one line of the way back.",
        "Where relu had its mask, tanh has its slope.",
        "The slope of tanh is 1 − tanh², and H holds tanh already.",
    ),
    right="the gradient of W1 agrees on three networks.",
    cases=(_network_case(2), _network_case(5), _network_case(3)),
    wrong=(
        WrongAnswer(
            _TANH.format(slope="(1 - Z**2)", scale=""),
            "the slope of tanh is 1 − H², with the value after tanh, not before.",
        ),
        WrongAnswer(
            _TANH.format(slope="(Z > 0)", scale=""), "that is relu's mask. tanh has a slope."
        ),
        WrongAnswer(
            _TANH.format(slope="(1 - H**2)", scale=" / len(X)"),
            "the 1/N came in twice: it is inside the first gradient already.",
        ),
        WrongAnswer(_TANH.format(slope="1", scale=""), "tanh's slope is missing altogether."),
    ),
)

_OUTPUTS = """
def W2_gradient(X, y, W1, b1, W2, b2):
    H = np.maximum(X @ W1.T + b1, 0)
    Y_bar = 2 * (H @ W2.T + b2 - y) / {count}
    return {product}
"""

two_outputs = Exercise(
    name="W2_gradient",
    stub="def W2_gradient(X, y, W1, b1, W2, b2):\n    ...  # your code: return an array (2, 3)",
    solution_code=_OUTPUTS.format(count="y.size", product="Y_bar.T @ H"),
    hints=(
        "y is (N, 2) now, and the loss is the mean over all 2N numbers.",
        "The first gradient is twice the residual over the count of all numbers.",
        "W2 is (2, 3): one row for each output.",
    ),
    right="the gradient of W2 agrees on three networks with two outputs.",
    cases=(_network_case(2, 2), _network_case(5, 2), _network_case(3, 2)),
    wrong=(
        WrongAnswer(
            _OUTPUTS.format(count="len(X)", product="Y_bar.T @ H"),
            "twice too large: the mean is over all numbers of y, not over the examples only.",
        ),
        WrongAnswer(
            _OUTPUTS.format(count="y.size", product="H.T @ Y_bar"),
            "the result has shape (3, 2); wanted is (2, 3).",
        ),
        WrongAnswer(
            _OUTPUTS.format(count="y.size", product="Y_bar.T @ H / len(X)"),
            "too small: you averaged over the examples once more.",
        ),
    ),
)

_TRAIN = """
def train(X, y, W1, b1, W2, b2, lr, steps):
    {before}
    for _ in range(steps):
        {inside}
        Y_bar = 2 * (H @ W2.T + b2 - y) / len(X)
        Z_bar = (Y_bar @ W2) * (H > 0)
        W2, b2 = W2 {sign} lr * Y_bar.T @ H, b2 {sign} lr * Y_bar.sum(axis=0)
        W1{bias} = W1 {sign} lr * Z_bar.T @ X{bias_step}
    H = np.maximum(X @ W1.T + b1, 0)
    return np.mean((H @ W2.T + b2 - y) ** 2)
"""
_FORWARD = "H = np.maximum(X @ W1.T + b1, 0)"
_BIAS = {"bias": ", b1", "bias_step": ", b1 - lr * Z_bar.sum(axis=0)"}

training_loop = Exercise(
    name="train",
    stub="def train(X, y, W1, b1, W2, b2, lr, steps):\n    ...  # your code: return the last loss",
    solution_code=_TRAIN.format(before="pass", inside=_FORWARD, sign="-", **_BIAS),
    hints=(
        "One round is: forward, all gradients, then all updates.",
        "Compute the forward pass anew in every round.",
        "After the last update compute the loss once more and return it.",
    ),
    right="the loss after 1, 10 and 50 steps agrees.",
    cases=tuple((*_network_case(6), 0.02, steps) for steps in (1, 10, 50)),
    wrong=(
        WrongAnswer(
            _TRAIN.format(
                before="pass",
                inside=_FORWARD,
                sign="+",
                bias=", b1",
                bias_step=", b1 + lr * Z_bar.sum(axis=0)",
            ),
            "the loss grows: you walk uphill. Subtract the gradients.",
        ),
        WrongAnswer(
            _TRAIN.format(before=_FORWARD, inside="pass", sign="-", **_BIAS),
            "the hidden values are those of the first round: compute them anew in each.",
        ),
        WrongAnswer(
            _TRAIN.format(before="pass", inside=_FORWARD, sign="-", bias="", bias_step=""),
            "b1 never moves. Every parameter gets its update.",
        ),
    ),
)

quiz = Quiz(
    (
        Question(
            "In which order does one round of training go?",
            right="Forward, loss, backward, update",
            why="Gradients need the forward values; the update needs all gradients.",
            wrong={
                "Forward, update, loss, backward": "An update needs gradients first.",
                "Backward, forward, update, loss": "Backward uses numbers of the forward pass.",
                "Forward, backward with updates on the way, loss": "Then gradients further back "
                "would be computed with weights that have changed already.",
            },
        ),
        Question(
            "What does zeroing the gradients prevent?",
            right="That this round's gradients are added to those of the round before",
            why="backward() adds. Without zeroing, step k uses the sum of k gradients.",
            wrong={
                "That the weights become zero": "Weights are not touched by it.",
                "That the gradients vanish": "Vanishing is about depth, not about old sums.",
                "That memory runs full": "A gradient has the size of its parameter, always.",
            },
        ),
        Question(
            "Which parameters get a gradient?",
            right="All: weights and biases of the hidden and of the output layer",
            why="Every number that the loss depends on has a gradient.",
            wrong={
                "Those of the hidden layer only": "The output layer's come first on the way back.",
                "Weights, but not biases": "A bias moves the loss as well.",
                "Those of the output layer only": "The way back goes on through relu.",
            },
        ),
        Question(
            "The gradient of a weight is −1.5. What does its sign say?",
            right="A larger weight lowers the loss",
            why="Negative: loss and weight move in opposite directions.",
            wrong={
                "The weight is negative": "Sign of the gradient and of the weight are unrelated.",
                "The weight should become smaller": "The update subtracts: it grows.",
                "There is an error": "Half of all gradients are negative.",
            },
        ),
        Question(
            "All your gradients are exactly twice those of the central differences. Why?",
            right="A mean was forgotten: with N = 2 examples the factor 1/N is 1/2",
            why="A ratio that is the same everywhere names its bug.",
            wrong={
                "relu's mask is missing": "Then only some entries would differ.",
                "h is too large": "Then the errors would be small and of different size.",
                "The learning rate is 2": "Gradients do not depend on the learning rate.",
            },
        ),
    )
)
