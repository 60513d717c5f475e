"""The exercises and quizzes of chapter 3, backpropagation."""

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

chain_rule_quiz = Quiz(
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

b1_gradient = Exercise(
    name="b1_gradient",
    stub="b1_gradient = ...  # your three numbers, for example [0.0, 0.0, 0.0]",
    solution_code="b1_gradient = [2.0, -1.5, 3.0]\n",
    hints=(
        "Each bias is added in both examples, so two gradients arrive at it.",
        "Add the two rows of the gradient of Z, the numbers before relu.",
        "1.5 + 0.5 for the first unit; for the others the second row is 0.",
    ),
    right="these are the sums over the two examples.",
    wrong=(
        WrongAnswer(
            "b1_gradient = [1.0, -0.75, 1.5]",
            "you averaged over the examples. The 1/N is inside what arrives already: add.",
        ),
        WrongAnswer(
            "b1_gradient = [3.0, 0.5]",
            "you added over the units. There is one bias for each unit, so three numbers.",
        ),
        WrongAnswer(
            "b1_gradient = [[1.5, -1.5, 3.0], [0.5, 0.0, 0.0]]",
            "these are the gradients of each example. The bias is shared: add the two rows.",
        ),
        WrongAnswer(
            "b1_gradient = [2.0, -2.0, 4.0]",
            "relu was off for units 2 and 3 of the second example: nothing passes there.",
        ),
    ),
)

_RNG = np.random.default_rng(5)


def _network_case(examples, outputs=1):
    shapes = (examples, 2), (examples, outputs), (3, 2), (3,), (outputs, 3), (outputs,)
    return tuple(_RNG.normal(size=shape).round(2) for shape in shapes)


_TANH = """
def W1_gradient(X, y, W1, b1, W2, b2):
    Z = X @ W1.T + b1
    H = np.tanh(Z)
    Y_bar = 2 * (H @ W2.T + b2 - y) / len(X)
    H_bar = Y_bar @ W2
    Z_bar = H_bar * {slope}
    return Z_bar.T @ X{scale}
"""

tanh_layer = Exercise(
    name="W1_gradient",
    stub="def W1_gradient(X, y, W1, b1, W2, b2):\n    ...  # your code: return an array (3, 2)",
    solution_code=_TANH.format(slope="(1 - H**2)", scale=""),
    hints=(
        "Everything stays as in the lesson but one line of the way back.",
        "Where relu had its mask, tanh has its slope.",
        "The slope of tanh is 1 − tanh², and H holds tanh already.",
    ),
    right="the gradient of W1 agrees on three networks.",
    cases=(_network_case(2), _network_case(5), _network_case(3)),
    wrong=(
        WrongAnswer(
            _TANH.format(slope="(1 - Z**2)", scale=""),
            "the slope of tanh is 1 − H², with the value after tanh, not before.",
        ),
        WrongAnswer(
            _TANH.format(slope="(Z > 0)", scale=""), "that is relu's mask. tanh has a slope."
        ),
        WrongAnswer(
            _TANH.format(slope="(1 - H**2)", scale=" / len(X)"),
            "the 1/N came in twice: it is inside the first gradient already.",
        ),
        WrongAnswer(_TANH.format(slope="1", scale=""), "tanh's slope is missing altogether."),
    ),
)

_OUTPUTS = """
def W2_gradient(X, y, W1, b1, W2, b2):
    H = np.maximum(X @ W1.T + b1, 0)
    Y_bar = 2 * (H @ W2.T + b2 - y) / {count}
    return {product}
"""

two_outputs = Exercise(
    name="W2_gradient",
    stub="def W2_gradient(X, y, W1, b1, W2, b2):\n    ...  # your code: return an array (2, 3)",
    solution_code=_OUTPUTS.format(count="y.size", product="Y_bar.T @ H"),
    hints=(
        "y is (N, 2) now, and the loss is the mean over all 2N numbers.",
        "The first gradient is twice the residual over the count of all numbers.",
        "W2 is (2, 3): one row for each output.",
    ),
    right="the gradient of W2 agrees on three networks with two outputs.",
    cases=(_network_case(2, 2), _network_case(5, 2), _network_case(3, 2)),
    wrong=(
        WrongAnswer(
            _OUTPUTS.format(count="len(X)", product="Y_bar.T @ H"),
            "twice too large: the mean is over all numbers of y, not over the examples only.",
        ),
        WrongAnswer(
            _OUTPUTS.format(count="y.size", product="H.T @ Y_bar"),
            "the result has shape (3, 2); wanted is (2, 3).",
        ),
        WrongAnswer(
            _OUTPUTS.format(count="y.size", product="Y_bar.T @ H / len(X)"),
            "too small: you averaged over the examples once more.",
        ),
    ),
)

_TRAIN = """
def train(X, y, W1, b1, W2, b2, lr, steps):
    {before}
    for _ in range(steps):
        {inside}
        Y_bar = 2 * (H @ W2.T + b2 - y) / len(X)
        Z_bar = (Y_bar @ W2) * (H > 0)
        W2, b2 = W2 {sign} lr * Y_bar.T @ H, b2 {sign} lr * Y_bar.sum(axis=0)
        W1{bias} = W1 {sign} lr * Z_bar.T @ X{bias_step}
    H = np.maximum(X @ W1.T + b1, 0)
    return np.mean((H @ W2.T + b2 - y) ** 2)
"""
_FORWARD = "H = np.maximum(X @ W1.T + b1, 0)"
_BIAS = {"bias": ", b1", "bias_step": ", b1 - lr * Z_bar.sum(axis=0)"}

training_loop = Exercise(
    name="train",
    stub="def train(X, y, W1, b1, W2, b2, lr, steps):\n    ...  # your code: return the last loss",
    solution_code=_TRAIN.format(before="pass", inside=_FORWARD, sign="-", **_BIAS),
    hints=(
        "One round is: forward, all gradients, then all updates.",
        "Compute the forward pass anew in every round.",
        "After the last update compute the loss once more and return it.",
    ),
    right="the loss after 1, 10 and 50 steps agrees.",
    cases=tuple((*_network_case(6), 0.02, steps) for steps in (1, 10, 50)),
    wrong=(
        WrongAnswer(
            _TRAIN.format(
                before="pass",
                inside=_FORWARD,
                sign="+",
                bias=", b1",
                bias_step=", b1 + lr * Z_bar.sum(axis=0)",
            ),
            "the loss grows: you walk uphill. Subtract the gradients.",
        ),
        WrongAnswer(
            _TRAIN.format(before=_FORWARD, inside="pass", sign="-", **_BIAS),
            "the hidden values are those of the first round: compute them anew in each.",
        ),
        WrongAnswer(
            _TRAIN.format(before="pass", inside=_FORWARD, sign="-", bias="", bias_step=""),
            "b1 never moves. Every parameter gets its update.",
        ),
    ),
)

by_hand_quiz = Quiz(
    (
        Question(
            "In which order does one round of training go?",
            right="Forward, loss, backward, update",
            why="Gradients need the forward values; the update needs all gradients.",
            wrong={
                "Forward, update, loss, backward": "An update needs gradients first.",
                "Backward, forward, update, loss": "Backward uses numbers of the forward pass.",
                "Forward, backward with updates on the way, loss": "Then gradients further back "
                "would be computed with weights that have changed already.",
            },
        ),
        Question(
            "What does zeroing the gradients prevent?",
            right="That this round's gradients are added to those of the round before",
            why="backward() adds. Without zeroing, step k uses the sum of k gradients.",
            wrong={
                "That the weights become zero": "Weights are not touched by it.",
                "That the gradients vanish": "Vanishing is about depth, not about old sums.",
                "That memory runs full": "A gradient has the size of its parameter, always.",
            },
        ),
        Question(
            "Which parameters get a gradient?",
            right="All: weights and biases of the hidden and of the output layer",
            why="Every number that the loss depends on has a gradient.",
            wrong={
                "Those of the hidden layer only": "The output layer's come first on the way back.",
                "Weights, but not biases": "A bias moves the loss as well.",
                "Those of the output layer only": "The way back goes on through relu.",
            },
        ),
        Question(
            "The gradient of a weight is −1.5. What does its sign say?",
            right="A larger weight lowers the loss",
            why="Negative: loss and weight move in opposite directions.",
            wrong={
                "The weight is negative": "Sign of the gradient and of the weight are unrelated.",
                "The weight should become smaller": "The update subtracts: it grows.",
                "There is an error": "Half of all gradients are negative.",
            },
        ),
        Question(
            "All your gradients are exactly twice those of the central differences. Why?",
            right="A mean was forgotten: with N = 2 examples the factor 1/N is 1/2",
            why="A ratio that is the same everywhere names its bug.",
            wrong={
                "relu's mask is missing": "Then only some entries would differ.",
                "h is too large": "Then the errors would be small and of different size.",
                "The learning rate is 2": "Gradients do not depend on the learning rate.",
            },
        ),
    )
)
