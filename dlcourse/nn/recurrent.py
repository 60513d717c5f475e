"""Recurrent layers over whole sequences."""

import numpy as np

from dlcourse import functional as F
from dlcourse.nn.module import Module, Parameter
from dlcourse.random import default_generator
from dlcourse.tensor import Tensor


class Stack(Module):
    """Weights of layers on layers, each in one or both directions.

    All start uniform in ±1/√hidden_size, as in PyTorch. Raises ValueError for a ``dropout`` that is
    no probability, or has no second layer to act before.
    """

    gates = 1
    states = 1

    def __init__(
        self, input_size: int, hidden_size: int, num_layers: int = 1, bias: bool = True,
        batch_first: bool = False, dropout: float = 0.0, bidirectional: bool = False,
        dtype=np.float64, generator: np.random.Generator | None = None,
    ):  # fmt: skip
        super().__init__()
        if not 0 <= dropout <= 1:
            raise ValueError(f"{type(self).__name__}: dropout is a probability, not {dropout}.")
        if dropout and num_layers == 1:
            raise ValueError(
                f"{type(self).__name__}: dropout={dropout} acts between layers, and there is only "
                "one. Give num_layers=2 or more, or put nn.Dropout after it."
            )
        self.input_size, self.hidden_size, self.num_layers = input_size, hidden_size, num_layers
        self.batch_first, self.dropout, self.bidirectional = batch_first, dropout, bidirectional
        self.bias = bias
        self.directions = ("", "_reverse") if bidirectional else ("",)
        bound = 1 / np.sqrt(hidden_size)
        generator = generator or default_generator()
        rows = self.gates * hidden_size
        for layer in range(num_layers):
            features = len(self.directions) * hidden_size if layer else input_size
            shapes = {"weight_ih": (rows, features), "weight_hh": (rows, hidden_size)}
            if bias:
                shapes |= {"bias_ih": (rows,), "bias_hh": (rows,)}
            for direction in self.directions:
                for name, shape in shapes.items():
                    start = generator.uniform(-bound, bound, shape).astype(dtype)
                    setattr(self, f"{name}_l{layer}{direction}", Parameter(start))

    def weights(self, suffix):
        """The two weights and two biases of one layer in one direction; zeros for no bias."""
        names = [name + suffix for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")]
        if self.bias:
            return [getattr(self, name) for name in names]
        weights = [getattr(self, name) for name in names[:2]]
        zeros = Tensor(np.zeros(len(weights[0]), weights[0].dtype))
        return [*weights, zeros, zeros]

    def extra_repr(self):
        options = [
            f"{name}={getattr(self, name)}"
            for name, default in (
                ("num_layers", 1), ("bias", True), ("batch_first", False), ("dropout", 0.0),
                ("bidirectional", False),
            )
            if getattr(self, name) != default
        ]  # fmt: skip
        return ", ".join([f"{self.input_size}, {self.hidden_size}", *options])


class Recurrent(Stack):
    """What RNN, LSTM and GRU share: layers on layers, walked in one or both directions.

    Shapes: input (T, N, input_size), with ``batch_first`` (N, T, input_size). Returns the outputs
    of the last layer, (T, N, D·hidden_size) or batch first, where D is 2 with ``bidirectional``,
    else 1; and the last state of each layer and direction, (num_layers·D, N, hidden_size), also
    with ``batch_first``. ``hx`` is the state to start from, in the shape of the last; zeros if it
    is left out.
    ``lengths`` (N,) says how many steps each sequence has: its state stays after them, its outputs
    are 0, and the walk back begins at its end.

    ``dropout`` is the probability that a number between two layers is dropped in training. Raises
    ValueError for other shapes, TypeError for a state that is no pair where one is wanted.
    """

    def forward(self, input, hx=None, lengths=None):
        input = input if isinstance(input, Tensor) else Tensor(input)
        check_input(self, input.shape)
        outputs = input.transpose(0, 1) if self.batch_first else input
        steps, examples, _ = outputs.shape
        states = checked_states(self, hx, examples)
        lasts = []
        for layer in range(self.num_layers):
            if layer and self.dropout:
                outputs = F.dropout(outputs, self.dropout, self.training)
            walks = [
                self.walk(
                    outputs,
                    *(state[len(lasts) + number] for state in states),
                    *self.weights(f"_l{layer}{direction}"),
                    reverse=bool(direction),
                    lengths=lengths,
                )
                for number, direction in enumerate(self.directions)
            ]
            lasts += walks
            hidden = [walk[:steps] for walk in walks]
            outputs = F.cat(hidden, dim=2) if self.bidirectional else hidden[0]
        last = tuple(F.stack([walk[steps + k] for walk in lasts]) for k in range(self.states))
        outputs = outputs.transpose(0, 1) if self.batch_first else outputs
        return outputs, last if self.states > 1 else last[0]

    def walk(self, *arguments, **options):
        """One layer in one direction: its outputs and last states, stacked."""
        raise NotImplementedError


class RNN(Recurrent):
    """Layers with hₜ = tanh(W_ih xₜ + b_ih + W_hh hₜ₋₁ + b_hh), or with relu in place of tanh.

    Arguments, shapes and results are those of all recurrent layers (``Recurrent``). Raises
    ValueError for others.

    >>> import numpy as np
    >>> from dlcourse import nn
    >>> outputs, last = nn.RNN(3, 5)(np.zeros((7, 2, 3)))  # 7 steps, 2 sequences
    >>> outputs.shape, last.shape
    ((7, 2, 5), (1, 2, 5))
    """

    def __init__(self, input_size, hidden_size, num_layers=1, nonlinearity="tanh",
                 *arguments, **options):  # fmt: skip
        if nonlinearity not in ("tanh", "relu"):
            raise ValueError(f"RNN: nonlinearity is 'tanh' or 'relu', not {nonlinearity!r}.")
        super().__init__(input_size, hidden_size, num_layers, *arguments, **options)
        self.nonlinearity = nonlinearity

    def walk(self, *arguments, **options):
        return F.rnn(*arguments, nonlinearity=self.nonlinearity, **options)


class LSTM(Recurrent):
    """Layers of long short-term memory; each step is that of ``LSTMCell``.

    Arguments, shapes and results are those of all recurrent layers (``Recurrent``), where the state
    is a pair (h, c). Raises ValueError for others, TypeError for a state that is no pair.

    >>> import numpy as np
    >>> from dlcourse import nn
    >>> lstm = nn.LSTM(3, 5, batch_first=True)
    >>> outputs, (h, c) = lstm(np.zeros((2, 7, 3)), lengths=[7, 4])
    >>> outputs.shape, c.shape
    ((2, 7, 5), (1, 2, 5))
    """

    gates = 4
    states = 2

    def walk(self, *arguments, **options):
        return F.lstm(*arguments, **options)


class GRU(Recurrent):
    """Layers of gated recurrent units; each step is that of ``GRUCell``.

    Arguments, shapes and results are those of all recurrent layers (``Recurrent``). Raises
    ValueError for others.

    >>> import numpy as np
    >>> from dlcourse import nn
    >>> outputs, last = nn.GRU(3, 5, bidirectional=True)(np.zeros((7, 2, 3)))
    >>> outputs.shape, last.shape
    ((7, 2, 10), (2, 2, 5))
    """

    gates = 3

    def walk(self, *arguments, **options):
        return F.gru(*arguments, **options)


def check_input(layer, shape) -> None:
    """Raise ValueError, with its usual cause, for an input of a wrong shape."""
    axes = "N, T" if layer.batch_first else "T, N"
    if len(shape) != 3 or shape[2] != layer.input_size:
        raise ValueError(
            f"{type(layer).__name__}: the input has shape {shape}; wanted is ({axes}, "
            f"{layer.input_size}), {layer.input_size} numbers for each of T steps of each of N "
            f"sequences{'' if layer.batch_first else '; with batch_first=True (N, T, ...)'}. A "
            "single sequence needs an axis for the batch: "
            f"{'x[None]' if layer.batch_first else 'x[:, None]'}."
        )


def checked_states(layer, hx, examples) -> list:
    """The state to start from, zeros if there is none. Raises where it does not fit."""
    wanted = layer.num_layers * len(layer.directions), examples, layer.hidden_size
    if hx is None:
        dtype = layer.weight_hh_l0.dtype
        return [Tensor(np.zeros(wanted, dtype))] * layer.states
    if layer.states > 1 and not (isinstance(hx, tuple | list) and len(hx) == layer.states):
        raise TypeError(
            f"{type(layer).__name__}: the state is a pair (h, c): hidden and cell state."
        )
    states = list(hx) if layer.states > 1 else [hx]
    for state in states:
        if np.shape(state) != wanted:
            raise ValueError(
                f"{type(layer).__name__}: a state has shape {np.shape(state)}; wanted is {wanted}: "
                f"(layers times directions, N, hidden_size). The input has N = {examples} "
                f"sequences: with batch_first={layer.batch_first} that is its "
                f"{'first' if layer.batch_first else 'second'} axis."
            )
    return states
