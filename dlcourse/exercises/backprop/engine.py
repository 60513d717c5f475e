"""Exercises and quiz: build an autograd engine."""

from collections.abc import Callable

import numpy as np

from dlcourse.exercises.compare import equal
from dlcourse.exercises.exercise import Exercise, WrongAnswer
from dlcourse.gradcheck import central_differences, relative_error
from dlcourse.quiz import Question, Quiz


class Value:
    """What the lesson builds on: numbers that know how they were made."""

    def __init__(self, data, parents=(), back=None):
        self.data = np.asarray(data, dtype=float)
        self.parents = parents
        self.back = back
        self.grad = np.zeros_like(self.data)


_IMPORT = "from dlcourse.exercises.backprop.engine import Value\n\n"
_RNG = np.random.default_rng(7)


def _normal(*shape):
    return _RNG.normal(size=shape).round(2)


def _problem(operation: Callable, expected: Callable, inputs: list, wanted: list[bool]):
    """What is wrong with an operation of the learner's, compared with central differences."""
    values = _values(inputs, wanted)
    result = operation(*values)
    if not all(hasattr(result, part) for part in ("data", "parents", "back")):
        return "the result is no Value: return Value(numbers, parents, back)."
    target = expected(*inputs)
    if np.shape(result.data) != np.shape(target):
        return f"the result has shape {np.shape(result.data)}; wanted is {np.shape(target)}."
    if not np.allclose(result.data, target):
        return "the numbers forward are not right yet."
    parents = [value for value, want in zip(values, wanted, strict=True) if want]
    if list(result.parents) != parents:
        return f"the result has {len(result.parents)} parents; it was made of {len(parents)}."
    if result.back is None:
        return "the third argument of Value is missing: the function that goes backward."
    upstream = _upstream(target)
    gradients = result.back(upstream)
    if not isinstance(gradients, tuple | list) or len(gradients) != len(parents):
        return f"back returns a tuple with one gradient for each of the {len(parents)} parents."
    return _wrong_gradient(expected, inputs, wanted, upstream, gradients)


def _wrong_gradient(expected, inputs, wanted, upstream, gradients):
    copies = [np.array(x, dtype=float) if want else x
              for x, want in zip(inputs, wanted, strict=True)]  # fmt: skip
    checked = [copy for copy, want in zip(copies, wanted, strict=True) if want]
    for number, (array, gradient) in enumerate(zip(checked, gradients, strict=True), 1):
        numeric = central_differences(lambda: (expected(*copies) * upstream).sum(), array)
        if np.shape(gradient) != array.shape:
            return (
                f"gradient {number} has shape {np.shape(gradient)}; its parent has {array.shape}."
            )
        if relative_error(np.asarray(gradient), numeric).max() > 1e-5:
            return f"gradient {number} does not agree with central differences."
    return None


def _operation(name, signature, stub_result, body, hints, right, expected, cases, wanted, wrong):
    def verify(operation):
        found = (_problem(operation, expected, list(case), wanted) for case in cases)
        problem = next((problem for problem in found if problem), None)
        return problem and (recognised(operation) or problem)

    def recognised(operation):
        """The message of the wrong answer that computes the same numbers."""
        numbers = _numbers(operation, cases, wanted)
        for mistake in exercise.wrong:
            same = _numbers(exercise.defined_by(mistake.code), cases, wanted)
            if numbers is not None and same is not None and all(map(equal, numbers, same)):
                return mistake.message
        return None

    def code(**parts):
        return f"{_IMPORT}def {name}({signature}):\n{body.format(**parts)}"

    solution, *mistakes = wrong
    exercise = Exercise(
        name=name,
        stub=f"def {name}({signature}):\n    ...  # your code: return {stub_result}",
        solution_code=code(**solution),
        hints=hints,
        right=right,
        cases=[_values(cases[0], wanted)],
        verify=verify,
        wrong=tuple(WrongAnswer(code(**(solution | parts)), said) for parts, said in mistakes),
    )
    return exercise


def _numbers(operation, cases, wanted):
    """What the operation and its way back compute for all cases; None where that cannot be."""
    numbers = []
    for case in cases:
        try:
            result = operation(*_values(case, wanted))
            gradients = result.back(_upstream(result.data))
        except Exception:
            return None
        if not isinstance(gradients, tuple):
            return None
        numbers += [result.data, *gradients]
    return numbers


def _upstream(result):
    """A gradient to start from, of both signs."""
    return np.cos(np.arange(np.size(result))).reshape(np.shape(result))


def _values(case, wanted):
    return [Value(x) if want else x for x, want in zip(case, wanted, strict=True)]


mul = _operation(
    "mul",
    "a, b",
    "a Value",
    "    def back(g):\n        return {back}\n    return Value({forward}, {parents}, back)\n",
    (
        "Forward: a.data * b.data. The parents are (a, b).",
        "Backward: what arrived times the other factor, for each of the two.",
        "def back(g): return g * b.data, g * a.data",
    ),
    "value, parents and both gradients agree.",
    np.multiply,
    ((2.0, 3.0), (-1.5, 0.5), (_normal(2, 3), _normal(2, 3))),
    (True, True),
    (
        {"back": "g * b.data, g * a.data", "forward": "a.data * b.data", "parents": "(a, b)"},
        (
            {"back": "g * a.data, g * b.data"},
            "the two are swapped: each gets what arrived times the *other* factor.",
        ),
        ({"back": "b.data, a.data"}, "those are the local derivatives. Multiply by what arrived."),
        ({"back": "g * b.data"}, "back returns a tuple with one gradient for each"),
        ({"parents": "()"}, "the result has 0 parents"),
    ),
)

matmul = _operation(
    "matmul",
    "a, b",
    "a Value",
    "    def back(g):\n        return {back}\n    return Value(a.data @ b.data, (a, b), back)\n",
    (
        "The gradient of a has a's shape: (N, K) from (N, M) and (K, M).",
        "In the lesson on layers: X̄ = Z̄ Yᵀ and Ȳ = Xᵀ Z̄.",
    ),
    "value and both gradients agree for square and other matrices.",
    np.matmul,
    (
        (_normal(2, 3), _normal(3, 4)),
        (_normal(3, 3), _normal(3, 3)),
        (_normal(5, 2), _normal(2, 1)),
    ),
    (True, True),
    (
        {"back": "g @ b.data.T, a.data.T @ g"},
        ({"back": "g * b.data, a.data * g"}, "could not be broadcast"),
        ({"back": "b.data @ g.T, a.data.T @ g"}, "gradient 1 has shape"),
        ({"back": "g @ b.data.T, g.T @ a.data"}, "gradient 2 has shape"),
        ({"back": "a.data.T @ g, g @ b.data.T"}, "gradient 1 has shape (3, 4)"),
    ),
)

relu = _operation(
    "relu",
    "a",
    "a Value",
    "    def back(g):\n        return {back}\n    return Value({forward}, (a,), back)\n",
    (
        "Forward: np.maximum(a.data, 0).",
        "Backward: what arrived where a.data is above 0, else 0. A tuple of one: (gradient,).",
    ),
    "value and gradient agree.",
    lambda x: np.maximum(x, 0),
    ((_normal(3, 4),), (2.0,), (-1.0,)),
    (True,),
    (
        {"back": "(g * (a.data > 0),)", "forward": "np.maximum(a.data, 0)"},
        (
            {"back": "(g * (g > 0),)"},
            "the mask looks at what arrived. It has to look at what went in: a.data > 0.",
        ),
        ({"back": "(g,)"}, "where a.data is below 0 nothing may pass back."),
        ({"back": "g * (a.data > 0)"}, "a tuple with one gradient for each of the 1 parents"),
        ({"forward": "abs(a.data)"}, "the numbers forward are not right"),
    ),
)


def _cross_entropy(z, labels):
    shifted = z - z.max(axis=1, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -logs[np.arange(len(z)), labels].mean()


cross_entropy = _operation(
    "cross_entropy",
    "scores, labels",
    "a Value",
    """    z = scores.data - scores.data.max(axis=1, keepdims=True)
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    rows = np.arange(len(z))
    loss = -np.log(p[rows, labels]).{reduced}
    def back(g):
        gradient = p.copy()
        gradient[rows, labels] -= 1
        return ({result},)
    return Value(loss, (scores,), back)
""",
    (
        "The forward pass stands in the lesson on layers: softmax, then −ln of the right class.",
        "Backward: probability minus one at the right class, over N, times what arrived.",
        "Labels are no Value and get no gradient: the parents are (scores,).",
    ),
    "loss and gradient agree for three batches.",
    _cross_entropy,
    (
        (_normal(4, 3), np.array([0, 2, 1, 1])),
        (_normal(2, 5), np.array([4, 0])),
        (_normal(2, 3) * 20, np.array([1, 0])),
    ),
    (True, False),
    (
        {"reduced": "mean()", "result": "g * gradient / len(z)"},
        ({"result": "g * gradient"}, "the loss is a mean: where is the 1/N?"),
        ({"reduced": "sum()"}, "the numbers forward are not right"),
        ({"result": "-g * gradient / len(z)"}, "right size, wrong sign."),
        ({"result": "gradient / len(z) + g"}, "what arrives is a factor, not a term."),
    ),
)


def _chain(length):
    value = Value(1.0)
    for _ in range(length):
        value = Value(1.0, (value,))
    return value


def _diamond():
    a, b = Value(2.0), Value(3.0)
    product = Value(6.0, (a, b))
    return Value(12.0, (product, a, product))


def _verify_order(order):
    for result in (_diamond(), _chain(3), _chain(5000)):
        found = list(order(result))
        there = {id(value) for value in found}
        if len(found) != len(there):
            return "a Value stands in your list twice: look whether it was seen before."
        place = {id(value): position for position, value in enumerate(found)}
        for value in found:
            for parent in value.parents:
                if id(parent) not in place:
                    return "a parent is missing in your list."
                if place[id(parent)] > place[id(value)]:
                    return "a Value stands before one of its parents: parents first."
        if id(result) not in there:
            return "the result itself is missing: it stands last."
    return None


_ORDER = """
def order(result):
    done, seen, stack = [], {{id(result)}}, [(result, iter(result.parents))]
    while stack:
        value, waiting = stack[-1]
        for parent in waiting:
            if id(parent) not in seen:
                seen.add(id(parent))
                stack.append((parent, iter(parent.parents)))
                break
        else:
            done.append(value)
            stack.pop()
    return done{turned}
"""

order = Exercise(
    name="order",
    stub="def order(result):\n    ...  # your code: return a list of Values, parents first",
    solution_code=_ORDER.format(turned=""),
    hints=(
        "You wrote it in the lesson on the chain rule, as backward_order; here parents come first.",
        "Write a Value down when all its parents are written down.",
        "One graph is 5,000 deep: keep a stack of your own, for recursion ends at 1,000.",
    ),
    right="three graphs, one of them 5,000 deep, parents first and each Value once.",
    cases=[[_diamond()]],
    verify=_verify_order,
    wrong=(
        WrongAnswer(_ORDER.format(turned="[::-1]"), "a Value stands before one of its parents"),
        WrongAnswer(
            """
def order(result):
    found = []
    for parent in result.parents:
        found += order(parent)
    return found + [result]
""",
            "a Value stands in your list twice",
        ),
        WrongAnswer(
            """
def order(result):
    found = []
    def visit(value):
        if value not in found:
            for parent in value.parents:
                visit(parent)
            found.append(value)
    visit(result)
    return found
""",
            "RecursionError",
        ),
        WrongAnswer(
            "def order(result):\n    return [result.parents[0], result]\n",
            "a parent is missing in your list",
        ),
    ),
)

quiz = Quiz(
    (
        Question(
            "What must an engine remember of an operation?",
            right="What went in, and how to turn the result's gradient into those of the inputs",
            why="Parents and back: the rest of the engine knows no operation at all.",
            wrong={
                "Its formula as text": "Nothing is ever differentiated as text.",
                "The whole history of all weights": "Only this forward pass matters.",
                "The loss": "An operation does not know which loss comes after it.",
            },
        ),
        Question(
            "Why is the graph walked in topological order?",
            right="A Value may hand on its gradient only when all its users have reported",
            why="Before that, what arrived there is not complete.",
            wrong={
                "It is faster": "Each Value is visited once in any order.",
                "Python requires it": "Another order runs as well, and gives wrong numbers.",
            },
        ),
        Question(
            "You call backward() twice on the same loss. What should happen?",
            right="Whatever the engine says clearly: here the gradients start anew each time",
            why="PyTorch adds them up and asks you to keep the graph; both are sound, if defined.",
            wrong={
                "Nothing": "Something must happen: it is a call.",
                "The weights change twice": "backward() changes no weights.",
            },
        ),
        Question(
            "`accuracy = float(scores.data.argmax() == label)` sits in your loss. What happens?",
            right="No gradient: float() and argmax leave the graph",
            why="The result is a plain number without parents, so nothing is handed back.",
            wrong={
                "It trains, more slowly": "It cannot train: the gradient never reaches a weight.",
                "An error at once": "Often not: a constant in the loss is legal, and silent.",
            },
        ),
    )
)
