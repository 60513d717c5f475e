"""Optimisers and schedules: wrong use is refused with its cause, and changes nothing."""

import numpy as np
import pytest

from dlcourse import Tensor, nn, optim
from dlcourse.optim import lr_scheduler

ALL = ["SGD", "Adagrad", "RMSprop", "Adam", "AdamW"]


@pytest.fixture
def w():
    return Tensor([1.0, -2.0], requires_grad=True, name="w")


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(
    ("grad", "error", "said"),
    [
        ([np.nan, 1.0], FloatingPointError, r"gradient of w \(2,\) has NaN"),
        ([1.0, np.inf], FloatingPointError, r"gradient of w \(2,\) has NaN or infinite"),
        ([[1.0, 1.0]], ValueError, r"gradient of w \(2,\) has the shape \(1, 2\)"),
    ],
)
def test_one_wrong_gradient_leaves_every_parameter_and_the_state(w, name, grad, error, said):
    other = Tensor([1.0], requires_grad=True)
    other.grad, w.grad = Tensor([1.0]), Tensor(grad)
    optimiser = getattr(optim, name)([other, w])
    with pytest.raises(error, match=said):
        optimiser.step()
    assert other.data.tolist() == [1.0]
    assert optimiser.state_dict()["state"] == {}


def test_a_cycle_ends():
    w = Tensor([1.0], requires_grad=True)
    schedule = lr_scheduler.OneCycleLR(optim.SGD([w], momentum=0.9), 1.0, total_steps=3)
    for _ in range(3):
        schedule.step()
    with pytest.raises(ValueError, match="3 steps, and all are done"):
        schedule.step()


def test_zero_grad_reaches_every_group(w):
    other = Tensor([1.0], requires_grad=True)
    w.grad, other.grad = Tensor([1.0, 1.0]), Tensor([1.0])
    optim.SGD([{"params": [w]}, {"params": [other]}]).zero_grad()
    assert w.grad is None
    assert other.grad is None


def test_a_state_that_does_not_fit_changes_nothing(w):
    other = Tensor(np.ones(3), requires_grad=True)
    w.grad = Tensor([1.0, 1.0])
    optimiser = optim.Adam([w])
    optimiser.step()
    new = optim.Adam([other], lr=0.5)
    with pytest.raises(ValueError, match=r"exp_avg of parameter 0 .*\(2,\).*\(3,\)"):
        new.load_state_dict(optimiser.state_dict())
    with pytest.raises(ValueError, match=r"groups with \[1\] parameters; this optimiser has \[2\]"):
        optim.Adam([w, other]).load_state_dict(optimiser.state_dict())
    assert new.param_groups[0]["lr"] == 0.5
    assert new.state == {}


def test_a_module_trains_with_its_parameters_from_a_generator():
    model = nn.Linear(2, 1)
    before = model.state_dict()
    model(Tensor([[1.0, 2.0]])).sum().backward()
    optim.SGD(model.parameters(), lr=0.5).step()
    np.testing.assert_allclose(model.weight.data, before["weight"] - 0.5 * np.array([[1.0, 2.0]]))
