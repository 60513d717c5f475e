"""Schedules and clipping against PyTorch's."""

import json

import numpy as np
import pytest
from parity.compared import compares

from dlcourse import Tensor, optim
from dlcourse.nn import utils

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.filterwarnings("ignore:Detected call of:UserWarning")

SCHEDULES = [
    ("StepLR", {"step_size": 3}),
    ("StepLR", {"step_size": 1, "gamma": 0.5}),
    ("ExponentialLR", {"gamma": 0.9}),
    ("CosineAnnealingLR", {"T_max": 10}),
    ("CosineAnnealingLR", {"T_max": 7, "eta_min": 0.01}),
    ("LinearLR", {}),
    ("LinearLR", {"start_factor": 0.1, "end_factor": 0.5, "total_iters": 8}),
    ("OneCycleLR", {"max_lr": 1.0, "total_steps": 25}),
    ("OneCycleLR", {"max_lr": 1.0, "epochs": 6, "steps_per_epoch": 5, "pct_start": 0.5}),
    ("OneCycleLR", {"max_lr": 2.0, "total_steps": 24, "anneal_strategy": "linear"}),
    ("OneCycleLR", {"max_lr": 2.0, "total_steps": 30, "cycle_momentum": False}),
    (
        "OneCycleLR",
        {"max_lr": 2.0, "total_steps": 30, "base_momentum": 0.5, "max_momentum": 0.6,
         "div_factor": 5.0, "final_div_factor": 10.0},
    ),
]  # fmt: skip


def optimisers(name="SGD"):
    groups = [{"lr": 0.5}, {"lr": 0.125}]
    ours = [group | {"params": [Tensor([1.0], requires_grad=True)]} for group in groups]
    theirs = [group | {"params": [torch.ones(1, requires_grad=True)]} for group in groups]
    return getattr(optim, name)(ours), getattr(torch.optim, name)(theirs)


def numbers(optimiser):
    return [
        [group["lr"], group.get("momentum", 0), *group.get("betas", ())]
        for group in optimiser.param_groups
    ]


def assert_same_course(mine, other, ours, theirs, values=None):
    for number in range(24):
        np.testing.assert_allclose(numbers(mine), numbers(other), rtol=1e-12, atol=1e-15)
        arguments = () if values is None else (values[number],)
        ours.step(*arguments)
        theirs.step(*arguments)


@compares(*{name for name, _ in SCHEDULES})
@pytest.mark.parametrize("optimiser", ["SGD", "Adam"])
@pytest.mark.parametrize(("name", "options"), SCHEDULES)
def test_rates_and_momenta_take_the_course_of_torch(optimiser, name, options):
    mine, other = optimisers(optimiser)
    ours = getattr(optim.lr_scheduler, name)(mine, **options)
    theirs = getattr(torch.optim.lr_scheduler, name)(other, **options)
    assert_same_course(mine, other, ours, theirs)


@compares("SequentialLR")
def test_a_warm_up_before_another_schedule():
    mine, other = optimisers()
    made = []
    for home, optimiser in (
        (optim.lr_scheduler, mine),
        (torch.optim.lr_scheduler, other),
    ):
        parts = [
            home.LinearLR(optimiser, 0.25, total_iters=4),
            home.CosineAnnealingLR(optimiser, 10),
            home.ExponentialLR(optimiser, 0.5),
        ]
        made.append(home.SequentialLR(optimiser, parts, [4, 14]))
    assert_same_course(mine, other, *made)


@compares("ReduceLROnPlateau")
@pytest.mark.parametrize("mode", ["min", "max"])
@pytest.mark.parametrize("threshold_mode", ["rel", "abs"])
@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(
    "options",
    [
        {"patience": 2},
        {"patience": 0, "factor": 0.5, "cooldown": 3},
        {"patience": 1, "threshold": 0.2, "min_lr": 0.1},
        {"patience": 0, "factor": 0.9, "eps": 0.02},
    ],
)
def test_a_plateau_is_seen_when_torch_sees_it(mode, threshold_mode, sign, options):
    options = options | {"mode": mode, "threshold_mode": threshold_mode}
    mine, other = optimisers()
    ours = optim.lr_scheduler.ReduceLROnPlateau(mine, **options)
    theirs = torch.optim.lr_scheduler.ReduceLROnPlateau(other, **options)
    values = sign * np.repeat(np.random.default_rng(3).uniform(1, 2, 6), 4)
    assert_same_course(mine, other, ours, theirs, values)


@pytest.mark.parametrize(("name", "options"), [*SCHEDULES, ("ReduceLROnPlateau", {"patience": 1})])
def test_a_saved_schedule_goes_on_as_if_nothing_had_happened(name, options):
    arguments = (1.0,) if name == "ReduceLROnPlateau" else ()
    courses = []
    for restarts in (False, True):
        optimiser, _ = optimisers()
        schedule = getattr(optim.lr_scheduler, name)(optimiser, **options)
        for number in range(12):
            if restarts and number == 5:
                kept = json.loads(json.dumps(schedule.state_dict()))
                other, _ = optimisers()
                schedule = getattr(optim.lr_scheduler, name)(other, **options)
                other.load_state_dict(optimiser.state_dict())
                schedule.load_state_dict(kept)
                optimiser = other
            schedule.step(*arguments)
        courses.append(numbers(optimiser))
    assert courses[0] == courses[1]


@pytest.mark.parametrize("norm_type", [2.0, 1.0, 3.0, np.inf])
@pytest.mark.parametrize("max_norm", [0.5, 100.0])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_gradients_are_clipped_by_their_norm_as_in_torch(norm_type, max_norm, dtype):
    rng = np.random.default_rng(0)
    gradients = [rng.normal(size=(3, 4)).astype(dtype), rng.normal(size=4).astype(dtype)]
    ours = [Tensor(np.zeros_like(g), requires_grad=True) for g in gradients]
    theirs = [torch.zeros(g.shape, dtype=torch.tensor(g).dtype) for g in gradients]
    for tensor, other, gradient in zip(ours, theirs, gradients, strict=True):
        tensor.grad, other.grad = Tensor(gradient.copy()), torch.tensor(gradient)
    ours.append(Tensor([1.0], requires_grad=True))  # without a gradient
    norm = utils.clip_grad_norm_(ours, max_norm, norm_type)
    expected = torch.nn.utils.clip_grad_norm_(theirs, max_norm, norm_type)
    tolerance = 1e-12 if dtype == np.float64 else 1e-6
    np.testing.assert_allclose(norm, expected.item(), rtol=tolerance)
    for tensor, other in zip(ours, theirs, strict=False):
        assert tensor.grad.dtype == dtype
        np.testing.assert_allclose(tensor.grad.data, other.grad.numpy(), rtol=tolerance)


def test_gradients_are_clipped_by_their_value():
    w = Tensor([0.0, 0.0], requires_grad=True)
    w.grad = Tensor([-3.0, 0.5])
    utils.clip_grad_value_(w, 1.0)
    assert w.grad.data.tolist() == [-1.0, 0.5]


def test_a_norm_that_is_not_finite_is_refused_where_asked():
    w = Tensor([0.0, 0.0], requires_grad=True)
    w.grad = Tensor([np.nan, 1.0])
    with pytest.raises(RuntimeError, match="norm of the gradients is nan"):
        utils.clip_grad_norm_([w], 1.0, error_if_nonfinite=True)
    assert w.grad.data[1] == 1.0
