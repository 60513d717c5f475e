"""Layers, with the names, arguments and parameter layouts of ``torch.nn``."""

from dlcourse.nn.activation import ReLU, Sigmoid, Tanh
from dlcourse.nn.attention import MultiheadAttention, PositionalEncoding
from dlcourse.nn.container import Sequential
from dlcourse.nn.linear import Linear
from dlcourse.nn.module import Module, Parameter
from dlcourse.nn.recurrent import GRU, LSTM, RNN
from dlcourse.nn.recurrent_cells import GRUCell, LSTMCell, RNNCell
from dlcourse.nn.transformer import (
    TransformerDecoderLayer,
    TransformerEncoder,
    TransformerEncoderLayer,
)

__all__ = [
    "GRU",
    "LSTM",
    "RNN",
    "GRUCell",
    "LSTMCell",
    "Linear",
    "Module",
    "MultiheadAttention",
    "Parameter",
    "PositionalEncoding",
    "RNNCell",
    "ReLU",
    "Sequential",
    "Sigmoid",
    "Tanh",
    "TransformerDecoderLayer",
    "TransformerEncoder",
    "TransformerEncoderLayer",
]
