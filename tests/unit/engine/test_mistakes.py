"""What learners get wrong: each mistake is refused with its cause, and nothing changes.

The tables are in ``mistakes/``: what is done, the error, and what it must say. What is done takes
its arguments, by name, from a small world of tensors, models and optimisers.
"""

import importlib
import inspect
from pathlib import Path

import numpy as np
import pytest

from dlcourse import Tensor, nn, optim
from dlcourse import functional as F
from dlcourse.graph import recording
from dlcourse.trace import trace


def tables():
    for file in sorted(Path(__file__).with_name("mistakes").glob("*.py")):
        family = importlib.import_module(f"unit.engine.mistakes.{file.stem}")
        for number, row in enumerate(family.MISTAKES):
            yield pytest.param(*row, id=f"{file.stem}-{number}")


ALL = list(tables())


@pytest.fixture
def world():
    """What a learner has after the first step of a training."""
    rng = np.random.default_rng(0)
    w = Tensor([1.0, -2.0], requires_grad=True, name="w")
    x = Tensor([[1.0, -2.0, 3.0], [4.0, 5.0, 6.0]], requires_grad=True, name="x")
    model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 2))
    optimiser = optim.Adam(model.parameters(), lr=0.1)
    X, y = rng.normal(size=(4, 3)), np.array([0, 1, 1, 0])
    F.cross_entropy(model(X), y).backward()
    optimiser.step()
    scores = nn.Linear(3, 2)(X)
    conv, lstm = nn.Conv2d(3, 4, 3), nn.LSTM(3, 4)
    images, sequence = rng.normal(size=(2, 3, 8, 8)), rng.normal(size=(5, 2, 3))
    state = Tensor(np.zeros((1, 2, 4))), Tensor(np.zeros((1, 2, 4)))
    return locals()


def numbers(thing):
    """All that could have changed in a thing, bit by bit."""
    if isinstance(thing, Tensor):
        grad = None if thing.grad is None else numbers(thing.grad)
        return *numbers(thing.data), grad, thing.requires_grad, thing.grad_fn
    if isinstance(thing, np.ndarray):
        return thing.shape, thing.dtype, thing.tobytes()
    if isinstance(thing, nn.Module):
        modes = [module.training for _, module in thing.named_modules()]
        names = [name for name, _ in thing.named_modules()]
        tensors = [*thing.named_parameters(), *thing.named_buffers()]
        return modes, names, [(name, numbers(tensor)) for name, tensor in tensors]
    if isinstance(thing, optim.Optimizer):
        return numbers(thing.state_dict())
    if isinstance(thing, dict):
        return {key: numbers(value) for key, value in thing.items()}
    if isinstance(thing, list | tuple):
        return [numbers(value) for value in thing]
    return thing


def test_there_are_many():
    assert len(ALL) >= 60


@pytest.mark.parametrize(("wrong", "error", "said"), ALL)
def test_a_mistake_is_refused_with_its_cause_and_changes_nothing(wrong, error, said, world):
    before = numbers(world)
    arguments = {name: world[name] for name in inspect.signature(wrong).parameters}
    with np.errstate(all="ignore"), pytest.raises(error, match=said) as caught:
        wrong(**arguments)
    assert len(str(caught.value)) < 400, "a sentence or three, not a page"
    assert numbers(world) == before
    assert (recording.enabled, recording.calls) == (True, ())


def test_a_change_would_be_noticed(world):
    before = numbers(world)
    for change in (
        lambda: world["w"].data.__isub__(1.0),
        lambda: world["model"](world["X"]),  # moves the running statistics
        lambda: world["model"].eval(),
        lambda: world["optimiser"].step(),
        lambda: (world["x"] * 2).sum().backward(),
        lambda: setattr(world["conv"], "bias", None),
    ):
        change()
        after = numbers(world)
        assert after != before
        before = after


def test_a_forgotten_zero_grad_shows_in_the_stepper(world):
    """Gradients that add up may be meant, so nothing is refused; what was there before is told."""
    loss = (world["w"] * 3.0).sum()
    loss.backward(retain_graph=True)
    (node,) = [n for n in trace(loss, world)["nodes"] if n["name"] == "w"]
    assert node["earlier_grad"] is not None
    world["w"].grad = None
    (node,) = [n for n in trace(loss, world)["nodes"] if n["name"] == "w"]
    assert node["earlier_grad"] is None
