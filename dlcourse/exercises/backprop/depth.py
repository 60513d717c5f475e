"""Exercises and quiz: signals through depth."""

import numpy as np

from dlcourse.exercises.exercise import Exercise, WrongAnswer
from dlcourse.quiz import Question, Quiz

_RNG = np.random.default_rng(17)


def _verify_he(he):
    for outputs, inputs in ((400, 64), (200, 500)):
        found = np.asarray(he(outputs, inputs, np.random.default_rng(0)))
        if found.shape != (outputs, inputs):
            return f"the result has shape {found.shape}; wanted is (outputs, inputs)."
        ratio = found.std() / np.sqrt(2 / inputs)
        if abs(found.mean()) > 0.2 * found.std():
            return "the mean is not 0: weights need both signs."
        if abs(ratio - 2**-0.5) < 0.02:
            return "√(1/n) keeps signals without relu; relu halves the mean square. Where is 2?"
        if abs(ratio - 1) > 0.02:
            return f"the spread is {ratio:.2f} times the right one, for {inputs} inputs."
    return None


_HE = "def he(outputs, inputs, rng):\n    return rng.normal(scale={}, size=({}))\n"

he = Exercise(
    name="he",
    stub="def he(outputs, inputs, rng):\n    ...  # your code: return an array (outputs, inputs)",
    solution_code=_HE.format("np.sqrt(2 / inputs)", "outputs, inputs"),
    hints=(
        "n · σ² = 2, where n counts what goes *into* a unit.",
        "rng.normal(scale=σ, size=(outputs, inputs)); σ is the root of the variance.",
    ),
    right="shape, mean and spread are right for two layers.",
    cases=((4, 3, np.random.default_rng(0)),),
    verify=_verify_he,
    wrong=(
        WrongAnswer(_HE.format("2 / inputs", "outputs, inputs"), "the spread is 0.18 times"),
        WrongAnswer(_HE.format("np.sqrt(1 / inputs)", "outputs, inputs"), "Where is 2?"),
        WrongAnswer(_HE.format("np.sqrt(2 / inputs)", "inputs, outputs"), "wanted is (outputs,"),
        WrongAnswer(_HE.format("np.sqrt(2 / outputs)", "outputs, inputs"), "the spread is 0.40"),
        WrongAnswer(
            "def he(outputs, inputs, rng):\n"
            "    return rng.uniform(0, np.sqrt(6 / inputs), size=(outputs, inputs))\n",
            "weights need both signs.",
        ),
    ),
)


def _hidden(n, h, dead):
    values = np.maximum(_RNG.normal(size=(n, h)), 0).round(2) + 0.01
    values[0, :] = 0.0
    values[:, dead] = 0.0
    return values


_DEAD = "def dead_units(hidden):\n    return {}\n"

dead = Exercise(
    name="dead_units",
    stub="def dead_units(hidden):\n    ...  # your code: return a list of unit numbers",
    solution_code=_DEAD.format("np.flatnonzero(~hidden.any(axis=0)).tolist()"),
    hints=(
        "A unit is a column. Dead is a column without a number other than 0.",
        "hidden.any(axis=0) says for each column whether something in it is not 0.",
    ),
    right="the dead units of three layers are found, and no other.",
    cases=((_hidden(5, 6, [1, 4]),), (_hidden(8, 4, [0, 2]),), (_hidden(3, 5, [2, 3]),)),
    wrong=(
        WrongAnswer(
            _DEAD.format("np.flatnonzero((hidden == 0).any(axis=0)).tolist()"),
            "0 for some example is normal for relu. Dead is 0 for every one.",
        ),
        WrongAnswer(
            _DEAD.format("np.flatnonzero(~hidden.any(axis=1)).tolist()"),
            "those are examples, the rows. Units are the columns.",
        ),
        WrongAnswer(
            _DEAD.format("np.flatnonzero(hidden.any(axis=0)).tolist()"),
            "those are the units that are alive.",
        ),
    ),
)

_CLIP = """
def clipped(gradients, largest):
    length = {length}
    return [{each} for g in gradients]
"""
_LENGTH = "np.sqrt(sum((g**2).sum() for g in gradients))"


def _verify_clipping(clip):
    for largest in (1.0, 100.0):
        gradients = [np.array([[3.0, 0.0], [0.0, 4.0]]), np.array([12.0])]
        found = [np.asarray(g, float) for g in clip(gradients, largest)]
        factor = min(1.0, largest / 13)
        if [g.shape for g in found] != [(2, 2), (1,)]:
            return "return the gradients in their order and shapes."
        wanted = [g * factor for g in gradients]
        if all(np.allclose(a, b) for a, b in zip(found, wanted, strict=True)):
            continue
        if largest == 100.0:
            return "gradients that are short enough stay as they are: never make them longer."
        ratios = {round(float(f.max() / g.max()), 6) for f, g in zip(found, gradients, strict=True)}
        if len(ratios) > 1:
            return "the arrays were scaled by different factors: that turns the direction."
        length = np.sqrt(sum((g**2).sum() for g in found))
        return f"their common length is {length:.3g} afterwards, and may be at most {largest:g}."
    return None


clipping = Exercise(
    name="clipped",
    stub="def clipped(gradients, largest):\n    ...  # your code: return a list of arrays",
    solution_code=_CLIP.format(length=_LENGTH, each="g * min(1, largest / length)"),
    hints=(
        "The common length is the root of the sum of the squares of all numbers of all arrays.",
        "Multiply each array by largest / length, but only if that makes it shorter.",
    ),
    right="the length is right, the direction is kept, short gradients are left alone.",
    cases=(([np.ones(2), np.ones(3)], 1.0),),
    verify=_verify_clipping,
    wrong=(
        WrongAnswer(
            _CLIP.format(length="0", each="g * min(1, largest / np.sqrt((g**2).sum()))"),
            "scaled by different factors",
        ),
        WrongAnswer(
            _CLIP.format(length=_LENGTH, each="g * largest / length"), "never make them longer"
        ),
        WrongAnswer(
            _CLIP.format(length=_LENGTH + " ** 2", each="g * min(1, largest / length)"),
            "their common length is 0.0769",
        ),
        WrongAnswer(
            _CLIP.format(length="0", each="np.clip(g, -largest, largest)"), "different factors"
        ),
    ),
)

quiz = Quiz(
    (
        Question(
            "Why does a sigmoid network of 20 layers not learn?",
            right="Its first layers get gradients about 10¹² times too small",
            why="Each layer multiplies by a slope of at most 1/4.",
            wrong={
                "Sigmoids cannot represent digits": "A shallow sigmoid network reads them well.",
                "The loss has no minimum": "It has; the steps towards it are too short.",
                "The learning rate is too large": "A larger one would not mend a factor of 10¹².",
            },
        ),
        Question(
            "Why 2/n for relu and 1/n for tanh?",
            right="relu turns half of the numbers into 0 and halves the mean square",
            why="The 2 gives back what relu takes.",
            wrong={
                "relu is faster": "Speed plays no part in the size of a signal.",
                "relu's slope is 2": "It is 0 where relu is off, else 1.",
            },
        ),
        Question(
            "What does a residual connection put into the derivative?",
            right="A 1, whatever the layer does",
            why="The derivative of x + f(x) is 1 + f′(x).",
            wrong={
                "A larger weight": "No weight is changed by it.",
                "A smaller learning rate": "It says nothing about rates.",
                "Nothing, it only helps forward": "The addition has a way back too: a path of "
                "slope 1.",
            },
        ),
        Question(
            "All weights start at 0.1. What happens to the hidden units?",
            right="They stay copies of each other",
            why="Equal weights get equal gradients, so nothing ever tells them apart.",
            wrong={
                "They learn more slowly": "They learn one and the same thing, at any speed.",
                "They die": "They are alive, and all the same.",
            },
        ),
        Question(
            "With batch normalisation, ten times the learning rate works. Is the network better?",
            right="It trains over a wider range of rates; its best accuracy is about the same",
            why="That is what was measured here; a better best was not.",
            wrong={
                "Yes, always": "The lesson shows a wider range, not a better best.",
                "No, it is useless": "A range in which training works is worth a lot.",
            },
        ),
    )
)
