"""Training with what every training needs: epochs, validation, early stopping, a clean interrupt.

>>> from dlcourse import functional as F, nn, optim
>>> X = np.array([[0.0], [1.0], [2.0], [3.0]])
>>> model = nn.Linear(1, 1)
>>> optimiser = optim.SGD(model.parameters(), lr=0.1)
>>> history = fit(model, [(X, 2 * X + 1)], F.mse_loss, optimiser, epochs=500, report=None)
>>> predict(model, np.array([[10.0]])).round(2)
array([[21.]])
"""

import signal
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np

from dlcourse.graph import no_grad
from dlcourse.nn.module import Module
from dlcourse.nn.utils import clip_grad_norm_
from dlcourse.optim.optimizer import Optimizer
from dlcourse.optim.schedule import LRScheduler, ReduceLROnPlateau
from dlcourse.tensor import Tensor

Batches = Iterable[tuple[np.ndarray, np.ndarray]]
Measure = Callable[[Tensor, np.ndarray], Tensor | float]


@dataclass
class History:
    """What was measured, one number an epoch; a list that was not asked for is empty.

    >>> from dlcourse import training
    >>> training.History().best_epoch is None
    True
    """

    loss: list[float] = field(default_factory=list)
    """The mean loss of all examples, each just before the step that learns from it."""
    validation_loss: list[float] = field(default_factory=list)
    validation_metric: list[float] = field(default_factory=list)
    lr: list[float] = field(default_factory=list)
    """The learning rate that the epoch began with, of the first group."""
    best_epoch: int | None = None
    """The epoch, counted from 1, with the smallest validation loss."""
    interrupted: bool = False
    """Whether Ctrl-C ended the training."""


def fit(
    model: Module,
    data: Batches,
    loss: Measure,
    optimiser: Optimizer,
    epochs: int,
    *,
    validation: Batches | None = None,
    metric: Measure | None = None,
    schedule: LRScheduler | None = None,
    clip: float | None = None,
    patience: int | None = None,
    after_epoch: Callable[[int], None] | None = None,
    report: Callable[[str], None] | None = print,
) -> History:
    """Train the model: for every batch of ``data`` a step against the gradient of its loss.

    ``data``, ``validation``: batches (inputs, targets), walked through anew in each epoch, such as
    a DataLoader. ``loss(output, targets)`` is the mean over a batch; ``metric``, such as
    ``accuracy``, is measured beside it on the validation data. ``schedule`` takes a step after
    each epoch, or after each batch if its ``each_batch`` says so. ``clip``: the largest norm that
    the gradients may have together.

    With ``patience``, training ends after so many epochs without a smaller validation loss, and
    the model ends with the weights of the best epoch. ``after_epoch`` is called with the number of
    epochs done. ``report`` gets a line of text for each epoch.

    Ctrl-C ends the training and not the program: model, optimiser and schedule are as the last
    whole step left them, and the history holds the epochs that were completed. (A second Ctrl-C
    within one batch does not wait for the end of its step.)

    Raises ValueError for data without a batch, or for ``patience`` or ``metric`` without
    ``validation``; TypeError for data that are not batches, or can be walked through only once.

    >>> from dlcourse import functional as F, nn, optim, training
    >>> X, model = np.array([[0.0], [1.0]]), nn.Linear(1, 1)
    >>> optimiser = optim.SGD(model.parameters(), lr=0.5)
    >>> history = training.fit(model, [(X, 3 * X)], F.mse_loss, optimiser, epochs=200, report=None)
    >>> len(history.loss), model.weight.data.round(3)
    (200, array([[3.]]))
    """
    if epochs < 1:
        raise ValueError(f"Training takes at least one epoch, not {epochs}.")
    if validation is None and (patience is not None or metric is not None):
        raise ValueError("patience and metric look at validation data: give validation=.")
    for batches in (data, validation):
        _check(batches)
    history, best, smallest = History(), None, np.inf
    each_batch = schedule is not None and schedule.each_batch
    parameters = [p for group in optimiser.param_groups for p in group["params"]]

    def step(inputs, targets):
        optimiser.zero_grad()
        value = loss(model(Tensor(inputs)), targets)
        value.backward()
        if clip is not None:
            clip_grad_norm_(parameters, clip)
        optimiser.step()
        if each_batch:
            schedule.step()
        return float(value)

    epoch = steps = 0
    try:
        with _mode(model, training=True):
            for epoch in range(1, epochs + 1):
                lr, average = optimiser.param_groups[0]["lr"], _Average()
                for inputs, targets in data:
                    with _held_back_interrupts():
                        average.add(step(inputs, targets), targets)
                        steps += 1
                measures = [loss] if metric is None else [loss, metric]
                found = [] if validation is None else _measured(model, validation, measures)
                with _held_back_interrupts():
                    history.lr.append(lr)
                    history.loss.append(average.value)
                    history.validation_loss += found[:1]
                    history.validation_metric += found[1:]
                    if found and found[0] < smallest:
                        smallest, history.best_epoch = found[0], epoch
                        best = model.state_dict() if patience is not None else None
                    if isinstance(schedule, ReduceLROnPlateau):
                        schedule.step(found[0] if found else average.value)
                    elif schedule is not None and not each_batch:
                        schedule.step()
                    if report is not None:
                        report(_line(epoch, epochs, average.value, found, metric))
                    if after_epoch is not None:
                        after_epoch(epoch)
                if patience is not None and epoch - (history.best_epoch or 0) >= patience:
                    break
            if best is not None:
                model.load_state_dict(best)
    except KeyboardInterrupt:
        history.interrupted = True
        if report is not None:
            report(
                f"Interrupted in epoch {epoch}: the model is as step {steps}, the last whole one, "
                "left it."
            )
    return history


def evaluate(model: Module, data: Batches, measure: Measure) -> float:
    """The mean of ``measure(output, targets)``, a loss or ``accuracy``, over all examples.

    No graph is recorded. The model evaluates meanwhile (``eval()``) and is as before afterwards.
    Raises ValueError for data without a batch, TypeError for data that are not batches.

    >>> from dlcourse import functional as F, nn, training
    >>> training.evaluate(nn.ReLU(), [(np.array([-1.0, 2.0]), np.array([1.0, 2.0]))], F.mse_loss)
    0.5
    """
    _check(data)
    return _measured(model, data, [measure])[0]


def predict(model: Module, inputs: np.ndarray, batch_size: int = 256) -> np.ndarray:
    """The model's output for every input (N, ...), computed batch by batch.

    No graph is recorded. The model evaluates meanwhile (``eval()``) and is as before afterwards.
    Raises what the model raises for its inputs.

    >>> from dlcourse import nn, training
    >>> training.predict(nn.ReLU(), np.array([[-1.0], [2.0]]), batch_size=1)
    array([[0.],
           [2.]])
    """
    inputs = Tensor(inputs).data
    starts = range(0, max(len(inputs), 1), batch_size)
    with _mode(model, training=False), no_grad():
        outputs = [model(Tensor(inputs[start : start + batch_size])).data for start in starts]
    return np.concatenate(outputs)


def accuracy(output: Tensor, targets: np.ndarray) -> float:
    """The share of examples whose largest score is that of the right class.

    Shapes: output (N, C), targets (N,). Raises ValueError for others.

    >>> accuracy(Tensor([[0.0, 1.0], [3.0, 2.0]]), np.array([1, 1]))
    0.5
    """
    scores, classes = Tensor(output).data, Tensor(targets).data
    if scores.ndim != 2 or classes.shape != scores.shape[:1]:
        raise ValueError(
            f"accuracy: scores of shape {scores.shape} and targets of shape {classes.shape}; "
            "wanted are (N, C) and (N,)."
        )
    return float((scores.argmax(axis=1) == classes).mean())


class _Average:
    """The mean over examples of numbers that are means over batches."""

    def __init__(self):
        self.total, self.count = 0.0, 0

    def add(self, mean, examples):
        self.total += mean * len(examples)
        self.count += len(examples)

    @property
    def value(self):
        if not self.count:
            raise ValueError("The data have no batch: are there fewer examples than batch_size?")
        return self.total / self.count


def _measured(model, data, measures):
    averages = [_Average() for _ in measures]
    with _mode(model, training=False), no_grad():
        for inputs, targets in data:
            output = model(Tensor(inputs))
            for average, measure in zip(averages, measures, strict=True):
                average.add(float(measure(output, targets)), targets)
    return [average.value for average in averages]


def _check(batches):
    if isinstance(batches, tuple) and isinstance(batches[0], np.ndarray | Tensor):
        raise TypeError(
            "Training walks through batches: give DataLoader((inputs, targets), batch_size=32), "
            "or [(inputs, targets)] for all at once."
        )
    if batches is not None and iter(batches) is batches:
        raise TypeError(
            f"A {type(batches).__name__} can be walked through only once, and each epoch does it "
            "anew: give a DataLoader or a list."
        )


def _line(epoch, epochs, loss, found, metric):
    parts = [f"epoch {epoch:{len(str(epochs))}}/{epochs}: loss {loss:.4f}"]
    if found:
        parts.append(f"validation {found[0]:.4f}")
    if metric is not None:
        parts.append(f"{getattr(metric, '__name__', 'metric')} {found[1]:.4f}")
    return ", ".join(parts)


@contextmanager
def _mode(model, training):
    """Train or evaluate within the block; afterwards each module is as it was before."""
    before = [(module, module.training) for _, module in model.named_modules()]
    model.train(training)
    try:
        yield
    finally:
        for module, mode in before:
            module.training = mode


@contextmanager
def _held_back_interrupts():
    """Let Ctrl-C wait for the end of the block; a second one does not wait."""
    waiting = False

    def hold(number, frame):
        nonlocal waiting
        if waiting:
            raise KeyboardInterrupt
        waiting = True

    try:
        before = signal.signal(signal.SIGINT, hold)
    except ValueError:  # only the main thread may say so, and only there Ctrl-C arrives
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if waiting:
        signal.raise_signal(signal.SIGINT)
