"""Pooling: one number for each window of an image. Resizing: many for each."""

import math
from collections.abc import Callable
from typing import ClassVar

import numpy as np

from dlcourse.function import Function
from dlcourse.ops.windows import Windows, check_images, few_channels, per_axis


class Pooling(Function):
    """What all pooling with a sliding window shares: where the windows stand."""

    axes: ClassVar[int]

    def slide(self, input, kernel_size, stride, padding, dilation=1):
        """Remember the windows, and how many there are along each axis."""
        check_images(self.name, input, self.axes)
        kernel = per_axis(kernel_size, self.axes, 1, f"{self.name}: kernel_size")
        stride = kernel if stride is None else stride
        stride = per_axis(stride, self.axes, 1, f"{self.name}: stride")
        padding = per_axis(padding, self.axes, 0, f"{self.name}: padding")
        dilation = per_axis(dilation, self.axes, 1, f"{self.name}: dilation")
        if any(p > length // 2 for p, length in zip(padding, kernel, strict=True)):
            raise ValueError(
                f"{self.name}: padding {padding} is more than half the kernel {kernel}. Some "
                "windows would see nothing but padding."
            )
        self.windows = Windows(kernel, stride, tuple((p, p) for p in padding), dilation)
        self.counts = self.windows.counts(self.name, input.shape[2:])


class MaxPooling(Pooling):
    """What max-pooling in one and in two dimensions shares: all but the formulas."""

    title = "max-pooling"
    structure = "rearrangement"
    winner: np.ndarray
    """Which cell of its window each result comes from, in row-major order; (C, *counts, N)."""

    def forward(self, input, *, kernel_size, stride=None, padding=0, dilation=1):
        self.slide(input, kernel_size, stride, padding, dilation)
        shape = input.shape[1], *self.counts, len(input)
        best = np.empty(shape, input.dtype)
        self.winner = np.zeros(shape, np.min_scalar_type(math.prod(self.windows.kernel) - 1))
        for some in few_channels(input):
            self.find(input[:, some], best[some], self.winner[some])
        return np.moveaxis(best, -1, 0)

    def find(self, images, best, winner):
        """Fill in the largest number of each window, and the first cell that has it."""
        first, *others = self.windows.cells(images, self.counts, around=-np.inf)
        best[...] = first
        for number, cell in enumerate(others, start=1):
            higher = (cell > best) * winner.dtype.type(number)
            np.maximum(winner, higher, out=winner)
            np.maximum(best, cell, out=best)

    def backward(self, grad):
        (input,) = self.arrays
        total = self.windows.blank(input.shape, grad.dtype)
        for some in few_channels(input):
            arriving = np.ascontiguousarray(np.moveaxis(grad[:, some], 0, -1))
            winner = self.winner[some]
            cells = range(math.prod(self.windows.kernel))
            sent = ((winner == number) * arriving for number in cells)
            self.windows.add_to(total[some], sent, self.counts)
        return self.windows.cropped(total, input.shape)


class MaxPool1d(MaxPooling):
    """The largest number of each window; of equal ones the first gets the gradient.

    Shapes: (N, C, L) → (N, C, L'), where L' = ⌊(L + 2·padding − dilation·(kernel − 1) − 1) /
    stride⌋ + 1; the stride is the kernel's length by default. Raises ValueError for others.

    >>> from dlcourse import functional as F
    >>> F.max_pool1d([[[1.0, 3.0, 2.0, 5.0]]], 2)
    Tensor([[[3., 5.]]])
    """

    name = "max_pool1d"
    axes = 1
    formula = r"z_{n c p} = \max_k x_{n, c, s p + d k - a}"
    gradients = (r"\bar{x}_{n c q} = \sum_{p:\, q = \operatorname{argmax}(p)} \bar{z}_{n c p}",)


class MaxPool2d(MaxPooling):
    """The largest number of each window; of equal ones the first, row by row, gets the gradient.

    Shapes: (N, C, H, W) → (N, C, H', W'), where H' = ⌊(H + 2·padding − dilation·(kernel − 1) − 1) /
    stride⌋ + 1; the stride is the kernel's length by default. Raises ValueError for others.

    >>> from dlcourse import functional as F
    >>> F.max_pool2d([[[[1.0, 3.0, 2.0], [4.0, 0.0, 5.0]]]], 2, stride=1)
    Tensor([[[[4., 5.]]]])
    """

    name = "max_pool2d"
    axes = 2
    formula = r"z_{n c p q} = \max_{i, j} x_{n, c, s p + d i - a, s q + d j - a}"
    gradients = (
        r"\bar{x}_{n c u v} = \sum_{p, q:\, (u, v) = \operatorname{argmax}(p, q)} "
        r"\bar{z}_{n c p q}",
    )


class AveragePooling(Pooling):
    """What average pooling in one and in two dimensions shares: all but the formulas."""

    title = "average pooling"
    structure = "mixture"

    def forward(self, input, *, kernel_size, stride=None, padding=0, count_include_pad=True):
        self.slide(input, kernel_size, stride, padding)
        self.share = 1 / self.numbers_seen(input, count_include_pad)
        total = 0
        for cell in self.windows.cells(input, self.counts):
            total = total + cell
        total *= self.share
        return np.moveaxis(total, -1, 0)

    def backward(self, grad):
        (input,) = self.arrays
        sent = np.moveaxis(grad, 0, -1) * self.share
        cells = [sent] * math.prod(self.windows.kernel)
        return self.windows.add_up(cells, self.counts, input.shape, grad.dtype)

    def numbers_seen(self, input, count_include_pad):
        """How many numbers each window has, to broadcast to (C, *counts, N)."""
        if count_include_pad:
            return np.full((), math.prod(self.windows.kernel), input.dtype)
        ones = np.ones((1, 1, *input.shape[2:]), input.dtype)
        return sum(self.windows.cells(ones, self.counts))


class AvgPool1d(AveragePooling):
    """The mean of each window; with ``count_include_pad`` the padding's zeros count as numbers.

    Shapes: (N, C, L) → (N, C, L'), where L' = ⌊(L + 2·padding − kernel) / stride⌋ + 1; the stride
    is the kernel's length by default. Raises ValueError for others.

    >>> from dlcourse import functional as F
    >>> F.avg_pool1d([[[1.0, 3.0, 2.0, 6.0]]], 2)
    Tensor([[[2., 4.]]])
    """

    name = "avg_pool1d"
    axes = 1
    formula = r"z_{n c p} = \frac{1}{K} \sum_k x_{n, c, s p + k - a}"
    gradients = (r"\bar{x}_{n c q} = \frac{1}{K} \sum_{k, p:\, s p + k - a = q} \bar{z}_{n c p}",)


class AvgPool2d(AveragePooling):
    """The mean of each window; with ``count_include_pad`` the padding's zeros count as numbers.

    Shapes: (N, C, H, W) → (N, C, H', W'), where H' = ⌊(H + 2·padding − kernel) / stride⌋ + 1; the
    stride is the kernel's length by default. Raises ValueError for others.

    >>> from dlcourse import functional as F
    >>> F.avg_pool2d([[[[1.0, 3.0, 2.0], [4.0, 0.0, 5.0]]]], (2, 1))
    Tensor([[[[2.5, 1.5, 3.5]]]])
    """

    name = "avg_pool2d"
    axes = 2
    formula = r"z_{n c p q} = \frac{1}{K} \sum_{i, j} x_{n, c, s p + i - a, s q + j - a}"
    gradients = (
        r"\bar{x}_{n c u v} = \frac{1}{K} \sum_{i, j, p, q:\; s p + i - a = u,\; s q + j - a = v} "
        r"\bar{z}_{n c p q}",
    )


class Resampling(Function):
    """What fixed weights of rows and of columns share: z = A x Bᵀ for each image x."""

    structure = "mixture"

    def resampled(self, input, sizes, weights: Callable[[int, int], np.ndarray]):
        """``weights(old, new)``: the matrix (new, old) that makes new pixels of old ones."""
        self.matrices = [
            weights(old, new).astype(input.dtype)
            for old, new in zip(input.shape[2:], sizes, strict=True)
        ]
        return self.weighted(input, *self.matrices)

    def weighted(self, images, rows, columns):
        """(N, C, H, W) → (N, C, H', W') with (H', H) and (W', W)."""
        return np.tensordot(np.tensordot(images, rows, (2, 1)), columns, (2, 1))

    def backward(self, grad):
        return self.weighted(grad, *(matrix.T for matrix in self.matrices))


class AdaptiveAvgPool2d(Resampling):
    """The means of as many windows, as equal as can be, as are wanted; of all numbers with 1.

    Shapes: (N, C, H, W) → (N, C, *output_size); window i reaches from ⌊i H / H'⌋ to before
    ⌈(i + 1) H / H'⌉. Raises ValueError for others.

    >>> from dlcourse import functional as F
    >>> F.adaptive_avg_pool2d([[[[1.0, 3.0, 2.0], [4.0, 0.0, 5.0]]]], (1, 2))
    Tensor([[[[2. , 2.5]]]])
    """

    name = "adaptive_avg_pool2d"
    title = "adaptive average pooling"
    formula = r"z_{n c p q} = \frac{1}{|R_p| |S_q|} \sum_{i \in R_p, j \in S_q} x_{n c i j}"
    gradients = (
        r"\bar{x}_{n c i j} = \sum_{p, q:\, i \in R_p, j \in S_q} "
        r"\frac{1}{|R_p| |S_q|} \bar{z}_{n c p q}",
    )

    def forward(self, input, *, output_size):
        check_images(self.name, input, 2)
        sizes = per_axis(output_size, 2, 1, f"{self.name}: output_size")
        return self.resampled(input, sizes, self.means)

    @staticmethod
    def means(old, new):
        window, pixel = np.ogrid[:new, :old]
        inside = (window * old // new <= pixel) & (pixel < -(-(window + 1) * old // new))
        return inside / inside.sum(axis=1, keepdims=True)


class Interpolate(Resampling):
    """Images in another size: each pixel takes the nearest one, or of the four around it a mean.

    Shapes: (N, C, H, W) → (N, C, *size), or scale_factor times as large, a whole number. ``mode``
    is 'nearest' or 'bilinear'; pixels are squares, whose corners stay on each other (PyTorch's
    ``align_corners=False``). Raises ValueError for others.

    >>> from dlcourse import functional as F
    >>> F.interpolate([[[[1.0, 3.0]]]], size=(1, 4), mode="bilinear")
    Tensor([[[[1. , 1.5, 2.5, 3. ]]]])
    """

    title = "resizing"
    formula = r"z_{n c u v} = \sum_{i, j} a_{u i}\, b_{v j}\, x_{n c i j}"
    gradients = (r"\bar{x}_{n c i j} = \sum_{u, v} a_{u i}\, b_{v j}\, \bar{z}_{n c u v}",)

    def forward(self, input, *, size=None, scale_factor=None, mode="nearest"):
        check_images(self.name, input, 2)
        if (size is None) == (scale_factor is None):
            raise ValueError("interpolate: give either size or scale_factor.")
        if mode not in ("nearest", "bilinear"):
            raise ValueError(f"interpolate: mode is 'nearest' or 'bilinear', not {mode!r}.")
        if size is None:
            factors = per_axis(scale_factor, 2, 1, "interpolate: scale_factor")
            size = tuple(n * factor for n, factor in zip(input.shape[2:], factors, strict=True))
        sizes = per_axis(size, 2, 1, "interpolate: size")
        return self.resampled(input, sizes, getattr(self, mode))

    @staticmethod
    def nearest(old, new):
        return np.eye(old)[np.arange(new) * old // new]

    @staticmethod
    def bilinear(old, new):
        middle = np.clip((np.arange(new) + 0.5) * old / new - 0.5, 0, old - 1)
        return np.maximum(1 - np.abs(middle[:, None] - np.arange(old)), 0)
