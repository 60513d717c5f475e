"""Exercises and quiz: generalisation."""

import numpy as np

from dlcourse.exercises.exercise import Exercise, WrongAnswer
from dlcourse.quiz import Question, Quiz

_STOP = """
def epoch_kept(losses, patience):
    best = 0
    for epoch, loss in enumerate(losses):
        if loss {better} losses[best]:
            best = epoch
        if epoch - best >= {patience}:
            {end}
    return best
"""


def _stop(better="<", patience="patience", end="break"):
    return _STOP.format(better=better, patience=patience, end=end)


_LOSSES = [0.9, 0.7, 0.75, 0.6, 0.6, 0.65, 0.66, 0.7, 0.5]

epoch_kept = Exercise(
    name="epoch_kept",
    stub="def epoch_kept(losses, patience):\n    ...  # your code: return a whole number",
    solution_code=_stop(),
    hints=(
        "Remember the epoch of the lowest loss so far.",
        "After each epoch: if epoch − best is `patience`, training ends.",
        "Return the best epoch, not the one at which you stopped.",
    ),
    right="the epoch agrees for five runs.",
    cases=((_LOSSES, 3), (_LOSSES, 10), (_LOSSES, 1), ([1.0, 0.9, 0.8], 2), ([0.5, 0.6, 0.7], 2)),
    wrong=(
        WrongAnswer(
            "def epoch_kept(losses, patience):\n    return int(np.argmin(losses))\n",
            "that looks at losses after training had ended: nobody would have computed them.",
        ),
        WrongAnswer(
            _stop(end="return epoch"), "that is where training stops; kept is the best epoch."
        ),
        WrongAnswer(
            _stop(better="<="), "an equal loss is no new lowest value: keep the first of them."
        ),
        WrongAnswer(_stop(patience="1"), "you stop at the first rise: where is the patience?"),
    ),
)

_DECAY = "def decay_step(w, gradient, rate, decay):\n    return {}\n"

decay_step = Exercise(
    name="decay_step",
    stub="def decay_step(w, gradient, rate, decay):\n    ...  # your code: return an array",
    solution_code=_DECAY.format("(1 - rate * decay) * w - rate * gradient"),
    hints=(
        "Shrinking multiplies w by 1 − rate · decay.",
        "Then the usual step: minus rate · gradient.",
    ),
    right="three steps agree, one without decay.",
    cases=(
        (np.array([1.0, -2.0]), np.array([0.5, 0.1]), 0.1, 0.5),
        (np.array([[3.0, 0.4]]), np.array([[0.0, -1.0]]), 0.01, 1.0),
        (np.array([1.0, 1.0]), np.array([0.2, -0.2]), 0.5, 0.0),
    ),
    wrong=(
        WrongAnswer(
            _DECAY.format("(1 + rate * decay) * w - rate * gradient"),
            "your weights grow: the sign of the decay.",
        ),
        WrongAnswer(
            _DECAY.format("(1 - decay) * w - rate * gradient"),
            "the decay is not multiplied by the rate: at decay 1 nothing would be left of w.",
        ),
        WrongAnswer(_DECAY.format("w - rate * gradient"), "that is a step without decay."),
        WrongAnswer(
            _DECAY.format("(1 - rate * decay) * (w - rate * gradient)"),
            "you shrank the step as well: first shrink, then step.",
        ),
    ),
)

_PAIRED = """
def paired_difference(a, b):
    d = np.subtract(a, b)
    return {}
"""

paired_difference = Exercise(
    name="paired_difference",
    stub="def paired_difference(a, b):\n    ...  # your code: return two numbers",
    solution_code=_PAIRED.format("np.mean(d), np.std(d, ddof=1) / np.sqrt(len(d))"),
    hints=(
        "First the differences, seed by seed. Everything else is about them.",
        "The sample deviation divides by k − 1: np.std(d, ddof=1).",
        "The standard error of the mean is that divided by √k.",
    ),
    right="mean and standard error agree for two pairs of methods.",
    cases=(
        ([0.91, 0.95, 0.92, 0.93, 0.85], [0.86, 0.80, 0.77, 0.86, 0.83]),
        ([0.5, 0.7, 0.9], [0.4, 0.65, 0.7]),
    ),
    wrong=(
        WrongAnswer(
            _PAIRED.format("np.mean(d), np.std(d) / np.sqrt(len(d))"),
            "that deviation divides by k: a sample's divides by k − 1 (ddof=1).",
        ),
        WrongAnswer(
            _PAIRED.format("np.mean(d), np.std(d, ddof=1)"),
            "that is the spread of one difference. The mean of k is more certain by √k.",
        ),
        WrongAnswer(
            _PAIRED.format("np.mean(d), np.sqrt((np.var(a, ddof=1) + np.var(b, ddof=1)) / len(d))"),
            "that treats the seeds as unrelated: take the differences first.",
        ),
        WrongAnswer(
            _PAIRED.format("np.max(a) - np.max(b), np.std(d, ddof=1) / np.sqrt(len(d))"),
            "you compared the best seeds. The best of a noisier method looks better.",
        ),
    ),
)

_VERDICTS = {"A": "underfits", "B": "overfits", "C": "fine", "D": "leak?"}
_WHY = {
    "A": "two classes, and hardly better than guessing, even on the training data",
    "B": "perfect in training, far less on the test: look at the gap",
    "C": "good in training, and nearly as good on the test",
    "D": "the test is much better than training: too good to be left unexplained",
}


def _verify_verdicts(verdicts):
    if not isinstance(verdicts, dict) or verdicts.keys() != _VERDICTS.keys():
        return "verdicts is a dictionary with the keys A, B, C and D."
    for name, verdict in verdicts.items():
        if verdict != _VERDICTS[name]:
            return f"{name}: {_WHY[name]}."
    return None


_SAID = "verdicts = {}\n"

verdicts = Exercise(
    name="verdicts",
    stub="verdicts = ...",
    solution_code=_SAID.format(_VERDICTS),
    hints=(
        "Is the training score good? Is the test score close to it?",
        "Bad in training: underfits. A large gap: overfits. Better on the test: ask why.",
    ),
    right="four verdicts.",
    verify=_verify_verdicts,
    wrong=(
        WrongAnswer(_SAID.format(_VERDICTS | {"A": "fine"}), "A: two classes, and hardly better"),
        WrongAnswer(_SAID.format(_VERDICTS | {"B": "underfits"}), "B: perfect in training"),
        WrongAnswer(_SAID.format(_VERDICTS | {"C": "overfits"}), "C: good in training"),
        WrongAnswer(_SAID.format(_VERDICTS | {"D": "fine"}), "D: the test is much better"),
    ),
)

quiz = Quiz(
    (
        Question(
            "Training accuracy 1.00, test accuracy 0.80, guessing 0.50. What is it?",
            right="Overfitting",
            why="It fits its training data perfectly, and a good part of that holds nowhere else.",
            wrong={
                "Underfitting": "Then the training accuracy would be low.",
                "A leak": "A leak raises the test score.",
                "Nothing to worry about": "One in five is wrong where training had no error.",
            },
        ),
        Question(
            "Does dropout always help?",
            right="No: on 100 clean digits it made no difference that could be seen",
            why="A remedy helps against a fault that is there.",
            wrong={
                "Yes, that is why it is used": "It helps in some settings. Measure in yours.",
                "No, it always hurts": "Here it did not hurt either.",
            },
        ),
        Question(
            "Random features on 200 images: where was the error largest?",
            right="Near 200 features",
            why="There the fit is only barely possible, with huge weights.",
            wrong={
                "At the most features": "There it was smallest: that is double descent.",
                "At the fewest features": "50 features were far better than 200.",
                "At 64, the number of pixels": "The number of images matters, not of pixels.",
            },
        ),
        Question(
            "Early stopping looks at ...",
            right="validation data",
            why="They choose the epoch; the test stays closed until the end.",
            wrong={
                "test data": "Then they chose something, and their score is too good.",
                "the training loss": "It falls and falls.",
            },
        ),
        Question(
            "The wide network did well with clean labels. So ...",
            right="fitting noise hurt, not size alone",
            why="Same network, same number of steps; only the labels differed.",
            wrong={
                "large networks are bad": "This large network was as good as any remedy.",
                "it was luck": "It held for all five seeds, against no remedy with wrong labels.",
            },
        ),
    )
)
