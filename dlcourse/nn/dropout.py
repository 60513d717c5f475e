"""Dropout as layers."""

import numpy as np

from dlcourse import functional as F
from dlcourse.nn.module import Module
from dlcourse.ops.dropout import check_probability


class Dropout(Module):
    """In training each number is 0 with probability p, and the others are times 1 / (1 − p).

    After ``eval()`` nothing changes. ``generator`` draws the masks. Raises ValueError unless
    0 ≤ p ≤ 1.

    >>> Dropout(0.5, generator=np.random.default_rng(0))([1.0, 1.0, 1.0, 1.0])
    Tensor([2., 0., 0., 0.])
    """

    def __init__(self, p: float = 0.5, *, generator: np.random.Generator | None = None):
        super().__init__()
        check_probability(type(self).__name__, p)
        self.p, self.generator = p, generator

    def forward(self, x):
        return F.dropout(x, self.p, self.training, self.generator)

    def extra_repr(self):
        return f"p={self.p}"


class Dropout2d(Dropout):
    """In training each channel of each image is 0 with probability p, the others times 1 / (1 − p).

    Shapes: (N, C, H, W) → the same. After ``eval()`` nothing changes. ``generator`` draws the
    masks. Raises ValueError unless 0 ≤ p ≤ 1, and for other shapes.

    >>> Dropout2d(0.5, generator=np.random.default_rng(0))([[[[1.0, 1.0]], [[1.0, 1.0]]]])
    Tensor([[[[2., 2.]],
    <BLANKLINE>
             [[0., 0.]]]])
    """

    def forward(self, x):
        return F.dropout2d(x, self.p, self.training, self.generator)
