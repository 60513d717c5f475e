"""The solutions of chapter 2 agree with the library, which computes the same in another way."""

import numpy as np
import pytest

from dlcourse import Tensor, nn, optim
from dlcourse import functional as F
from dlcourse.exercises.concepts import descent, layers, losses

RNG = np.random.default_rng(0)
LOGITS, CLASSES = RNG.normal(scale=30, size=(6, 4)), RNG.integers(0, 4, 6)
AMOUNTS, TRUE = RNG.normal(scale=3, size=(2, 8))
X, W, BIAS = RNG.normal(size=(5, 3)), RNG.normal(size=(4, 3)), RNG.normal(size=4)


def solution(exercise):
    return exercise.defined_by(exercise.solution_code)


def sure(z):
    """Targets that disagree with half of the logits."""
    return np.arange(len(z)) % 2.0


def optimised(optimiser, gradients):
    """The weight, from 0, after each step of the library's optimiser."""
    w, seen = Tensor(0.0, requires_grad=True), []
    step = optimiser([w])
    for gradient in gradients:
        w.grad = Tensor(gradient(w.item()))
        step.step()
        seen.append(w.item())
    return seen


def gradient_by_engine(w, x, y):
    weight = Tensor(w, requires_grad=True)
    F.mse_loss(weight * Tensor(x), y).backward()
    return weight.grad.item()


def folded(points):
    hidden = points @ W.T + BIAS
    return hidden @ W + np.ones(3)


FOLD = solution(layers.fold)(W, BIAS, W.T, np.ones(3))
SLOPES = [lambda w, g=g: g for g in (1.0, -3.0, 0.5)]
PAIRS = {
    "relu_layer": (
        solution(layers.relu_layer)(X, W, BIAS),
        F.relu(Tensor(X) @ Tensor(W).T + BIAS).data,
    ),
    "fold": (X @ FOLD[:, :-1].T + FOLD[:, -1], folded(X)),
    "count": (
        solution(layers.count_parameters)([7, 5, 3]),
        sum(p.numel() for part in (nn.Linear(7, 5), nn.Linear(5, 3)) for p in part.parameters()),
    ),
    "sigmoid": (solution(losses.stable_sigmoid)(LOGITS), F.sigmoid(Tensor(LOGITS)).data),
    "bce": (
        solution(losses.bce_with_logits)(LOGITS[0], sure(LOGITS[0])),
        F.binary_cross_entropy_with_logits(Tensor(LOGITS[0]), sure(LOGITS[0])).item(),
    ),
    "cross_entropy": (
        solution(losses.cross_entropy)(LOGITS, CLASSES),
        F.cross_entropy(Tensor(LOGITS), CLASSES).item(),
    ),
    "huber": (
        solution(losses.huber)(AMOUNTS, TRUE, 1.5),
        F.huber_loss(Tensor(AMOUNTS), TRUE, delta=1.5).item(),
    ),
    "batch_gradient": (
        solution(descent.batch_gradient)(0.7, AMOUNTS, TRUE),
        gradient_by_engine(0.7, AMOUNTS, TRUE),
    ),
    "momentum": (
        solution(descent.momentum_steps)(0.1, 0.9, 4),
        optimised(lambda w: optim.SGD(w, lr=0.1, momentum=0.9), [lambda w: 2 * (w - 3)] * 4)[-1],
    ),
    "adam": (
        solution(descent.adam_steps)([1.0, -3.0, 0.5], 0.1, 0.9, 0.99),
        optimised(lambda w: optim.Adam(w, lr=0.1, betas=(0.9, 0.99)), SLOPES),
    ),
}


@pytest.mark.parametrize("name", PAIRS)
def test_the_solution_agrees_with_the_library(name):
    mine, theirs = PAIRS[name]
    np.testing.assert_allclose(mine, theirs, rtol=1e-10, atol=1e-12)
