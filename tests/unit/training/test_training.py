"""Training: what it measures, when it ends, and in which state it leaves the model."""

import signal
import threading

import numpy as np
import pytest

from dlcourse import Tensor, manual_seed, nn, optim
from dlcourse import functional as F
from dlcourse.optim import lr_scheduler
from dlcourse.training import accuracy, evaluate, fit, predict

rng = np.random.default_rng(0)
X = rng.normal(size=(10, 2))
Y = X @ np.array([[1.0], [-2.0]]) + 0.5
BATCHES = [(X[:4], Y[:4]), (X[4:8], Y[4:8]), (X[8:], Y[8:])]


class Noticing(nn.Module):
    """Counts the examples that it saw while training, and notes its mode at each call."""

    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(2, 1)
        self.frozen = nn.Tanh().eval()
        self.register_buffer("seen", 0.0)
        self.modes = []

    def forward(self, x):
        self.modes.append(self.training)
        if self.training:
            self.seen.data = self.seen.data + len(x)
        return self.linear(x)


@pytest.fixture
def model():
    manual_seed(0)
    return Noticing()


@pytest.fixture
def optimiser(model):
    return optim.SGD(model.parameters(), lr=0.05)


def by_hand(model, optimiser, epochs):
    losses = []
    for _ in range(epochs):
        total = 0
        for inputs, targets in BATCHES:
            optimiser.zero_grad()
            loss = F.mse_loss(model(Tensor(inputs)), targets)
            loss.backward()
            optimiser.step()
            total += loss.item() * len(inputs)
        losses.append(total / len(X))
    return losses


def test_it_does_what_the_loop_by_hand_does(model, optimiser):
    other = Noticing()
    other.load_state_dict(model.state_dict())
    lines = []
    history = fit(model, BATCHES, F.mse_loss, optimiser, 3, report=lines.append)
    losses = by_hand(other, optim.SGD(other.parameters(), lr=0.05), 3)
    np.testing.assert_allclose(history.loss, losses, rtol=1e-14)
    np.testing.assert_array_equal(model.linear.weight.data, other.linear.weight.data)
    assert lines[2] == f"epoch 3/3: loss {losses[2]:.4f}"
    assert (history.lr, history.interrupted) == ([0.05] * 3, False)


def test_validation_is_measured_over_examples_without_learning(model, optimiser):
    lines = []

    def largest_error(output, targets):
        return np.abs(output.data - targets).max()

    history = fit(
        model, BATCHES, F.mse_loss, optimiser, 2, validation=BATCHES, metric=largest_error,
        report=lines.append,
    )  # fmt: skip
    assert len(history.validation_loss) == len(history.validation_metric) == 2
    whole = F.mse_loss(model(Tensor(X)), Y).item()
    assert history.validation_loss[-1] == pytest.approx(whole, rel=1e-14)
    assert model.modes[:12] == [True] * 3 + [False] * 3 + [True] * 3 + [False] * 3
    assert model.seen.item() == 2 * len(X) + len(X)
    assert f"validation {whole:.4f}, largest_error" in lines[-1]


def test_every_module_gets_back_the_mode_it_had(model, optimiser):
    model.linear.eval()
    fit(model, BATCHES, F.mse_loss, optimiser, 1, report=None)
    evaluate(model, BATCHES, F.mse_loss)
    predict(model, X)
    assert (model.training, model.linear.training, model.frozen.training) == (True, False, False)


def test_predictions_are_those_of_all_at_once_and_record_nothing(model):
    model.modes.clear()
    found = predict(model, X, batch_size=3)
    np.testing.assert_allclose(found, model.linear(Tensor(X)).data, rtol=1e-14)
    assert model.modes == [False] * 4
    assert predict(model, X[:0]).shape == (0, 1)
    assert model.seen.item() == 0


def test_it_stops_when_validation_gets_no_better_and_gives_the_best_weights_back(model):
    optimiser = optim.SGD(model.parameters(), lr=0.05)
    course = iter([3.0, 2.0, 2.0, 2.2, 1.0, 1.0])
    states = []

    def loss(output, targets):
        return F.mse_loss(output, targets) if model.training else next(course)

    history = fit(
        model, BATCHES, loss, optimiser, 10, validation=[(X, Y)], patience=2, report=None,
        after_epoch=lambda epoch: states.append((epoch, model.state_dict())),
    )  # fmt: skip
    assert history.validation_loss == [3.0, 2.0, 2.0, 2.2]
    assert history.best_epoch == 2
    assert [epoch for epoch, _ in states] == [1, 2, 3, 4]
    np.testing.assert_array_equal(model.linear.weight.data, states[1][1]["linear.weight"])
    assert (model.linear.weight.data != states[3][1]["linear.weight"]).any()


def test_without_patience_the_last_weights_stay(model):
    optimiser = optim.SGD(model.parameters(), lr=0.05)
    states = []
    fit(
        model, BATCHES, F.mse_loss, optimiser, 3, validation=[(X + 9, Y)], report=None,
        after_epoch=lambda epoch: states.append(model.state_dict()),
    )  # fmt: skip
    np.testing.assert_array_equal(model.linear.weight.data, states[-1]["linear.weight"])


@pytest.mark.parametrize(
    ("make", "rates"),
    [
        (lambda o: lr_scheduler.ExponentialLR(o, 0.5), [0.05, 0.025, 0.0125]),
        (
            lambda o: lr_scheduler.ReduceLROnPlateau(o, "min", 0.1, 0, 9.0, "abs"),
            [0.05, 0.05, 0.005],
        ),
    ],
)
def test_a_schedule_takes_a_step_after_each_epoch(model, optimiser, make, rates):
    schedule = make(optimiser)
    history = fit(model, BATCHES, F.mse_loss, optimiser, 3, schedule=schedule, report=None)
    np.testing.assert_allclose(history.lr, rates)


def test_one_cycle_takes_a_step_after_each_batch(model, optimiser):
    schedule = lr_scheduler.OneCycleLR(optimiser, 0.1, epochs=3, steps_per_epoch=len(BATCHES))
    fit(model, BATCHES, F.mse_loss, optimiser, 3, schedule=schedule, report=None)
    assert schedule.last_epoch == 9


def test_clipped_gradients_make_small_steps(model):
    before = model.linear.weight.data
    optimiser = optim.SGD(model.parameters(), lr=1.0)
    fit(model, [(X, Y + 1e6)], F.mse_loss, optimiser, 1, clip=1e-3, report=None)
    assert 0 < np.abs(model.linear.weight.data - before).max() <= 1e-3


def interrupting(optimiser, at_step, presses=1):
    """Let Ctrl-C arrive in the middle of the optimiser's step, between two parameters."""
    plain, counted = optimiser.updated, [0]

    def updated(*arguments):
        counted[0] += 1
        if counted[0] == 2 * at_step:  # the bias of that step; its weight has moved already
            for _ in range(presses):
                signal.raise_signal(signal.SIGINT)
        return plain(*arguments)

    optimiser.updated = updated


def test_an_interrupt_in_the_middle_of_a_step_waits_for_its_end(model):
    other = Noticing()
    other.load_state_dict(model.state_dict())
    optimiser = optim.Adam(model.parameters(), lr=0.05)
    interrupting(optimiser, at_step=5)
    lines = []
    history = fit(model, BATCHES, F.mse_loss, optimiser, 9, report=lines.append)
    assert history.interrupted
    assert len(history.loss) == len(history.lr) == 1
    assert lines[-1] == (
        "Interrupted in epoch 2: the model is as step 5, the last whole one, left it."
    )
    right = optim.Adam(other.parameters(), lr=0.05)
    by_hand_batches = [*BATCHES, *BATCHES[:2]]
    fit(other, by_hand_batches, F.mse_loss, right, 1, report=None)
    for name, array in other.state_dict().items():
        np.testing.assert_array_equal(model.state_dict()[name], array)
    for number, kept in right.state_dict()["state"].items():
        for name, value in kept.items():
            np.testing.assert_array_equal(optimiser.state_dict()["state"][number][name], value)
    assert model.training
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_an_interrupt_while_validating_ends_at_once(model, optimiser):
    def loss(output, targets):
        if not model.training:
            signal.raise_signal(signal.SIGINT)
        return F.mse_loss(output, targets)

    history = fit(model, BATCHES, loss, optimiser, 9, validation=BATCHES, report=None)
    assert history.interrupted
    assert model.modes.count(False) == 1
    assert model.training


def test_a_second_interrupt_does_not_wait(model, optimiser):
    weight = model.linear.weight.data
    interrupting(optimiser, at_step=1, presses=2)
    assert fit(model, BATCHES, F.mse_loss, optimiser, 1, report=None).interrupted
    assert (model.linear.weight.data != weight).any()


def test_it_trains_in_another_thread_too(model, optimiser):
    found = []
    thread = threading.Thread(
        target=lambda: found.append(fit(model, BATCHES, F.mse_loss, optimiser, 2, report=None))
    )
    thread.start()
    thread.join()
    assert len(found[0].loss) == 2


@pytest.mark.parametrize(
    ("data", "options", "error", "said"),
    [
        (BATCHES, {"epochs": 0}, ValueError, "at least one epoch"),
        (BATCHES, {"patience": 3}, ValueError, "give validation="),
        (BATCHES, {"metric": accuracy}, ValueError, "give validation="),
        ([], {}, ValueError, "no batch"),
        (BATCHES, {"validation": []}, ValueError, "no batch"),
        ((X, Y), {}, TypeError, r"DataLoader\(\(inputs, targets\)"),
        (iter(BATCHES), {}, TypeError, "walked through only once"),
        (BATCHES, {"validation": (b for b in BATCHES)}, TypeError, "generator can be walked"),
    ],
)
def test_wrong_use_is_refused_with_its_cause(model, optimiser, data, options, error, said):
    before = model.linear.weight.data
    with pytest.raises(error, match=said):
        fit(model, data, F.mse_loss, optimiser, **({"epochs": 1, "report": None} | options))
    if "validation" not in options:
        assert model.linear.weight.data is before


def test_an_exploding_loss_stops_before_it_reaches_the_weights(model, optimiser):
    with np.errstate(all="ignore"), pytest.raises(FloatingPointError, match="not finite"):
        fit(model, [(X, Y), (X * np.inf, Y)], F.mse_loss, optimiser, 1, report=None)
    assert np.isfinite(model.linear.weight.data).all()
    assert model.training


def test_accuracy_counts_the_right_ones():
    scores = Tensor([[0.0, 1.0], [3.0, 2.0], [0.0, 9.0], [5.0, 2.0]])
    assert accuracy(scores, np.array([1, 1, 1, 0])) == 0.75
    with pytest.raises(ValueError, match=r"\(4, 2\) and targets of shape \(4, 1\)"):
        accuracy(scores, np.zeros((4, 1), int))
