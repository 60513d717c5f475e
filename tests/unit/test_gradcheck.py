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
        ("W1", lambda g: 2 * g, "2 times too large: a forgotten mean, or a forgotten 1/2"),
        ("W1", lambda g: 5 * g, "5 times too large: a forgotten mean over 5$"),
        ("W1", lambda g: g / 5, "0.2 of what it should be: a mean over 5 taken twice"),
        ("W1", lambda g: 1.5 * g, "1.5 times too large: a forgotten mean, or"),
        ("W1", lambda g: -3 * g, "the sign, and 3 times too large"),
        ("b1", lambda g: g[None], r"shape \(1, 3\).*an axis of length 1 too many"),
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


def test_a_square_gradient_that_is_transposed():
    numbers = np.arange(9.0).reshape(3, 3)
    report = check_gradients(
        lambda: (numbers**3).sum(), {"W": numbers}, {"W": 3 * numbers.T**2}, tolerance=1e-5
    )
    assert report.findings[0].cause == "transposed"


def test_a_kernel_that_is_mirrored():
    weights = random_tensor(2, 3, 3).data
    kernel = np.ones((2, 3, 3))
    report = check_gradients(
        lambda: (kernel * weights).sum(), {"kernel": kernel}, {"kernel": weights[:, ::-1, ::-1]}
    )
    assert report.findings[0].cause == "turned round: the kernel is mirrored"


class TestGradientsOfYourOwn:
    """a·b + a has two paths to a; a backward pass that assigns keeps the last one."""

    def test_right_ones_pass(self):
        a, b = random_tensor(3), random_tensor(3, name="b")
        assert gradcheck(lambda a, b: (a * b + a).sum(), [a, b], gradients=[b.data + 1, a.data])
        assert a.grad is None

    @pytest.mark.parametrize("path", [lambda b: b, np.ones_like])
    def test_a_path_that_was_overwritten_is_told_from_other_errors(self, path):
        a, b = random_tensor(3), Tensor([0.5, 2.0, -1.0])

        def cause(gradient):
            report = gradcheck(lambda a: (a * b + a).sum(), [a], gradients=[gradient])
            assert not report
            return report.findings[0].cause

        assert cause(path(b.data)) == "one of its 2 paths only: overwritten instead of added"
        assert cause(b.data + 2) == "3 of 3 numbers differ"

    def test_they_must_fit(self):
        a = random_tensor(3)
        with pytest.raises(ValueError, match=r"2 gradients.*wanted are 1"):
            gradcheck(lambda a: (a * a).sum(), [a], gradients=[a.data, a.data])
        with pytest.raises(ValueError, match=r"a result of shape \(3,\).*of a single number"):
            gradcheck(lambda a: a * a, [a], gradients=[2 * a.data])


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
