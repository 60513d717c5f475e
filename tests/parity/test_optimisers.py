"""Optimisers against PyTorch's: every combination of options, for many steps in float64."""

from itertools import product

import numpy as np
import pytest
from parity.compared import compares

from dlcourse import Tensor, optim

torch = pytest.importorskip("torch")

STEPS = 25
DECAY = [{}, {"weight_decay": 0.1}]
OPTIONS = {
    "SGD": [
        [{}, {"momentum": 0.9}, {"momentum": 0.5, "nesterov": True}],
        DECAY,
    ],
    "Adagrad": [[{}, {"lr_decay": 0.1}], [{}, {"initial_accumulator_value": 0.5}], DECAY],
    "RMSprop": [
        [{}, {"alpha": 0.5}],
        [{}, {"momentum": 0.9}],
        [{}, {"centered": True}],
        [{}, {"eps": 1e-3}],
        DECAY,
    ],
    "Adam": [
        [{}, {"betas": (0.5, 0.9)}, {"betas": (0.0, 0.0)}],
        [{}, {"amsgrad": True}],
        [{}, {"eps": 1e-3}],
        DECAY,
    ],
}
OPTIONS["AdamW"] = [*OPTIONS["Adam"][:3], [{}, {"weight_decay": 0.0}, {"weight_decay": 0.3}]]


def combinations():
    for name, parts in OPTIONS.items():
        for lr, *chosen in product([{}, {"lr": 0.05}], *parts):
            options = dict(lr)
            for part in chosen:
                options |= part
            yield pytest.param(name, options, id=f"{name}-{options}")


def pair():
    """Two parameters, here and there, with the same start."""
    rng = np.random.default_rng(0)
    arrays = [rng.normal(size=(3, 4)), rng.normal(size=4)]
    ours = [Tensor(array.copy(), requires_grad=True) for array in arrays]
    theirs = [torch.tensor(array, requires_grad=True) for array in arrays]
    return ours, theirs


def step(parameters, optimiser, number):
    """One step on gradients that change with the step and with the parameters."""
    W, b = parameters
    optimiser.zero_grad()
    loss = ((W * float(np.cos(number)) + b) ** 2).sum() + (W * W * W).mean()
    loss.backward()
    if number % 5 == 4:
        b.grad = None  # a parameter that a step leaves out
    optimiser.step()


def assert_same(ours, theirs):
    for tensor, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(tensor.data, other.detach().numpy(), rtol=1e-12, atol=1e-12)


@compares(*OPTIONS)
@pytest.mark.parametrize(("name", "options"), list(combinations()))
def test_every_combination_of_options_moves_as_torch_does(name, options):
    ours, theirs = pair()
    mine = getattr(optim, name)(ours, **options)
    other = getattr(torch.optim, name)(theirs, **options)
    for number in range(STEPS):
        step(ours, mine, number)
        step(theirs, other, number)
        assert_same(ours, theirs)


@pytest.mark.parametrize("name", OPTIONS)
def test_defaults_and_names_of_the_state_are_those_of_torch(name):
    ours, theirs = pair()
    mine, other = getattr(optim, name)(ours), getattr(torch.optim, name)(theirs)
    for option, value in mine.param_groups[0].items():
        if option != "params":
            assert other.param_groups[0][option] == value
    step(ours, mine, 0)
    step(theirs, other, 0)
    found, expected = mine.state_dict(), other.state_dict()
    assert found["param_groups"][0]["params"] == expected["param_groups"][0]["params"]
    assert found["state"].keys() == expected["state"].keys()
    for number, kept in found["state"].items():
        wanted = expected["state"][number]
        assert kept.keys() == wanted.keys() - ({"step"} if name == "RMSprop" else set())
        for key, value in kept.items():
            np.testing.assert_allclose(value, wanted[key].numpy(), rtol=1e-12)


@pytest.mark.parametrize("name", OPTIONS)
def test_groups_have_options_of_their_own(name):
    ours, theirs = pair()

    def grouped(parameters):
        return [
            {"params": parameters[:1], "lr": 0.1},
            {"params": parameters[1:], "weight_decay": 0.2},
        ]

    mine = getattr(optim, name)(grouped(ours), lr=0.01)
    other = getattr(torch.optim, name)(grouped(theirs), lr=0.01)
    for number in range(STEPS):
        step(ours, mine, number)
        step(theirs, other, number)
    assert_same(ours, theirs)


@pytest.mark.parametrize("name", OPTIONS)
def test_a_saved_state_goes_on_as_if_nothing_had_happened(name):
    options = {"SGD": {"momentum": 0.9}, "RMSprop": {"momentum": 0.9, "centered": True}}
    first, _ = pair()
    mine = getattr(optim, name)(first, **options.get(name, {}))
    for number in range(5):
        step(first, mine, number)
    second = [Tensor(tensor.data.copy(), requires_grad=True) for tensor in first]
    other = getattr(optim, name)(second, lr=99.0)
    other.load_state_dict(mine.state_dict())
    for number in range(5, 10):
        step(first, mine, number)
        step(second, other, number)
    for one, two in zip(first, second, strict=True):
        np.testing.assert_array_equal(one.data, two.data)


@pytest.mark.parametrize("name", OPTIONS)
def test_several_steps_on_one_gradient_leave_it_as_it_was(name):
    options = {"momentum": 0.9} if name in ("SGD", "RMSprop") else {}
    ours, theirs = pair()
    for tensor, other in zip(ours, theirs, strict=True):
        tensor.grad, other.grad = Tensor(np.ones(tensor.shape)), torch.ones_like(other)
    mine = getattr(optim, name)(ours, **options)
    other = getattr(torch.optim, name)(theirs, **options)
    for _ in range(3):
        mine.step()
        other.step()
    assert_same(ours, theirs)
    np.testing.assert_array_equal(ours[0].grad.data, np.ones((3, 4)))


@pytest.mark.parametrize("name", OPTIONS)
def test_float32_stays_float32_and_old_arrays_stay_as_they_were(name):
    w = Tensor(np.ones((2, 3), np.float32), requires_grad=True)
    options = {"weight_decay": 0.1} | ({"momentum": 0.9} if name in ("SGD", "RMSprop") else {})
    optimiser = getattr(optim, name)([w], **options)
    for _ in range(3):
        optimiser.zero_grad()
        loss = (w * w).sum()
        loss.backward()
        (before,) = {id(a): a for a in loss.grad_fn.inputs[0].grad_fn.arrays}.values()
        kept, gradient = before.copy(), w.grad.data.copy()
        optimiser.step()
        np.testing.assert_array_equal(before, kept)
        np.testing.assert_array_equal(w.grad.data, gradient)
        assert w.dtype == np.float32
        arrays = [v for v in optimiser.state[w].values() if isinstance(v, np.ndarray)]
        assert {array.dtype for array in arrays} <= {np.dtype(np.float32)}
        assert not any(np.shares_memory(w.data, array) for array in [*arrays, before])
