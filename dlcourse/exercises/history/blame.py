"""Exercises and quiz: how backpropagation was found."""

from dlcourse.exercises.exercise import Exercise, WrongAnswer
from dlcourse.quiz import Question, Quiz

_RATE = """
def slopes(deposits, rate, goal):
    pot = 0.0
    for deposit in deposits:
        pot = rate * pot + deposit
    arrived = {start}
    found = []
    for _ in deposits:
        {step}
    return {result}
"""
_RIGHT = {
    "start": "2 * (pot - goal)",
    "step": "found.append(arrived); arrived = rate * arrived",
    "result": "found[::-1]",
}


def _rate(**parts):
    return _RATE.format(**(_RIGHT | parts))


rate = Exercise(
    name="slopes",
    stub="def slopes(deposits, rate, goal):\n    ...  # your code: return a list",
    solution_code=_rate(),
    hints=(
        "Run forward to the last pot. What arrives there is 2 (s_T − g).",
        "That is the slope of the last deposit. One year earlier it is rate times as much.",
        "Collect from the last to the first, then turn the list round.",
    ),
    right="the slopes agree for four processes.",
    cases=(
        ([1.0, 0.0, 1.0], 2.0, 10.0),
        ([0.5, 0.5], 3.0, 0.0),
        ([1.0, 2.0, 3.0, 4.0], 0.5, 5.0),
        ([2.0, -1.0, 0.5], 1.1, -2.0),
    ),
    wrong=(
        WrongAnswer(_rate(result="found"), "the order: the first deposit's slope stands first."),
        WrongAnswer(
            _rate(step="found.append(arrived)"), "nothing is multiplied by the rate on the way."
        ),
        WrongAnswer(_rate(start="pot - goal"), "the slope of a square: 2 times the difference."),
        WrongAnswer(
            _rate(step="arrived = rate * arrived; found.append(arrived)"),
            "off by one year: the last deposit is not multiplied at all.",
        ),
    ),
)

_RUNS = 'def runs_needed(numbers, way):\n    return {} if way == "nudge" else {}\n'

runs = Exercise(
    name="runs_needed",
    stub="def runs_needed(numbers, way):\n    ...  # your code",
    solution_code=_RUNS.format("numbers + 1", "2"),
    hints=(
        "Nudging up only: one run for each number, and one without a nudge.",
        "Walking back: the run itself and one walk, whatever the number.",
    ),
    right="the counts agree for six cases.",
    cases=tuple((n, way) for n in (1, 5, 1000) for way in ("nudge", "back")),
    wrong=(
        WrongAnswer(_RUNS.format("numbers", "2"), "and the run that the others are compared with?"),
        WrongAnswer(_RUNS.format("2 * numbers", "2"), "that is nudging up and down; here only up."),
        WrongAnswer(
            _RUNS.format("numbers + 1", "numbers + 1"), "one walk back gives all slopes at once."
        ),
    ),
)

_SQUARES = """
def squared_slopes(deposits):
    pots = [0.0]
    for deposit in deposits:
        pots.append(pots[-1] ** 2 + deposit)
    arrived, found = 1.0, []
    for pot in {order}:
        found.append(arrived)
        arrived = {step}
    return found[::-1]
"""

squares = Exercise(
    name="squared_slopes",
    stub="def squared_slopes(deposits):\n    ...  # your code",
    solution_code=_SQUARES.format(order="pots[-2::-1]", step="arrived * 2 * pot"),
    hints=(
        "The local slope from s_t to s_{t+1} is 2 s_t: keep all pots of the way forward.",
        "Start with 1 at the last pot; each step back multiplies by 2 s_t of that step.",
    ),
    right="the slopes agree for three processes.",
    cases=(([0.5, 0.3, 0.2],), ([1.0, -1.0, 0.5, 0.1],), ([0.4],)),
    wrong=(
        WrongAnswer(
            _SQUARES.format(order="pots[:0:-1]", step="arrived * 2 * pot"),
            "one pot too late: the slope belongs to the pot that was squared.",
        ),
        WrongAnswer(
            _SQUARES.format(order="pots[-2::-1]", step="arrived * 2 * pots[-1]"),
            "you used the last pot everywhere: each step has its own slope.",
        ),
        WrongAnswer(
            _SQUARES.format(order="pots[-2::-1]", step="arrived + 2 * pot"),
            "slopes along one path multiply; they add where paths meet.",
        ),
    ),
)

quiz = Quiz(
    (
        Question(
            "What is Linnainmaa's work of 1970 about?",
            right="Derivatives of any computation, found by walking back through it",
            why="It was written for rounding errors, and names no networks.",
            wrong={
                "A model of the brain": "It is about the errors of computations.",
                "Training neural networks": "That application came with Werbos and later.",
                "XOR": "That is the book of Minsky and Papert, a year before.",
            },
        ),
        Question(
            "What does one walk back cost?",
            right="A small multiple of one run, whatever the number of inputs",
            why="Each stage is visited once more.",
            wrong={
                "One run for each input": "That is nudging.",
                "Nothing": "Every stage is visited again, and its numbers have to be kept.",
            },
        ),
        Question(
            "Who invented backpropagation in 1986?",
            right="Nobody: it was made famous then",
            why="The algorithm had been published in 1970 and applied to networks before.",
            wrong={
                "Hinton": "With Rumelhart and Williams he showed what hidden units learn by it.",
                "Rosenblatt": "His perceptron of 1958 corrects errors on one layer.",
                "Turing": "His report of 1948 has trainable networks, and no gradients.",
            },
        ),
        Question(
            "Why does the first deposit matter most?",
            right="It is doubled most often on the way",
            why="Each year multiplies its effect by the local slope 2.",
            wrong={
                "It is the largest": "The last one was as large.",
                "It comes first in the code": "Order in the code does not change a slope.",
            },
        ),
    )
)
