"""Exercises and quiz: gradient descent."""

import numpy as np

from dlcourse import functional as F
from dlcourse import manual_seed, nn, optim
from dlcourse.data import DataLoader, load_digits, train_test_split
from dlcourse.exercises.exercise import Exercise, WrongAnswer
from dlcourse.quiz import Question, Quiz
from dlcourse.training import accuracy, evaluate, fit

_BATCH = "def batch_gradient(w, x, y):\n    return {}\n"

batch_gradient = Exercise(
    name="batch_gradient",
    stub="def batch_gradient(w, x, y):\n    ...  # your code: x and y have the shape (B,); "
    "return a number",
    solution_code=_BATCH.format("np.mean(2 * (w * x - y) * x)"),
    hints=(
        "One example's gradient is 2 (w x − y) x.",
        "The batch's gradient is the mean of these.",
    ),
    right="three batches of different sizes agree.",
    cases=(
        (0.0, np.array([1.0, 2.0, 3.0, 4.0]), np.array([2.0, 2.0, 6.0, 8.0])),
        (1.5, np.array([3.0, 4.0]), np.array([6.0, 8.0])),
        (-0.5, np.array([1.0, -2.0, 0.5]), np.array([0.0, 1.0, 2.0])),
    ),
    wrong=(
        WrongAnswer(
            _BATCH.format("np.sum(2 * (w * x - y) * x)"),
            "that is the sum: with it, the step grows with the batch.",
        ),
        WrongAnswer(_BATCH.format("np.mean((w * x - y) * x)"), "where is the 2 of the square?"),
        WrongAnswer(
            _BATCH.format("2 * np.mean(w * x - y) * np.mean(x)"),
            "a mean of products is not the product of the means.",
        ),
        WrongAnswer(
            _BATCH.format("np.mean(2 * (w * x - y))"),
            "w reaches the prediction multiplied by x: where is that x?",
        ),
    ),
)

_MOMENTUM = """
def momentum_steps(rate, beta, steps):
    w = v = 0.0
    for _ in range(steps):
        {}
    return w
"""

momentum_steps = Exercise(
    name="momentum_steps",
    stub="def momentum_steps(rate, beta, steps):\n    ...  # your code: return a number",
    solution_code=_MOMENTUM.format("v = beta * v + 2 * (w - 3)\n        w = w - rate * v"),
    hints=(
        "The gradient of (w − 3)² is 2 (w − 3).",
        "In each step first v ← β v + g, then w ← w − rate · v.",
    ),
    right="four runs agree, one of them without momentum.",
    cases=((0.1, 0.9, 1), (0.1, 0.9, 4), (0.05, 0.5, 7), (0.1, 0.0, 3)),
    wrong=(
        WrongAnswer(
            _MOMENTUM.format("v = beta * v + (1 - beta) * 2 * (w - 3)\n        w = w - rate * v"),
            "with (1 − β) v is a mean, as in Adam. Momentum adds the whole gradient.",
        ),
        WrongAnswer(
            _MOMENTUM.format("g = 2 * (w - 3)\n        w = w - rate * v\n        v = beta * v + g"),
            "you moved with the old v: first v, then w.",
        ),
        WrongAnswer(
            _MOMENTUM.format("v = v + beta * 2 * (w - 3)\n        w = w - rate * v"),
            "β belongs to the old v, which fades; the gradient comes in whole.",
        ),
        WrongAnswer(
            _MOMENTUM.format("v = beta * v - 2 * (w - 3)\n        w = w - rate * v"),
            "that climbs: subtract the gradient once, not twice.",
        ),
    ),
)

_ADAM = """
def adam_steps(gradients, rate, beta1, beta2):
    w, m, v, weights = 0.0, 0.0, 0.0, []
    for t, g in enumerate(gradients, {start}):
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g * g
        w = w - rate * {m} / {root}
        weights.append(w)
    return weights
"""
_ROOT = "(np.sqrt(v / (1 - beta2**t)) + 1e-8)"


def _adam(m="(m / (1 - beta1**t))", root=_ROOT, start=1):
    return _ADAM.format(m=m, root=root, start=start)


adam_steps = Exercise(
    name="adam_steps",
    stub="def adam_steps(gradients, rate, beta1, beta2):\n    ...  # your code: return a list "
    "with the weight after each step",
    solution_code=_adam(),
    hints=(
        "Keep m, the running mean of g, and v, that of g². Both start at 0.",
        "In step t divide m by 1 − beta1**t and v by 1 − beta2**t; t starts at 1.",
        "The step is rate · m̂ / (√v̂ + 1e-8).",
    ),
    right="all weights agree for three lists of gradients.",
    cases=(
        ([-6.0, -5.8, -5.6], 0.1, 0.9, 0.999),
        ([-6000.0, 2.0], 0.1, 0.9, 0.999),
        ([1.0, -1.0, 0.5, 3.0], 0.01, 0.5, 0.9),
    ),
    wrong=(
        WrongAnswer(
            _adam(m="m", root="(np.sqrt(v) + 1e-8)"),
            "m and v start at 0 and are too small at first: divide by 1 − β to the power of t.",
        ),
        WrongAnswer(_adam(start=2), "t starts at 1: the first step divides m by 1 − β₁."),
        WrongAnswer(
            _adam(root="(v / (1 - beta2**t) + 1e-8)"),
            "v has the unit of g²: take its root, or the step depends on the gradients' size.",
        ),
        WrongAnswer(_adam(m="g"), "the numerator is m̂, the running mean, not the gradient."),
    ),
)

_RATE = """
def rate_at(step, top, warm, total):
    if step < warm:
        return {warming}
    return {falling}
"""
_COSINE = "top * (1 + np.cos(np.pi * {})) / 2"
_DONE = "(step - warm) / (total - warm)"


def _rate(warming="top * (step + 1) / warm", done=_DONE):
    return _RATE.format(warming=warming, falling=_COSINE.format(done))


rate_at = Exercise(
    name="rate_at",
    stub="def rate_at(step, top, warm, total):\n    ...  # your code: return a number",
    solution_code=_rate(),
    hints=(
        "The steps 0, 1, …, warm − 1 get top · 1/warm, 2/warm, …, top.",
        "After that the share that is done goes from 0 to 1: (step − warm) / (total − warm).",
        "Half a cosine is (1 + cos(π · share)) / 2: 1 at the share 0, and 0 at 1.",
    ),
    right="nine rates agree.",
    cases=tuple((step, 0.4, 5, 25) for step in (0, 1, 2, 4, 5, 10, 15, 20, 25)),
    wrong=(
        WrongAnswer(
            _rate(warming="top * step / warm"),
            "the first step would have the rate 0, and the last of the warm-up not yet `top`.",
        ),
        WrongAnswer(
            _rate(done="step / total"),
            "the cosine starts where the warm-up ends: there its share is 0.",
        ),
        WrongAnswer(
            _rate(done="2 * (step - warm) / (total - warm)"),
            "that is a whole cosine: it falls and rises again. cos(π · share) is half of one.",
        ),
        WrongAnswer(_rate(warming="top"), "the first `warm` steps have to rise."),
    ),
)

WANTED, EPOCHS = 0.945, 6


def _read(settings, seed):
    """The accuracy on new images after six epochs with these settings."""
    digits = load_digits()
    pixels = digits.inputs.reshape(-1, 64) / 16
    X, new, y, answers = train_test_split(pixels, digits.targets, 597, seed=seed)
    manual_seed(seed)
    model = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
    optimiser = optim.SGD(model.parameters(), settings["rate"], settings["momentum"])
    batches = DataLoader((X, y), settings["batch"], shuffle=True)
    fit(model, batches, F.cross_entropy, optimiser, EPOCHS, report=None)
    return evaluate(model, [(new, answers)], accuracy)


def _verify_settings(settings):
    if not isinstance(settings, dict) or settings.keys() != {"rate", "momentum", "batch"}:
        return "settings is a dictionary with exactly rate, momentum and batch."
    if not 8 <= settings["batch"] <= 1200:
        return "take batches of 8 to 1,200 images."
    try:
        scores = [_read(settings, seed) for seed in range(5)]
    except FloatingPointError:
        scores = [0.1]
    mean, effective = np.mean(scores), settings["rate"] / (1 - settings["momentum"])
    if mean >= WANTED:
        return None
    if settings["batch"] > 200:
        return f"{mean:.3f} on average: few updates. Smaller batches take more of them in 6 epochs."
    if mean < 0.5 and effective >= 1:
        return f"{mean:.3f} on average: the steps are too long; momentum makes them longer."
    if effective < 0.1:
        return f"{mean:.3f} on average: the steps are too short for {EPOCHS} epochs."
    return f"{mean:.3f} on average; wanted is {WANTED}. Try factors of three."


_SETTINGS = 'settings = {{"rate": {}, "momentum": {}, "batch": {}}}\n'

settings = Exercise(
    name="settings",
    stub="settings = ...",
    solution_code=_SETTINGS.format(0.05, 0.9, 16),
    hints=(
        "Look at the lesson's table: which rate had momentum 0.9 with batches of 32?",
        "Batches of 16 take twice as many updates in the same 6 epochs.",
    ),
    right=f"five networks read at least {WANTED:.1%} of new images, on average.",
    verify=_verify_settings,
    wrong=(
        WrongAnswer(_SETTINGS.format(0.5, 0.95, 32), "momentum makes them longer."),
        WrongAnswer(_SETTINGS.format(0.1, 0.9, 1200), "few updates."),
        WrongAnswer(_SETTINGS.format(0.01, 0.5, 32), "the steps are too short for 6 epochs."),
        WrongAnswer(_SETTINGS.format(0.05, 0.9, 1), "take batches of 8 to 1,200 images."),
    ),
)

quiz = Quiz(
    (
        Question(
            "The gradient of a mini-batch is ...",
            right="noisy, and right on average",
            why="Batches drawn at random have the full gradient as their mean.",
            wrong={
                "wrong by the same amount each time": "The errors differ and average out.",
                "exact": "Only the whole data give that.",
                "smaller than the full one": "It is a mean too, not a part of a sum.",
            },
        ),
        Question(
            "The loss becomes nan after three steps. What do you try first?",
            right="A smaller learning rate",
            why="Steps beyond 2/curvature grow without end.",
            wrong={
                "More epochs": "A weight that is nan stays nan.",
                "A larger batch": "The steps are as long as before.",
                "Another seed": "At the rate 3 every seed ended at guessing.",
            },
        ),
        Question(
            "What is an epoch?",
            right="One pass over all training examples",
            why="It has as many updates as there are batches.",
            wrong={
                "One update of the weights": "That is a step: an epoch has many.",
                "Training until the loss stands still": "That can take any number of epochs.",
            },
        ),
        Question(
            "What does backpropagation do in Adam?",
            right="It supplies the gradient g",
            why="What Adam makes of it, with its running means, is the optimiser's part.",
            wrong={
                "It sets the learning rate": "You, or a schedule, do.",
                "It updates the weights": "That is the optimiser's step.",
                "Nothing: Adam replaces it": "Adam needs gradients, and somebody computes them.",
            },
        ),
        Question(
            "Which is a fair comparison of two optimisers?",
            right="Each at its own best rate, several seeds, the clock named",
            why="A rate that suits one can ruin the other.",
            wrong={
                "Both at the rate 0.01": "For Adam that was good here, for plain SGD too small.",
                "Each at its default": "Defaults are guesses, and differ in quality.",
                "The best run of each": "The best of many runs flatters the noisier one.",
            },
        ),
    )
)
