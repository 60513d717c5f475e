"""Exercises and quiz: the chain rule."""

import numpy as np

from dlcourse import Tensor
from dlcourse.exercises.exercise import Exercise, WrongAnswer
from dlcourse.graph import topological_order
from dlcourse.quiz import Question, Quiz

_PRODUCT = "def gradients(x, y):\n    return {}\n"

sum_times_difference = Exercise(
    name="gradients",
    stub="def gradients(x, y):\n    ...  # your code: return two numbers",
    solution_code=_PRODUCT.format("(x - y) + (x + y), (x - y) - (x + y)"),
    hints=(
        "Name the intermediates: s = x + y and d = x - y, so L = s * d.",
        "The gradient of s is d, and the gradient of d is s.",
        "x reaches L through s and through d: add the two. y reaches d with a minus.",
    ),
    right="both gradients agree for four pairs of numbers.",
    cases=((3.0, 2.0), (1.0, -4.0), (0.5, 0.25), (-2.0, 5.0)),
    wrong=(
        WrongAnswer(
            _PRODUCT.format("x - y, x - y"),
            "you followed one path. Both x and y also go through the difference.",
        ),
        WrongAnswer(
            _PRODUCT.format("2 * x, 2 * x"),
            "y goes into the difference with a minus: its second path counts negative.",
        ),
        WrongAnswer(
            _PRODUCT.format("-2 * y, 2 * x"), "the two are swapped: return x's gradient first."
        ),
        WrongAnswer(
            _PRODUCT.format("-2 * x, 2 * y"), "right size, wrong sign: which path has the minus?"
        ),
    ),
)

GRAPH = {
    "L": ["total", "a"],
    "total": ["product", "c"],
    "product": ["a", "b"],
    "a": [],
    "b": [],
    "c": [],
}
_GRAPHS = (
    (GRAPH, "L"),
    ({"L": ["u", "v"], "u": ["x"], "v": ["u", "x"], "x": []}, "L"),
    ({f"n{i}": [f"n{i + 1}"] for i in range(1500)} | {"n1500": []}, "n0"),
)


def _verify_order(order):
    for inputs, result in _GRAPHS:
        got = order({node: list(parents) for node, parents in inputs.items()}, result)
        got = list(got)
        if sorted(got) != sorted(inputs):
            return (
                f"the order has {len(got)} entries for {len(inputs)} nodes: every node once, "
                "however many paths lead to it."
            )
        place = {node: position for position, node in enumerate(got)}
        early = [
            (node, user) for user in inputs for node in inputs[user] if place[node] < place[user]
        ]
        if early and got[0] != result:
            return f"the walk backward starts at {result}, not at {got[0]}: turn the order round."
        if early:
            node, user = early[0]
            return (
                f"{node} comes before {user}, which uses it: what arrives at {node} is not "
                "complete yet."
            )
    return None


_ORDER = """
def backward_order(inputs, result):
    order, seen, stack = [], {{result}}, [(result, iter(inputs[result]))]
    while stack:
        node, remaining = stack[-1]
        for parent in remaining:
            if parent not in seen:
                seen.add(parent)
                stack.append((parent, iter(inputs[parent])))
                break
        else:
            order.append(node)
            stack.pop()
    return {result}
"""

backward_order = Exercise(
    name="backward_order",
    stub="def backward_order(inputs, result):\n    ...  # your code: return a list of names",
    solution_code=_ORDER.format(result="order[::-1]"),
    hints=(
        "A node may come only after all nodes that use it.",
        "Walk from the result into the depth and write a node down when all its inputs are done; "
        "then turn the list round.",
        "One graph is 1,500 nodes deep: keep a stack of your own, for recursion ends at 1,000.",
    ),
    right="three graphs, one of them 1,500 nodes deep, are in an order that waits for all paths.",
    cases=_GRAPHS[:1],
    verify=_verify_order,
    wrong=(
        WrongAnswer(
            """
def backward_order(inputs, result):
    order = [result]
    for node in order:
        order += [parent for parent in inputs[node] if parent not in order]
    return order
""",
            "which uses it: what arrives at",
        ),
        WrongAnswer(_ORDER.format(result="order"), "turn the order round"),
        WrongAnswer(
            """
def backward_order(inputs, result):
    order = [result]
    for node in order:
        order += inputs[node]
    return order
""",
            "every node once",
        ),
        WrongAnswer(
            """
def backward_order(inputs, result):
    order = []
    def visit(node):
        if node not in order:
            for parent in inputs[node]:
                visit(parent)
            order.append(node)
    visit(result)
    return order[::-1]
""",
            "RecursionError",
        ),
    ),
)

_SQUARE = "def gradient_of_square(x):\n    return {}\n"

square = Exercise(
    name="gradient_of_square",
    stub="def gradient_of_square(x):\n    ...  # your code",
    solution_code=_SQUARE.format("x + x"),
    hints=(
        "In mul(x, x) the same number goes in twice: two edges lead back to it.",
        "Along each edge the local derivative is the other factor, which is x.",
    ),
    right="the gradient of x · x agrees for four numbers.",
    cases=((3.0,), (-2.0,), (0.5,), (10.0,)),
    wrong=(
        WrongAnswer(_SQUARE.format("x"), "one path overwrote the other. There are two: add them."),
        WrongAnswer(_SQUARE.format("1.0"), "that is the derivative of x, not of x · x."),
        WrongAnswer(_SQUARE.format("x * x"), "that is the value. How fast does it change?"),
    ),
)


def _verify_cube(cube):
    for number in (2.0, -1.5):
        x = Tensor(number, requires_grad=True)
        result = cube(x)
        if not isinstance(result, Tensor) or result.grad_fn is None:
            return "the result has no graph: compute it from x by operations on tensors."
        used = [node.name for node in topological_order(result.grad_fn)]
        if not np.isclose(result.item(), number**3):
            return f"the value is {result.item():g} at x = {number:g}: that is not x³."
        if used != ["mul", "mul"]:
            return f"the graph has {', '.join(used)}; wanted are two multiplications, no more."
    return None


cube = Exercise(
    name="cube",
    stub="def cube(x):\n    ...  # your code: x is a Tensor",
    solution_code="def cube(x):\n    return x * x * x\n",
    hints=("Two multiplications are enough.", "First x * x, then that times x."),
    right="the value is x³, the graph has two multiplications, and x gets three contributions.",
    cases=((Tensor(2.0, requires_grad=True),),),
    verify=_verify_cube,
    wrong=(
        WrongAnswer("def cube(x):\n    return x ** 3\n", "the graph has pow; wanted are two"),
        WrongAnswer("def cube(x):\n    return x * x\n", "that is not x³"),
        WrongAnswer("def cube(x):\n    return Tensor(x.item() ** 3)\n", "the result has no graph"),
    ),
)

quiz = Quiz(
    (
        Question(
            "Two paths lead from a weight to the loss. What is its gradient?",
            right="The sum over the paths; along each path, the product of local derivatives",
            why="One path multiplies, two paths add.",
            wrong={
                "The product over the paths": "Local derivatives multiply along one path. Paths "
                "themselves add, for each moves the loss by its own amount.",
                "The larger of the two": "Both paths move the loss; none may be left out.",
                "The mean of the two": "Nothing is divided: each path counts in full.",
            },
        ),
        Question(
            "Why does the way back start with 1?",
            right="The loss moves exactly as much as itself",
            why="∂L/∂L = 1: that is the gradient that everything else is multiplied from.",
            wrong={
                "It is the learning rate": "The learning rate belongs to the update, later.",
                "It is an arbitrary scale": "Another start would scale every gradient wrongly.",
                "The loss is 1": "The loss can be any number; its derivative by itself is 1.",
            },
        ),
        Question(
            "A node's gradient is exactly 0. What does that tell?",
            right="A tiny change of this node does not move the loss",
            why="The gradient is a rate at this point; further away it may be another one.",
            wrong={
                "The node's value is 0": "Value and gradient are two things.",
                "The node has learnt all it can": "It may also be cut off, by a relu for example.",
                "There is an error in the code": "It can be right: check it by nudging.",
            },
        ),
        Question(
            "A text says: gradients go from the output layer forward to the input. What is right?",
            right="They go backward, from the loss towards the inputs",
            why="Each gradient is computed from those of the nodes that use its node.",
            wrong={
                "It is right as it stands": "Forward is the way of the values.",
                "They go both ways": "One walk backward gives all of them.",
            },
        ),
        Question(
            "Does backpropagation change the weights?",
            right="No: it computes gradients, and an optimiser then updates",
            why="Backward is a way to differentiate; gradient descent is a way to use the result.",
            wrong={
                "Yes, layer by layer on the way back": "Then gradients further back would belong "
                "to a mixture of old and new weights.",
                "Yes, but only those of hidden layers": "All parameters get gradients; none is "
                "changed by the walk.",
            },
        ),
    )
)
