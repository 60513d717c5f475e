"""Exercises and quiz: activations and losses."""

import numpy as np

from dlcourse.exercises.exercise import Exercise, WrongAnswer
from dlcourse.quiz import Question, Quiz

_RNG = np.random.default_rng(23)


def _sigmoid(z):
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, small) / (1 + small)


def _verify_sigmoid(stable_sigmoid):
    for z in (800.0, -800.0, 2.0, -2.0, -40.0):
        try:
            with np.errstate(over="raise", invalid="raise", divide="raise"):
                said = np.asarray(stable_sigmoid(np.array([[z]])))
        except FloatingPointError as error:
            return f"at z = {z:g}: {error}. Which exponent is large there?"
        if said.shape != (1, 1):
            return f"an array (1, 1) went in, {said.shape} came out."
        wanted = _sigmoid(z)
        if not np.isclose(said.item(), wanted, rtol=1e-9, atol=1e-300):
            return f"at z = {z:g} it is {said.item():.3g}; wanted is {_about(said.item(), wanted)}."
    return None


def _about(said, wanted):
    return "less" if said > wanted else "more"


_SIGMOID = "def stable_sigmoid(z):\n    {}\n"

stable_sigmoid = Exercise(
    name="stable_sigmoid",
    stub="def stable_sigmoid(z):\n    ...  # your code: return an array like z",
    solution_code=_SIGMOID.format(
        "small = np.exp(-np.abs(z))\n    return np.where(z >= 0, 1, small) / (1 + small)"
    ),
    hints=(
        "np.exp(-np.abs(z)) is at most 1, whatever z.",
        "For z ≥ 0 sigmoid is 1 / (1 + small), else small / (1 + small).",
        "np.where computes both of its branches: put nothing into them that overflows.",
    ),
    right="exact at five places, and nothing overflows.",
    cases=((np.array([-2.0, 0.0, 2.0]),),),
    verify=_verify_sigmoid,
    wrong=(
        WrongAnswer(_SIGMOID.format("return 1 / (1 + np.exp(-z))"), "at z = -800: overflow"),
        WrongAnswer(
            _SIGMOID.format(
                "return np.where(z >= 0, 1 / (1 + np.exp(-z)), np.exp(z) / (1 + np.exp(z)))"
            ),
            "at z = 800: overflow",
        ),
        WrongAnswer(
            _SIGMOID.format("return 1 / (1 + np.exp(-np.clip(z, -30, 30)))"),
            "wanted is less.",
        ),
        WrongAnswer(_SIGMOID.format("return 1 / (1 + np.exp(-np.abs(z)))"), "at z = -800 it is 1;"),
    ),
)

_BCE = "def bce_with_logits(z, t):\n    return {}\n"
_STABLE = "np.maximum(z, 0) - z * t + np.log1p(np.exp(-np.abs(z)))"

bce_with_logits = Exercise(
    name="bce_with_logits",
    stub="def bce_with_logits(z, t):\n    ...  # your code: z and t have the shape (N,); "
    "return a number",
    solution_code=_BCE.format(f"np.mean({_STABLE})"),
    hints=(
        "−t ln σ(z) − (1 − t) ln(1 − σ(z)) is the same as ln(1 + eᶻ) − z t.",
        "ln(1 + eᶻ) = max(z, 0) + ln(1 + e^−|z|), and there e never overflows.",
        "np.log1p(a) is ln(1 + a), exact for small a too. Then the mean.",
    ),
    right="the mean agrees, with logits up to 500.",
    cases=(
        (np.array([2.0, -1.0, 0.5]), np.array([1.0, 0.0, 0.0])),
        (np.array([40.0, -40.0, 500.0, 1.0]), np.array([0.0, 1.0, 1.0, 0.0])),
    ),
    wrong=(
        WrongAnswer(
            """
def bce_with_logits(z, t):
    p = 1 / (1 + np.exp(-z))
    return -np.mean(t * np.log(p) + (1 - t) * np.log(1 - p))
""",
            "right for small logits, infinite or nan at 40: σ(40) rounds to 1, and ln 0 follows.",
        ),
        WrongAnswer(_BCE.format(f"np.sum({_STABLE})"), "that is the sum. The loss is a mean."),
        WrongAnswer(
            _BCE.format("np.mean(np.maximum(z, 0) - z * (1 - t) + np.log1p(np.exp(-np.abs(z))))"),
            "target 1 and target 0 are exchanged.",
        ),
        WrongAnswer(
            _BCE.format("np.mean(np.maximum(z, 0) - z * t)"),
            "the logarithm is missing: it matters for logits near 0.",
        ),
    ),
)

_CE = """
def cross_entropy(z, t):
    z = z - {shift}
    logs = z - np.log(np.exp(z).sum(axis={axis}, keepdims=True))
    return {result}
"""
_MAX, _PICKED = "z.max(axis=1, keepdims=True)", "logs[np.arange(len(t)), t]"


def _ce(shift=_MAX, axis=1, result=f"-np.mean({_PICKED})"):
    return _CE.format(shift=shift, axis=axis, result=result)


cross_entropy = Exercise(
    name="cross_entropy",
    stub="def cross_entropy(z, t):\n    ...  # your code: z is (N, K), t (N,) holds class numbers; "
    "return a number",
    solution_code=_ce(),
    hints=(
        "ln p_t = z_t − ln Σ exp(z): no division is needed.",
        "Subtract the largest score of each row first. That changes no probability.",
        "logs[np.arange(N), t] picks from each row the entry of its class.",
    ),
    right="the mean agrees, with scores up to 1,000.",
    cases=(
        (np.array([[2.0, 1.0, 0.0], [0.5, 0.5, 3.0]]), np.array([0, 1])),
        (_RNG.normal(size=(5, 5)).round(2), np.array([4, 0, 2, 2, 1])),
        (np.array([[1000.0, 999.0], [-3.0, 1000.0]]), np.array([1, 1])),
    ),
    wrong=(
        WrongAnswer(_ce(shift="0"), "right for small scores; e to the power of 1000 overflows."),
        WrongAnswer(
            _ce(axis=0),
            "the probabilities of a *column* add up to 1; those of an example, a row, should.",
        ),
        WrongAnswer(
            _ce(result="-np.mean(logs[:, t])"),
            "logs[:, t] is a table (N, N): every row with every label.",
        ),
        WrongAnswer(_ce(result=f"-np.sum({_PICKED})"), "that is the sum over the examples."),
        WrongAnswer(
            _ce(result=f"np.mean(1 - np.exp({_PICKED}))"),
            "1 − p is no cross-entropy: where is the logarithm?",
        ),
    ),
)

_TASKS = {
    "rent": "mse",
    "rent, a few typed with a zero too many": "huber",
    "spam or not": "bce",
    "which of 10 digits": "cross-entropy",
    "all objects in a photo, from a list of 80": "bce",
}
_REASONS = {
    ("rent, a few typed with a zero too many", "mse"): "squares make a few wild errors rule all",
    ("all objects in a photo, from a list of 80", "cross-entropy"): "softmax shares out one "
    "certainty, and a photo may show several",
    ("which of 10 digits", "mse"): "class numbers are names: 9 is not further from 0 than 1 is",
    ("which of 10 digits", "bce"): "exactly one class is right: that is what softmax says",
    ("spam or not", "mse"): "it stalls where sigmoid is saturated",
}


def _verify_choices(choices):
    if not isinstance(choices, dict) or choices.keys() != _TASKS.keys():
        return f"choices is a dictionary with these keys: {'; '.join(_TASKS)}."
    for task, loss in choices.items():
        if loss != _TASKS[task]:
            reason = _REASONS.get((task, loss), f"{loss!r} does not go with this kind of answer")
            return f"{task}: {reason}."
    return None


_CHOICES = f"choices = {_TASKS!r}\n"

choices = Exercise(
    name="choices",
    stub="choices = ...",
    solution_code=_CHOICES,
    hints=(
        "Is the answer an amount, one yes or no, one of several classes, or several yes and no?",
        "Several labels at once are several questions, each with yes or no.",
    ),
    right="five tasks, five losses that fit.",
    verify=_verify_choices,
    wrong=(
        WrongAnswer(_CHOICES.replace("'huber'", "'mse'"), "a few wild errors rule all"),
        WrongAnswer(
            _CHOICES.replace("80': 'bce'", "80': 'cross-entropy'"), "a photo may show several"
        ),
        WrongAnswer(_CHOICES.replace("'cross-entropy'", "'mse'"), "class numbers are names"),
    ),
)

_HUBER = """
def huber(predicted, y, delta):
    error = np.abs(predicted - y)
    return {}
"""
_TAIL = "delta * (error - delta / 2)"

huber = Exercise(
    name="huber",
    stub="def huber(predicted, y, delta):\n    ...  # your code: return a number",
    solution_code=_HUBER.format(f"np.mean(np.where(error <= delta, error**2 / 2, {_TAIL}))"),
    hints=(
        "Two formulas, chosen for each error: np.where(error <= delta, ..., ...).",
        "The line has the slope δ. At error = δ it must have the value δ²/2.",
        "So the line is δ · error minus what makes it fit: δ²/2.",
    ),
    right="three sets of errors, small and large.",
    cases=(
        (np.array([2.0, 1.0, 4.0]), np.array([3.0, 1.0, 2.0]), 1.0),
        (np.array([0.0, 10.0]), np.array([0.5, 0.0]), 2.0),
        (np.array([1.0, -3.0, 0.2, 7.0]), np.array([0.0, 0.0, 0.0, 0.0]), 0.5),
    ),
    wrong=(
        WrongAnswer(
            _HUBER.format("np.mean(np.where(error <= delta, error**2 / 2, delta * error))"),
            "the two pieces do not meet at δ: the loss jumps there.",
        ),
        WrongAnswer(_HUBER.format("np.mean(error**2) / 2"), "that is half the squared error."),
        WrongAnswer(
            _HUBER.format(f"np.mean(np.where(error <= delta, error**2, {_TAIL}))"),
            "half the square, or the slopes do not agree at δ.",
        ),
        WrongAnswer(
            _HUBER.format(f"np.sum(np.where(error <= delta, error**2 / 2, {_TAIL}))"),
            "that is the sum. Return the mean.",
        ),
    ),
)

quiz = Quiz(
    (
        Question(
            "Why is a network not trained on the error rate?",
            right="It is flat almost everywhere: its slope is 0",
            why="A small change of a weight changes no answer, so there is no way down to be seen.",
            wrong={
                "It is slow to compute": "It is a comparison and a mean.",
                "It is not a number between 0 and 1": "It is one: a share of the examples.",
            },
        ),
        Question(
            "How large can the slope of sigmoid be?",
            right="1/4",
            why="σ(1 − σ) is largest where σ is a half.",
            wrong={
                "1": "That is tanh, at 0.",
                "1/2": "That is sigmoid's value at 0, not its slope.",
                "As large as you like": "It flattens out on both sides.",
            },
        ),
        Question(
            "What does the ½ in ½ (ŷ − y)² change?",
            right="The length of the step, not the best prediction",
            why="It cancels the 2 of the derivative. A rate twice as large undoes it.",
            wrong={
                "The best prediction": "A factor moves no minimum.",
                "It averages over two examples": "The mean over examples is a factor of its own.",
            },
        ),
        Question(
            "An activation function acts on ...",
            right="each unit's sum",
            why="One number in, one number out, for every unit and example.",
            wrong={
                "the network's input": "That first goes through weights.",
                "the weights": "They stay as they are in a forward pass.",
                "the loss": "The loss comes last.",
            },
        ),
        Question(
            "tanh(800), typed in from the textbook, is nan. Why?",
            right="e to the 800th overflows, and infinity by infinity is nan",
            why="The function itself is 1 there, to all digits.",
            wrong={
                "tanh is not defined there": "It is defined everywhere, and 1 there.",
                "Only float32 is that weak": "float64 ends near e to the 709th.",
            },
        ),
        Question(
            "Squared error for classes ...",
            right="can work, and stalls where units are saturated",
            why="At its own rate it was as good here; from a saturated start it learnt nothing.",
            wrong={
                "never works": "At the rate 10 it read about as many digits as cross-entropy.",
                "is the same as cross-entropy": "From the saturated start they were worlds apart.",
            },
        ),
    )
)
