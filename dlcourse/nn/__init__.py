"""Layers, with the names, arguments and parameter layouts of ``torch.nn``."""

from dlcourse.nn.activation import ReLU, Sigmoid, Tanh
from dlcourse.nn.container import Sequential
from dlcourse.nn.linear import Linear
from dlcourse.nn.module import Module, Parameter

__all__ = ["Linear", "Module", "Parameter", "ReLU", "Sequential", "Sigmoid", "Tanh"]
