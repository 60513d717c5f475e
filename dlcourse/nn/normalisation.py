"""Normalisation as layers, with scale, shift and running statistics."""

from typing import ClassVar

import numpy as np

from dlcourse import functional as F
from dlcourse.nn.module import Module, Parameter


class BatchNorm(Module):
    """What BatchNorm1d and BatchNorm2d share: all but the number of axes."""

    layouts: ClassVar[dict[int, str]]

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        dtype=np.float64,
    ):
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight = Parameter(np.ones(num_features, dtype)) if affine else None
        self.bias = Parameter(np.zeros(num_features, dtype)) if affine else None
        self.running_mean = self.running_var = None
        if track_running_stats:
            self.register_buffer("running_mean", np.zeros(num_features, dtype))
            self.register_buffer("running_var", np.ones(num_features, dtype))
            self.register_buffer("num_batches_tracked", np.array(0))

    def forward(self, x):
        self.check(np.shape(x))
        tracks = self.running_mean is not None
        momentum = self.momentum
        if self.training and tracks:
            batches = self.num_batches_tracked.data + 1
            momentum = 1 / batches if momentum is None else momentum
        result = F.batch_norm(
            x, self.running_mean, self.running_var, self.weight, self.bias,
            training=self.training or not tracks, momentum=momentum, eps=self.eps,
        )  # fmt: skip
        if self.training and tracks:
            self.num_batches_tracked.data = batches
        return result

    def check(self, shape):
        if len(shape) not in self.layouts or shape[1] != self.num_features:
            raise ValueError(
                f"{type(self).__name__}({self.num_features}): the input has shape {shape}; wanted "
                f"is {' or '.join(self.layouts.values())} with C = {self.num_features} channels."
            )

    def extra_repr(self):
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


class BatchNorm1d(BatchNorm):
    """Each feature with mean 0 and variance 1 over the batch: (N, C) or (N, C, L) → the same.

    In training with the batch's own mean and variance, which ``running_mean`` and ``running_var``
    follow: (1 − momentum) · running + momentum · batch; with momentum None they are the averages
    of all batches. After ``eval()`` with the running ones. Then times ``weight``, plus ``bias``,
    both (C,). Raises ValueError for other shapes, and in training for a single example.

    >>> BatchNorm1d(2, eps=0)([[1.0, 4.0], [3.0, 8.0]])
    Tensor([[-1., -1.],
            [ 1.,  1.]], grad_fn=batch_norm)
    """

    layouts: ClassVar[dict[int, str]] = {2: "(N, C)", 3: "(N, C, L)"}


class BatchNorm2d(BatchNorm):
    """Each channel with mean 0 and variance 1 over batch and pixels: (N, C, H, W) → the same.

    In training with the batch's own mean and variance, which ``running_mean`` and ``running_var``
    follow: (1 − momentum) · running + momentum · batch; with momentum None they are the averages
    of all batches. After ``eval()`` with the running ones. Then times ``weight``, plus ``bias``,
    both (C,). Raises ValueError for other shapes, and in training for a single number a channel.

    >>> BatchNorm2d(1, eps=0)([[[[1.0, 3.0]]]])
    Tensor([[[[-1.,  1.]]]], grad_fn=batch_norm)
    """

    layouts: ClassVar[dict[int, str]] = {4: "(N, C, H, W)"}


class LayerNorm(Module):
    """Mean 0 and variance 1 over the last axes: (..., *normalized_shape) → the same.

    ``normalized_shape`` is the length of the last axis, or a tuple of the last lengths; ``weight``
    and ``bias`` have that shape. Raises ValueError for other inputs.

    >>> LayerNorm(2, eps=0)([[1.0, 3.0], [8.0, 4.0]])
    Tensor([[-1.,  1.],
            [ 1., -1.]], grad_fn=layer_norm)
    """

    def __init__(
        self,
        normalized_shape: int | tuple[int, ...],
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
        dtype=np.float64,
    ):
        super().__init__()
        self.normalized_shape, self.eps = normalized_shape, eps
        affine = elementwise_affine
        self.weight = Parameter(np.ones(normalized_shape, dtype)) if affine else None
        self.bias = Parameter(np.zeros(normalized_shape, dtype)) if affine and bias else None

    def forward(self, x):
        return F.layer_norm(x, self.normalized_shape, self.weight, self.bias, self.eps)

    def extra_repr(self):
        return f"{self.normalized_shape}, eps={self.eps}"


class GroupNorm(Module):
    """Mean 0 and variance 1 over groups of channels of each example: (N, C, ...) → the same.

    ``weight`` and ``bias`` (C,). Raises ValueError for other inputs, and if num_groups does not
    divide num_channels.

    >>> GroupNorm(1, 2, eps=0)([[1.0, 3.0], [8.0, 4.0]])
    Tensor([[-1.,  1.],
            [ 1., -1.]], grad_fn=group_norm)
    """

    def __init__(
        self,
        num_groups: int,
        num_channels: int,
        eps: float = 1e-5,
        affine: bool = True,
        dtype=np.float64,
    ):
        super().__init__()
        if num_channels % num_groups:
            raise ValueError(
                f"GroupNorm: {num_groups} groups cannot share {num_channels} channels equally."
            )
        self.num_groups, self.num_channels, self.eps = num_groups, num_channels, eps
        self.weight = Parameter(np.ones(num_channels, dtype)) if affine else None
        self.bias = Parameter(np.zeros(num_channels, dtype)) if affine else None

    def forward(self, x):
        return F.group_norm(x, self.num_groups, self.weight, self.bias, self.eps)

    def extra_repr(self):
        return f"{self.num_groups}, {self.num_channels}, eps={self.eps}"
