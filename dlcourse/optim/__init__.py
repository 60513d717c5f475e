"""Optimisers and schedules, with the names and arguments of ``torch.optim``."""

from dlcourse.optim import schedule as lr_scheduler
from dlcourse.optim.adaptive import Adagrad, Adam, AdamW, RMSprop
from dlcourse.optim.optimizer import Optimizer
from dlcourse.optim.sgd import SGD

__all__ = ["SGD", "Adagrad", "Adam", "AdamW", "Optimizer", "RMSprop", "lr_scheduler"]
