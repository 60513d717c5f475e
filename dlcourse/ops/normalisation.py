"""Normalisation: numbers moved and scaled to mean 0 and variance 1, then to a learnt scale."""

import math

import numpy as np

from dlcourse.function import Function
from dlcourse.ops.windows import per_axis


class Normalisation(Function):
    """What all normalisations share: rows with mean 0 and variance 1, and the way back."""

    structure = "mixture"
    mean: np.ndarray
    """The mean of each row."""
    variance: np.ndarray
    """The variance of each row: the mean of the squared distances from the mean."""
    standard: np.ndarray
    """The rows with mean 0 and variance 1."""

    def standardise(self, rows, eps):
        """(x − mean) / √(variance + eps), each row of a matrix for itself."""
        self.mean = rows @ np.ones(rows.shape[1], rows.dtype) / rows.shape[1]
        self.standard = rows - self.mean[:, None]
        self.variance = np.vecdot(self.standard, self.standard) / rows.shape[1]
        self.scale = 1 / np.sqrt(self.variance + eps)
        self.standard *= self.scale[:, None]

    def sums(self, grad):
        """Of each row the sums of the gradient and of its products with the standard numbers."""
        return grad @ np.ones(grad.shape[1], grad.dtype), np.vecdot(grad, self.standard)

    def through_rows(self, grad, sums, products, factor=1):
        """The gradient of the rows from that of the standard numbers, times a factor a row.

        Each number also moves the mean and the variance, and so all others of its row: hence the
        two terms that are taken away.
        """
        length = grad.shape[1]
        result = self.standard * (products / -length)[:, None]
        result += grad
        result -= (sums / length)[:, None]
        result *= (self.scale * factor)[:, None]
        return result

    def check_affine(self, weight, bias, shape):
        for called, array in (("weight", weight), ("bias", bias)):
            if array is not None and array.shape != shape:
                raise ValueError(
                    f"{self.name}: the {called} has shape {array.shape}; wanted is {shape}."
                )


class BatchNorm(Normalisation):
    """Give each channel mean 0 and variance 1 over the batch, then a learnt scale and shift.

    Shapes: input (N, C) or (N, C, ...), weight and bias (C,). With ``training``, mean and variance
    are the batch's own, and the Tensors ``running_mean`` and ``running_var`` of shape (C,) follow
    them: (1 − momentum) · running + momentum · batch, where the variance is divided by n − 1.
    Otherwise they stand in for the batch's. Raises ValueError for other shapes, and in training for
    a single number a channel, which has no variance.

    >>> from dlcourse import functional as F
    >>> F.batch_norm([[1.0, 4.0], [3.0, 8.0]], None, None, training=True, eps=0)
    Tensor([[-1., -1.],
            [ 1.,  1.]])
    """

    name = "batch_norm"
    title = "batch normalisation"
    formula = r"z = w_c\,u + b_c,\quad u = \frac{x - \mu_c}{\sqrt{\sigma_c^2 + \varepsilon}}"
    gradients = (
        r"\bar{x} = \frac{w_c}{\sqrt{\sigma_c^2 + \varepsilon}} \left(\bar{z} - "
        r"\operatorname{mean}_c(\bar{z}) - u\, \operatorname{mean}_c(\bar{z}\, u)\right)",
        r"\bar{w}_c = \sum \bar{z}\,u",
        r"\bar{b}_c = \sum \bar{z}",
    )
    argument_names = (
        "input", "running_mean", "running_var", "weight", "bias", "training", "momentum", "eps",
    )  # fmt: skip

    def forward(
        self, input, weight=None, bias=None, *,
        running_mean=None, running_var=None, training=False, momentum=0.1, eps=1e-5,
    ):  # fmt: skip
        check_batch(input, running_mean, running_var, training)
        self.check_affine(weight, bias, input.shape[1:2])
        self.training, self.order = training, nearest_in_memory(input)
        rows = to_rows(input, self.order)
        if training:
            self.standardise(rows, eps)
            if running_mean is not None:
                length = rows.shape[1]
                follow(running_mean, self.mean, momentum)
                follow(running_var, self.variance * (length / (length - 1)), momentum)
        else:
            self.scale = 1 / np.sqrt(running_var.data + eps)
            self.standard = (rows - running_mean.data[:, None]) * self.scale[:, None]
        result = self.standard * (1 if weight is None else weight[:, None])
        if bias is not None:
            result += bias[:, None]
        return from_rows(result, self.order, input.shape)

    def backward(self, grad):
        input, *affine = self.arrays
        factor = affine[0] if affine else 1
        grad = to_rows(grad, self.order)
        sums, products = self.sums(grad)
        if self.training:
            result = self.through_rows(grad, sums, products, factor)
        else:
            result = grad * (self.scale * factor)[:, None]
        return from_rows(result, self.order, input.shape), products, sums


def check_batch(input, running_mean, running_var, training) -> None:
    """Raise ValueError or TypeError, with the usual cause, where batch_norm cannot go on."""
    if input.ndim < 2 or not input.shape[1]:
        raise ValueError(
            f"batch_norm: the input has shape {input.shape}; wanted is (N, C) or (N, C, ...), "
            "examples, then channels."
        )
    channels = input.shape[1]
    count = input.size // channels
    if training and count < 2:
        raise ValueError(
            f"batch_norm: in training each channel needs more than one number, the input "
            f"{input.shape} has {count}: a single one minus its own mean is 0. Train with larger "
            "batches, or call model.eval() to predict for one example."
        )
    for called, running in (("running_mean", running_mean), ("running_var", running_var)):
        if running is None and (not training or running_mean is not running_var):
            raise ValueError(
                f"batch_norm: {called} is missing. Only in training can one do without, and then "
                "without both."
            )
        if running is not None and running.shape != (channels,):
            raise ValueError(
                f"batch_norm: {called} has shape {running.shape}, the input {input.shape} has "
                f"{channels} channels (axis 1)."
            )
        if running is not None and running.dtype != input.dtype:
            raise TypeError(
                f"batch_norm: {called} is {running.dtype}, the input {input.dtype}. Write "
                ".float() or .double() on the module or on the input."
            )


def follow(running, batch, momentum) -> None:
    """Move running statistics a part of the way to those of a batch."""
    running.data = (1 - momentum) * running.data + momentum * batch


def nearest_in_memory(images: np.ndarray) -> tuple[int, ...]:
    """The axes of (N, C, ...), channels first, so that a row of each is read in long runs.

    What a convolution returns has its examples last in memory.
    """
    others = range(2, images.ndim)
    return (1, 0, *others) if images.flags.c_contiguous else (1, *others, 0)


def to_rows(images: np.ndarray, order: tuple[int, ...]) -> np.ndarray:
    """(N, C, ...) → (C, all numbers of the channel)."""
    return images.transpose(order).reshape(images.shape[1], -1)


def from_rows(rows: np.ndarray, order: tuple[int, ...], shape: tuple[int, ...]) -> np.ndarray:
    """(C, all numbers of the channel) → (N, C, ...)."""
    return rows.reshape([shape[axis] for axis in order]).transpose(np.argsort(order))


class LayerNorm(Normalisation):
    """Give each example, or each position, mean 0 and variance 1, then a learnt scale and shift.

    Shapes: input (..., *normalized_shape), weight and bias normalized_shape. Mean and variance are
    over the last axes, those of normalized_shape: a number for one of them, or a tuple. Raises
    ValueError for others.

    >>> from dlcourse import functional as F
    >>> F.layer_norm([[1.0, 3.0], [8.0, 4.0]], 2, eps=0)
    Tensor([[-1.,  1.],
            [ 1., -1.]])
    """

    name = "layer_norm"
    title = "layer normalisation"
    formula = (
        r"z_{n i} = w_i\,u_{n i} + b_i,\quad "
        r"u_{n i} = \frac{x_{n i} - \mu_n}{\sqrt{\sigma_n^2 + \varepsilon}}"
    )
    gradients = (
        r"\bar{x} = \frac{1}{\sqrt{\sigma_n^2 + \varepsilon}} \left(w \bar{z} - "
        r"\operatorname{mean}_n(w \bar{z}) - u\, \operatorname{mean}_n(w \bar{z}\, u)\right)",
        r"\bar{w}_i = \sum_n \bar{z}_{n i}\,u_{n i}",
        r"\bar{b}_i = \sum_n \bar{z}_{n i}",
    )
    argument_names = ("input", "normalized_shape", "weight", "bias", "eps")

    def forward(self, input, weight=None, bias=None, *, normalized_shape, eps=1e-5):
        one = isinstance(normalized_shape, int | np.integer)
        shape = (normalized_shape,) if one else tuple(normalized_shape)
        if not shape or input.shape[-len(shape) :] != shape or 0 in shape:
            raise ValueError(
                f"layer_norm: the input has shape {input.shape}, which does not end with "
                f"normalized_shape {shape}. The axes to normalise come last."
            )
        self.check_affine(weight, bias, shape)
        self.standardise(input.reshape(-1, math.prod(shape)), eps)
        result = self.standard * (1 if weight is None else weight.reshape(-1))
        if bias is not None:
            result += bias.reshape(-1)
        return result.reshape(input.shape)

    def backward(self, grad):
        input, *affine = self.arrays
        grad = grad.reshape(self.standard.shape)
        through = grad * affine[0].reshape(-1) if affine else grad
        result = self.through_rows(through, *self.sums(through)).reshape(input.shape)
        if not affine:
            return result, None, None
        products = np.einsum("ni,ni->i", grad, self.standard)
        shape = affine[0].shape
        sums = np.ones(len(grad), grad.dtype) @ grad
        return result, products.reshape(shape), sums.reshape(shape)


class GroupNorm(Normalisation):
    """Give each group of channels of each example mean 0 and variance 1, then a scale and shift.

    Shapes: input (N, C) or (N, C, ...), weight and bias (C,), one number a channel. Raises
    ValueError for others, and where num_groups does not divide C.

    >>> from dlcourse import functional as F
    >>> F.group_norm([[1.0, 3.0, 8.0, 4.0]], 2, eps=0)
    Tensor([[-1.,  1.,  1., -1.]])
    """

    name = "group_norm"
    title = "group normalisation"
    formula = (
        r"z = w_c\,u + b_c,\quad "
        r"u = \frac{x - \mu_{n g}}{\sqrt{\sigma_{n g}^2 + \varepsilon}}"
    )
    gradients = (
        r"\bar{x} = \frac{1}{\sqrt{\sigma_{n g}^2 + \varepsilon}} \left(w_c \bar{z} - "
        r"\operatorname{mean}_{n g}(w_c \bar{z}) - "
        r"u\, \operatorname{mean}_{n g}(w_c \bar{z}\, u)\right)",
        r"\bar{w}_c = \sum \bar{z}\,u",
        r"\bar{b}_c = \sum \bar{z}",
    )
    argument_names = ("input", "num_groups", "weight", "bias", "eps")

    def forward(self, input, weight=None, bias=None, *, num_groups, eps=1e-5):
        (num_groups,) = per_axis(num_groups, 1, 1, "group_norm: num_groups")
        if input.ndim < 2 or 0 in input.shape[1:] or input.shape[1] % num_groups:
            raise ValueError(
                f"group_norm: the input has shape {input.shape}; wanted is (N, C) or (N, C, ...), "
                f"with channels that {num_groups} groups share equally."
            )
        self.check_affine(weight, bias, input.shape[1:2])
        examples, channels, *sizes = input.shape
        self.channels = examples, channels, math.prod(sizes)
        length = channels // num_groups * self.channels[2]
        self.standardise(input.reshape(examples * num_groups, length), eps)
        result = self.standard.reshape(self.channels)
        result = result * (1 if weight is None else weight[:, None])
        if bias is not None:
            result += bias[:, None]
        return result.reshape(input.shape)

    def backward(self, grad):
        input, *affine = self.arrays
        grad = grad.reshape(self.channels)
        through = grad * affine[0][:, None] if affine else grad
        through = through.reshape(self.standard.shape)
        result = self.through_rows(through, *self.sums(through)).reshape(input.shape)
        if not affine:
            return result, None, None
        products = np.einsum("ncp,ncp->c", grad, self.standard.reshape(self.channels))
        return result, products, grad.sum(axis=(0, 2))
