"""Exercises and quiz: neurons and layers."""

import numpy as np

from dlcourse.exercises.exercise import Exercise, WrongAnswer
from dlcourse.quiz import Question, Quiz

_RNG = np.random.default_rng(22)


def _normal(*shape):
    return _RNG.normal(size=shape).round(2)


_NEURON = "def relu_neuron(x, w, b):\n    return {}\n"

relu_neuron = Exercise(
    name="relu_neuron",
    stub="def relu_neuron(x, w, b):\n    ...  # your code: x and w have the shape (D,)",
    solution_code=_NEURON.format("max(w @ x + b, 0.0)"),
    hints=(
        "First the sum: each input times its weight, all added, plus the bias.",
        "`w @ x` multiplies and adds. ReLU keeps a positive sum and makes the others 0.",
    ),
    right="four neurons agree, two of them asleep.",
    cases=(
        (np.array([1.0, 2.0, -1.0]), np.array([1.0, 0.0, 2.0]), 1.5),
        (np.array([0.0, 1.0, 3.0]), np.array([1.0, 0.0, 2.0]), 1.0),
        (np.array([2.0, -1.0]), np.array([-1.0, 1.0]), 0.5),
        (np.array([0.5, -1.0]), np.array([1.0, -3.0]), -5.0),
    ),
    wrong=(
        WrongAnswer(_NEURON.format("max(w @ x, 0.0)"), "where is the bias?"),
        WrongAnswer(_NEURON.format("w @ x + b"), "that is the sum before the bend."),
        WrongAnswer(
            _NEURON.format("np.maximum(w * x + b, 0.0)"), "Is there a sum missing over the first"
        ),
        WrongAnswer(
            _NEURON.format("max(w @ x, 0.0) + b"),
            "you bent the products' sum and added the bias after: the bias goes inside.",
        ),
    ),
)

_LAYER = "def relu_layer(X, W, b):\n    return {}\n"

relu_layer = Exercise(
    name="relu_layer",
    stub="def relu_layer(X, W, b):\n    ...  # your code: return an array (N, D_out)",
    solution_code=_LAYER.format("np.maximum(X @ W.T + b, 0)"),
    hints=(
        "X is (N, D_in), W is (D_out, D_in): which of them has to be transposed?",
        "np.maximum(Z, 0) works element by element.",
    ),
    right="three layers agree, one of them square.",
    cases=(
        (_normal(5, 3), _normal(4, 3), _normal(4)),
        (_normal(2, 6), _normal(3, 6), _normal(3)),
        (_normal(3, 3), _normal(3, 3), _normal(3)),
    ),
    wrong=(
        WrongAnswer(_LAYER.format("np.maximum(X @ W.T, 0)"), "where is the bias?"),
        WrongAnswer(_LAYER.format("X @ W.T + b"), "these are the sums before the bend."),
        WrongAnswer(_LAYER.format("np.maximum(W @ X.T + b[:, None], 0)"), "Is it transposed?"),
    ),
)

_COUNT = "def count_parameters(sizes):\n    return {}\n"

count_parameters = Exercise(
    name="count_parameters",
    stub="def count_parameters(sizes):\n    ...  # your code: return a whole number",
    solution_code=_COUNT.format("sum(n * (m + 1) for m, n in zip(sizes, sizes[1:]))"),
    hints=(
        "zip(sizes, sizes[1:]) yields the pairs (inputs, outputs) of the layers.",
        "A layer has outputs × inputs weights, and a bias for each output.",
    ),
    right="four networks, counted.",
    cases=(([64, 64, 10],), ([3, 5],), ([2, 16, 1],), ([30, 8, 4, 2],)),
    wrong=(
        WrongAnswer(
            _COUNT.format("sum(n * m for m, n in zip(sizes, sizes[1:]))"),
            "those are the weights. Each unit has a bias as well.",
        ),
        WrongAnswer(
            _COUNT.format("sum(n * m + 1 for m, n in zip(sizes, sizes[1:]))"),
            "that is one bias a layer. Each unit has its own.",
        ),
        WrongAnswer(
            _COUNT.format("sizes[0] + sum(n * (m + 1) for m, n in zip(sizes, sizes[1:]))"),
            "the inputs are data: they have no bias.",
        ),
        WrongAnswer(
            _COUNT.format("sum(m * (n + 1) for m, n in zip(sizes, sizes[1:]))"),
            "a bias for each *input* of a layer; it belongs to each output.",
        ),
    ),
)

_FOLD = "def fold(W1, b1, W2, b2):\n    return {}\n"

fold = Exercise(
    name="fold",
    stub="def fold(W1, b1, W2, b2):\n    ...  # your code: np.c_[W, b] puts b beside W",
    solution_code=_FOLD.format("np.c_[W2 @ W1, W2 @ b1 + b2]"),
    hints=(
        "Write the second layer's output with the first layer's put in for its input.",
        "Multiply out: what stands before x, and what is left without x?",
        "The first bias goes through the second layer's weights.",
    ),
    right="one layer in place of two, for three pairs.",
    cases=tuple(
        (_normal(h, d), _normal(h), _normal(k, h), _normal(k))
        for d, h, k in ((3, 3, 3), (2, 4, 3), (5, 2, 1))
    ),
    wrong=(
        WrongAnswer(_FOLD.format("np.c_[W2 @ W1, W2 @ b1]"), "the second layer's bias is missing."),
        WrongAnswer(
            _FOLD.format("np.c_[W2 @ W1, b2]"),
            "the first layer's bias is missing: it goes through the second layer.",
        ),
        WrongAnswer(
            _FOLD.format("np.c_[W2 @ W1, b2 + b1.sum()]"),
            "the first bias is multiplied by the second layer's weights, not only added.",
        ),
    ),
)

_CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])


def _verify_equal(equal_inputs):
    found = equal_inputs()
    if not isinstance(found, tuple) or len(found) != 4:
        return "return four things: W1, b1, w2, b2."
    W1, b1, w2, b2 = (np.asarray(part, dtype=float) for part in found)
    shapes = [part.shape for part in (W1, b1, w2, b2)]
    if shapes != [(2, 2), (2,), (2,), ()]:
        return f"the shapes are {shapes}; wanted are (2, 2), (2,), (2,) and ()."
    said = np.maximum(_CORNERS @ W1.T + b1, 0) @ w2 + b2
    if np.allclose(said, [1, 0, 0, 1]):
        return None
    if np.allclose(said, [0, 1, 1, 0]):
        return "this is XOR, 1 where the inputs differ: wanted is the opposite."
    return f"for 00, 01, 10, 11 it says {', '.join(f'{value:g}' for value in said)}."


_EQUAL = "def equal_inputs():\n    return {}\n"

equal_inputs = Exercise(
    name="equal_inputs",
    stub="def equal_inputs():\n    ...  # your code: return W1, b1, w2, b2",
    solution_code=_EQUAL.format("[[1, 1], [1, 1]], [0, -1], [-1, 2], 1"),
    hints=(
        "The network of the lesson says 1 where the inputs differ.",
        "Equal is 1 minus different: turn the signs of the output weights and add a bias.",
    ),
    right="1, 0, 0, 1: two bends are enough.",
    cases=((),),
    verify=_verify_equal,
    wrong=(
        WrongAnswer(_EQUAL.format("[[1, 1], [1, 1]], [0, -1], [1, -2], 0"), "this is XOR"),
        WrongAnswer(
            _EQUAL.format("[[1, 1], [1, 1]], [0, -1], [-1, 2], 0"), "it says 0, -1, -1, 0."
        ),
        WrongAnswer(_EQUAL.format("[[1, 1], [1, 1]], [0, -1], [[-1, 2]], [1]"), "the shapes are"),
    ),
)

quiz = Quiz(
    (
        Question(
            "Ten linear layers without an activation function can do as much as ...",
            right="one linear layer",
            why="Multiplied out, they are one matrix and one bias.",
            wrong={
                "ten times one layer": "Depth adds nothing without a bend between the layers.",
                "any curve": "Sums of weighted sums stay weighted sums.",
                "nothing": "They still compute a weighted sum.",
            },
        ),
        Question(
            "A layer goes from 3 inputs to 5 units. Which shape has W?",
            right="(5, 3)",
            why="A row for each unit, a column for each input.",
            wrong={
                "(3, 5)": "That is Wᵀ, which stands in the product X Wᵀ.",
                "(3,)": "That is one unit's row.",
                "(N, 5)": "Weights do not know how many examples there are.",
            },
        ),
        Question(
            "A bias belongs to ...",
            right="a unit",
            why="Each unit adds its own number to its sum.",
            wrong={
                "a connection": "Connections have weights.",
                "an example": "That is the bug with the shape (N, 1).",
                "a layer, as one number": "It is a vector: a number for each unit.",
            },
        ),
        Question(
            "Universal approximation says that ...",
            right="weights exist that come close",
            why="It says nothing on how to find them, nor on how many units it takes.",
            wrong={
                "training finds them": "Two units suffice for XOR, and many starts miss it.",
                "a network must be deep": "One hidden layer suffices for it.",
                "the network is right outside the data": "It holds on a bounded region.",
            },
        ),
        Question(
            "How many parameters has a network 64-64-10?",
            right="4,810",
            why="64 · 65 + 10 · 65.",
            wrong={
                "4,736": "Those are the weights; 74 biases are missing.",
                "4,738": "That is one bias a layer; each unit has its own.",
                "138": "That counts the units and inputs.",
            },
        ),
    )
)
