"""Pooling, resizing and flattening as layers."""

from dlcourse import functional as F
from dlcourse.nn.module import Module


class MaxPooling(Module):
    """What MaxPool1d and MaxPool2d share: their arguments."""

    def __init__(self, kernel_size, stride=None, padding=0, dilation=1):
        super().__init__()
        self.kernel_size, self.stride = kernel_size, kernel_size if stride is None else stride
        self.padding, self.dilation = padding, dilation

    def extra_repr(self):
        return (
            f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}, "
            f"dilation={self.dilation}"
        )


class MaxPool1d(MaxPooling):
    """The largest number of each window: (N, C, L) → (N, C, L').

    L' = ⌊(L + 2·padding − dilation·(kernel_size − 1) − 1) / stride⌋ + 1; the stride is the kernel's
    length by default. Raises ValueError for inputs that do not fit.

    >>> MaxPool1d(2)([[[1.0, 3.0, 2.0, 5.0]]])
    Tensor([[[3., 5.]]])
    """

    def forward(self, x):
        return F.max_pool1d(x, self.kernel_size, self.stride, self.padding, self.dilation)


class MaxPool2d(MaxPooling):
    """The largest number of each window: (N, C, H, W) → (N, C, H', W').

    H' = ⌊(H + 2·padding − dilation·(kernel_size − 1) − 1) / stride⌋ + 1, W' likewise; the stride is
    the kernel's size by default. Raises ValueError for inputs that do not fit.

    >>> MaxPool2d(2)([[[[1.0, 3.0], [2.0, 5.0]]]])
    Tensor([[[[5.]]]])
    """

    def forward(self, x):
        return F.max_pool2d(x, self.kernel_size, self.stride, self.padding, self.dilation)


class AveragePooling(Module):
    """What AvgPool1d and AvgPool2d share: their arguments."""

    def __init__(self, kernel_size, stride=None, padding=0, *, count_include_pad=True):
        super().__init__()
        self.kernel_size, self.stride = kernel_size, kernel_size if stride is None else stride
        self.padding, self.count_include_pad = padding, count_include_pad

    def extra_repr(self):
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class AvgPool1d(AveragePooling):
    """The mean of each window: (N, C, L) → (N, C, L').

    L' = ⌊(L + 2·padding − kernel_size) / stride⌋ + 1; the stride is the kernel's length by default.
    With ``count_include_pad`` the padding's zeros count as numbers. Raises ValueError for inputs
    that do not fit.

    >>> AvgPool1d(2)([[[1.0, 3.0, 2.0, 5.0]]])
    Tensor([[[2. , 3.5]]])
    """

    def forward(self, x):
        return F.avg_pool1d(x, self.kernel_size, self.stride, self.padding, self.count_include_pad)


class AvgPool2d(AveragePooling):
    """The mean of each window: (N, C, H, W) → (N, C, H', W').

    H' = ⌊(H + 2·padding − kernel_size) / stride⌋ + 1, W' likewise; the stride is the kernel's size
    by default. With ``count_include_pad`` the padding's zeros count as numbers. Raises ValueError
    for inputs that do not fit.

    >>> AvgPool2d(2)([[[[1.0, 3.0], [2.0, 6.0]]]])
    Tensor([[[[3.]]]])
    """

    def forward(self, x):
        return F.avg_pool2d(x, self.kernel_size, self.stride, self.padding, self.count_include_pad)


class AdaptiveAvgPool2d(Module):
    """Means of as many windows as are wanted: (N, C, H, W) → (N, C, *output_size).

    With ``output_size`` 1 the mean of each channel, "global average pooling". Raises ValueError for
    inputs that do not fit.

    >>> AdaptiveAvgPool2d(1)([[[[1.0, 3.0], [2.0, 6.0]]]])
    Tensor([[[[3.]]]])
    """

    def __init__(self, output_size):
        super().__init__()
        self.output_size = output_size

    def forward(self, x):
        return F.adaptive_avg_pool2d(x, self.output_size)

    def extra_repr(self):
        return f"output_size={self.output_size}"


class Upsample(Module):
    """Images in another size: (N, C, H, W) → (N, C, *size), or ``scale_factor`` times as large.

    ``mode`` is 'nearest' or 'bilinear'. Raises ValueError for inputs or options that do not fit.

    >>> Upsample(scale_factor=2)([[[[1.0, 3.0]]]])
    Tensor([[[[1., 1., 3., 3.],
              [1., 1., 3., 3.]]]])
    """

    def __init__(self, size=None, scale_factor=None, mode="nearest"):
        super().__init__()
        self.size, self.scale_factor, self.mode = size, scale_factor, mode

    def forward(self, x):
        return F.interpolate(x, self.size, self.scale_factor, self.mode)

    def extra_repr(self):
        size = f"scale_factor={self.scale_factor}" if self.size is None else f"size={self.size}"
        return f"{size}, mode={self.mode!r}"


class Flatten(Module):
    """The axes from ``start_dim`` to ``end_dim`` as one: (N, C, H, W) → (N, C · H · W).

    >>> Flatten()([[[1.0, 3.0], [2.0, 6.0]]])
    Tensor([[1., 3., 2., 6.]])
    """

    def __init__(self, start_dim=1, end_dim=-1):
        super().__init__()
        self.start_dim, self.end_dim = start_dim, end_dim

    def forward(self, x):
        return F.flatten(x, self.start_dim, self.end_dim)

    def extra_repr(self):
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"
