"""Layers, with the names, arguments and parameter layouts of ``torch.nn``."""

from dlcourse.nn.activation import ReLU, Sigmoid, Tanh
from dlcourse.nn.container import Sequential
from dlcourse.nn.convolution import Conv1d, Conv2d, ConvTranspose1d, ConvTranspose2d
from dlcourse.nn.dropout import Dropout, Dropout2d
from dlcourse.nn.embedding import Embedding
from dlcourse.nn.linear import Linear
from dlcourse.nn.module import Module, Parameter
from dlcourse.nn.normalisation import BatchNorm1d, BatchNorm2d, GroupNorm, LayerNorm
from dlcourse.nn.pooling import (
    AdaptiveAvgPool2d,
    AvgPool1d,
    AvgPool2d,
    Flatten,
    MaxPool1d,
    MaxPool2d,
    Upsample,
)

__all__ = [
    "AdaptiveAvgPool2d",
    "AvgPool1d",
    "AvgPool2d",
    "BatchNorm1d",
    "BatchNorm2d",
    "Conv1d",
    "Conv2d",
    "ConvTranspose1d",
    "ConvTranspose2d",
    "Dropout",
    "Dropout2d",
    "Embedding",
    "Flatten",
    "GroupNorm",
    "LayerNorm",
    "Linear",
    "MaxPool1d",
    "MaxPool2d",
    "Module",
    "Parameter",
    "ReLU",
    "Sequential",
    "Sigmoid",
    "Tanh",
    "Upsample",
]
