"""A recurrent cell for films: its state is a picture, and a convolution does what products did."""

import numpy as np

from dlcourse import functional as F
from dlcourse.nn.convolution import Conv2d
from dlcourse.nn.module import Module
from dlcourse.tensor import Tensor


class ConvLSTMCell(Module):
    """One step of an LSTM over pictures: c' = f ⊙ c + i ⊙ g, h' = o ⊙ tanh c'.

    i, f, o = σ(a) decide what goes in, stays and comes out, g = tanh(a) is what could go in: the
    four blocks of channels of a, one convolution of the picture and h, channels side by side. Its
    padding keeps the size (Shi et al., 2015, without the peepholes).

    Shapes: x (N, in_channels, H, W), state (h, c), each (N, hidden_channels, H, W), zeros where it
    is left out → (h', c'). Raises ValueError for other shapes and for an even ``kernel_size``,
    TypeError for a state that is no pair.

    >>> import numpy as np
    >>> from dlcourse import nn
    >>> h, c = nn.ConvLSTMCell(3, 8, kernel_size=5)(np.zeros((2, 3, 6, 7)))
    >>> h.shape, c.shape
    ((2, 8, 6, 7), (2, 8, 6, 7))
    """

    def __init__(
        self, in_channels: int, hidden_channels: int, kernel_size: int = 3, bias: bool = True,
        dtype=np.float64, generator: np.random.Generator | None = None,
    ):  # fmt: skip
        super().__init__()
        if kernel_size % 2 == 0:
            raise ValueError(
                f"ConvLSTMCell: kernel_size={kernel_size} is even, so that no padding puts each "
                "pixel in the middle of its window. Choose an odd one."
            )
        self.in_channels, self.hidden_channels = in_channels, hidden_channels
        self.conv = Conv2d(
            in_channels + hidden_channels, 4 * hidden_channels, kernel_size,
            padding=kernel_size // 2, bias=bias, dtype=dtype, generator=generator,
        )  # fmt: skip

    def forward(self, input, hx=None):
        hidden, cell = starting_state(self, np.shape(input), hx)
        size = self.hidden_channels
        to_i, to_f, to_g, to_o = self.conv(F.cat([input, hidden], dim=1)).split(size, dim=1)
        i, f, g, o = F.sigmoid(to_i), F.sigmoid(to_f), F.tanh(to_g), F.sigmoid(to_o)
        c = f * cell + i * g
        return o * F.tanh(c), c

    def extra_repr(self):
        return f"{self.in_channels}, {self.hidden_channels}"


def starting_state(cell: ConvLSTMCell, shape: tuple[int, ...], hx) -> list[Tensor]:
    """The state (h, c), zeros if there is none. Raises where an input or a state does not fit."""
    if len(shape) != 4 or shape[1] != cell.in_channels:
        raise ValueError(
            f"ConvLSTMCell: the input of one time step is (N, {cell.in_channels}, H, W); this has "
            f"shape {shape}. Loop over the steps of a film (N, T, C, H, W): cell(x[:, t], state)."
        )
    wanted = shape[0], cell.hidden_channels, *shape[2:]
    if hx is None:
        return [Tensor(np.zeros(wanted, cell.conv.weight.dtype))] * 2
    if not (isinstance(hx, tuple | list) and len(hx) == 2):
        raise TypeError("ConvLSTMCell: the state is a pair (h, c): hidden state and cell state.")
    for state in hx:
        if np.shape(state) != wanted:
            raise ValueError(
                f"ConvLSTMCell: a state has shape {np.shape(state)}; wanted is {wanted}."
            )
    return list(hx)
