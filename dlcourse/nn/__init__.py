"""Layers, with the names, arguments and parameter layouts of ``torch.nn``."""

from dlcourse.nn import utils
from dlcourse.nn.activation import ReLU, Sigmoid, Tanh
from dlcourse.nn.container import ModuleDict, ModuleList, Sequential
from dlcourse.nn.linear import Linear
from dlcourse.nn.module import Module, Parameter
from dlcourse.nn.summary import summary

__all__ = [
    "Linear",
    "Module",
    "ModuleDict",
    "ModuleList",
    "Parameter",
    "ReLU",
    "Sequential",
    "Sigmoid",
    "Tanh",
    "summary",
    "utils",
]
