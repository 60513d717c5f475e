"""The bug museum: backward passes that run, and are wrong. Each with the check that finds it.

A piece's code defines ``loss(**parameters)``, what should be differentiated, and
``backward(**parameters)``, which returns a dictionary of (wrong) gradients by name.
"""

from dataclasses import dataclass

import numpy as np

from dlcourse.gradcheck import Report, check_gradients

RUNNING_EXAMPLE = {
    "X": np.array([[1.0, 2.0], [3.0, -1.0]]),
    "y": np.array([[1.0], [2.0]]),
    "W1": np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 1.0]]),
    "b1": np.array([0.0, -1.0, 0.5]),
    "W2": np.array([[1.0, -1.0, 2.0]]),
    "b2": np.array([-0.5]),
}
"""The network of the lesson on backpropagation by hand."""

_NETWORK = """
def loss(X, y, W1, b1, W2, b2):
    H = np.maximum(X @ W1.T + b1, 0)
    return np.mean((H @ W2.T + b2 - y) ** 2)

def backward(X, y, W1, b1, W2, b2):
    Z = X @ W1.T + b1
    H = np.maximum(Z, 0)
    Y = H @ W2.T + b2
    Y_bar = {Y_bar}
    W2_bar = {W2_bar}
    H_bar = {H_bar}
    Z_bar = {Z_bar}
    W1_bar = {W1_bar}
    b1_bar = {b1_bar}
    return {{"W1": W1_bar, "b1": b1_bar, "W2": W2_bar}}
"""
_RIGHT = {
    "Y_bar": "2 * (Y - y) / len(X)",
    "W2_bar": "Y_bar.T @ H",
    "H_bar": "Y_bar @ W2",
    "Z_bar": "H_bar * (Z > 0)",
    "W1_bar": "Z_bar.T @ X",
    "b1_bar": "Z_bar.sum(axis=0)",
}


@dataclass(frozen=True)
class Piece:
    """One bug. ``line`` is the line that is wrong, ``report_says`` the check's words for it."""

    name: str
    line: str
    symptom: str
    why: str
    report_says: str
    code: str
    parameters: dict[str, np.ndarray]

    def report(self) -> Report:
        """The gradient check of this piece."""
        defined = {"np": np}
        exec(self.code, defined)
        arrays = {name: array.copy() for name, array in self.parameters.items()}
        gradients = defined["backward"](**arrays)
        checked = {name: arrays[name] for name in gradients}
        return check_gradients(lambda: defined["loss"](**arrays), checked, gradients)


def _in_the_network(name, symptom, why, report_says, **wrong):
    (step,) = wrong
    line = f"{step} = {wrong[step]}"
    code = _NETWORK.format(**(_RIGHT | wrong))
    return Piece(name, line, symptom, why, report_says, code, RUNNING_EXAMPLE)


def _elsewhere(name, line, symptom, why, report_says, loss, parameters):
    """A bug in a function of its own; ``loss`` is its formula, ``line`` the wrong gradient."""
    arguments = ", ".join(parameters)
    target = line.split("_bar")[0]
    code = (
        f"def loss({arguments}):\n    {'; '.join(loss[:-1]) or 'pass'}\n    return {loss[-1]}\n\n"
        f"def backward({arguments}):\n    {'; '.join(loss[:-1]) or 'pass'}\n    {line}\n"
        f"    return {{'{target}': {target}_bar}}\n"
    )
    return Piece(name, line, symptom, why, report_says, code, parameters)


_SOFTMAX = ("e = np.exp(z - z.max(axis=1, keepdims=True))", "p = e / e.sum(axis=1, keepdims=True)")
_CROSS_ENTROPY = (*_SOFTMAX, "-np.log(p[np.arange(len(z)), y]).mean()")
_SCORES = {"z": np.array([[2.0, 1.0, 0.0], [0.5, -1.0, 0.3]]), "y": np.array([1, 0])}
_ROW = {"x": np.array([1.0, 2.0, 4.0, 5.0]), "y_bar": np.array([1.0, 0.0, 0.0, 0.0])}
_NORMALISED = ("s = np.sqrt(((x - x.mean()) ** 2).mean())", "y_bar @ ((x - x.mean()) / s)")

PIECES = (
    _in_the_network(
        "The mean is forgotten",
        "every gradient is exactly twice too large, with N = 2 examples",
        "The loss is a mean, so each example's share is 1/N. A ratio that is the same everywhere "
        "names its bug.",
        "2 times too large",
        Y_bar="2 * (Y - y)",
    ),
    _in_the_network(
        "The mean is taken twice",
        "every gradient is exactly half, with N = 2 examples",
        "The 1/N is inside Y_bar already.",
        "0.5 of what it should be",
        Y_bar="2 * (Y - y) / len(X) ** 2",
    ),
    _in_the_network(
        "The 2 of the square is forgotten",
        "every gradient is exactly half",
        "The derivative of u² is 2u.",
        "0.5 of what it should be",
        Y_bar="(Y - y) / len(X)",
    ),
    _in_the_network(
        "The residual has the wrong sign",
        "every gradient has the wrong sign, and the loss rises with every step",
        "The derivative of (Y − y)² with respect to Y is 2(Y − y), not 2(y − Y).",
        "the sign",
        Y_bar="2 * (y - Y) / len(X)",
    ),
    _in_the_network(
        "relu's mask is forgotten",
        "wrong in the rows of units that were off for some example, right in the others",
        "Where relu was off its slope is 0, and nothing passes back.",
        "numbers differ",
        Z_bar="H_bar",
    ),
    _in_the_network(
        "The mask looks at the gradient",
        "wrong where a negative gradient arrived at a unit that was on",
        "relu's slope depends on what went in, the pre-activation, not on what comes back.",
        "numbers differ",
        Z_bar="H_bar * (H_bar > 0)",
    ),
    _in_the_network(
        "The mask cuts too high",
        "0 for units that were on, but below 1",
        "relu is on where the pre-activation is above 0.",
        "numbers differ",
        Z_bar="H_bar * (Z > 1)",
    ),
    _in_the_network(
        "The gradient of a weight is transposed",
        "its shape is (2, 3) where the weight has (3, 2); where both lengths are equal, no shape "
        "tells",
        "A gradient has the shape of its parameter.",
        "transposed",
        W1_bar="X.T @ Z_bar",
    ),
    _in_the_network(
        "A bias is not summed over the batch",
        "its shape is (2, 3) in place of (3,); the update would make a matrix of the bias",
        "One bias is used in every example, and paths add.",
        "not summed over the batch",
        b1_bar="Z_bar",
    ),
    _in_the_network(
        "A bias is averaged over the batch",
        "the bias' gradient is half, all others are right",
        "The 1/N is inside what arrives; here the paths add.",
        "0.5 of what it should be",
        b1_bar="Z_bar.mean(axis=0)",
    ),
    _in_the_network(
        "A bias is summed over the units",
        "its shape is (2,) in place of (3,)",
        "Each unit has its own bias; the examples share it.",
        "shape (2,)",
        b1_bar="Z_bar.sum(axis=1)",
    ),
    _in_the_network(
        "A weight was updated too early",
        "the layers before it are wrong by an amount of their own, and no shape or sign tells",
        "Backward uses the numbers of the forward pass. Compute all gradients, then update.",
        "numbers differ",
        H_bar="Y_bar @ (W2 - 0.1 * W2_bar)",
    ),
    _in_the_network(
        "The hidden values were changed in place",
        "the output layer's gradient is wrong for the units that were touched",
        "W2's gradient needs the hidden values of the forward pass.",
        "numbers differ",
        W2_bar="Y_bar.T @ np.where(Z > 1, H, 0)",
    ),
    _in_the_network(
        "The gradient stays in front of a layer",
        "everything before the output layer gets the wrong gradient",
        "What arrives has to go through the output weights first.",
        "numbers differ",
        H_bar="Y_bar * np.ones_like(W2)",
    ),
    _elsewhere(
        "tanh's slope from the wrong side",
        "z_bar = 1 - z**2",
        "close, but wrong by a few per cent, more for larger inputs",
        "The slope is 1 − tanh² of z: with the value after the bend.",
        "numbers differ",
        ("np.tanh(z).sum()",),
        {"z": np.array([0.5, -0.2, 0.3])},
    ),
    _elsewhere(
        "The sigmoid's slope from the wrong side",
        "z_bar = z * (1 - z)",
        "wrong, with the wrong sign where z is above 1",
        "The slope is σ(1 − σ), with σ the value after the bend.",
        "numbers differ",
        ("(1 / (1 + np.exp(-z))).sum()",),
        {"z": np.array([2.0, 0.5, -1.0])},
    ),
    _elsewhere(
        "Softmax, each score by itself",
        "z_bar = -np.eye(3)[y] * (1 - p) / len(z)",
        "0 for all scores but the right one; rows do not add up to 0",
        "Every score is in the denominator of every probability.",
        "0 where it should not be",
        _CROSS_ENTROPY,
        _SCORES,
    ),
    _elsewhere(
        "Softmax: the 1/N is forgotten",
        "z_bar = p - np.eye(3)[y]",
        "every gradient is exactly N times too large",
        "The loss is a mean over the examples.",
        "2 times too large",
        _CROSS_ENTROPY,
        _SCORES,
    ),
    _elsewhere(
        "Softmax: classes counted from 1",
        "z_bar = (p - np.eye(3)[y - 1]) / len(z)",
        "the loss of the wrong class falls; accuracy stays at or below chance",
        "The 1 is subtracted at the wrong place: class numbers begin at 0.",
        "numbers differ",
        _CROSS_ENTROPY,
        _SCORES,
    ),
    _elsewhere(
        "Normalising, the direct path only",
        "x_bar = y_bar / s",
        "0 for all numbers but one; does not add up to 0",
        "The mean and the spread depend on every number of the row.",
        "numbers differ",
        _NORMALISED,
        _ROW,
    ),
    _elsewhere(
        "Normalising, the spread taken as a constant",
        "x_bar = (y_bar - y_bar.mean()) / s",
        "adds up to 0, and is wrong all the same",
        "The path through the spread is missing.",
        "numbers differ",
        _NORMALISED,
        _ROW,
    ),
    _elsewhere(
        "One path overwrites the other",
        "a_bar = b * a",
        "6 in place of 11: only the path that came last is left",
        "a is used twice. Use += where a gradient arrives.",
        "of what it should be",
        ("(a * b + c) * a",),
        {"a": np.array(2.0), "b": np.array(3.0), "c": np.array(-1.0)},
    ),
    _elsewhere(
        "The gradient of another loss",
        "W_bar = X.T @ (X @ W)",
        "nothing agrees",
        "That belongs to half the squared norm of X W. For the sum it is Xᵀ times ones.",
        "numbers differ",
        ("(X @ W).sum()",),
        {"X": np.array([[1.0, 0.5], [0.2, -0.4]]), "W": np.array([[0.1, 0.3], [-0.2, 0.5]])},
    ),
    _elsewhere(
        "A maximum pays every tie",
        "x_bar = (x == x.max()) * 1.0",
        "adds up to 2 where one number moves the maximum by 1",
        "Where two are largest, PyTorch's max over all shares the gradient; max-pooling gives it "
        "to the first. It is never counted twice.",
        "2 times too large",
        ("x.max()",),
        {"x": np.array([3.0, 1.0, 3.0])},
    ),
    _elsewhere(
        "Rounding on the way to the loss",
        "z_bar = 0.0 * z",
        "0 everywhere: nothing is ever learnt",
        "Rounding has slope 0. Round for the accuracy, not for the loss.",
        "0 everywhere",
        ("((1 / (1 + np.exp(-z)) - 1) ** 2).mean()",),
        {"z": np.array([0.4, -0.7, 1.2])},
    ),
)
