"""Exercises and quiz: training a convolutional network."""

import numpy as np

from dlcourse.data import load_digits
from dlcourse.exercises.cnn.pictures import scattered_digits
from dlcourse.exercises.exercise import Exercise, WrongAnswer
from dlcourse.quiz import Question, Quiz
from dlcourse.tensor import Tensor
from dlcourse.training import predict

_RNG = np.random.default_rng(45)


def _scores(*shape):
    return _RNG.normal(size=shape).round(2)


_PREPARE = "def prepare(images):\n    return {}\n"

prepared = Exercise(
    name="prepare",
    stub="def prepare(images):\n    ...  # your code: return an array (N, 1, H, W)",
    solution_code=_PREPARE.format("images[:, None] / 255"),
    hints=(
        "images[:, None] adds the channel axis.",
        "The scale belongs to the format: 255 is white in every file, whatever a batch holds.",
    ),
    right="shape and range agree for three batches, one of them dark.",
    cases=(
        (_RNG.integers(0, 256, (5, 8, 8), dtype=np.uint8),),
        (_RNG.integers(0, 90, (3, 8, 8), dtype=np.uint8),),
        (np.full((2, 4, 4), 51, dtype=np.uint8),),
    ),
    wrong=(
        WrongAnswer(_PREPARE.format("images / 255"), "wanted is (5, 1, 8, 8)"),
        WrongAnswer(
            _PREPARE.format("images[:, None] / images.max()"),
            "you scale by the batch's own maximum: the same picture would mean different things in "
            "different batches.",
        ),
        WrongAnswer(
            _PREPARE.format("images[:, None].astype(float)"),
            "the numbers still go from 0 to 255; a network trained on 0 to 1 has not seen such.",
        ),
        WrongAnswer(
            _PREPARE.format("images[:, None] // 255"), "// rounds down: all but pure white is 0."
        ),
    ),
)

_SCORE = """
def score(scores, labels):
    accuracy = {accuracy}
    return accuracy, {half}
"""
_SCORE_RIGHT = {
    "accuracy": "(scores.argmax(axis=1) == labels).mean()",
    "half": "1.96 * np.sqrt(accuracy * (1 - accuracy) / len(labels))",
}


def _score(**parts):
    return _SCORE.format(**(_SCORE_RIGHT | parts))


scored = Exercise(
    name="score",
    stub="def score(scores, labels):\n    ...  # your code: return accuracy, half the interval",
    solution_code=_score(),
    hints=(
        "The class with the largest score of each row: scores.argmax(axis=1).",
        "The standard error of a share a from n pictures is √(a(1 − a)/n); take 1.96 of them.",
    ),
    right="accuracy and interval agree for three batches.",
    cases=tuple((_scores(n, 3), _RNG.integers(0, 3, n)) for n in (20, 50, 35)),
    wrong=(
        WrongAnswer(
            _score(accuracy="(scores.argmax(axis=0)[:1] == labels[:1]).mean()"),
            "argmax along axis 0 picks an example for each class; wanted is a class an example.",
        ),
        WrongAnswer(
            _score(half="1.96 * accuracy * (1 - accuracy) / len(labels)"),
            "the root is missing: with four times the pictures the interval is half as wide.",
        ),
        WrongAnswer(
            _score(half="1.96 * np.sqrt(accuracy * (1 - accuracy))"),
            "the number of pictures is missing: that is the spread of one picture.",
        ),
        WrongAnswer(
            _score(half="np.sqrt(accuracy * (1 - accuracy) / len(labels))"),
            "that is one standard error. Nineteen of twenty intervals hold with 1.96 of them.",
        ),
    ),
)

_CONFUSION = """
def confusion(scores, labels):
    table = np.zeros((10, 10), int)
    for true, said in zip(labels, scores.argmax(axis=1)):
        {}
    return table
"""

confused = Exercise(
    name="confusion",
    stub="def confusion(scores, labels):\n    ...  # your code: return an array (10, 10)",
    solution_code=_CONFUSION.format("table[true, said] += 1"),
    hints=(
        "Row: what it is. Column: what the network says.",
        "Go through the pictures and add 1 at [label, answer].",
    ),
    right="the table agrees for two batches, and adds up to the number of pictures.",
    cases=tuple((_scores(n, 10), _RNG.integers(0, 10, n)) for n in (60, 200)),
    wrong=(
        WrongAnswer(
            _CONFUSION.format("table[said, true] += 1"),
            "rows and columns are exchanged: a row belongs to what the picture is.",
        ),
        WrongAnswer(
            _CONFUSION.format("table[true, said] = 1"),
            "you mark what occurred. Count how often.",
        ),
        WrongAnswer(
            _CONFUSION.format("table[true, said] += true != said"),
            "you count the mistakes only: the diagonal holds what was right.",
        ),
    ),
)

_DRAWING = "def from_drawing(pixels):\n    return {}\n"

drawing = Exercise(
    name="from_drawing",
    stub="def from_drawing(pixels):\n    ...  # your code: return an array (1, 1, H, W)",
    solution_code=_DRAWING.format("(1 - pixels / 255)[None, None]"),
    hints=(
        "The network has seen bright strokes, 1, on a dark ground, 0.",
        "White paper is 255 and must become 0.",
    ),
    right="shape, range and ground agree for two drawings.",
    cases=((_RNG.integers(0, 256, (6, 4)),), (_RNG.integers(0, 256, (5, 5)),)),
    wrong=(
        WrongAnswer(
            _DRAWING.format("(pixels / 255)[None, None]"),
            "ink and paper are exchanged: the network would guess.",
        ),
        WrongAnswer(
            _DRAWING.format("(255 - pixels)[None, None]"),
            "right way round, but from 0 to 255; the network has seen 0 to 1.",
        ),
        WrongAnswer(
            _DRAWING.format("(1 - pixels / 255).T[None, None]"),
            "rows and columns of the drawing are exchanged",
        ),
        WrongAnswer(_DRAWING.format("1 - pixels / 255"), "wanted is (1, 1, 6, 4)"),
    ),
)


def _verify_model(model):
    count = sum(parameter.data.size for parameter in model.parameters())
    if count > 8_000:
        return f"{count:,} parameters; at most 8,000 are allowed."
    _, X_test, _, y_test = scattered_digits(seed=7, size=12)
    scores = predict(model, X_test)
    if scores.shape != (597, 10):
        return f"the model returns {scores.shape} for 597 pictures; wanted is (597, 10)."
    share = np.mean(scores.argmax(axis=1) == y_test)
    if share < 0.9:
        return f"{share:.3f} of the pictures kept back are right; wanted is 0.9."
    return None


_MODEL = """
from dlcourse import manual_seed
from dlcourse.data import DataLoader
from dlcourse.exercises.cnn.pictures import scattered_digits
from dlcourse.training import fit

X, _, y, _ = scattered_digits(seed=7, size=12)
manual_seed(0)
model = nn.Sequential({layers})
fit(model, DataLoader((X, y), 32, shuffle=True), F.cross_entropy,
    optim.Adam(model.parameters(), lr=5e-3), epochs={epochs}, report=None)
"""
_LAYERS = (
    "nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), "
    "nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(6), nn.Flatten(), nn.Linear(32, 10)"
)

capstone = Exercise(
    name="model",
    stub="model = ...  # your trained network",
    solution_code=_MODEL.format(layers=_LAYERS, epochs=12),
    hints=(
        "Which ending does not care where a digit stands?",
        "Two convolutions with a global pool need some 5,000 parameters.",
        "Ten to fifteen epochs of Adam with a rate of 0.005; choose on a part of the training "
        "pictures.",
    ),
    right="at least 0.9 of the pictures kept back, with at most 8,000 parameters.",
    verify=_verify_model,
    wrong=(
        WrongAnswer(
            _MODEL.format(layers="nn.Flatten(), nn.Linear(144, 64), nn.Linear(64, 10)", epochs=1),
            "9,930 parameters; at most 8,000",
        ),
        WrongAnswer(
            _MODEL.format(layers="nn.Flatten(), nn.Linear(144, 10)", epochs=1), "wanted is 0.9"
        ),
        WrongAnswer(
            _MODEL.format(layers="nn.Flatten(), nn.Linear(144, 12)", epochs=1),
            "wanted is (597, 10)",
        ),
    ),
)


def one_digit() -> tuple[Tensor, list[int]]:
    """One digit of 8 × 8 pixels, a zero, and its label, for stepping."""
    return Tensor(load_digits().inputs[:1, None] / 16), [0]


quiz = Quiz(
    (
        Question(
            "Conv 32 of 3 × 3, max-pool 2 × 2, dense to 10 classes, on 28 × 28 pixels. Where are "
            "most of the parameters?",
            right="In the dense layer",
            why="54,090 of 54,410; the convolution has 320.",
            wrong={
                "In the convolution": "Most of the *work* is there: it shares its weights.",
                "In the pool": "A pool has none.",
            },
        ),
        Question(
            "Ten classes, an untrained network with small outputs. The first loss?",
            right="About 2.3",
            why="ln 10: each class gets about a tenth.",
            wrong={
                "0": "That is a perfect and sure network.",
                "1": "Cross-entropy is measured in natural logarithms: ln 10.",
                "10": "The number of classes enters as a logarithm.",
            },
        ),
        Question(
            "The loss falls to 1.5 and never below. A likely cause?",
            right="A softmax in the model and another one in the loss",
            why="The scores are then between 0 and 1, and the loss cannot fall below 1.46.",
            wrong={
                "The rate is too small": "Then it would go on falling, slowly.",
                "Too few layers": "The MLP of this lesson has fewer and fell far lower.",
            },
        ),
        Question(
            "When may the test set be scored?",
            right="Once, when all choices are made",
            why="Whatever was chosen by a set, the set can no longer judge.",
            wrong={
                "After each epoch": "Then it is a validation set, and the best epoch is chosen by "
                "it.",
                "To choose between two networks": "That is what the validation set is for.",
            },
        ),
        Question(
            "A network gives 0.999 for its answer. How sure may you be?",
            right="Not at all without knowing that the picture is like those it learned from",
            why="Shown numbers from 0 to 255 it was nearly always sure, and more often wrong.",
            wrong={
                "99.9 % sure": "The number is a softmax of scores, not a measured frequency.",
                "Surer than with 0.9": "On pictures like those of training, often; on others not.",
            },
        ),
    )
)
