"""Exercises and quiz: a complete project."""

import numpy as np

from dlcourse.exercises.exercise import Exercise, WrongAnswer
from dlcourse.quiz import Question, Quiz

_RNG = np.random.default_rng(26)

_COUNTS = """
def four_counts(y, said):
    found, missed = np.sum((y == 1) & (said == 1)), np.sum((y == 1) & (said == 0))
    alarms, quiet = np.sum((y == 0) & (said == 1)), np.sum((y == 0) & (said == 0))
    return {}
"""


def _answers(count, share):
    y = (_RNG.random(count) < 0.4).astype(int)
    return y, np.where(_RNG.random(count) < share, 1 - y, y)


four_counts = Exercise(
    name="four_counts",
    stub="def four_counts(y, said):\n    ...  # your code: y and said hold 0 and 1; "
    "return four numbers",
    solution_code=_COUNTS.format("found, missed, alarms, quiet"),
    hints=(
        "(y == 1) & (said == 1) is True for those that were found. np.sum counts.",
        "Missed: malignant, and called benign. False alarm: benign, and called malignant.",
    ),
    right="the counts agree for three sets of patients.",
    cases=(
        (np.array([1, 1, 0, 0, 1, 0]), np.array([1, 0, 1, 0, 1, 0])),
        _answers(50, 0.2),
        _answers(30, 0.4),
    ),
    wrong=(
        WrongAnswer(
            _COUNTS.format("quiet, alarms, missed, found"),
            "these are the counts for benign as what we look for. 1 is malignant.",
        ),
        WrongAnswer(
            _COUNTS.format("found, alarms, missed, quiet"),
            "missed and false alarms are exchanged: missed are malignant ones called benign.",
        ),
        WrongAnswer(
            _COUNTS.format("found / len(y), missed / len(y), alarms / len(y), quiet / len(y)"),
            "these are shares. Counts are wanted: intervals need them.",
        ),
    ),
)

_CHEAPEST = """
def cheapest_threshold(p, y, cost_missed, cost_alarm):
    def cost(threshold):
        said = p {at_least} threshold
        return {missed} * np.sum(~said & (y == 1)) + {alarm} * np.sum(said & (y == 0))
    return {chosen}
"""


def _cheapest(at_least=">=", missed="cost_missed", alarm="cost_alarm", chosen=None):
    chosen = chosen or "min(p, key=lambda threshold: (cost(threshold), -threshold))"
    return _CHEAPEST.format(at_least=at_least, missed=missed, alarm=alarm, chosen=chosen)


_P = np.array([0.05, 0.2, 0.3, 0.45, 0.6, 0.8, 0.9])
_Y = np.array([0, 0, 1, 0, 0, 1, 1])

cheapest_threshold = Exercise(
    name="cheapest_threshold",
    stub="def cheapest_threshold(p, y, cost_missed, cost_alarm):\n"
    "    ...  # your code: return a number",
    solution_code=_cheapest(),
    hints=(
        "For one threshold: said = p >= threshold. Missed are ~said & (y == 1).",
        "The cost is cost_missed · missed + cost_alarm · false alarms.",
        "Try every probability in p; of equal costs keep the largest threshold.",
    ),
    right="the threshold agrees for five pairs of costs.",
    cases=(
        (_P, _Y, 10, 1),
        (_P, _Y, 1, 1),
        (_P, _Y, 2, 1),
        (_P, _Y, 1, 10),
        (np.array([0.7, 0.1, 0.4, 0.35]), np.array([1, 0, 1, 0]), 5, 1),
    ),
    wrong=(
        WrongAnswer(_cheapest(chosen="0.5"), "one half is a habit. The costs have to decide."),
        WrongAnswer(
            _cheapest(missed="cost_alarm", alarm="cost_missed"),
            "the two costs are exchanged.",
        ),
        WrongAnswer(
            _cheapest(at_least=">"), "the patient at the threshold is called malignant: ≥, not >."
        ),
        WrongAnswer(_cheapest(missed="1", alarm="1"), "you counted errors. Weigh them by costs."),
    ),
)

_SCALED = """
def standardised(train, other):
    mean, deviation = {}
    {}
"""
_FROM_TRAIN = "train.mean(axis=0), train.std(axis=0)"
_DIVIDED = "return (other - mean) / np.where(deviation == 0, 1, deviation)"


def _table(count, constant=False):
    table = _RNG.normal(5, 3, size=(count, 3)).round(2)
    if constant:
        table[:, 1] = 4.0
    return table


standardised = Exercise(
    name="standardised",
    stub="def standardised(train, other):\n    ...  # your code: return an array like other",
    solution_code=_SCALED.format(_FROM_TRAIN, _DIVIDED),
    hints=(
        "Mean and deviation of each column come from train, axis=0.",
        "Where the deviation is 0, divide by 1 instead: np.where(deviation == 0, 1, deviation).",
    ),
    right="three tables agree, one with a constant column.",
    cases=((_table(9), _table(4)), (_table(6), _table(6)), (_table(7, True), _table(5, True))),
    wrong=(
        WrongAnswer(
            _SCALED.format(_FROM_TRAIN, "return (other - mean) / deviation"),
            "a column that is constant in training is divided by 0.",
        ),
        WrongAnswer(
            _SCALED.format("other.mean(axis=0), other.std(axis=0)", _DIVIDED),
            "other was scaled by itself: the model has learnt the scale of train.",
        ),
        WrongAnswer(
            _SCALED.format("train.mean(axis=0), train.var(axis=0)", _DIVIDED),
            "you divided by the variance; the deviation is its root.",
        ),
        WrongAnswer(
            _SCALED.format(
                _FROM_TRAIN, "return (other - mean) / np.where(deviation == 0, 1e-12, deviation)"
            ).replace("train.mean(axis=0)", "0 * train.mean(axis=0)"),
            "the mean is not subtracted, and a tiny divisor makes huge numbers.",
        ),
    ),
)

_RANGE = """
def out_of_range(train, new):
    low, high = train.min(axis={axis}), train.max(axis={axis})
    margin = {margin}
    return ((new < low - margin) | (new > high + margin)).sum(axis={count})
"""


def _range(axis=0, margin="(high - low) / 2", count=1):
    return _RANGE.format(axis=axis, margin=margin, count=count)


_KNOWN = _RNG.normal([1.0, 500.0, 0.1], [0.2, 100.0, 0.02], size=(40, 3))
_NEW = np.vstack([_KNOWN[:3], _KNOWN[:3] / 10, _KNOWN[3:5] * [1, 0.01, 1], [[2.5, 900.0, 0.1]]])

out_of_range = Exercise(
    name="out_of_range",
    stub="def out_of_range(train, new):\n    ...  # your code: return an array (N,) of whole "
    "numbers",
    solution_code=_range(),
    hints=(
        "Smallest and largest number of each column: train.min(axis=0), train.max(axis=0).",
        "Widen the range by (high − low) / 2 on both sides.",
        "Compare the whole table at once, and sum over the columns, axis=1.",
    ),
    right="honest patients pass, and slips of units are counted.",
    cases=((_KNOWN, _NEW), (_KNOWN[:20], _KNOWN), (_KNOWN[:, :2], _NEW[:, :2])),
    wrong=(
        WrongAnswer(_range(margin="0"), "without a margin the check also flags honest patients."),
        WrongAnswer(_range(axis=None), "one range for all columns hides a slip in the small ones."),
        WrongAnswer(_range(count=0), "wanted is a count for each patient, not for each column."),
        WrongAnswer(
            """
def out_of_range(train, new):
    low, high = train.min(axis=0), train.max(axis=0)
    margin = (high - low) / 2
    return (new > high + margin).sum(axis=1)
""",
            "numbers that are too small count as well.",
        ),
    ),
)

quiz = Quiz(
    (
        Question(
            "When is the test set opened?",
            right="Once, after everything is decided",
            why="Whatever it helps to choose makes its score too good.",
            wrong={
                "After each epoch": "Then it chooses the epoch: that is the work of validation.",
                "To choose the threshold": "The threshold is a choice too: on validation.",
                "Never": "Then there is no honest score.",
            },
        ),
        Question(
            "40 of 42 malignant tumours were found. What is the true recall, plausibly?",
            right="Between 0.84 and 0.99",
            why="Wilson's interval for 40 of 42.",
            wrong={
                "0.952": "That is what was measured, on 42 patients.",
                "Between 0.94 and 0.96": "As exact as that would take thousands of patients.",
            },
        ),
        Question(
            "The accuracy is 0.632, and 63.2 % of the patients are benign. What do you suspect?",
            right="The model always says benign",
            why="That is the baseline, with a recall of 0.",
            wrong={
                "It finds 63 % of the tumours": "Accuracy is about all patients. Look at recall.",
                "It is half trained": "Then the number would hardly be exactly the baseline.",
            },
        ),
        Question(
            "You train on binary cross-entropy. What do you report?",
            right="Recall, costs and intervals",
            why="Those are what people feel who rely on the model.",
            wrong={
                "The cross-entropy": "No patient knows what 0.08 means.",
                "The accuracy alone": "It hides how many were missed.",
            },
        ),
        Question(
            "The network and logistic regression tie. What do you ship?",
            right="Logistic regression",
            why="It is easier to explain, to check and to watch.",
            wrong={
                "The network, after tuning until it wins": "Search long enough, and it wins by "
                "chance.",
                "The network, it is more modern": "No patient is better off for that.",
            },
        ),
    )
)
