"""Freed memory is kept where glibc can; nothing else changes, and elsewhere nothing happens."""

import ctypes
import os
import subprocess
import sys

import pytest

from dlcourse.memory import SWITCH, keep_memory

TRAINING = """
import resource
import numpy as np
from dlcourse import functional as F, manual_seed, nn, optim
manual_seed(0)
rng = np.random.default_rng(0)
X, y = rng.normal(size=(64, 1, 28, 28)), np.arange(64) % 10
model = nn.Sequential(
    nn.Conv2d(1, 16, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 32, 3), nn.Flatten(),
    nn.Linear(32 * 11 * 11, 10),
)
optimiser = optim.SGD(model.parameters(), lr=0.01)
for step in range(8):
    if step == 4:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    optimiser.zero_grad()
    loss = F.cross_entropy(model(X), y)
    loss.backward()
    optimiser.step()
print(loss.item().hex())
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def trained(switch):
    """The last loss, to the last bit, and how many pages the system handed out meanwhile."""
    pytest.importorskip("resource")
    done = subprocess.run(
        [sys.executable, "-c", TRAINING],
        env=os.environ | {SWITCH: switch},
        capture_output=True,
        text=True,
        check=True,
    )
    loss, pages = done.stdout.split()
    return loss, int(pages)


def test_no_number_changes_and_the_system_hands_out_less():
    (loss, with_it), (expected, without) = trained("1"), trained("0")
    assert loss == expected
    if keep_memory():
        assert with_it < without / 2


def test_it_can_be_switched_off(monkeypatch):
    monkeypatch.setenv(SWITCH, "0")
    assert not keep_memory()


def test_nothing_happens_on_other_systems(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(ctypes, "CDLL", lambda name: pytest.fail("nothing is to be loaded"))
    assert not keep_memory()


def test_nothing_happens_with_another_c_library(monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(ctypes, "CDLL", lambda name: object())
    assert not keep_memory()
