"""Tensors: gradients add up, wrong use is refused and changes nothing, the graph goes away."""

import gc
import weakref

import networks
import numpy as np
import pytest

from dlcourse import Tensor, manual_seed, nn, no_grad, optim
from dlcourse import functional as F


@pytest.fixture
def w():
    return Tensor([1.0, -2.0], requires_grad=True, name="w")


def test_the_hand_computed_network():
    net = networks.two_layers()
    assert net.loss.item() == 1.25
    net.loss.backward()
    np.testing.assert_array_equal(net.W1.grad.data, [[3, 2.5], [-1.5, -3], [3, 6]])
    np.testing.assert_array_equal(net.b1.grad.data, [2, -1.5, 3])
    np.testing.assert_array_equal(net.W2.grad.data, [[3, 1.5, 2.25]])
    np.testing.assert_array_equal(net.b2.grad.data, [2])


def test_two_paths_add():
    net = networks.diamond()
    net.L.backward()
    assert (net.a.grad.item(), net.b.grad.item(), net.c.grad.item()) == (11, 4, 2)


def test_gradients_of_two_losses_add(w):
    (w * w).sum().backward()
    (w * w).sum().backward()
    np.testing.assert_array_equal(w.grad.data, [4, -8])


def test_a_second_walk_is_refused_unless_asked_for(w):
    loss = (w * w).sum()
    loss.backward(retain_graph=True)
    loss.backward()
    np.testing.assert_array_equal(w.grad.data, [4, -8])
    with pytest.raises(RuntimeError, match="already gone through this graph"):
        loss.backward()
    np.testing.assert_array_equal(w.grad.data, [4, -8])


def test_an_intermediate_keeps_its_gradient_when_asked(w):
    square = w * w
    square.retain_grad()
    (square * 3.0 + square).sum().backward()
    np.testing.assert_array_equal(square.grad.data, [4, 4])


def test_a_change_in_place_is_noticed(w):
    loss = (w * w).sum()
    w.data -= 0.1
    with pytest.raises(RuntimeError, match="w was changed in place after mul"):
        loss.backward()
    assert w.grad is None


def test_an_update_with_gradients_as_in_torch(w):
    (w * w).sum().backward()
    w.data -= 0.1 * w.grad
    np.testing.assert_allclose(w.data, [0.8, -1.6])
    with pytest.raises(ValueError, match=r"shape \(2,\); data of shape \(3,\)"):
        w.data = np.ones(3)


def test_arrays_and_numbers_mix_from_both_sides(w):
    array = np.array([3.0, 4.0])
    for result in (array + w, w + array, array * w, 2 * w, w / 2, 1 - w, array - w, -w):
        assert isinstance(result, Tensor)
        assert result.grad_fn is not None
    assert (np.eye(2) @ w[:, None]).shape == (2, 1)
    assert (array > w).data.tolist() == [True, True]


def test_no_grad_ends_also_after_an_exception(w):
    with pytest.raises(KeyError), no_grad():
        assert (w * 2).grad_fn is None
        raise KeyError
    assert (w * 2).grad_fn is not None
    assert no_grad()(lambda: w * 2)().grad_fn is None


def test_a_chain_of_100_000_operations_needs_no_recursion():
    x = result = Tensor(1.0, requires_grad=True)
    for _ in range(100_000):
        result = result + 1e-9
    result.backward()
    assert x.grad.item() == 1.0


def test_the_graph_goes_away_with_its_last_tensor():
    gc.disable()
    try:
        w = Tensor(np.ones(3), requires_grad=True)
        loss = (F.tanh(w * 2) + w).sum()
        loss.backward()
        node = weakref.ref(loss.grad_fn)
        del loss
        assert node() is None
    finally:
        gc.enable()


class TestModules:
    def test_names_and_order_of_parameters(self):
        model = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1, bias=False))
        names = [name for name, _ in model.named_parameters()]
        assert names == ["0.weight", "0.bias", "2.weight"]
        assert "(2): Linear(3, 1)" in repr(model)
        assert [m.training for m in model.eval()] == [False] * 3

    def test_the_first_weights_follow_the_seed_and_the_bound(self):
        manual_seed(3)
        first = nn.Linear(16, 8).weight.data
        manual_seed(3)
        np.testing.assert_array_equal(first, nn.Linear(16, 8).weight.data)
        assert np.abs(first).max() <= 0.25

    def test_a_state_moves_between_models_or_nothing_changes(self):
        one, two = nn.Linear(2, 3), nn.Linear(2, 3)
        two.load_state_dict(one.state_dict())
        np.testing.assert_array_equal(one.weight.data, two.weight.data)
        with pytest.raises(KeyError, match=r"missing \['bias'\].*unknown \['more'\]"):
            two.load_state_dict({"weight": np.ones((3, 2)), "more": 1})
        with pytest.raises(ValueError, match=r"\(3, 3\) for \(3, 2\)"):
            two.load_state_dict({"weight": np.ones((3, 3)), "bias": np.ones(3)})
        np.testing.assert_array_equal(one.weight.data, two.weight.data)

    def test_buffers_belong_to_the_state_and_are_not_learnt(self):
        class Counter(nn.Module):
            def __init__(self):
                super().__init__()
                self.register_buffer("seen", [0.0, 0.0])
                self.register_buffer("steps", 0)

        model = nn.Sequential(nn.Linear(1, 1, bias=False), Counter()).float()
        assert [name for name, _ in model.named_parameters()] == ["0.weight"]
        assert list(model.state_dict()) == ["0.weight", "1.seen", "1.steps"]
        assert model[1].seen.dtype == np.float32
        model.load_state_dict({"0.weight": [[1.0]], "1.seen": [2.0, 3.0], "1.steps": 4})
        assert model[1].steps.item() == 4
        model[1].seen = None
        assert list(model.state_dict()) == ["0.weight", "1.steps"]

    def test_a_module_that_forgets_super_says_so(self):
        class Forgetful(nn.Module):
            def __init__(self):
                self.layer = nn.Linear(1, 1)

        with pytest.raises(AttributeError, match=r"before super\(\).__init__"):
            Forgetful()


class TestSGD:
    def test_it_moves_against_the_gradient(self, w):
        (w * w).sum().backward()
        optim.SGD([w], lr=0.1).step()
        np.testing.assert_allclose(w.data, [0.8, -1.6])

    def test_nan_in_one_gradient_leaves_all_parameters(self, w):
        other = Tensor([1.0], requires_grad=True)
        w.grad, other.grad = Tensor([np.nan, 1.0]), Tensor([1.0])
        with pytest.raises(FloatingPointError, match="gradient of w"):
            optim.SGD([other, w], lr=0.1).step()
        assert other.data.tolist() == [1.0]

    @pytest.mark.parametrize("lr", [0, -1.0, float("nan")])
    def test_a_rate_must_be_positive(self, w, lr):
        with pytest.raises(ValueError, match="learning rate must be above 0"):
            optim.SGD([w], lr=lr)

    def test_no_parameters_are_refused(self):
        with pytest.raises(ValueError, match="no parameters"):
            optim.SGD([])
