"""Exercises and quiz: the first machines that learn."""

from itertools import product

import numpy as np

from dlcourse.exercises.exercise import Exercise, WrongAnswer
from dlcourse.quiz import Question, Quiz

_TABLES = {
    "NAND": lambda a, b: not (a and b),
    "NOR": lambda a, b: not (a or b),
    "x1 and not x2": lambda a, b: a and not b,
}


def _verify_gates(unit_for):
    for gate, function in _TABLES.items():
        weights, threshold = unit_for(gate)
        for bits in product((0, 1), repeat=2):
            fired = float(np.dot(bits, weights)) >= threshold
            if fired != bool(function(*bits)):
                does = "fires" if fired else "is silent"
                return (
                    f"for {gate} your unit {does} at {bits}: the sum is {np.dot(bits, weights):g}."
                )
    return None


_GATES = """
def unit_for(gate):
    return {{
        "NAND": ({nand}),
        "NOR": ({nor}),
        "x1 and not x2": ({andnot}),
    }}[gate]
"""
_RIGHT_GATES = {"nand": "(-1, -1), -1", "nor": "(-1, -1), 0", "andnot": "(1, -1), 1"}


def _gates(**parts):
    return _GATES.format(**(_RIGHT_GATES | parts))


gates = Exercise(
    name="unit_for",
    stub="def unit_for(gate):\n    ...  # your code: return (weight 1, weight 2), threshold",
    solution_code=_gates(),
    hints=(
        "NAND fires unless both bits are 1: let each bit count −1.",
        "With weights (−1, −1) the sums are 0, −1, −1, −2. Where must the threshold be?",
        "The unit fires where the sum is at least the threshold.",
    ),
    right="three gates, all four inputs each.",
    cases=(("NAND",),),
    verify=_verify_gates,
    wrong=(
        WrongAnswer(_gates(nand="(-1, -1), 0"), "for NAND your unit is silent at (0, 1)"),
        WrongAnswer(_gates(nor="(1, 1), 1"), "for NOR your unit is silent at (0, 0)"),
        WrongAnswer(_gates(andnot="(1, 0), 1"), "for x1 and not x2 your unit fires at (1, 1)"),
        WrongAnswer(_gates(andnot="(1, -1), 0"), "for x1 and not x2 your unit fires at (0, 0)"),
    ),
)

_ROUND = """
def one_round(X, labels, w, b):
    mistakes = 0
    for x, t in zip(X, labels):
        answer = 1 if w @ x + b > 0 else -1
        if {when}:
            w, b, mistakes = {w}, {b}, mistakes + 1
    return w, b, mistakes
"""
_RIGHT_ROUND = {"when": "answer != t", "w": "w + t * x", "b": "b + t"}


def _round(**parts):
    return _ROUND.format(**(_RIGHT_ROUND | parts))


def _cases():
    rng = np.random.default_rng(2)
    for examples, features in ((4, 2), (12, 3), (30, 5)):
        X = rng.normal(size=(examples, features)).round(1)
        yield X, np.where(X.sum(axis=1) > 0.2, 1, -1), rng.normal(size=features).round(1), 0.0


def _verify_round(answer):
    for X, labels, w, b in _cases():
        kept = w.copy()
        found = answer(X, labels, w, b)
        if not np.array_equal(w, kept):
            return "your function changed the caller's w: write w = w + t * x, not w += t * x."
        for wrong in (None, *one_round.wrong):
            code = one_round.solution_code if wrong is None else wrong.code
            same = one_round.defined_by(code)(X, labels, w.copy(), b)
            if all(np.allclose(mine, theirs) for mine, theirs in zip(found, same, strict=True)):
                if wrong is None:
                    break
                return wrong.message
        else:
            return "weights, bias or the number of mistakes differ."
    return None


one_round = Exercise(
    name="one_round",
    stub="def one_round(X, labels, w, b):\n    ...  # your code: return w, b, mistakes",
    solution_code=_round(),
    hints=(
        "Answer +1 where w @ x + b > 0, else −1; compare with the label.",
        "On a mistake: w + t * x and b + t, and count it. Otherwise change nothing.",
    ),
    right="weights, bias and mistakes agree for three sets of examples.",
    cases=tuple(_cases())[:1],
    verify=_verify_round,
    wrong=(
        WrongAnswer(_round(when="True"), "you change on every example, also on right answers."),
        WrongAnswer(_round(w="w - t * x", b="b - t"), "the sign: t times x is added."),
        WrongAnswer(_round(b="b"), "the bias learns too: b + t."),
        WrongAnswer(_round(when="answer < t"), "a false alarm is a mistake as well."),
    ),
)


def _verify_parity(parity_network):
    thresholds, weights = parity_network()
    if len(thresholds) != 3 or len(weights) != 3:
        return "wanted are three thresholds and three output weights."
    for bits in product((0, 1), repeat=3):
        hidden = [sum(bits) >= threshold for threshold in thresholds]
        fired = sum(w * h for w, h in zip(weights, hidden, strict=True)) >= 1
        if fired != (sum(bits) % 2 == 1):
            return f"with {sum(bits)} ones the network {'fires' if fired else 'is silent'}."
    return None


_PARITY = "def parity_network():\n    return {}, {}\n"

parity = Exercise(
    name="parity_network",
    stub="def parity_network():\n"
    "    ...  # your code: return (threshold, threshold, threshold), (weight, weight, weight)",
    solution_code=_PARITY.format("(1, 2, 3)", "(1, -1, 1)"),
    hints=(
        "Let the hidden units tell apart how many ones there are: at least 1, 2, 3.",
        "With two ones the first two fire: their weights must cancel.",
    ),
    right="all eight inputs.",
    cases=((),),
    verify=_verify_parity,
    wrong=(
        WrongAnswer(_PARITY.format("(1, 2, 3)", "(1, 1, 1)"), "with 2 ones the network fires."),
        WrongAnswer(_PARITY.format("(1, 2, 3)", "(1, -1, -1)"), "with 3 ones the network is"),
        WrongAnswer(_PARITY.format("(0, 1, 2)", "(1, -1, 1)"), "with 0 ones the network fires."),
        WrongAnswer(_PARITY.format("(1, 2)", "(1, -1)"), "wanted are three thresholds"),
    ),
)

quiz = Quiz(
    (
        Question(
            "How was the perceptron of 1958 trained?",
            right="By correcting errors, on one layer",
            why="It adds or subtracts the input on each mistake.",
            wrong={
                "By backpropagation": "That became known for networks in 1986.",
                "By Hebb's rule": "Hebb's proposal strengthens what is active together, right or "
                "wrong.",
                "By hand": "That is how the units of 1943 got their weights.",
            },
        ),
        Question(
            "Why does the perceptron fail on XOR?",
            right="No line separates the two classes",
            why="Four inequalities contradict each other: no weights satisfy them.",
            wrong={
                "Too few rounds": "It returns to the same weights for ever.",
                "Too large a learning rate": "Scaling all weights changes none of its answers.",
                "Too few examples": "All four possible inputs are there.",
            },
        ),
        Question(
            "What did the book of 1969 show?",
            right="Limits of networks with one trained layer",
            why="XOR and connectedness are out of reach for them.",
            wrong={
                "That networks cannot work": "It is about one layer.",
                "That hidden layers fail": "It gave no rule to train them; that is not the same.",
            },
        ),
        Question(
            "Widrow and Hoff's rule answers every point of XOR with the score 0. What is that?",
            right="The least squared error that a line can reach there",
            why="Any other line is further from two of the four labels.",
            wrong={
                "A bug": "It is the exact minimum of its loss.",
                "A solution of XOR": "0 is neither +1 nor −1.",
            },
        ),
    )
)
