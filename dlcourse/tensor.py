"""Tensor: an array that remembers how it was made."""

import operator
import weakref
from operator import attrgetter
from typing import TYPE_CHECKING

import numpy as np

from dlcourse.graph import backpropagate, changes, topological_order

if TYPE_CHECKING:
    from dlcourse.function import Function

FLOATS = (np.dtype(np.float64), np.dtype(np.float32))
OPERATORS = {
    np.add: operator.add,
    np.subtract: operator.sub,
    np.multiply: operator.mul,
    np.divide: operator.truediv,
    np.matmul: operator.matmul,
    np.less: operator.lt,
    np.less_equal: operator.le,
    np.greater: operator.gt,
    np.greater_equal: operator.ge,
    np.equal: operator.eq,
    np.not_equal: operator.ne,
}
"""What NumPy calls for ``array + tensor`` and its like: the operator that is meant."""
_new = object.__new__


class Tensor:
    """An n-dimensional array with a gradient.

    ``data`` is anything that NumPy makes an array of. Numbers and lists keep NumPy's types:
    Python floats become float64. With ``requires_grad=True`` the operations on it are recorded, and
    ``backward()`` of a result fills ``grad``. ``name`` is what steppers and errors call it.

    Its operations (``+``, ``@``, ``x.exp()``, ``x.sum(dim=0)``, ...) are the classes of
    ``dlcourse.ops``.

    Raises TypeError where a gradient is wanted of numbers that are not floats.

    >>> from dlcourse import Tensor
    >>> w = Tensor([1.0, 2.0], requires_grad=True)
    >>> loss = (w * w).sum()
    >>> loss.backward()
    >>> loss, w.grad
    (Tensor(5., grad_fn=sum), Tensor([2., 4.]))
    """

    __slots__ = (
        "__weakref__",
        "_changed",
        "_data",
        "grad",
        "grad_fn",
        "name",
        "requires_grad",
        "retains_grad",
    )  # fmt: skip

    grad: "Tensor | None"
    """∂L/∂this after ``backward()``: a Tensor of the same shape; None before."""
    grad_fn: "Function | None"
    """The operation that made this tensor; None for a leaf."""

    def __init__(self, data, requires_grad: bool = False, name: str | None = None):
        array = data.data if isinstance(data, Tensor) else np.asarray(data)
        if array.dtype.kind not in "fiub":
            raise TypeError(
                f"A Tensor holds real numbers, but {data!r:.60} has the type {array.dtype}. "
                "Rows of different lengths or text among the numbers are the usual causes."
            )
        if requires_grad and array.dtype not in FLOATS:
            raise TypeError(
                f"A gradient needs float numbers, but the data are {array.dtype}. Write 2.0 for 2, "
                "or convert with .astype(float)."
            )
        self._data = array
        self._changed = 0
        self.requires_grad = requires_grad
        self.grad = None
        self.grad_fn = None
        self.retains_grad = False
        self.name = name

    @property
    def data(self) -> np.ndarray:
        """The numbers, as a NumPy array."""
        if type(self._data) is not np.ndarray:
            self._data = np.asarray(self._data)
        return self._data

    @data.setter
    def data(self, value):
        if value is self._data:  # `w.data -= ...` changed the array in place
            changes.count += 1
            self._changed = changes.count
            return
        array = np.asarray(value._data if isinstance(value, Tensor) else value)
        if array.shape != self.shape:
            raise ValueError(
                f"{self._called()} has shape {self.shape}; data of shape {array.shape} cannot "
                "replace its numbers. In an update, the gradient must have the parameter's shape."
            )
        self._data = array.astype(self.dtype, copy=False)

    shape = property(lambda self: self._data.shape, doc="The length of each axis.")
    dtype = property(lambda self: self._data.dtype, doc="NumPy's type of the numbers.")
    ndim = property(lambda self: self._data.ndim, doc="How many axes there are.")
    is_leaf = property(lambda self: self.grad_fn is None, doc="True if no operation made it.")

    @property
    def T(self) -> "Tensor":
        """The matrix with rows and columns swapped. Raises ValueError unless it has two axes."""
        if self.ndim != 2:
            raise ValueError(f".T swaps the axes of a matrix; this has shape {self.shape}.")
        return self.transpose(0, 1)

    def numel(self) -> int:
        """How many numbers there are."""
        return self._data.size

    def item(self) -> float:
        """The only number, as a Python number. Raises ValueError if there are more."""
        if self._data.size != 1:
            raise ValueError(f"item() needs exactly one number; this has shape {self.shape}.")
        return self._data.item()

    def numpy(self) -> np.ndarray:
        """The numbers as an array. Raises RuntimeError if that would cut the graph unnoticed."""
        if self.requires_grad:
            raise RuntimeError(
                f"NumPy knows nothing of gradients: turning {self._called()} into an array would "
                "cut it out of the graph. Write .detach().numpy() or .data if that is meant; to "
                "compute with gradients use the tensor's own operations."
            )
        return self.data

    def tolist(self):
        """The numbers as nested Python lists."""
        return self._data.tolist()

    def detach(self) -> "Tensor":
        """The same numbers, cut from the graph."""
        return Tensor(self.data, name=self.name)

    def float(self) -> "Tensor":
        """As float32."""
        return self.to(np.dtype(np.float32))

    def double(self) -> "Tensor":
        """As float64."""
        return self.to(np.dtype(np.float64))

    def retain_grad(self) -> None:
        """Ask ``backward()`` to keep the gradient of this intermediate result in ``grad``."""
        if self.grad_fn is not None:
            self.retains_grad = True
            self.grad_fn.retained = weakref.ref(self)

    def backward(self, gradient=None, retain_graph: bool = False) -> None:
        """Add ∂self/∂leaf to the ``grad`` of every leaf that requires a gradient.

        ``gradient``: where the chain rule starts, in this tensor's shape; 1 for a single number,
        since a loss moves exactly as much as itself. The graph can be walked once, or again where
        ``retain_graph=True`` was given.

        Raises RuntimeError if there is no graph, if it was used before, if there are several
        numbers and no ``gradient``, or if a recorded array was changed in place; and
        FloatingPointError if this tensor is NaN or infinite. In each case no ``grad`` changes.
        """
        seed = self._seed(gradient)
        if self.grad_fn is None:
            self._accumulate(seed, {id(_memory_of(seed))})
            return
        operations = topological_order(self.grad_fn)
        if any(map(attrgetter("released"), operations)):
            raise RuntimeError(
                "backward() has already gone through this graph. Gradients add up, so a second "
                "walk would double them: compute the loss again, or give retain_graph=True the "
                "first time if you want the sum."
            )
        arrived, retained = {self.grad_fn: seed}, []
        for node, upstream, _ in backpropagate(operations, arrived):
            if node.retained is not None:
                retained.append((node.retained(), upstream))
        taken = {id(_memory_of(seed))}
        for tensor, total in (*arrived.items(), *retained):
            if tensor is not None:
                tensor._accumulate(total, taken)
        if not retain_graph:
            for node in operations:
                node.released = True

    def _seed(self, gradient):
        if not self.requires_grad:
            raise RuntimeError(
                f"{self._called()} has no graph to walk back through: nothing that it was computed "
                "from has requires_grad=True, or it was computed under no_grad() or detached."
            )
        if gradient is None:
            if self._data.size != 1:
                raise RuntimeError(
                    f"backward() starts from one number, the loss; {self._called()} has shape "
                    f"{self.shape}. Reduce it with .mean() or .sum(), or pass the gradient to "
                    "start from."
                )
            seed = self._data.dtype.type(1) if self.ndim == 0 else np.ones_like(self._data)
        else:
            seed = np.asarray(gradient._data if isinstance(gradient, Tensor) else gradient)
            seed = seed.astype(self.dtype, copy=False)
            if seed.shape != self.shape:
                raise RuntimeError(
                    f"The gradient to start from has shape {seed.shape}; {self._called()} has "
                    f"shape {self.shape}. The two must be equal."
                )
        if not np.isfinite(self._data).all():
            raise FloatingPointError(
                f"{self._called()} is not finite: {self._data}. Its gradients would be useless. "
                f"{self._first_non_finite()}"
            )
        return seed

    def _first_non_finite(self):
        for node in topological_order(self.grad_fn) if self.grad_fn else ():
            for tensor, array in zip(node.inputs, node.arrays, strict=True):
                if not np.isfinite(array).all():
                    if tensor.grad_fn is None:
                        return f"{tensor._called()} was not finite when it went into {node}."
                    return f"The first result that is not finite is that of {tensor.grad_fn}."
        return f"The first result that is not finite is that of {self.grad_fn}."

    def _accumulate(self, gradient, taken):
        """Add to ``grad``. Its memory is its own: not what is in ``taken``, which it joins."""
        if self.grad is not None:
            gradient = self.grad._data + gradient
        memory = _memory_of(gradient)
        alone = id(memory) not in taken and memory.size == gradient.size
        if not (alone and gradient.flags.writeable):
            gradient = gradient.copy("K")
        else:
            taken.add(id(memory))
        self.grad = computed(gradient, None)

    def _called(self):
        return self.name or "this tensor"

    def __array_ufunc__(self, ufunc, method, *inputs, **options):
        """An operator between an array and a tensor is the tensor's; others are refused."""
        meant = OPERATORS.get(ufunc)
        if meant is not None and options.keys() == {"out"}:  # array -= tensor
            arrays = [x.numpy() if isinstance(x, Tensor) else x for x in inputs]
            return ufunc(*arrays, **options)
        if meant is None or method != "__call__" or options:
            raise TypeError(
                f"np.{ufunc.__name__} does not record gradients. Use the tensor's own operation "
                f"(x.exp(), dlcourse.functional.exp(x), ...), or x.data if no gradient is wanted."
            )
        left, right = inputs
        return meant(Tensor(left), right)

    def __array__(self, dtype=None, copy=None):
        return np.array(self.numpy(), dtype=dtype, copy=copy)

    def __len__(self):
        return len(self._data)

    def __iter__(self):
        return (self[i] for i in range(len(self)))

    def __float__(self):
        return float(self.item())

    def __int__(self):
        return int(self.item())

    def __bool__(self):
        if self._data.size != 1:
            raise ValueError(
                f"Is a tensor of shape {self.shape} true? Say which is meant: (...).data.all() or "
                "(...).data.any()."
            )
        return bool(self.item())

    def __repr__(self):
        numbers = np.array2string(self._data, precision=4, separator=", ", prefix="Tensor(")
        parts = [numbers]
        if self.dtype != np.float64:
            parts.append(f"dtype={self.dtype}")
        if self.grad_fn is not None:
            parts.append(f"grad_fn={self.grad_fn.name}")
        elif self.requires_grad:
            parts.append("requires_grad=True")
        return f"Tensor({', '.join(parts)})"


def _memory_of(array):
    """The array to which the numbers belong of which this may be a view."""
    return array if array.base is None else array.base


def computed(data: np.ndarray, grad_fn: "Function | None") -> Tensor:
    """The result of an operation, without the checks that its inputs have passed."""
    tensor = _new(Tensor)
    tensor._data = data if isinstance(data, np.ndarray | np.generic) else np.asarray(data)
    tensor._changed = 0
    tensor.requires_grad = grad_fn is not None
    tensor.grad = None
    tensor.grad_fn = grad_fn
    tensor.retains_grad = False
    tensor.name = None
    return tensor


def _comparison(compare):
    def method(self, other):
        return Tensor(compare(self._data, other._data if isinstance(other, Tensor) else other))

    method.__doc__ = "Compare element by element; the result holds booleans and has no gradient."
    return method


for _name in ("lt", "le", "gt", "ge", "eq", "ne"):
    setattr(Tensor, f"__{_name}__", _comparison(getattr(operator, _name)))
