"""Convolutions as layers, with their kernels.

Weights and biases start uniform in ±1/√fan_in, as in PyTorch; the fan-in is the size of
``weight[0]``.
"""

import math
from typing import ClassVar

import numpy as np

from dlcourse import functional as F
from dlcourse.nn.module import Module, Parameter
from dlcourse.ops.windows import per_axis
from dlcourse.random import default_generator


class KernelLayer(Module):
    """What all convolutions share: their weight, their bias, how they are printed."""

    axes: ClassVar[int]

    def start(self, first, second, bias, dtype, generator):
        """Make the weight (first, second / groups, *kernel), and the bias (out_channels,)."""
        name, groups = type(self).__name__, self.groups
        per_axis(groups, 1, 1, f"{name}: groups")
        if first % groups or second % groups:
            raise ValueError(
                f"{name}: groups={groups} must divide both in_channels={self.in_channels} and "
                f"out_channels={self.out_channels}."
            )
        kernel = per_axis(self.kernel_size, self.axes, 1, f"{name}: kernel_size")
        generator = generator or default_generator()
        bound = 1 / math.sqrt(second // groups * math.prod(kernel))

        def uniform(*shape):
            return Parameter(generator.uniform(-bound, bound, shape).astype(dtype))

        self.weight = uniform(first, second // groups, *kernel)
        self.bias = uniform(self.out_channels) if bias else None

    def extra_repr(self):
        defaults = {"stride": 1, "padding": 0, "output_padding": 0, "dilation": 1, "groups": 1}
        changed = [
            f", {name}={getattr(self, name)!r}"
            for name, default in defaults.items()
            if getattr(self, name, default) != default
        ]
        sizes = f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}"
        return sizes + "".join(changed) + ("" if self.bias is not None else ", bias=False")


class Convolution(KernelLayer):
    """What Conv1d and Conv2d share: their arguments."""

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, ...],
        stride: int | tuple[int, ...] = 1,
        padding: int | tuple[int, ...] | str = 0,
        dilation: int | tuple[int, ...] = 1,
        groups: int = 1,
        bias: bool = True,
        dtype=np.float64,
        generator: np.random.Generator | None = None,
    ):
        super().__init__()
        self.in_channels, self.out_channels = in_channels, out_channels
        self.kernel_size, self.stride, self.padding = kernel_size, stride, padding
        self.dilation, self.groups = dilation, groups
        self.start(out_channels, in_channels, bias, dtype, generator)


class Conv1d(Convolution):
    """Kernels that slide over sequences: (N, in_channels, L) → (N, out_channels, L').

    ``weight`` (out_channels, in_channels / groups, kernel_size), ``bias`` (out_channels,); L' is
    ⌊(L + 2·padding − dilation·(kernel_size − 1) − 1) / stride⌋ + 1. Raises ValueError for arguments
    or inputs that do not fit.

    >>> Conv1d(2, 4, 3, padding=1)(np.zeros((8, 2, 10))).shape
    (8, 4, 10)
    """

    axes = 1

    def forward(self, x):
        return F.conv1d(
            x, self.weight, self.bias, self.stride, self.padding, self.dilation, self.groups
        )


class Conv2d(Convolution):
    """Kernels that slide over images: (N, in_channels, H, W) → (N, out_channels, H', W').

    ``weight`` (out_channels, in_channels / groups, kh, kw), ``bias`` (out_channels,); H' is
    ⌊(H + 2·padding − dilation·(kh − 1) − 1) / stride⌋ + 1, W' likewise. Raises ValueError for
    arguments or inputs that do not fit.

    >>> Conv2d(3, 16, 5, stride=2)(np.zeros((8, 3, 28, 28))).shape
    (8, 16, 12, 12)
    """

    axes = 2

    def forward(self, x):
        return F.conv2d(
            x, self.weight, self.bias, self.stride, self.padding, self.dilation, self.groups
        )


class TransposedConvolution(KernelLayer):
    """What ConvTranspose1d and ConvTranspose2d share: their arguments."""

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, ...],
        stride: int | tuple[int, ...] = 1,
        padding: int | tuple[int, ...] = 0,
        output_padding: int | tuple[int, ...] = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: int | tuple[int, ...] = 1,
        dtype=np.float64,
        generator: np.random.Generator | None = None,
    ):
        super().__init__()
        self.in_channels, self.out_channels = in_channels, out_channels
        self.kernel_size, self.stride, self.padding = kernel_size, stride, padding
        self.output_padding, self.dilation, self.groups = output_padding, dilation, groups
        self.start(in_channels, out_channels, bias, dtype, generator)


class ConvTranspose1d(TransposedConvolution):
    """A convolution's way back, which makes long of short.

    Shapes: (N, in_channels, L) → (N, out_channels, L').
    ``weight`` (in_channels, out_channels / groups, kernel_size), ``bias`` (out_channels,); L' is
    (L − 1)·stride − 2·padding + dilation·(kernel_size − 1) + output_padding + 1. Raises ValueError
    for arguments or inputs that do not fit.

    >>> ConvTranspose1d(4, 2, 2, stride=2)(np.zeros((8, 4, 5))).shape
    (8, 2, 10)
    """

    axes = 1

    def forward(self, x):
        return F.conv_transpose1d(
            x, self.weight, self.bias, self.stride, self.padding, self.output_padding,
            self.groups, self.dilation,
        )  # fmt: skip


class ConvTranspose2d(TransposedConvolution):
    """A convolution's way back, which makes large of small.

    Shapes: (N, in_channels, H, W) → (N, out_channels, H', W').
    ``weight`` (in_channels, out_channels / groups, kh, kw), ``bias`` (out_channels,); H' is
    (H − 1)·stride − 2·padding + dilation·(kh − 1) + output_padding + 1, W' likewise. Raises
    ValueError for arguments or inputs that do not fit.

    >>> ConvTranspose2d(16, 3, 2, stride=2)(np.zeros((8, 16, 7, 7))).shape
    (8, 3, 14, 14)
    """

    axes = 2

    def forward(self, x):
        return F.conv_transpose2d(
            x, self.weight, self.bias, self.stride, self.padding, self.output_padding,
            self.groups, self.dilation,
        )  # fmt: skip
