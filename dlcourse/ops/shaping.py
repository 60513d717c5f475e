"""The same numbers in another arrangement."""

import math

import numpy as np

from dlcourse.advice import NO_DEVICE
from dlcourse.function import Function
from dlcourse.ops.axes import axes_of, axis_of, integers_of
from dlcourse.tensor import FLOATS


class Transpose(Function):
    """Swap two axes: z[..., j, ..., i, ...] = x[..., i, ..., j, ...].

    Raises ValueError for an axis that does not exist. ``x.T`` does it for a matrix.

    >>> from dlcourse import Tensor
    >>> Tensor([[1.0, 2.0, 3.0]]).transpose(0, 1).shape
    (3, 1)
    """

    formula = r"Z = X^\top"
    gradients = (r"\bar{X} = \bar{Z}^\top",)
    structure = "rearrangement"

    def forward(self, x, *, dim0, dim1):
        self.dims = tuple(axis_of(self.name, dim, x.ndim) for dim in (dim0, dim1))
        return np.swapaxes(x, *self.dims)

    def backward(self, grad):
        return np.swapaxes(grad, *self.dims)


class Permute(Function):
    """The axes in another order: axis k of the result is axis ``dims[k]`` of x.

    Raises ValueError unless ``dims`` names each axis once.

    >>> import numpy as np
    >>> from dlcourse import Tensor
    >>> images = Tensor(np.zeros((8, 28, 30, 3)))
    >>> images.permute(0, 3, 1, 2).shape  # channels first, as convolutions want them
    (8, 3, 28, 30)
    """

    title = "order of the axes"
    formula = r"z_{k_{d_1} \ldots k_{d_n}} = x_{k_1 \ldots k_n}"
    gradients = (r"\bar{x}_{k_1 \ldots k_n} = \bar{z}_{k_{d_1} \ldots k_{d_n}}",)
    structure = "rearrangement"
    takes_numbers = True

    def forward(self, x, *, dims):
        self.dims = axes_of(self.name, dims, x.ndim)
        if dims is None or len(self.dims) != x.ndim:
            raise ValueError(
                f"permute: {dims} must name each of the {x.ndim} axes of shape {x.shape} once. "
                "transpose swaps just two."
            )
        return x.transpose(self.dims)

    def backward(self, grad):
        return grad.transpose(np.argsort(self.dims))


class Reshape(Function):
    """The same numbers, read row by row, in another shape; one length may be −1: what is left.

    Raises ValueError if the numbers of numbers differ.

    >>> from dlcourse import Tensor
    >>> Tensor([1.0, 2.0, 3.0, 4.0]).reshape(2, -1)
    Tensor([[1., 2.],
            [3., 4.]])
    """

    title = "other shape"
    formula = r"z = x"
    gradients = (r"\bar{x} = \bar{z}",)
    structure = "rearrangement"
    takes_numbers = True

    def forward(self, x, *, shape):
        try:
            return x.reshape(integers_of(self.name, shape))
        except ValueError:
            raise ValueError(
                f"reshape: the {x.size} numbers of shape {x.shape} do not fill the shape {shape}. "
                "The product of the lengths must stay the same; one of them may be −1. To change "
                "the order of axes use permute."
            ) from None

    def backward(self, grad):
        (x,) = self.arrays
        return grad.reshape(x.shape)


class Flatten(Function):
    """The axes from ``start_dim`` to ``end_dim`` as one; start_dim=1 keeps examples apart.

    Raises ValueError for an axis that does not exist.

    >>> import numpy as np
    >>> from dlcourse import Tensor
    >>> Tensor(np.zeros((8, 3, 5, 5))).flatten(1).shape
    (8, 75)
    """

    title = "one axis of several"
    formula = r"z = x"
    gradients = (r"\bar{x} = \bar{z}",)
    structure = "rearrangement"

    def forward(self, x, *, start_dim=0, end_dim=-1):
        if x.ndim == 0:
            return x.reshape(1)
        start, end = (axis_of(self.name, dim, x.ndim) for dim in (start_dim, end_dim))
        if start > end:
            raise ValueError(
                f"flatten: start_dim={start_dim} comes after end_dim={end_dim} in shape {x.shape}."
            )
        joined = math.prod(x.shape[start : end + 1])
        return x.reshape(*x.shape[:start], joined, *x.shape[end + 1 :])

    def backward(self, grad):
        (x,) = self.arrays
        return grad.reshape(x.shape)


class Squeeze(Function):
    """Without the axes of length 1: all of them, or those in ``dim`` that have it.

    Raises ValueError for an axis that does not exist.

    >>> import numpy as np
    >>> from dlcourse import Tensor
    >>> Tensor(np.zeros((3, 1))).squeeze(1).shape
    (3,)
    """

    title = "axes of length 1 left out"
    formula = r"z = x"
    gradients = (r"\bar{x} = \bar{z}",)
    structure = "rearrangement"

    def forward(self, x, *, dim=None):
        axes = axes_of(self.name, dim, x.ndim)
        return x.squeeze(tuple(axis for axis in axes if x.shape[axis] == 1))

    def backward(self, grad):
        (x,) = self.arrays
        return grad.reshape(x.shape)


class Unsqueeze(Function):
    """A new axis of length 1 at position ``dim``.

    Raises ValueError for an axis that does not exist.

    >>> import numpy as np
    >>> from dlcourse import Tensor
    >>> Tensor(np.zeros(3)).unsqueeze(1).shape
    (3, 1)
    """

    title = "a new axis"
    formula = r"z = x"
    gradients = (r"\bar{x} = \bar{z}",)
    structure = "rearrangement"

    def forward(self, x, *, dim):
        return np.expand_dims(x, axis_of(self.name, dim, x.ndim + 1))

    def backward(self, grad):
        (x,) = self.arrays
        return grad.reshape(x.shape)


class Expand(Function):
    """Copies of x along its axes of length 1 and along new axes in front; −1 keeps a length.

    The copies share their memory. Raises ValueError where an axis longer than 1 would change.

    >>> from dlcourse import Tensor
    >>> Tensor([[1.0], [2.0]]).expand(-1, 3)
    Tensor([[1., 1., 1.],
            [2., 2., 2.]])
    """

    title = "copies along axes"
    formula = r"z_{k i} = x_i"
    gradients = (r"\bar{x}_i = \sum_k \bar{z}_{k i}",)
    structure = "rearrangement"
    takes_numbers = True

    def forward(self, x, *, sizes):
        wanted = integers_of(self.name, sizes)
        old = (-1,) * (len(wanted) - x.ndim) + x.shape
        shape = tuple(b if a == -1 else a for a, b in zip(wanted, old, strict=False))
        try:
            return np.broadcast_to(x, shape)
        except ValueError:
            raise ValueError(
                f"expand: shape {x.shape} cannot become {wanted}. Compared from the right, only "
                "axes of length 1 grow, and new axes come in front; unsqueeze makes an axis."
            ) from None

    def backward(self, grad):
        return grad  # the engine adds up the copies


class Flip(Function):
    """The axes ``dims`` in reverse.

    Raises ValueError for an axis that does not exist.

    >>> from dlcourse import Tensor
    >>> Tensor([[1.0, 2.0], [3.0, 4.0]]).flip(0)
    Tensor([[3., 4.],
            [1., 2.]])
    """

    title = "reverse"
    formula = r"z_i = x_{n - 1 - i}"
    gradients = (r"\bar{x}_i = \bar{z}_{n - 1 - i}",)
    structure = "rearrangement"
    takes_numbers = True

    def forward(self, x, *, dims):
        self.axes = axes_of(self.name, dims, x.ndim)
        return np.flip(x, self.axes)

    def backward(self, grad):
        return np.flip(grad, self.axes)


class To(Function):
    """The same numbers in another float type; the gradient comes back in the first one.

    ``x.float()`` and ``x.double()`` are short for it. Raises TypeError for what is not float32 or
    float64.

    >>> from dlcourse import Tensor
    >>> Tensor([1.0, 2.0]).to("float32")
    Tensor([1., 2.], dtype=float32)
    """

    title = "conversion"
    formula = r"z = x"
    gradients = (r"\bar{x} = \bar{z}",)
    structure = "rearrangement"

    def forward(self, x, *, dtype):
        if dtype not in FLOATS:
            raise TypeError(f"to: the types are float32 and float64, not {dtype!r}. {NO_DEVICE}")
        return x.astype(dtype)

    def backward(self, grad):
        (x,) = self.arrays
        return grad.astype(x.dtype)
