"""Convolutions: the same small kernels at every place, as one matrix product.

What a kernel meets at each place is copied to a column (``Windows.columns``). The kernels, one a
row, times all columns are the result; the way back is the same product transposed.
"""

import math
from typing import ClassVar

import numpy as np

from dlcourse.function import Function
from dlcourse.ops.windows import Windows, check_images, per_axis


class Convolution(Function):
    """What convolutions in one and in two dimensions share: all but the formulas."""

    structure = "mixture"
    axes: ClassVar[int]

    def forward(self, input, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1):
        check_operands(self, input, weight, bias, groups)
        (channels, _, *kernel), examples = weight.shape, len(input)
        stride = per_axis(stride, self.axes, 1, f"{self.name}: stride")
        dilation = per_axis(dilation, self.axes, 1, f"{self.name}: dilation")
        padding = self.both_sides(padding, kernel, stride, dilation)
        self.groups, self.windows = groups, Windows(kernel, stride, padding, dilation)
        counts = self.windows.counts(self.name, input.shape[2:])
        columns = self.windows.columns(input, counts)
        self.columns = columns.reshape(groups, math.prod(weight.shape[1:]), -1)
        result = weight.reshape(groups, channels // groups, -1) @ self.columns
        return with_bias(np.moveaxis(result.reshape(channels, *counts, examples), -1, 0), bias)

    def backward(self, grad):
        input, weight, *_ = self.arrays
        input_wanted, weight_wanted, *_ = self.needs_grad
        rows = as_rows(grad, self.groups)
        input_grad = weight_grad = None
        if input_wanted:
            kernels = weight.reshape(self.groups, rows.shape[1], -1)
            columns = kernels.swapaxes(1, 2) @ rows
            input_grad = back_to_images(self.windows, columns, grad.shape[2:], input.shape)
        if weight_wanted:
            transposed = self.columns @ rows.swapaxes(1, 2)  # the faster way round
            weight_grad = transposed.swapaxes(1, 2).reshape(weight.shape)
        bias_grad = (rows @ np.ones(rows.shape[2], rows.dtype)).reshape(-1)
        return input_grad, weight_grad, bias_grad

    def both_sides(self, padding, kernel, stride, dilation):
        """The padding before and after on each axis, of numbers, 'valid' or 'same'."""
        if padding == "same":
            if max(stride) > 1:
                raise ValueError(
                    f"{self.name}: padding='same' keeps the size, which no stride above 1 does. "
                    "Give the padding as a number."
                )
            totals = [step * (length - 1) for length, step in zip(kernel, dilation, strict=True)]
            return tuple((total // 2, total - total // 2) for total in totals)
        called = f"{self.name}: padding, where not 'same' or 'valid',"
        numbers = per_axis(0 if padding == "valid" else padding, self.axes, 0, called)
        return tuple((number, number) for number in numbers)


class Conv1d(Convolution):
    """Slide kernels over sequences: a weighted sum of each window, one kernel a channel.

    Shapes: input (N, C, L), weight (O, C / groups, K), bias (O,) → (N, O, L'), where
    L' = ⌊(L + 2·padding − dilation·(K − 1) − 1) / stride⌋ + 1. Raises ValueError for others.

    >>> from dlcourse import functional as F
    >>> F.conv1d([[[1.0, 2.0, 4.0, 8.0]]], [[[-1.0, 1.0]]])
    Tensor([[[1., 2., 4.]]])
    """

    title = "convolution"
    axes = 1
    formula = r"z_{n o p} = b_o + \sum_{c, k} w_{o c k}\; x_{n, c, s p + d k - a}"
    gradients = (
        r"\bar{x}_{n c q} = \sum_{o, k, p:\, s p + d k - a = q} w_{o c k}\; \bar{z}_{n o p}",
        r"\bar{w}_{o c k} = \sum_{n, p} \bar{z}_{n o p}\; x_{n, c, s p + d k - a}",
        r"\bar{b}_o = \sum_{n, p} \bar{z}_{n o p}",
    )


class Conv2d(Convolution):
    """Slide kernels over images: a weighted sum of each window, one kernel a channel.

    Shapes: input (N, C, H, W), weight (O, C / groups, kh, kw), bias (O,) → (N, O, H', W'), where
    H' = ⌊(H + 2·padding − dilation·(kh − 1) − 1) / stride⌋ + 1. Raises ValueError for others.

    >>> from dlcourse import functional as F
    >>> F.conv2d([[[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]]], [[[[1.0, 0.0], [0.0, 1.0]]]])
    Tensor([[[[6., 8.]]]])
    """

    title = "convolution"
    axes = 2
    formula = (
        r"z_{n o p q} = b_o + \sum_{c, i, j} w_{o c i j}\; x_{n, c, s p + d i - a, s q + d j - a}"
    )
    gradients = (
        r"\bar{x}_{n c u v} = \sum_{o, i, j, p, q:\; s p + d i - a = u,\; s q + d j - a = v} "
        r"w_{o c i j}\; \bar{z}_{n o p q}",
        r"\bar{w}_{o c i j} = \sum_{n, p, q} \bar{z}_{n o p q}\; "
        r"x_{n, c, s p + d i - a, s q + d j - a}",
        r"\bar{b}_o = \sum_{n, p, q} \bar{z}_{n o p q}",
    )


class TransposedConvolution(Function):
    """What transposed convolutions share: forward a convolution's way back, and the reverse."""

    structure = "mixture"
    axes: ClassVar[int]

    def forward(
        self, input, weight, bias=None, *,
        stride=1, padding=0, output_padding=0, groups=1, dilation=1,
    ):  # fmt: skip
        check_operands(self, input, weight, bias, groups, transposed=True)
        stride = per_axis(stride, self.axes, 1, f"{self.name}: stride")
        padding = per_axis(padding, self.axes, 0, f"{self.name}: padding")
        extra = per_axis(output_padding, self.axes, 0, f"{self.name}: output_padding")
        dilation = per_axis(dilation, self.axes, 1, f"{self.name}: dilation")
        (_, per_group, *kernel), counts = weight.shape, input.shape[2:]
        self.groups = groups
        self.windows = Windows(kernel, stride, tuple((p, p) for p in padding), dilation)
        sizes = self.windows.sizes(counts, extra)
        self.check_sizes(sizes, extra)
        columns = self.kernels().swapaxes(1, 2) @ as_rows(input, groups)
        shape = len(input), per_group * groups, *sizes
        return with_bias(back_to_images(self.windows, columns, counts, shape), bias)

    def backward(self, grad):
        input, weight, *_ = self.arrays
        input_wanted, weight_wanted, *bias_wanted = self.needs_grad
        columns = self.windows.columns(grad, input.shape[2:])
        columns = columns.reshape(self.groups, math.prod(weight.shape[1:]), -1)
        input_grad = weight_grad = None
        if input_wanted:
            rows = (self.kernels() @ columns).reshape(*input.shape[1:], len(input))
            input_grad = np.moveaxis(rows, -1, 0)
        if weight_wanted:
            weight_grad = as_rows(input, self.groups) @ columns.swapaxes(1, 2)
            weight_grad = weight_grad.reshape(weight.shape)
        everywhere = (0, *range(2, grad.ndim))
        return input_grad, weight_grad, grad.sum(axis=everywhere) if any(bias_wanted) else None

    def kernels(self):
        """The weight as one matrix a group: (groups, C / groups, O / groups · kernel)."""
        _, weight, *_ = self.arrays
        return weight.reshape(self.groups, len(weight) // self.groups, -1)

    def check_sizes(self, sizes, extra):
        steps = map(max, self.windows.stride, self.windows.dilation)
        if any(more >= step for more, step in zip(extra, steps, strict=True)):
            raise ValueError(
                f"{self.name}: output_padding {extra} must be smaller than the stride or the "
                "dilation: it chooses among the sizes that such a stride maps to the same one."
            )
        if min(sizes) < 1:
            raise ValueError(f"{self.name}: the padding leaves nothing, sizes of {sizes}.")


class ConvTranspose1d(TransposedConvolution):
    """Lay a kernel, times each number, at its place in a longer sequence; overlaps add up.

    Shapes: input (N, C, L), weight (C, O / groups, K), bias (O,) → (N, O, L'), where
    L' = (L − 1)·stride − 2·padding + dilation·(K − 1) + output_padding + 1. Raises ValueError for
    others.

    >>> from dlcourse import functional as F
    >>> F.conv_transpose1d([[[1.0, 2.0]]], [[[1.0, 3.0]]], stride=2)
    Tensor([[[1., 3., 2., 6.]]])
    """

    name = "conv_transpose1d"
    title = "transposed convolution"
    axes = 1
    formula = r"z_{n o q} = b_o + \sum_{c, k, p:\, s p + d k - a = q} w_{c o k}\; x_{n c p}"
    gradients = (
        r"\bar{x}_{n c p} = \sum_{o, k} w_{c o k}\; \bar{z}_{n, o, s p + d k - a}",
        r"\bar{w}_{c o k} = \sum_{n, p} x_{n c p}\; \bar{z}_{n, o, s p + d k - a}",
        r"\bar{b}_o = \sum_{n, q} \bar{z}_{n o q}",
    )


class ConvTranspose2d(TransposedConvolution):
    """Lay a kernel, times each number, at its place in a larger image; overlaps add up.

    Shapes: input (N, C, H, W), weight (C, O / groups, kh, kw), bias (O,) → (N, O, H', W'), where
    H' = (H − 1)·stride − 2·padding + dilation·(kh − 1) + output_padding + 1. Raises ValueError for
    others.

    >>> from dlcourse import functional as F
    >>> F.conv_transpose2d([[[[1.0, 2.0]]]], [[[[1.0, 3.0]]]], stride=2)
    Tensor([[[[1., 3., 2., 6.]]]])
    """

    name = "conv_transpose2d"
    title = "transposed convolution"
    axes = 2
    formula = (
        r"z_{n o u v} = b_o + \sum_{c, i, j, p, q:\; s p + d i - a = u,\; s q + d j - a = v} "
        r"w_{c o i j}\; x_{n c p q}"
    )
    gradients = (
        r"\bar{x}_{n c p q} = \sum_{o, i, j} w_{c o i j}\; "
        r"\bar{z}_{n, o, s p + d i - a, s q + d j - a}",
        r"\bar{w}_{c o i j} = \sum_{n, p, q} x_{n c p q}\; "
        r"\bar{z}_{n, o, s p + d i - a, s q + d j - a}",
        r"\bar{b}_o = \sum_{n, u, v} \bar{z}_{n o u v}",
    )


class Unfold(Function):
    """Each window of an image as a column ("im2col"): convolution is then a matrix product.

    Shapes: input (N, C, H, W) → (N, C · kh · kw, number of windows), windows row by row. Raises
    ValueError for others.

    >>> from dlcourse import functional as F
    >>> F.unfold([[[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]]], 2)
    Tensor([[[1., 2.],
             [2., 3.],
             [4., 5.],
             [5., 6.]]])
    """

    title = "windows as columns"
    formula = r"Z_{n, (c i j), (p q)} = x_{n, c, s p + d i - a, s q + d j - a}"
    gradients = (
        r"\bar{x}_{n c u v} = \sum_{i, j, p, q:\; s p + d i - a = u,\; s q + d j - a = v} "
        r"\bar{Z}_{n, (c i j), (p q)}",
    )
    structure = "rearrangement"

    def forward(self, input, *, kernel_size, dilation=1, padding=0, stride=1):
        check_images(self.name, input, 2)
        padding = per_axis(padding, 2, 0, "unfold: padding")
        self.windows = Windows(
            per_axis(kernel_size, 2, 1, "unfold: kernel_size"),
            per_axis(stride, 2, 1, "unfold: stride"),
            tuple((p, p) for p in padding),
            per_axis(dilation, 2, 1, "unfold: dilation"),
        )
        self.counts = self.windows.counts(self.name, input.shape[2:])
        columns = self.windows.columns(input, self.counts)
        rows, places = math.prod(columns.shape[:2]), math.prod(self.counts)
        return np.moveaxis(columns.reshape(rows, places, len(input)), -1, 0)

    def backward(self, grad):
        (input,) = self.arrays
        return back_to_images(self.windows, np.moveaxis(grad, 0, -1), self.counts, input.shape)


def as_rows(images: np.ndarray, groups: int) -> np.ndarray:
    """(N, C, *sizes) → (groups, C / groups, places · N): a row for each channel."""
    return np.moveaxis(images, 0, -1).reshape(groups, images.shape[1] // groups, -1)


def back_to_images(windows: Windows, columns: np.ndarray, counts, shape) -> np.ndarray:
    """Columns, in any shape of (C, cells, *counts, N), back to images (N, C, *sizes)."""
    columns = columns.reshape(shape[1], math.prod(windows.kernel), *counts, shape[0]).swapaxes(0, 1)
    return windows.add_up(columns, counts, shape, columns.dtype)


def with_bias(result: np.ndarray, bias: np.ndarray | None) -> np.ndarray:
    """(N, C, *sizes) plus one number for each channel, in place."""
    if bias is not None:
        result += bias.reshape(-1, *(1,) * (result.ndim - 2))
    return result


def check_operands(operation, input, weight, bias, groups, transposed=False) -> None:
    """Raise ValueError, with its usual cause, if the shapes of a convolution do not fit."""
    name, axes = operation.name, operation.axes
    check_images(name, input, axes)
    if weight.ndim != axes + 2 or 0 in weight.shape:
        raise ValueError(
            f"{name}: the weight has shape {weight.shape}; wanted is one axis each for output "
            f"channels, input channels and the {axes} of the kernel, none of length 0."
        )
    per_axis(groups, 1, 1, f"{name}: groups")
    first, per_group = weight.shape[0], weight.shape[1]
    if first % groups:
        raise ValueError(
            f"{name}: groups={groups} does not divide {first}, the first length of the weight "
            f"{weight.shape}. Each group has as many channels as every other."
        )
    inputs, outputs = per_group * groups, first
    if transposed:
        inputs, outputs = outputs, inputs
    channels = input.shape[1]
    if channels != inputs:
        last = input.shape[-1] == inputs
        raise ValueError(
            f"{name}: the input {input.shape} has {channels} channels (axis 1), the weight "
            f"{weight.shape} with groups={groups} is made for {inputs}. "
            + (
                "The channels seem to come last; they are wanted first: np.moveaxis(x, -1, 1)."
                if last
                else "The layer before must give as many channels as this one takes."
            )
        )
    if bias is not None and bias.shape != (outputs,):
        raise ValueError(
            f"{name}: the bias has shape {bias.shape}; wanted is ({outputs},), one number for "
            "each output channel."
        )
