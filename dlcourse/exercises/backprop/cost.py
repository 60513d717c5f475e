"""Exercises and quiz: what a gradient costs."""

import numpy as np

from dlcourse.exercises.exercise import Exercise, WrongAnswer
from dlcourse.quiz import Question, Quiz

_RNG = np.random.default_rng(13)


def _normal(*shape):
    return _RNG.normal(size=shape).round(2)


_JVP = "def tanh_moves(W, x, x_dot):\n    return {}\n"

tanh_jvp = Exercise(
    name="tanh_moves",
    stub="def tanh_moves(W, x, x_dot):\n    ...  # your code: return an array (K,)",
    solution_code=_JVP.format("(1 - np.tanh(W @ x) ** 2) * (W @ x_dot)"),
    hints=(
        "First the product: how fast does W x move when x moves along x_dot?",
        "It moves at W @ x_dot. Then tanh multiplies by its slope at W x.",
    ),
    right="the rates agree for three matrices.",
    cases=tuple((_normal(k, n), _normal(n), _normal(n)) for k, n in ((2, 3), (4, 2), (3, 3))),
    wrong=(
        WrongAnswer(_JVP.format("np.tanh(W @ x_dot)"), "a rate goes through the slope, not tanh."),
        WrongAnswer(
            _JVP.format("(1 - np.tanh(W @ x_dot) ** 2) * (W @ x_dot)"),
            "the slope is taken at the wrong place: at W x, where the function is.",
        ),
        WrongAnswer(_JVP.format("1 - np.tanh(W @ x) ** 2"), "where does the direction come in?"),
        WrongAnswer(
            _JVP.format("W @ ((1 - np.tanh(x) ** 2) * x_dot)"),
            "that is W tanh(x): here tanh comes after the product.",
        ),
    ),
)

_CHEAPER = "def cheaper(n, m):\n    return {}\n"

cheaper = Exercise(
    name="cheaper",
    stub="def cheaper(n, m):\n    ...  # your code",
    solution_code=_CHEAPER.format('"forward" if n <= m else "backward"'),
    hints=("Forward takes n walks, backward m.", "Compare n and m."),
    right="five functions, each in its cheaper direction.",
    cases=((1000, 1), (3, 10000), (5, 5), (1, 1), (10, 9)),
    verify=lambda answer: next(
        (
            f"for {n} inputs and {m} outputs forward takes {n} walks, backward {m}."
            for n, m in ((1000, 1), (3, 10000), (10, 9))
            if answer(n, m) != ("forward" if n <= m else "backward")
        ),
        None if answer(5, 5) == "forward" else "with as many inputs as outputs say 'forward'.",
    ),
    wrong=(
        WrongAnswer(_CHEAPER.format('"backward"'), "for 3 inputs and 10000 outputs"),
        WrongAnswer(
            _CHEAPER.format('"backward" if n <= m else "forward"'),
            "for 1000 inputs and 1 outputs",
        ),
        WrongAnswer(
            _CHEAPER.format('"forward" if n < m else "backward"'), "as many inputs as outputs"
        ),
    ),
)


def _quadratic(n):
    root = _normal(n, n)
    return _normal(n), _normal(n), root @ root.T + np.eye(n)


_NEWTON = "def newton(w, g, H):\n    return {}\n"

newton = Exercise(
    name="newton",
    stub="def newton(w, g, H):\n    ...  # your code: return an array (n,)",
    solution_code=_NEWTON.format("w - np.linalg.solve(H, g)"),
    hints=(
        "After a step s the gradient is g + H s.",
        "Solve H s = −g; np.linalg.solve(H, b) solves H x = b.",
    ),
    right="the gradient is 0 at your point, for three quadratics.",
    cases=tuple(_quadratic(n) for n in (1, 2, 4)),
    wrong=(
        WrongAnswer(_NEWTON.format("w - g"), "that is a gradient step with the rate 1."),
        WrongAnswer(
            _NEWTON.format("w + np.linalg.solve(H, g)"), "right length, wrong way: downhill is −."
        ),
        WrongAnswer(
            _NEWTON.format("w - H @ g"), "H multiplies where it should divide: solve with it."
        ),
        WrongAnswer(
            _NEWTON.format("-np.linalg.solve(H, g)"), "that is the step. Where do you land?"
        ),
    ),
)

_KEPT = "def arrays_kept(layers, every):\n    return {}\n"

kept = Exercise(
    name="arrays_kept",
    stub="def arrays_kept(layers, every):\n    ...  # your code",
    solution_code=_KEPT.format("layers // every + 1 + every - 1"),
    hints=(
        "Kept are the input and layers / every results.",
        "While one piece is walked back, every − 1 more lie there.",
    ),
    right="the counts agree for six chains; they are smallest near every = √layers.",
    cases=((64, 1), (64, 8), (64, 64), (100, 10), (12, 3), (12, 4)),
    wrong=(
        WrongAnswer(_KEPT.format("layers // every + 1"), "and the pieces in between, one by one?"),
        WrongAnswer(
            _KEPT.format("layers // every + every - 1"), "the input is kept as well: one more."
        ),
        WrongAnswer(
            _KEPT.format("layers + 1"), "that is the count without checkpoints: all are kept."
        ),
    ),
)

quiz = Quiz(
    (
        Question(
            "A function has 50 inputs and 50 outputs. Forward or backward for its Jacobian?",
            right="As many walks either way; forward needs less memory",
            why="50 walks each; backward also keeps the numbers of the forward pass.",
            wrong={
                "Backward, always": "Backward wins where outputs are few.",
                "Forward takes half the walks": "Both take 50 walks here.",
            },
        ),
        Question(
            "What does backward mode need that forward mode does not?",
            right="The intermediate results of the forward pass",
            why="The local derivatives are taken there, and the walk comes back to them later.",
            wrong={
                "The Hessian": "First derivatives suffice for a gradient.",
                "The labels": "Those belong to the loss, in either direction.",
                "Smaller learning rates": "Derivatives know nothing of learning rates.",
            },
        ),
        Question(
            "λ is the largest curvature of a quadratic loss. Which learning rate diverges?",
            right="Any above 2/λ",
            why="Along that direction the error is multiplied by 1 − ηλ, below −1 then.",
            wrong={
                "Any above λ": "A large curvature asks for a small rate.",
                "Any above 1/λ": "Between 1/λ and 2/λ it jumps to the other side, and shrinks.",
                "None, only slower": "It grows without end: see the lesson's table.",
            },
        ),
        Question(
            "Why does one multiply with the Hessian instead of building it?",
            right="It has n² numbers; a product costs two gradients",
            why="For a million weights the Hessian would fill 8 terabytes.",
            wrong={
                "It is not defined for networks": "It is, away from kinks.",
                "Its entries cannot be computed": "They can, n gradients would do.",
            },
        ),
    )
)
