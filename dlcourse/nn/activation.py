"""Activations as layers."""

from dlcourse import functional as F
from dlcourse.nn.module import Module


class ReLU(Module):
    """max(x, 0), element by element."""

    def forward(self, x):
        return F.relu(x)


class Sigmoid(Module):
    """1 / (1 + e⁻ˣ), element by element."""

    def forward(self, x):
        return F.sigmoid(x)


class Tanh(Module):
    """tanh x, element by element."""

    def forward(self, x):
        return F.tanh(x)
