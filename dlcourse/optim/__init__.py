"""Optimisers, with the names and arguments of ``torch.optim``."""

from dlcourse.optim.sgd import SGD

__all__ = ["SGD"]
