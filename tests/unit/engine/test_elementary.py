"""Elementary operations: wrong use is refused with its cause; examples, edges and spellings."""

import math

import numpy as np
import pytest

from dlcourse import Tensor
from dlcourse import functional as F
from dlcourse.ops.erf import erf


@pytest.fixture
def x():
    return Tensor([[1.0, -2.0, 3.0], [4.0, 5.0, 6.0]], requires_grad=True, name="x")


def test_shapes_and_axes_may_come_as_numbers_or_as_one_tuple(x):
    for one, other in (
        (x.reshape(3, 2), x.reshape((3, 2))),
        (x.reshape(-1), x.reshape([6])),
        (x.permute(1, 0), x.permute((1, 0))),
        (x.flip(0, 1), x.flip((0, 1))),
        (x.expand(4, -1, 3), x.expand((4, 2, 3))),
        (F.reshape(x, (3, 2)), x.reshape(shape=(3, 2))),
    ):
        np.testing.assert_array_equal(one.data, other.data)


def test_a_list_of_tensors_may_hold_numbers_and_one_tensor_twice(x):
    result = F.cat([x[0], np.array([1, 2]), x[0]])
    result.backward(np.arange(8.0))
    np.testing.assert_array_equal(x.grad.data, [[5, 7, 9], [0, 0, 0]])
    assert F.stack([Tensor([1, 2]), Tensor([3, 4])]).dtype.kind == "i"


def test_an_index_that_repeats_a_position_adds_up(x):
    x[[0, 0, 1], [1, 1, 2]].sum().backward()
    np.testing.assert_array_equal(x.grad.data, [[0, 2, 0], [0, 0, 1]])


@pytest.mark.parametrize(
    ("function", "slopes"),
    [
        (lambda t: t**0, [0, 0, 0]),
        (abs, [-1, 0, 1]),
        (lambda t: t.clamp(-1, 1), [1, 1, 1]),
        (lambda t: F.maximum(t, 0.0), [0, 0.5, 1]),
        (lambda t: F.minimum(t, 0.0), [1, 0.5, 0]),
        (lambda t: (t * 0).norm(), [0, 0, 0]),
        (lambda t: (t * t).amax(), [-1, 0, 1]),
        (lambda t: (t * t).max(0).values, [-2, 0, 0]),
    ],
)
def test_slopes_at_corners_and_ties(function, slopes):
    t = Tensor([-1.0, 0.0, 1.0], requires_grad=True)
    result = function(t)
    result.backward(np.ones(result.shape))
    np.testing.assert_array_equal(t.grad.data, slopes)


def test_a_float64_number_of_numpy_leaves_float32_alone():
    x = Tensor(np.ones(2, np.float32))
    number = np.float64(0.5)
    for result in (x**number, x.clamp(min=number), x.leaky_relu(number), x.elu(number)):
        assert result.dtype == np.float32


def test_extreme_numbers_overflow_nowhere():
    x = np.array([-1000.0, 0.0, 1000.0])
    with np.errstate(all="raise", under="ignore"):
        for function in (F.elu, F.gelu, F.silu, F.softplus):
            t = Tensor(x, requires_grad=True)
            function(t).sum().backward()
            np.testing.assert_allclose(t.grad.data[[0, 2]], [0, 1], atol=1e-12)
        assert Tensor(x).logsumexp(0).item() == 1000
        np.testing.assert_array_equal(Tensor(x).softmax(0).data, [0, 0, 1])
        assert Tensor([-np.inf, -np.inf]).logsumexp(0).item() == -np.inf


def test_erf_is_right_to_the_last_digits():
    x = np.concatenate([np.linspace(-7, 7, 9973), np.logspace(-300, 0, 997), [np.inf, -np.inf]])
    np.testing.assert_allclose(erf(x), [math.erf(v) for v in x], rtol=5e-16)
    assert np.isnan(erf(np.array([np.nan]))).all()
    assert erf(np.float32([0.5])).dtype == np.float32


def test_a_row_of_minus_infinity_gets_no_gradient_from_logsumexp():
    x = Tensor([[-np.inf, -np.inf], [0.0, 0.0]], requires_grad=True)
    x.logsumexp(1)[1].backward()
    np.testing.assert_array_equal(x.grad.data, [[0, 0], [0.5, 0.5]])


def test_soft_targets_get_a_gradient_and_class_numbers_none():
    x = Tensor([[0.0, 0.0]], requires_grad=True)
    target = Tensor([[0.25, 0.75]], requires_grad=True)
    loss = F.cross_entropy(x, target)
    loss.backward()
    np.testing.assert_allclose(target.grad.data, [[np.log(2), np.log(2)]])
    assert None not in loss.grad_fn.gradients
    assert F.cross_entropy(x, [1]).grad_fn.gradients[1] is None


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_terms_times_share_are_the_loss(reduction):
    rng = np.random.default_rng(0)
    scores, classes = Tensor(rng.normal(size=(4, 3)), requires_grad=True), [0, -100, 2, 1]
    for loss in (
        F.cross_entropy(scores, classes, weight=[1.0, 2.0, 4.0], reduction=reduction),
        F.cross_entropy(scores, classes, label_smoothing=0.1, reduction=reduction),
        F.nll_loss(scores, classes, reduction=reduction),
        F.l1_loss(scores, scores.detach() * 2, reduction=reduction),
        F.info_nce(scores, scores.detach() + 1, reduction=reduction),
    ):
        node = loss.grad_fn
        assert type(node.share) in (int, float)
        np.testing.assert_allclose((node.terms * node.share).sum(), loss.item(), rtol=1e-14)


def test_no_examples_give_no_number():
    nothing = Tensor(np.ones((0, 3)), requires_grad=True)
    for loss in (F.mse_loss(nothing, nothing), F.cross_entropy(nothing, np.ones(0, int))):
        assert math.isnan(loss.item())
        with pytest.raises(FloatingPointError):
            loss.backward()
