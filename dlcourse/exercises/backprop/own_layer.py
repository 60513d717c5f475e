"""Exercises and quiz: your own layer."""

import numpy as np

from dlcourse.exercises.exercise import Exercise, WrongAnswer
from dlcourse.function import Function
from dlcourse.gradcheck import gradcheck
from dlcourse.quiz import Question, Quiz
from dlcourse.tensor import Tensor

_RNG = np.random.default_rng(11)


def _normal(*shape):
    return _RNG.normal(size=shape).round(2)


def _verified(expected, cases):
    """A check of an operation's class: its values, and its gradients by central differences."""

    def verify(operation):
        if not (isinstance(operation, type) and issubclass(operation, Function)):
            return "this is no class derived from Function: class Name(Function): ..."
        for arrays in cases:
            tensors = [Tensor(array, requires_grad=True) for array in arrays]
            result = operation.apply(*tensors)
            target = expected(*arrays)
            if result.shape != target.shape or not np.allclose(result.data, target):
                return "forward does not give the right numbers yet."
            report = gradcheck(operation.apply, tensors)
            wrong = [f for f in report.findings if f.error > report.tolerance]
            if wrong:
                names = " and ".join(operation.input_names[int(f.name.split()[1])] for f in wrong)
                return f"the gradient of {names}: {wrong[0].cause}."
        return None

    return verify


_SOFTSIGN = """
from dlcourse.function import Function

class Softsign(Function):
    "z = x / (1 + |x|)"
    formula = r"z = x / (1 + |x|)"
    gradients = (r"\\bar{{x}} = \\bar{{z}} / (1 + |x|)^2",)

    def forward(self, x):
        return {forward}

    def backward(self, grad):
        (x,) = self.arrays
        return {backward}
"""
_SOFTSIGN_RIGHT = {"forward": "x / (1 + abs(x))", "backward": "grad / (1 + abs(x)) ** 2"}


def _softsign(**parts):
    return _SOFTSIGN.format(**(_SOFTSIGN_RIGHT | parts))


softsign = Exercise(
    name="Softsign",
    stub="Softsign = ...  # your class: class Softsign(Function): ...",
    solution_code=_softsign(),
    hints=(
        "Take Swish as a pattern: one input x, so gradients has one formula.",
        "For x above 0 the slope is ((1 + x) − x) / (1 + x)² = 1 / (1 + x)². And below?",
        "Below 0 it is the same with |x|: the slope is 1 / (1 + |x|)² everywhere.",
    ),
    right="values and slopes agree for numbers of both signs.",
    verify=_verified(lambda x: x / (1 + np.abs(x)), [(_normal(3, 4),), (_normal(5),)]),
    wrong=(
        WrongAnswer(_softsign(backward="grad / (1 + x) ** 2"), "numbers differ"),
        WrongAnswer(
            _softsign(backward="1 / (1 + abs(x)) ** 2"), "the gradient of x: 12 of 12 numbers"
        ),
        WrongAnswer(_softsign(backward="-grad / (1 + abs(x)) ** 2"), "the gradient of x: the sign"),
        WrongAnswer(_softsign(forward="x / (1 + x)"), "forward does not give the right numbers"),
    ),
)

_LERP = """
from dlcourse.function import Function

class Lerp(Function):
    "z = x + t (y - x)"
    formula = r"z = x + t (y - x)"
    gradients = (r"\\bar{{x}} = \\bar{{z}} (1 - t)", r"\\bar{{y}} = \\bar{{z}} t",
                 r"\\bar{{t}} = \\bar{{z}} (y - x)")

    def forward(self, x, y, t):
        return x + t * (y - x)

    def backward(self, grad):
        x, y, t = self.arrays
        return {}
"""

lerp = Exercise(
    name="Lerp",
    stub="Lerp = ...  # your class",
    solution_code=_LERP.format("grad * (1 - t), grad * t, grad * (y - x)"),
    hints=(
        "Three inputs: forward(self, x, y, t), and backward returns three gradients.",
        "x reaches the result along two paths: as it is, and with −t.",
        "The engine sums what broadcasting had copied: return t's gradient in the full shape.",
    ),
    right="values and all three gradients agree, also where t is a single number.",
    verify=_verified(
        lambda x, y, t: x + t * (y - x),
        [
            (_normal(3, 4), _normal(3, 4), _normal(3, 4)),
            (_normal(3, 4), _normal(3, 4), np.array(0.3)),
        ],
    ),
    wrong=(
        WrongAnswer(_LERP.format("grad, grad * t, grad * (y - x)"), "the gradient of x:"),
        WrongAnswer(_LERP.format("grad * (1 - t), grad * t, grad * (x - y)"), "of t: the sign"),
        WrongAnswer(_LERP.format("grad * t, grad * (1 - t), grad * (y - x)"), "of x and y:"),
        WrongAnswer(_LERP.format("grad * (1 - t), grad * t"), "returned 2 gradients for 3 inputs"),
    ),
)

_COSINE = """
def cosine_scores(x, weight):
    def unit(v):
        return v / {length}
    return {scores}
"""
_LENGTH = "(v * v).sum(dim=1, keepdim=True) ** 0.5"


def _cosines(x, weight):
    lengths = np.linalg.norm(x, axis=1)[:, None] * np.linalg.norm(weight, axis=1)
    return x @ weight.T / lengths


def _verify_cosine(cosine_scores):
    for shapes in (((4, 3), (2, 3)), ((3, 3), (3, 3))):
        x, weight = (Tensor(_normal(*shape), requires_grad=True) for shape in shapes)
        scores = cosine_scores(x, weight)
        if not isinstance(scores, Tensor) or scores.grad_fn is None:
            return "the result has no graph: compute it by operations on the tensors."
        if scores.shape != (shapes[0][0], shapes[1][0]):
            return f"the result has shape {scores.shape}; wanted is (N, K)."
        if not np.allclose(scores.data, _cosines(x.data, weight.data)):
            inside = np.abs(scores.data).max() <= 1
            return "these are no cosines." + ("" if inside else " A cosine is at most 1.")
        if not gradcheck(cosine_scores, [x, weight]):
            return "the values agree, the gradients do not: is a length cut from the graph?"
    return None


cosine = Exercise(
    name="cosine_scores",
    stub="def cosine_scores(x, weight):\n    ...  # your code: return a tensor (N, K)",
    solution_code=_COSINE.format(length=_LENGTH, scores="unit(x) @ unit(weight).T"),
    hints=(
        "Divide each row by its length: the root of the sum of its squares.",
        "v.sum(dim=1, keepdim=True) keeps the axis, so that dividing broadcasts over the row.",
        "The scores are the product of the two normalised matrices, the second transposed.",
    ),
    right="values and gradients agree for two pairs of matrices.",
    cases=[(Tensor(_normal(4, 3), requires_grad=True), Tensor(_normal(2, 3), requires_grad=True))],
    verify=_verify_cosine,
    wrong=(
        WrongAnswer(_COSINE.format(length="1.0", scores="x @ weight.T"), "A cosine is at most 1."),
        WrongAnswer(
            _COSINE.format(length=_LENGTH, scores="unit(weight) @ unit(x).T"), "wanted is (N, K)."
        ),
        WrongAnswer(
            _COSINE.format(length=f"({_LENGTH}).data", scores="unit(x) @ unit(weight).T"),
            "is a length cut from the graph?",
        ),
    ),
)

quiz = Quiz(
    (
        Question(
            "β has the shape (), the result (3, 4). Which shape may backward return for β?",
            right="(3, 4) or (): the engine sums what broadcasting had copied",
            why="The sum over copies is the same for every operation, so it stands in one place.",
            wrong={
                "Only ()": "That works too, but you need not sum yourself.",
                "(12,)": "That is no broadcast of (): the engine refuses it with both shapes.",
            },
        ),
        Question(
            "Where should a gradient be checked?",
            right="At numbers of both signs that are neither 0 nor 1, in unequal lengths",
            why="At 0 and 1 wrong factors vanish; at equal lengths a transpose hides.",
            wrong={
                "At 0": "There many wrong terms are 0 as well.",
                "At one random number": "Better than none; a missing factor can be 1 there.",
                "Where the loss is smallest": "The point does not matter for the derivative.",
            },
        ),
        Question(
            "What may backward change?",
            right="Nothing: it reads what forward kept and returns new arrays",
            why="The graph may be walked again, and what arrives may be needed elsewhere.",
            wrong={
                "The array that arrives": "Another path may still need it.",
                "The inputs": "Then a second walk would use other numbers.",
            },
        ),
        Question(
            "Is a layer that learns its own bend better?",
            right="Measure it, with several seeds, and long enough for both to finish",
            why="On the moons swish was behind in five of five runs, until both had time.",
            wrong={
                "Yes, it can do more": "It can, and on this task that bought nothing to be seen.",
                "No, fewer parameters are better": "Two more numbers in some two hundred decide "
                "little.",
            },
        ),
    )
)
