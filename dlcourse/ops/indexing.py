"""Numbers chosen by position, and arrays put side by side."""

import numpy as np

from dlcourse.function import Function
from dlcourse.ops.axes import axis_of, integers_of
from dlcourse.tensor import Tensor


class Index(Function):
    """z = x[index]: numbers chosen by position, slice, integer array or mask.

    Raises IndexError for positions that do not exist and for what is no index.

    >>> from dlcourse import Tensor
    >>> x = Tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> x[:, 1], x[x > 2]
    (Tensor([2., 4.]), Tensor([3., 4.]))
    """

    name = "getitem"
    title = "choice by index"
    formula = r"z_i = x_{k(i)}"
    gradients = (r"\bar{x}_k = \sum_{i:\, k(i) = k} \bar{z}_i",)
    structure = "rearrangement"

    def forward(self, x, *, index):
        parts = index if isinstance(index, tuple) else (index,)
        self.index = tuple(part.data if isinstance(part, Tensor) else part for part in parts)
        try:
            return x[self.index].copy()
        except IndexError as error:
            raise IndexError(
                f"x[{', '.join(map(_written, parts))}] on shape {x.shape}: {error}. Positions "
                "count from 0, or from the end with −1."
            ) from None

    def backward(self, grad):
        (x,) = self.arrays
        total = np.zeros(x.shape, x.dtype)
        if any(np.ndim(part) and np.asarray(part).dtype != bool for part in self.index):
            positions = np.arange(x.size).reshape(x.shape)[self.index]  # may come several times
            np.add.at(total.reshape(-1), positions.reshape(-1), grad.reshape(-1))
        else:
            total[self.index] = grad
        return total


def _written(part):
    if isinstance(part, slice):
        ends = ["" if end is None else str(end) for end in (part.start, part.stop, part.step)]
        return ":".join(ends if part.step is not None else ends[:2])
    return "..." if part is Ellipsis else f"{part!r:.60}"


class Gather(Function):
    """One number for each position in ``index``: z[i, j] = x[i, index[i, j]] for ``dim=1``.

    ``index`` holds integers, has as many axes as x and is nowhere longer but along ``dim``. Raises
    TypeError, ValueError or IndexError for others.

    >>> from dlcourse import Tensor
    >>> Tensor([[1.0, 2.0], [3.0, 4.0]]).gather(1, [[1], [0]])
    Tensor([[2.],
            [3.]])
    """

    title = "choice along an axis"
    formula = r"z_{ij} = x_{i\,k_{ij}}"
    gradients = (r"\bar{x}_{ik} = \sum_{j:\, k_{ij} = k} \bar{z}_{ij}",)
    structure = "rearrangement"

    def forward(self, x, *, dim, index):
        axis = axis_of(self.name, dim, x.ndim)
        index = np.asarray(index.data if isinstance(index, Tensor) else index)
        if index.dtype.kind not in "iu":
            raise TypeError(f"gather: the index holds positions, so integers, not {index.dtype}.")
        if index.ndim != x.ndim or any(
            a > b for i, (a, b) in enumerate(zip(index.shape, x.shape, strict=True)) if i != axis
        ):
            raise ValueError(
                f"gather: an index of shape {index.shape} for numbers of shape {x.shape}. It needs "
                f"as many axes and must not be longer than them, except along dim={dim}. A column "
                "of class numbers is index[:, None]."
            )
        if index.size and not 0 <= index.min() <= index.max() < x.shape[axis]:
            raise IndexError(
                f"gather: positions along dim={dim} of shape {x.shape} go from 0 to "
                f"{x.shape[axis] - 1}; the index goes from {index.min()} to {index.max()}."
            )
        self.chosen = list(np.ogrid[tuple(map(slice, index.shape))])
        self.chosen[axis] = index
        self.chosen = tuple(self.chosen)
        return x[self.chosen]

    def backward(self, grad):
        (x,) = self.arrays
        total = np.zeros(x.shape, x.dtype)
        np.add.at(total, self.chosen, grad)
        return total


class Pad(Function):
    """x with numbers ``value`` around it; only ``mode="constant"``.

    ``pad`` counts from the last axis: (left, right) pads its begin and end, (left, right, top,
    bottom) the last two axes, and so on. Raises ValueError for widths that do not fit.

    >>> from dlcourse import Tensor, functional as F
    >>> F.pad(Tensor([[1.0, 2.0]]), (1, 0, 0, 1))
    Tensor([[0., 1., 2.],
            [0., 0., 0.]])
    """

    title = "padding"
    formula = r"z_i = x_{i - l},\quad z_i = c \text{ outside}"
    gradients = (r"\bar{x}_i = \bar{z}_{i + l}",)
    structure = "rearrangement"
    is_method = False

    def forward(self, x, *, pad, mode="constant", value=0):
        if mode != "constant":
            raise ValueError(f"pad: the mode is 'constant', not {mode!r}.")
        pad = integers_of(self.name, pad)
        if len(pad) % 2 or len(pad) > 2 * x.ndim:
            raise ValueError(
                f"pad: {pad} for shape {x.shape}. Wanted are two widths for each axis, "
                "counted from the last: (left, right) or (left, right, top, bottom)."
            )
        if min(pad, default=0) < 0:
            raise ValueError(f"pad: the widths {pad} must not be below 0; x[1:-1] cuts off.")
        widths = [(0, 0)] * (x.ndim - len(pad) // 2) + list(
            zip(pad[-2::-2], pad[::-2], strict=True)
        )
        self.inside = tuple(
            slice(before, before + n) for (before, _), n in zip(widths, x.shape, strict=True)
        )
        shape = [n + sum(width) for n, width in zip(x.shape, widths, strict=True)]
        padded = np.full(shape, value, x.dtype)
        padded[self.inside] = x
        return padded

    def backward(self, grad):
        return grad[self.inside]


class Cat(Function):
    """Tensors one after the other along the axis ``dim``, which must exist: ``cat([x, y])``.

    Raises ValueError if their shapes differ elsewhere.

    >>> from dlcourse import Tensor, functional as F
    >>> F.cat([Tensor([1.0, 2.0]), Tensor([3.0])])
    Tensor([1., 2., 3.])
    """

    title = "one after the other"
    formula = r"z = (x_1, x_2, \ldots)"
    gradients = (r"\bar{x}_k = \bar{z}_{\text{part } k}",)
    notation = "cat"
    structure = "rearrangement"
    is_method = False

    def forward(self, *tensors, dim=0):
        self.axis = axis_of(self.name, dim, tensors[0].ndim)
        try:
            return np.concatenate(tensors, self.axis)
        except ValueError:
            shapes = ", ".join(str(array.shape) for array in tensors)
            raise ValueError(
                f"cat: the shapes {shapes} do not fit together along dim={dim}. All other lengths "
                "must be equal. stack puts tensors along a new axis."
            ) from None

    def backward(self, grad):
        ends = np.cumsum([array.shape[self.axis] for array in self.arrays])
        return tuple(np.split(grad, ends[:-1], self.axis))


class Stack(Function):
    """Tensors of one shape side by side along a new axis ``dim``: ``stack([x, y])``.

    Raises ValueError if their shapes differ.

    >>> from dlcourse import Tensor, functional as F
    >>> F.stack([Tensor([1.0, 2.0]), Tensor([3.0, 4.0])], dim=1)
    Tensor([[1., 3.],
            [2., 4.]])
    """

    title = "side by side"
    formula = r"z_k = x_k"
    gradients = (r"\bar{x}_k = \bar{z}_k",)
    notation = "stack"
    structure = "rearrangement"
    is_method = False

    def forward(self, *tensors, dim=0):
        self.axis = axis_of(self.name, dim, tensors[0].ndim + 1)
        shapes = {array.shape for array in tensors}
        if len(shapes) > 1:
            raise ValueError(
                f"stack: the shapes differ ({', '.join(map(str, sorted(shapes)))}), all must be "
                "equal. cat joins along an axis that is there already."
            )
        return np.stack(tensors, self.axis)

    def backward(self, grad):
        return tuple(np.moveaxis(grad, self.axis, 0))
