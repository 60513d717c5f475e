"""Training needs no more memory after many steps than after a few."""

import gc
import tracemalloc

import numpy as np
import pytest

from dlcourse import Tensor, nn, optim
from dlcourse import functional as F
from dlcourse.data import DataLoader
from dlcourse.training import fit


@pytest.mark.parametrize("optimiser", ["SGD", "Adam"])
def test_memory_is_flat_over_500_steps_without_the_garbage_collector(optimiser):
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(80, 200)), rng.integers(0, 4, 80)
    model = nn.Sequential(nn.Linear(200, 512), nn.ReLU(), nn.Linear(512, 4))
    optimiser = getattr(optim, optimiser)(model.parameters(), lr=1e-3)
    loader = DataLoader((X, y), 20, shuffle=True)

    def peak(steps):
        tracemalloc.reset_peak()
        fit(model, loader, F.cross_entropy, optimiser, steps // len(loader), report=None)
        return tracemalloc.get_traced_memory()[1]

    gc.disable()
    tracemalloc.start()
    try:
        early = peak(20)
        assert peak(480) <= 1.1 * early
    finally:
        tracemalloc.stop()
        gc.enable()


def test_no_two_gradients_share_memory():
    x, y, z = (Tensor(np.ones((2, 3)), requires_grad=True) for _ in range(3))
    start = np.ones((2, 3))
    middle = x + y
    middle.retain_grad()
    (middle.T.T + z).backward(start)
    x.sum().backward()  # adds to what is there
    gradients = [tensor.grad.data for tensor in (x, y, z, middle)] + [start]
    for number, gradient in enumerate(gradients):
        gradient[...] = number  # each can be written to
    assert [set(gradient.flat) for gradient in gradients] == [{0.0}, {1.0}, {2.0}, {3.0}, {4.0}]


def test_a_copied_number_has_a_gradient_of_its_own_for_each_copy():
    x = Tensor(np.ones(3), requires_grad=True)
    x.sum().backward()
    x.grad.data[0] = 5.0
    assert x.grad.tolist() == [5.0, 1.0, 1.0]
