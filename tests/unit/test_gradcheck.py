"""The gradient check finds what is wrong, says what it looks like, and leaves no trace."""

import re

import networks
import numpy as np
import pytest

from dlcourse import Tensor, gradcheck
from dlcourse import functional as F
from dlcourse.gradcheck import check_gradients


def random_tensor(*shape, **options):
    return Tensor(np.random.default_rng(1).normal(size=shape), requires_grad=True, **options)


def test_right_gradients_pass_and_everything_is_as_before():
    x, w = random_tensor(3, 4), random_tensor(2, 4, name="w")
    x.grad, before = Tensor(np.ones((3, 4))), x.data.copy()
    report = gradcheck(lambda x, w: F.tanh(x @ w.T), [x, w])
    assert report
    assert "WRONG" not in repr(report)
    assert [finding.name for finding in report.findings] == ["input 0", "w"]
    np.testing.assert_array_equal(x.data, before)
    np.testing.assert_array_equal(x.grad.data, np.ones((3, 4)))
    assert w.grad is None


class Spy:
    """The two-layer network of the lessons as plain arrays, with its gradients."""

    def __init__(self):
        net = networks.two_layers()
        net.loss.backward()
        names = ("W1", "b1", "W2", "b2")
        self.parameters = {name: getattr(net, name).data.copy() for name in names}
        self.gradients = {name: getattr(net, name).grad.data for name in names}
        self.X, self.y = net.X.data, net.y.data

    def loss(self):
        p = self.parameters
        hidden = np.maximum(self.X @ p["W1"].T + p["b1"], 0)
        return np.mean((hidden @ p["W2"].T + p["b2"] - self.y) ** 2)


def test_gradients_by_hand_are_checked_the_same_way():
    net = Spy()
    assert check_gradients(net.loss, net.parameters, net.gradients)


@pytest.mark.parametrize(
    ("name", "break_it", "cause"),
    [
        ("W1", lambda g: 2 * g, "2 times too large"),
        ("W1", lambda g: g / 2, "0.5 of what it should be"),
        ("b1", lambda g: -g, "the sign"),
        ("W2", lambda g: 0 * g, "0 everywhere"),
        ("W1", lambda g: g.T, r"shape \(2, 3\).*transposed"),
        ("b1", lambda g: np.stack([g, g]), "not summed over the batch"),
        ("W1", lambda g: np.where(np.arange(3)[:, None] == 1, 0, g), "a path is missing"),
        ("W1", lambda g: g + np.eye(3, 2), "2 of 6 numbers differ"),
        ("b2", lambda g: g * np.nan, "NaN"),
    ],
)
def test_a_wrong_gradient_is_found_and_its_look_is_told(name, break_it, cause):
    net = Spy()
    report = check_gradients(
        net.loss, net.parameters, net.gradients | {name: break_it(net.gradients[name])}
    )
    assert not report
    wrong = [finding for finding in report.findings if finding.error > report.tolerance]
    assert [finding.name for finding in wrong] == [name]
    assert re.search(cause, wrong[0].cause)


def test_what_cannot_be_checked_is_refused_with_the_cause():
    with pytest.raises(TypeError, match="float64"):
        gradcheck(F.exp, [Tensor(np.ones(2, np.float32), requires_grad=True)])
    with pytest.raises(ValueError, match="requires_grad=True"):
        gradcheck(F.exp, [Tensor(1.0)])
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="random numbers"):
        gradcheck(lambda x: x * float(rng.normal()), [random_tensor(2)])
    with pytest.raises(ValueError, match="No gradient was given for W2"):
        check_gradients(lambda: 0.0, {"W2": np.ones(2)}, {})
