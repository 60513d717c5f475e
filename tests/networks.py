"""Small networks whose every number is known, for the tests of trace and steppers."""

from types import SimpleNamespace

from dlcourse import Tensor
from dlcourse import functional as F


def neuron():
    """One neuron: L = (w·x + b − target)² = 2.25, ∂L/∂w = 9, ∂L/∂b = 3."""
    x, target = Tensor(3.0), 1.0
    w = Tensor(0.5, requires_grad=True)
    b = Tensor(1.0, requires_grad=True)
    prediction = w * x + b
    loss = (prediction - target) ** 2
    return SimpleNamespace(**locals())


def diamond():
    """L = (a·b + c)·a = 10 at 2, 3, −1: ``a`` reaches L along two paths, 5 + 6 = 11."""
    a = Tensor(2.0, requires_grad=True)
    b = Tensor(3.0, requires_grad=True)
    c = Tensor(-1.0, requires_grad=True)
    L = (a * b + c) * a
    return SimpleNamespace(**locals())


def two_layers():
    """The 2-3-1 network of the lesson on backpropagation by hand: L = 1.25."""
    X = Tensor([[1.0, 2.0], [3.0, -1.0]])
    y = Tensor([[1.0], [2.0]])
    W1 = Tensor([[1.0, 0.0], [0.0, 1.0], [-1.0, 1.0]], requires_grad=True)
    b1 = Tensor([0.0, -1.0, 0.5], requires_grad=True)
    W2 = Tensor([[1.0, -1.0, 2.0]], requires_grad=True)
    b2 = Tensor([-0.5], requires_grad=True)
    hidden = F.relu(X @ W1.T + b1)
    output = hidden @ W2.T + b2
    loss = F.mse_loss(output, y)
    return SimpleNamespace(**locals())
