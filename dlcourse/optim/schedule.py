"""Schedules: learning rates that change while training goes on.

Make a schedule after the optimiser, and call its ``step()`` after the optimiser's.
"""

import math

from dlcourse.optim.optimizer import Optimizer


class LRScheduler:
    """Base class: a subclass writes ``rate``, the learning rate after so many steps.

    A new schedule sets the rate of step 0 at once.
    Raises ValueError
    for arguments out of range.

    >>> from dlcourse import Tensor, optim
    >>> class Halves(LRScheduler):
    ...     def rate(self, base, count):
    ...         return base / 2**count
    >>> optimiser = optim.SGD([Tensor([1.0], requires_grad=True)], lr=1.0)
    >>> Halves(optimiser).step()
    >>> optimiser.param_groups[0]["lr"]
    0.5
    """

    each_batch = False  # whether ``fit`` calls step() after each batch, or after each epoch

    def __init__(self, optimizer: Optimizer):
        self.optimizer = optimizer
        self.base_lrs = [
            group.setdefault("initial_lr", group["lr"]) for group in optimizer.param_groups
        ]
        self.last_epoch = -1
        self.step()

    def rate(self, base: float, count: int) -> float:
        """The learning rate after ``count`` steps of a group that started with ``base``."""
        raise NotImplementedError(f"{type(self).__name__} has no rate().")

    def step(self) -> None:
        """Count one more step, and set the learning rate of every group."""
        self.last_epoch += 1
        for group, base in zip(self.optimizer.param_groups, self.base_lrs, strict=True):
            group["lr"] = self.rate(base, self.last_epoch)

    def get_last_lr(self) -> list[float]:
        """The learning rate of every group."""
        return [group["lr"] for group in self.optimizer.param_groups]

    def state_dict(self) -> dict:
        """What goes on from here: numbers only."""
        return {"last_epoch": self.last_epoch, "base_lrs": list(self.base_lrs)}

    def load_state_dict(self, state: dict) -> None:
        """Go on from what ``state_dict()`` of such a schedule gave; the optimiser has its own."""
        self.__dict__.update(state)


class StepLR(LRScheduler):
    """Times ``gamma`` after every ``step_size`` steps.

    >>> from dlcourse import Tensor, optim
    >>> optimiser = optim.SGD([Tensor([1.0], requires_grad=True)], lr=0.5)
    >>> schedule = StepLR(optimiser, step_size=2, gamma=0.5)
    >>> for _ in range(2):
    ...     optimiser.step()
    ...     schedule.step()
    >>> schedule.get_last_lr()
    [0.25]
    """

    def __init__(self, optimizer, step_size: int, gamma: float = 0.1):
        self.step_size, self.gamma = step_size, gamma
        super().__init__(optimizer)

    def rate(self, base, count):
        return base * self.gamma ** (count // self.step_size)


class ExponentialLR(LRScheduler):
    """Times ``gamma`` after every step.

    >>> from dlcourse import Tensor, optim
    >>> optimiser = optim.SGD([Tensor([1.0], requires_grad=True)], lr=1.0)
    >>> schedule = optim.lr_scheduler.ExponentialLR(optimiser, gamma=0.5)
    >>> rates = schedule.get_last_lr()
    >>> for _ in range(2):
    ...     schedule.step()
    ...     rates += schedule.get_last_lr()
    >>> rates
    [1.0, 0.5, 0.25]
    """

    def __init__(self, optimizer, gamma: float):
        self.gamma = gamma
        super().__init__(optimizer)

    def rate(self, base, count):
        return base * self.gamma**count


class CosineAnnealingLR(LRScheduler):
    """Half a cosine from the first rate down to ``eta_min`` in ``T_max`` steps, then up again.

    >>> from dlcourse import Tensor, optim
    >>> optimiser = optim.SGD([Tensor([1.0], requires_grad=True)], lr=1.0)
    >>> schedule = optim.lr_scheduler.CosineAnnealingLR(optimiser, T_max=2)
    >>> rates = schedule.get_last_lr()
    >>> for _ in range(2):
    ...     schedule.step()
    ...     rates += schedule.get_last_lr()
    >>> [round(rate, 2) for rate in rates]
    [1.0, 0.5, 0.0]
    """

    def __init__(self, optimizer, T_max: int, eta_min: float = 0.0):
        self.T_max, self.eta_min = T_max, eta_min
        super().__init__(optimizer)

    def rate(self, base, count):
        return _cosine(base, self.eta_min, count / self.T_max)


class LinearLR(LRScheduler):
    """A warm-up: from ``start_factor`` to ``end_factor`` of the rate in ``total_iters`` steps.

    Raises ValueError unless 0 < start_factor ≤ 1.

    >>> from dlcourse import Tensor, optim
    >>> optimiser = optim.SGD([Tensor([1.0], requires_grad=True)], lr=1.0)
    >>> schedule = optim.lr_scheduler.LinearLR(optimiser, start_factor=0.5, total_iters=2)
    >>> rates = schedule.get_last_lr()
    >>> for _ in range(3):
    ...     schedule.step()
    ...     rates += schedule.get_last_lr()
    >>> rates
    [0.5, 0.75, 1.0, 1.0]
    """

    def __init__(
        self,
        optimizer,
        start_factor: float = 1 / 3,
        end_factor: float = 1.0,
        total_iters: int = 5,
    ):
        if not 0 < start_factor <= 1:
            raise ValueError(f"start_factor must be above 0 and at most 1, not {start_factor}.")
        self.start_factor, self.end_factor = start_factor, end_factor
        self.total_iters = total_iters
        super().__init__(optimizer)

    def rate(self, base, count):
        share = min(count / self.total_iters, 1)
        return base * (self.start_factor + (self.end_factor - self.start_factor) * share)


class SequentialLR(LRScheduler):
    """One schedule after the other: the next begins, at its step 0, at each of ``milestones``.

    >>> from dlcourse import Tensor, optim
    >>> optimiser = optim.SGD([Tensor([1.0], requires_grad=True)], lr=1.0)
    >>> warm_up = LinearLR(optimiser, start_factor=0.5, total_iters=2)
    >>> schedule = SequentialLR(optimiser, [warm_up, ExponentialLR(optimiser, 0.5)], [2])
    >>> rates = schedule.get_last_lr()
    >>> for _ in range(4):
    ...     schedule.step()
    ...     rates += schedule.get_last_lr()
    >>> rates
    [0.5, 0.75, 1.0, 0.5, 0.25]
    """

    def __init__(self, optimizer, schedulers: list[LRScheduler], milestones: list[int]):
        if len(milestones) != len(schedulers) - 1:
            raise ValueError(
                f"{len(schedulers)} schedules change over at {len(schedulers) - 1} milestones, "
                f"not {len(milestones)}."
            )
        self.schedulers, self.milestones = schedulers, milestones
        super().__init__(optimizer)

    def rate(self, base, count):
        begun = [start for start in (0, *self.milestones) if start <= count]
        return self.schedulers[len(begun) - 1].rate(base, count - begun[-1])


class OneCycleLR(LRScheduler):
    """One cycle over all batches of a training: up to ``max_lr``, then down to almost nothing.

    It starts at ``max_lr`` / ``div_factor`` and ends at that / ``final_div_factor``.
    ``total_steps``, or ``epochs`` · ``steps_per_epoch``, counts its steps; ``pct_start`` is the
    share that goes up. Momentum (SGD's, or Adam's β₁) goes the other way, between ``max_momentum``
    and ``base_momentum``, unless ``cycle_momentum=False``. ``anneal_strategy``: "cos" or "linear".

    Raises ValueError where the number of steps is not given, and by ``step`` after the last.

    >>> from dlcourse import Tensor, optim
    >>> optimiser = optim.SGD([Tensor([1.0], requires_grad=True)], lr=1.0)
    >>> schedule = OneCycleLR(optimiser, max_lr=1.0, total_steps=5, pct_start=0.6)
    >>> rates = schedule.get_last_lr()
    >>> for _ in range(4):
    ...     schedule.step()
    ...     rates += schedule.get_last_lr()
    >>> [round(rate, 2) for rate in rates]
    [0.04, 0.52, 1.0, 0.5, 0.0]
    """

    each_batch = True

    def __init__(
        self,
        optimizer,
        max_lr: float,
        total_steps: int | None = None,
        epochs: int | None = None,
        steps_per_epoch: int | None = None,
        pct_start: float = 0.3,
        anneal_strategy: str = "cos",
        cycle_momentum: bool = True,
        base_momentum: float = 0.85,
        max_momentum: float = 0.95,
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
    ):
        if total_steps is None and (epochs is None or steps_per_epoch is None):
            raise ValueError("OneCycleLR needs total_steps, or epochs and steps_per_epoch.")
        if anneal_strategy not in _CURVES:
            raise ValueError(f"anneal_strategy is 'cos' or 'linear', not {anneal_strategy!r}.")
        if cycle_momentum and not {"momentum", "betas"} & optimizer.param_groups[0].keys():
            raise ValueError(
                f"{type(optimizer).__name__} has no momentum to cycle: give cycle_momentum=False."
            )
        self.total_steps = total_steps or epochs * steps_per_epoch
        self.max_lr, self.curve = max_lr, _CURVES[anneal_strategy]
        self.peak = float(pct_start * self.total_steps) - 1
        self.cycle_momentum = cycle_momentum
        self.base_momentum, self.max_momentum = base_momentum, max_momentum
        self.div_factor, self.final_div_factor = div_factor, final_div_factor
        for group in optimizer.param_groups:
            group["initial_lr"] = max_lr / div_factor
        super().__init__(optimizer)

    def rate(self, base, count):
        return self._along(base, self.max_lr, base / self.final_div_factor, count)

    def step(self):
        if self.last_epoch >= self.total_steps:
            raise ValueError(f"The cycle has {self.total_steps} steps, and all are done.")
        super().step()
        if self.cycle_momentum:
            high, low = self.max_momentum, self.base_momentum
            momentum = self._along(high, low, high, self.last_epoch)
            for group in self.optimizer.param_groups:
                if "betas" in group:
                    group["betas"] = (momentum, *group["betas"][1:])
                else:
                    group["momentum"] = momentum

    def _along(self, start, middle, end, count):
        if count < self.peak:
            return self.curve(start, middle, count / self.peak)
        last = self.total_steps - 1
        return self.curve(middle, end, (count - self.peak) / (last - self.peak))


class ReduceLROnPlateau(LRScheduler):
    """Times ``factor`` when a number has not become better for more than ``patience`` steps.

    ``step(metric)`` takes the number, such as the validation loss; smaller is better, or larger
    with ``mode="max"``. Better means by more than the share ``threshold`` of the best, or by
    ``threshold`` itself with ``threshold_mode="abs"``. After a reduction, ``cooldown`` steps do not
    count. The rate never falls below ``min_lr``, nor changes by less than ``eps``.

    Raises ValueError for other modes, and for a factor that is not below 1.

    >>> from dlcourse import Tensor, optim
    >>> optimiser = optim.SGD([Tensor([1.0], requires_grad=True)], lr=1.0)
    >>> schedule = optim.lr_scheduler.ReduceLROnPlateau(optimiser, factor=0.5, patience=0)
    >>> rates = schedule.get_last_lr()
    >>> for loss in (3.0, 2.0, 2.0):
    ...     schedule.step(loss)
    ...     rates += schedule.get_last_lr()
    >>> rates
    [1.0, 1.0, 1.0, 0.5]
    """

    def __init__(
        self,
        optimizer,
        mode: str = "min",
        factor: float = 0.1,
        patience: int = 10,
        threshold: float = 1e-4,
        threshold_mode: str = "rel",
        cooldown: int = 0,
        min_lr: float = 0.0,
        eps: float = 1e-8,
    ):
        if mode not in ("min", "max") or threshold_mode not in ("rel", "abs"):
            raise ValueError(
                f"mode is 'min' or 'max', threshold_mode 'rel' or 'abs'; not {mode!r} and "
                f"{threshold_mode!r}."
            )
        if not factor < 1:
            raise ValueError(f"factor must be below 1, or the rate would not fall; not {factor}.")
        self.optimizer = optimizer
        self.sign = 1 if mode == "min" else -1
        self.factor, self.patience, self.cooldown = factor, patience, cooldown
        self.threshold, self.threshold_mode = threshold, threshold_mode
        self.min_lr, self.eps = min_lr, eps
        self.best = self.sign * math.inf
        self.num_bad_epochs = self.cooldown_counter = self.last_epoch = 0

    def step(self, metrics: float) -> None:
        """Look at the number of this epoch, and reduce the rates if it is time."""
        metric = float(metrics)
        self.last_epoch += 1
        if self._better(metric):
            self.best, self.num_bad_epochs = metric, 0
        else:
            self.num_bad_epochs += 1
        if self.cooldown_counter > 0:
            self.cooldown_counter -= 1
            self.num_bad_epochs = 0
        if self.num_bad_epochs > self.patience:
            for group in self.optimizer.param_groups:
                lower = max(group["lr"] * self.factor, self.min_lr)
                if group["lr"] - lower > self.eps:
                    group["lr"] = lower
            self.cooldown_counter, self.num_bad_epochs = self.cooldown, 0

    def _better(self, metric):
        margin = self.sign * self.threshold
        bound = self.best * (1 - margin) if self.threshold_mode == "rel" else self.best - margin
        return self.sign * metric < self.sign * bound

    def state_dict(self):
        names = ("best", "num_bad_epochs", "cooldown_counter", "last_epoch")
        return {name: getattr(self, name) for name in names}


def _linear(start, end, share):
    return start + (end - start) * share


def _cosine(start, end, share):
    return end + (start - end) * (1 + math.cos(math.pi * share)) / 2


_CURVES = {"cos": _cosine, "linear": _linear}
