"""The exercises and the quiz of ``start_here``."""

import numpy as np

from dlcourse import Tensor, manual_seed, nn, optim
from dlcourse import functional as F
from dlcourse.data import load_digits, train_test_split
from dlcourse.exercises.exercise import Exercise, WrongAnswer
from dlcourse.quiz import Question, Quiz

_STEP = """
def loss_after_step(w, b, x, target, lr):
    error = w * x + b - target
    w_grad, b_grad = {w_grad}, {b_grad}
    w, b = w {sign} lr * w_grad, b {sign} lr * b_grad
    return (w * x + b - target) ** 2
"""


def _step(w_grad="2 * error * x", b_grad="2 * error", sign="-"):
    return _STEP.format(w_grad=w_grad, b_grad=b_grad, sign=sign)


loss_after_step = Exercise(
    name="loss_after_step",
    stub="def loss_after_step(w, b, x, target, lr):\n    ...  # your code",
    solution_code=_step(),
    hints=(
        "Compute the prediction w * x + b and how far it is from the target.",
        "The gradient of b is twice that error; the gradient of w is that of b times x.",
        "Take both steps with the gradients of the old w and b, then compute the loss again.",
    ),
    right="the loss after one step agrees for six different neurons.",
    cases=(
        (0.5, 1.0, 3.0, 1.0, 0.05),
        (0.5, 1.0, 3.0, 1.0, 0.11),
        (-1.0, 0.25, 2.0, 3.0, 0.02),
        (2.0, -1.5, -0.5, 0.5, 0.3),
        (1.5, 0.0, 4.0, -2.0, 0.01),
        (0.3, 0.7, 0.5, 1.2, 0.4),
    ),
    wrong=(
        WrongAnswer(
            _step(w_grad="2 * error"),
            "your w moved as far as b. The effect of w on the prediction is multiplied by x.",
        ),
        WrongAnswer(_step(sign="+"), "you added the gradient. Downhill is against it: subtract."),
        WrongAnswer(
            _step(w_grad="error * x", b_grad="error"),
            "half the step. Is the derivative of error² equal to error?",
        ),
        WrongAnswer(
            """
def loss_after_step(w, b, x, target, lr):
    w = w - lr * 2 * (w * x + b - target) * x
    b = b - lr * 2 * (w * x + b - target)
    return (w * x + b - target) ** 2
""",
            "b's gradient was computed with the new w. Compute all gradients before any update.",
        ),
    ),
)

_RATE = "def largest_safe_rate(x):\n    return {}\n"

largest_safe_rate = Exercise(
    name="largest_safe_rate",
    stub="def largest_safe_rate(x):\n    ...  # your code",
    solution_code=_RATE.format("1 / (x**2 + 1)"),
    hints=(
        "One step changes the prediction by −lr · 2 · error · (x² + 1).",
        "The loss stays the same where the error changes its sign and keeps its size.",
        "So lr · 2 · (x² + 1) = 2.",
    ),
    right="at this rate the loss stays the same for five values of x; above it, it grows.",
    cases=((3.0,), (1.0,), (0.5,), (2.0,), (10.0,)),
    wrong=(
        WrongAnswer(
            _RATE.format("1 / x**2"), "b moves too, and moves the prediction by its own step."
        ),
        WrongAnswer(
            _RATE.format("1 / (2 * (x**2 + 1))"),
            "with this rate the loss is 0 after one step. It can be twice as large.",
        ),
        WrongAnswer(_RATE.format("0.1"), "that is right for x = 3 only. Where does x come in?"),
        WrongAnswer(
            _RATE.format("1 / (x + 1)"),
            "x counts twice: once in the gradient of w, once in w's effect on the prediction.",
        ),
    ),
)

TARGET_ACCURACY = 0.96
MOST_EPOCHS = 20


def _accuracy(settings, seed):
    """The accuracy on images kept back, of a network trained with these settings."""
    digits = load_digits()
    pixels = digits.inputs.reshape(-1, 64) / 16
    X_train, X_test, y_train, y_test = train_test_split(pixels, digits.targets, 597, seed)
    manual_seed(seed)
    width = settings["width"]
    model = nn.Sequential(nn.Linear(64, width), nn.ReLU(), nn.Linear(width, 10))
    optimiser = optim.SGD(model.parameters(), lr=settings["learning_rate"])
    shuffle = np.random.default_rng(seed)
    for _ in range(settings["epochs"]):
        order = shuffle.permutation(len(X_train))
        for rows in np.split(order, range(32, len(order), 32)):
            optimiser.zero_grad()
            F.cross_entropy(model(Tensor(X_train[rows])), y_train[rows]).backward()
            optimiser.step()
    return np.mean(model(Tensor(X_test)).data.argmax(axis=1) == y_test)


def _verify_settings(settings):
    if not isinstance(settings, dict) or settings.keys() != {"width", "learning_rate", "epochs"}:
        return "settings is a dictionary with exactly width, learning_rate and epochs."
    if not 1 <= settings["epochs"] <= MOST_EPOCHS:
        return f"use 1 to {MOST_EPOCHS} epochs: more time is not the point here."
    if not 1 <= settings["width"] <= 512:
        return "the width is the number of neurons: take 1 to 512."
    try:
        with np.errstate(all="ignore"):
            mean = np.mean([_accuracy(settings, seed) for seed in range(3)])
    except FloatingPointError:
        mean = 0.1
    if mean > TARGET_ACCURACY:
        return None
    if mean < 0.5 and settings["learning_rate"] >= 1:
        return "the network does no better than guessing: with this rate every step overshoots."
    if mean < 0.8 and settings["width"] < 8:
        return f"{mean:.3f} on average: {settings['width']} neurons cannot tell ten digits apart."
    if mean < 0.9:
        return f"{mean:.3f} on average: the steps are too short or too few to get far."
    return f"{mean:.3f} on average: close. More neurons, or another rate?"


digits_settings = Exercise(
    name="settings",
    stub='settings = ...  # your settings, for example {"width": 16, "learning_rate": 0.3, '
    '"epochs": 10}',
    solution_code='settings = {"width": 128, "learning_rate": 0.5, "epochs": 20}\n',
    hints=(
        "Start from the lesson's settings and change one thing at a time.",
        "More neurons help more than a larger rate.",
        "Try a width of 128.",
    ),
    right=f"three networks with these settings read more than {TARGET_ACCURACY:.0%} on average.",
    verify=_verify_settings,
    wrong=(
        WrongAnswer(
            'settings = {"width": 64, "learning_rate": 5.0, "epochs": 2}\n',
            "the network does no better than guessing: with this rate every step overshoots.",
        ),
        WrongAnswer(
            'settings = {"width": 64, "learning_rate": 0.3, "epochs": 200}\n',
            "use 1 to 20 epochs: more time is not the point here.",
        ),
        WrongAnswer(
            'settings = {"width": 2, "learning_rate": 0.3, "epochs": 5}\n',
            "2 neurons cannot tell ten digits apart.",
        ),
        WrongAnswer(
            'settings = {"width": 32, "learning_rate": 0.001, "epochs": 3}\n',
            "the steps are too short or too few to get far.",
        ),
    ),
)

quiz = Quiz(
    (
        Question(
            "What does the backward pass compute?",
            right="How fast the loss changes with each number",
            why="Each gradient says how much the loss moves for each unit that this number moves.",
            wrong={
                "The new weights": "That is the optimiser's work, after the backward pass.",
                "The right answer": "The right answer is given: it is the target.",
                "The inputs that would give this loss": "Nothing is undone: the numbers of the "
                "forward pass stay, and gradients are added to the picture.",
            },
        ),
        Question(
            "With the rate 0.1 the loss stays at 2.25. Why?",
            right="Each step overshoots to a place as far from the target on the other side",
            why="The error changes its sign and keeps its size, and the loss is its square.",
            wrong={
                "The gradient is zero": "It is 9 for w: far from zero.",
                "Everything is learnt already": "Then the loss would be 0.",
                "The code has an error": "It does what it says. The rate is too large.",
            },
        ),
        Question(
            "Why is the gradient of w three times that of b?",
            right="x = 3 multiplies w on its way to the prediction",
            why="A change of w arrives at the prediction three times as large as one of b.",
            wrong={
                "w is larger than b": "w is 0.5 and b is 1; their size plays no part.",
                "w comes first in the code": "Order in the code does not change a derivative.",
                "The loss squares w three times": "The loss squares the error, once.",
            },
        ),
        Question(
            "You run a lesson twice. What may differ?",
            right="Nothing that is printed",
            why="Seeds are set wherever chance plays a part, so that you can compare.",
            wrong={
                "The accuracy, a little": "The seeds fix the random weights and the order too.",
                "The gradients": "The same numbers give the same gradients.",
            },
        ),
    )
)
