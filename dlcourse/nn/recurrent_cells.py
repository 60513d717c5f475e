"""One time step of each recurrent layer, written out, so that every gate can be seen."""

import numpy as np

from dlcourse import functional as F
from dlcourse.nn.module import Module, Parameter
from dlcourse.random import default_generator
from dlcourse.tensor import Tensor


class Cell(Module):
    """What the cells share: weights for the input and for the state, in one block a gate.

    All parameters start uniform in ±1/√hidden_size, as in PyTorch.
    """

    gates = 1

    def __init__(
        self, input_size: int, hidden_size: int, bias: bool = True, dtype=np.float64,
        generator: np.random.Generator | None = None,
    ):  # fmt: skip
        super().__init__()
        self.input_size, self.hidden_size = input_size, hidden_size
        rows, bound = self.gates * hidden_size, 1 / np.sqrt(hidden_size)
        generator = generator or default_generator()

        def start(*shape):
            return Parameter(generator.uniform(-bound, bound, shape).astype(dtype))

        self.weight_ih, self.weight_hh = start(rows, input_size), start(rows, hidden_size)
        self.bias_ih, self.bias_hh = (start(rows), start(rows)) if bias else (None, None)

    def from_input(self, input):
        """x W_ihᵀ + b_ih, for all gates side by side."""
        product = input @ self.weight_ih.T
        return product if self.bias_ih is None else product + self.bias_ih

    def from_state(self, hidden):
        """h W_hhᵀ + b_hh, for all gates side by side."""
        product = hidden @ self.weight_hh.T
        return product if self.bias_hh is None else product + self.bias_hh

    def blocks(self, sums):
        """The columns of each gate."""
        size = self.hidden_size
        return [sums[:, start : start + size] for start in range(0, self.gates * size, size)]

    def checked(self, input, *states):
        """The states, zeros where there are none. Raises ValueError where a shape does not fit."""
        name, size, shape = type(self).__name__, self.hidden_size, np.shape(input)
        if len(shape) != 2 or shape[1] != self.input_size:
            raise ValueError(
                f"{name}: the input of one time step is (N, {self.input_size}); this has shape "
                f"{shape}. For a whole sequence loop over it, or use {name[:-4]}."
            )
        wanted = shape[0], size
        for state in states:
            if state is not None and np.shape(state) != wanted:
                raise ValueError(
                    f"{name}: a state has shape {np.shape(state)}; wanted is {wanted}, {size} "
                    "numbers for each example of the input."
                )
        zeros = Tensor(np.zeros(wanted, self.weight_hh.dtype))
        return [zeros if state is None else state for state in states]

    def extra_repr(self):
        return f"{self.input_size}, {self.hidden_size}"


class RNNCell(Cell):
    """h' = tanh(x W_ihᵀ + b_ih + h W_hhᵀ + b_hh), or with relu in place of tanh.

    Shapes: x (N, input_size), h (N, hidden_size), zeros where it is left out → h' as h.
    ``nonlinearity`` is "tanh" or "relu". Raises ValueError for others, and for other shapes.

    >>> from dlcourse import nn
    >>> nn.RNNCell(3, 4)([[1.0, 2.0, 3.0]]).shape
    (1, 4)
    """

    def __init__(self, input_size, hidden_size, bias=True, nonlinearity="tanh",
                 dtype=np.float64, generator=None):  # fmt: skip
        if nonlinearity not in ("tanh", "relu"):
            raise ValueError(f"RNNCell: nonlinearity is 'tanh' or 'relu', not {nonlinearity!r}.")
        super().__init__(input_size, hidden_size, bias, dtype, generator)
        self.nonlinearity = nonlinearity

    def forward(self, input, hx=None):
        (hidden,) = self.checked(input, hx)
        sums = self.from_input(input) + self.from_state(hidden)
        return F.tanh(sums) if self.nonlinearity == "tanh" else F.relu(sums)


class LSTMCell(Cell):
    """One step of long short-term memory: c' = f ⊙ c + i ⊙ g, h' = o ⊙ tanh c'.

    i, f, o = σ(x W_ihᵀ + b_ih + h W_hhᵀ + b_hh) decide what goes in, stays and comes out; g, with
    tanh for σ, is what could go in. The weights hold the blocks i, f, g, o.

    Shapes: x (N, input_size), state (h, c), each (N, hidden_size), zeros where it is left out →
    (h', c'). Raises ValueError for other shapes, TypeError for a state that is no pair.

    >>> from dlcourse import nn
    >>> h, c = nn.LSTMCell(3, 4)([[1.0, 2.0, 3.0]])
    >>> h.shape, c.shape
    ((1, 4), (1, 4))
    """

    gates = 4

    def forward(self, input, hx=None):
        if hx is not None and not (isinstance(hx, tuple | list) and len(hx) == 2):
            raise TypeError("LSTMCell: the state is a pair (h, c): hidden state and cell state.")
        hidden, cell = self.checked(input, *(hx or (None, None)))
        sums = self.from_input(input) + self.from_state(hidden)
        to_i, to_f, to_g, to_o = self.blocks(sums)
        i, f, g, o = F.sigmoid(to_i), F.sigmoid(to_f), F.tanh(to_g), F.sigmoid(to_o)
        c = f * cell + i * g
        h = o * F.tanh(c)
        return h, c


class GRUCell(Cell):
    """One step of a gated recurrent unit: h' = (1 − z) ⊙ n + z ⊙ h.

    r, z = σ(x W_ihᵀ + b_ih + h W_hhᵀ + b_hh); n = tanh(x W_inᵀ + b_in + r ⊙ (h W_hnᵀ + b_hn)). The
    weights hold the blocks r, z, n.

    Shapes: x (N, input_size), h (N, hidden_size), zeros where it is left out → h' as h. Raises
    ValueError for other shapes.

    >>> from dlcourse import nn
    >>> nn.GRUCell(3, 4)([[1.0, 2.0, 3.0]]).shape
    (1, 4)
    """

    gates = 3

    def forward(self, input, hx=None):
        (hidden,) = self.checked(input, hx)
        input_r, input_z, input_n = self.blocks(self.from_input(input))
        state_r, state_z, state_n = self.blocks(self.from_state(hidden))
        r = F.sigmoid(input_r + state_r)
        z = F.sigmoid(input_z + state_z)
        n = F.tanh(input_n + r * state_n)
        return (1 - z) * n + z * hidden
