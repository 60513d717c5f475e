"""Exercises and quiz: dropout and honest scores."""

import numpy as np

from dlcourse import functional as F
from dlcourse import manual_seed, nn, optim
from dlcourse.data import DataLoader
from dlcourse.exercises.cnn.pictures import scattered_digits
from dlcourse.exercises.exercise import Exercise, WrongAnswer
from dlcourse.quiz import Question, Quiz
from dlcourse.training import fit

_RNG = np.random.default_rng(46)


def trained_network() -> tuple[nn.Module, np.ndarray, np.ndarray]:
    """A small convolutional network after six epochs, and 597 pictures and labels kept back."""
    X, X_test, y, y_test = scattered_digits(seed=0, size=12)
    manual_seed(0)
    model = nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(6),
        nn.Flatten(), nn.Dropout(0.5), nn.Linear(32, 10),
    )  # fmt: skip
    loader = DataLoader((X, y), batch_size=32, shuffle=True)
    optimiser = optim.Adam(model.parameters(), lr=5e-3)
    fit(model, loader, F.cross_entropy, optimiser, epochs=6, report=None)
    return model, X_test, y_test


def _normal(*shape):
    return _RNG.normal(size=shape).round(2)


def _mask(*shape):
    return _RNG.integers(0, 2, shape)


_DROP = "def dropout(A, mask, p, training):\n    return {}\n"

forward = Exercise(
    name="dropout",
    stub="def dropout(A, mask, p, training):\n    ...  # your code: return an array of A's shape",
    solution_code=_DROP.format("A * mask / (1 - p) if training else A"),
    hints=(
        "In training: keep where the mask is 1, and make up for the rest.",
        "A share 1 − p is kept, so divide by it; then the mean over all masks is A.",
        "Without training nothing changes.",
    ),
    right="training and evaluation agree, for two probabilities.",
    cases=(
        (np.array([2.0, 4, 6, 8]), np.array([1, 0, 1, 1]), 0.5, True),
        (_normal(3, 4), _mask(3, 4), 0.2, True),
        (_normal(2, 5), _mask(2, 5), 0.25, False),
    ),
    wrong=(
        WrongAnswer(
            _DROP.format("A * mask if training else A"),
            "the mean shrinks in training: divide by the share that is kept.",
        ),
        WrongAnswer(
            _DROP.format("A * mask / p if training else A"),
            "p is the share that is dropped; the share that is kept is 1 − p.",
        ),
        WrongAnswer(
            _DROP.format("A * mask / (1 - p)"), "you drop in evaluation too, where nothing changes."
        ),
        WrongAnswer(
            _DROP.format("A * mask / (1 - p) if training else A * (1 - p)"),
            "you make up twice: either divide in training or multiply in evaluation, as older "
            "texts do.",
        ),
    ),
)

_BACK = "def dropout_backward(A_bar, mask, p):\n    return {}\n"

backward = Exercise(
    name="dropout_backward",
    stub="def dropout_backward(A_bar, mask, p):\n    ...  # your code: an array of A's shape",
    solution_code=_BACK.format("A_bar * mask / (1 - p)"),
    hints=(
        "Forward multiplied each number by mask / (1 − p), which does not depend on A.",
        "Backward multiplies by the same number.",
    ),
    right="the gradient agrees for three masks.",
    cases=(
        (np.ones(4), np.array([1, 0, 1, 1]), 0.5),
        (_normal(3, 4), _mask(3, 4), 0.2),
        (_normal(6), _mask(6), 0.25),
    ),
    wrong=(
        WrongAnswer(_BACK.format("A_bar * mask"), "the factor 1 / (1 − p) has a slope too."),
        WrongAnswer(
            _BACK.format("A_bar / (1 - p)"),
            "what was dropped does not move the loss: slope 0.",
        ),
        WrongAnswer(
            _BACK.format("A_bar * (1 - mask) / (1 - p)"),
            "the mask is the wrong way round: 1 means kept.",
        ),
        WrongAnswer(
            _BACK.format("A_bar * (np.random.default_rng(0).random(A_bar.shape) > p) / (1 - p)"),
            "that is a fresh mask. The way back takes the mask of the way there.",
        ),
    ),
)

_FAIR = """
def compare(a, b):
    a, b = np.array(a), np.array(b)
    d = b - a
    return {mean}, {error}
"""
_FAIR_RIGHT = {"mean": "d.mean()", "error": "d.std(ddof=1) / np.sqrt(len(d))"}


def _fair(**parts):
    return _FAIR.format(**(_FAIR_RIGHT | parts))


paired = Exercise(
    name="compare",
    stub="def compare(a, b):\n    ...  # your code: return mean difference, its standard error",
    solution_code=_fair(),
    hints=(
        "a and b come in pairs, one for each seed: take the differences b − a first.",
        "The standard error of a mean is the spread, with ddof=1, divided by √n.",
    ),
    right="mean and standard error of the differences agree for three comparisons.",
    cases=(
        ([0.80, 0.90, 0.85, 0.70, 0.95], [0.82, 0.91, 0.88, 0.73, 0.96]),
        (list(_normal(5)), list(_normal(5))),
        (list(_normal(8)), list(_normal(8))),
    ),
    wrong=(
        WrongAnswer(
            _fair(mean="b.max() - a.max()"),
            "the best seed of each is a comparison of luck. Compare seed by seed.",
        ),
        WrongAnswer(
            _fair(error="np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / len(d))"),
            "you forget that they come in pairs: a hard split is hard for both, and the difference "
            "takes that out.",
        ),
        WrongAnswer(
            _fair(error="d.std(ddof=1)"),
            "that is the spread of single differences; the mean of n is surer by √n.",
        ),
        WrongAnswer(_fair(mean="(a - b).mean()"), "the sign is turned: b − a is asked."),
    ),
)

_OPTIMISM = """
def optimism(m, n, share, rng):
    scores = rng.binomial(n, share, size=(20_000, m)) / n
    return {}
"""


def _verify_optimism(optimism):
    for m, n, share in ((1, 100, 0.9), (10, 100, 0.9), (60, 100, 0.9), (60, 1000, 0.9)):
        rng = np.random.default_rng(5)
        wanted = (rng.binomial(n, share, size=(20_000, m)) / n).max(axis=1).mean() - share
        got = optimism(m, n, share, np.random.default_rng(6))
        if np.ndim(got) or abs(got - share - wanted) < 0.002:
            return "return one number: the mean of the announced score *minus* the true share."
        if abs(got - wanted) > 0.002:
            if abs(got) < 0.002:
                return "the mean of all models is not too high; the announced one is the largest."
            return f"for {m} models and {n} pictures it is {got:.3f}, which is not right yet."
    return None


luck = Exercise(
    name="optimism",
    stub="def optimism(m, n, share, rng):\n    ...  # your code: return a number",
    solution_code=_OPTIMISM.format("scores.max(axis=1).mean() - share"),
    hints=(
        "rng.binomial(n, share, size=(repeats, m)) / n gives the scores of m models, many times.",
        "Announced is the largest of the m. How far is it above the true share, on average?",
    ),
    right="the optimism agrees for four cases: it grows with m and shrinks with n.",
    cases=((2, 10, 0.5, np.random.default_rng(0)),),
    verify=_verify_optimism,
    wrong=(
        WrongAnswer(_OPTIMISM.format("scores.mean() - share"), "the mean of all models is not too"),
        WrongAnswer(_OPTIMISM.format("scores.max(axis=1).mean()"), "*minus* the true share"),
        WrongAnswer(_OPTIMISM.format("scores.max() - share"), "which is not right yet"),
    ),
)

quiz = Quiz(
    (
        Question(
            "How many parameters has dropout with p = 0.5 on 64 units?",
            right="0",
            why="A mask is drawn, not learned.",
            wrong={
                "32": "Half of the units are dropped, and none of them has a new weight.",
                "64": "The mask has 64 numbers, but they are drawn anew each time.",
            },
        ),
        Question(
            "What does dropout do after eval()?",
            right="Nothing",
            why="The factor 1/(1 − p) in training has made up for it already.",
            wrong={
                "It drops fewer": "It drops none, or the scores would differ from call to call.",
                "It averages over masks": "One pass without a mask stands for that average.",
            },
        ),
        Question(
            "What does the factor 1/(1 − p) keep?",
            right="The mean of each unit over all masks",
            why="A share 1 − p is kept, each 1/(1 − p) times as large.",
            wrong={
                "The variance": "It grows: some are 0 and the others larger.",
                "The gradient at 1": "The gradient is 0 or 1/(1 − p).",
            },
        ),
        Question(
            "A gradient check of a network with dropout fails. The likely cause?",
            right="Each call draws another mask",
            why="The two nudged losses belong to two functions. Freeze the mask.",
            wrong={
                "The backward pass is wrong": "It may be right; the check compares different "
                "functions.",
                "Dropout has no gradient": "It has: 0 or 1/(1 − p).",
            },
        ),
        Question(
            "You look at 60 networks on 100 test pictures and report the best. The score is",
            right="too high on average",
            why="Some of the best one's lead is luck with these 100 pictures.",
            wrong={
                "unbiased, since the pictures are new": "They were new for each network, but the "
                "choice used them.",
                "too low": "The choice picks scores that came out high.",
            },
        ),
    )
)
