"""Training needs no more memory after many steps than after a few."""

import gc
import tracemalloc

import numpy as np
import pytest

from dlcourse import functional as F
from dlcourse import nn, optim
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
