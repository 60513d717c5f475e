"""Function: one operation, with its forward pass, its backward pass and its formulas."""

import inspect
import sys
from itertools import count
from pathlib import Path
from typing import ClassVar

import numpy as np

from dlcourse.graph import changes, recording, unbroadcast
from dlcourse.source import span_of
from dlcourse.tensor import Tensor, computed

_HERE = Path(__file__).parent
_PLUMBING = {
    str(_HERE / name) for name in ("function.py", "functional.py", "ops/several.py", "tensor.py")
}
_ARRAYS = {np.ndarray, np.float64, np.float32}
_numbers = count()


class Function:
    """One operation. An instance is one use of it: a node of the computation graph.

    A subclass writes two methods and says a few words about itself. Its function in
    ``dlcourse.functional``, its method on ``Tensor``, its tests, its node in the steppers and its
    line in the formula sheet follow from the class.

    ``forward(self, x, y, *, option=default)`` takes arrays and returns a new array. Before the
    ``*`` stand the inputs, after it the options. The last inputs may have the default None, such as
    a bias: where one is left out, ``self.inputs`` and ``self.arrays`` end before it.
    ``forward(self, *tensors, option=default)`` takes any number of inputs, which come as one list:
    ``cat([x, y])``.

    ``backward(self, grad)`` takes the gradient of the loss with respect to the result, in the
    result's shape. It returns a gradient for each input: a tuple, or a single array where there is
    one input; None for an input that has no gradient. It finds the arrays that went in as
    ``self.arrays`` and whether a gradient is wanted as ``self.needs_grad``. It changes nothing, so
    that it can run again, and returns new arrays or ``grad`` or views of it, none that it keeps:
    they may end in the ``grad`` of a tensor. An input that was broadcast may get its gradient in
    the broadcast shape: the engine adds up the copies.
    """

    name: ClassVar[str]
    """The name in PyTorch; by default the class's name in lower case."""
    title: ClassVar[str]
    """The name in words; by default ``name``."""
    formula: ClassVar[str]
    r"""The result in LaTeX: ``z = x \odot y``."""
    gradients: ClassVar[tuple[str | None, ...]]
    r"""For each input its gradient in LaTeX: ``\bar{x} = \bar{z} \odot y``; None for class numbers
    and the like, which have none and keep their integer type. One for all of ``*tensors``."""
    symbol: ClassVar[str]
    """What stands in its box in the graph: ``+``, ``relu``; by default ``name``."""
    notation: ClassVar[str]
    """How it is written with numbers: ``{x} × {y}``; by default ``name({x})``."""
    structure: ClassVar[str] = "elementwise"
    """How the result hangs on the inputs, so that a stepper sets the right numbers side by side.

    ``elementwise``: each cell on the same cell of every input, with broadcasting; ``contraction``:
    on a row of the first input and a column of the second; ``reduction``: on all cells along some
    axes; ``rearrangement``: each cell is a copy of one cell; ``loss``: one number on everything;
    ``mixture``: each cell on several cells in some other way.
    """
    is_method: ClassVar[bool] = True
    """Whether it is also a method of its first input, as ``x.relu()`` is; losses are not."""
    takes_numbers: ClassVar[bool] = False
    """Whether its only option may also come number by number: ``x.reshape(2, 3)``."""

    argument_names: ClassVar[tuple[str, ...]]
    """The arguments in PyTorch's order; by default the inputs, then the options."""

    details: ClassVar[tuple[str, ...]] = ()
    """Names of arrays that ``forward`` keeps on the node and that steppers show beside the result:
    the gates of an LSTM, the weights of attention, the cells that won in a maximum."""

    registry: ClassVar[dict[str, type["Function"]]] = {}
    input_names: ClassVar[tuple[str, ...]]
    option_names: ClassVar[tuple[str, ...]]
    required_names: ClassVar[tuple[str, ...]]
    arity: ClassVar[int]
    """With so many positional arguments, and no others, there is nothing to sort; −1 if never."""
    takes_list: ClassVar[bool]

    inputs: tuple[Tensor, ...]
    arrays: tuple[np.ndarray, ...]
    needs_grad: tuple[bool, ...]
    options: dict
    number: int
    """How many operations were recorded before."""
    released = False
    """Whether ``backward()`` has gone through."""
    retained = None
    """A weak reference to the result if it keeps its gradient."""

    def __init_subclass__(cls):
        own = cls.__dict__
        cls.name = own.get("name", cls.__name__.lower())
        cls.title = own.get("title", cls.name.replace("_", " "))
        cls.symbol = own.get("symbol", cls.name)
        parameters = list(inspect.signature(cls.forward).parameters.values())[1:]
        cls.input_names = tuple(p.name for p in parameters if p.kind is not p.KEYWORD_ONLY)
        cls.option_names = tuple(p.name for p in parameters if p.kind is p.KEYWORD_ONLY)
        cls.argument_names = own.get("argument_names", cls.input_names + cls.option_names)
        cls.takes_list = any(p.kind is p.VAR_POSITIONAL for p in parameters)
        cls.required_names = tuple(p.name for p in parameters if p.default is p.empty)
        cls.arity = len(cls.input_names) if len(cls.required_names) <= len(cls.input_names) else -1
        placeholders = ", ".join(f"{{{name}}}" for name in cls.input_names)
        cls.notation = own.get("notation", f"{cls.name}({placeholders})")
        if "formula" in own:  # a family's shared base class has none
            Function.registry[cls.name] = cls

    def forward(self, *arrays, **options):
        raise NotImplementedError(f"{type(self).__name__} has no forward.")

    def backward(self, grad):
        raise NotImplementedError(f"{type(self).__name__} has no backward.")

    @classmethod
    def apply(cls, *arguments, **options) -> Tensor:
        """Run the operation on tensors, arrays or numbers, and record it.

        Raises TypeError for wrong arguments or mixed float types, ValueError for shapes that do
        not fit.
        """
        return cls.record(arguments, options, sys._getframe(1))

    @classmethod
    def record(cls, arguments, options, frame) -> Tensor:
        """What ``apply`` does, for the place in the code where ``frame`` stands."""
        if options or len(arguments) != cls.arity or arguments[-1] is None:
            arguments, options = cls._sorted(arguments, options)
        node = cls()
        inputs = node._listed(*arguments) if cls.takes_list else arguments
        arrays, needs_grad, floats = [], [], None
        for tensor in inputs:
            if not isinstance(tensor, Tensor):
                break
            array = tensor._data
            if array.dtype is not floats:
                if array.dtype.kind == "f":
                    if floats is not None:
                        break
                    floats = array.dtype
                elif node.gradients[len(arrays)] is not None:
                    break
            if not array.ndim and type(array) is np.ndarray:
                array = array[()]  # NumPy is much faster with its numbers than with arrays of one
            arrays.append(array)
            needs_grad.append(tensor.requires_grad)
        if len(arrays) < len(inputs):
            inputs = node._as_tensors(inputs)
            arrays = [x._data if x._data.ndim else x._data[()] for x in inputs]
            needs_grad = [x.requires_grad for x in inputs]
        node.inputs, node.arrays = tuple(inputs), tuple(arrays)
        node.needs_grad = tuple(needs_grad)
        try:
            data = node.forward(*node.arrays, **options)
        except ValueError as error:
            raise cls._explained(error, node.arrays) from None
        if True not in needs_grad or not recording.enabled:
            return computed(data, None)
        node.number = next(_numbers)
        node.options = options
        node.calls = recording.calls
        node._changes = changes.count
        while frame.f_code.co_filename in _PLUMBING:
            frame = frame.f_back
        node.place = (frame.f_code, frame.f_lasti)
        return computed(data, node)

    def contributions(self, grad: np.ndarray) -> list[np.ndarray | None]:
        """What this node sends back to each input, in the input's shape; None where not wanted.

        Raises RuntimeError if ``backward`` returned something of a wrong shape or number, or if an
        input was changed in place since the forward pass.
        """
        if self._changes != changes.count:
            self._check_unchanged()
        gradients = self.backward(grad)
        if type(gradients) is not tuple:
            gradients = (gradients,)
        if len(gradients) != len(self.input_names):
            raise RuntimeError(
                f"{self.name}.backward returned {len(gradients)} gradients for "
                f"{len(self.input_names)} inputs ({', '.join(self.input_names)}). Return one for "
                "each; None where an input has none."
            )
        fitted, needs_grad = [], self.needs_grad
        for position, array in enumerate(self.arrays):
            gradient = gradients[position]
            if not needs_grad[position]:
                gradient = None
            elif type(gradient) not in _ARRAYS or gradient.shape != array.shape:
                gradient = self._fitted(gradient, self.input_names[position], array.shape)
            fitted.append(gradient)
        return fitted

    def _check_unchanged(self):
        for tensor in self.inputs:
            if tensor._changed > self._changes:
                raise RuntimeError(
                    f"{tensor._called()} was changed in place after {self} had used it: the "
                    "gradient would belong to numbers that are gone. Call backward() first, then "
                    "update."
                )

    def _fitted(self, gradient, name, shape):
        if gradient is None:
            return None
        try:
            return unbroadcast(np.asarray(gradient), shape)
        except ValueError:
            raise RuntimeError(
                f"{self.name}.backward returned a gradient of shape {np.shape(gradient)} for "
                f"{name}, which has shape {shape}. A gradient has the shape of what it belongs to; "
                "a missing transpose or a missing sum is the usual cause."
            ) from None

    @classmethod
    def _sorted(cls, arguments, options):
        """Inputs in order, options by name, also of ``sum(x, 0)`` and ``mse_loss(x, target=y)``."""
        names = cls.input_names + cls.option_names
        if cls.takes_numbers and len(arguments) > len(names):
            arguments = arguments[0], arguments[1:]
        given = dict(zip(names, arguments, strict=False))
        given.update(options)
        fits = set(names) >= given.keys() >= set(cls.required_names)
        if not fits or len(given) != len(arguments) + len(options):
            unknown = [name for name in options if name not in names]
            missing = [name for name in cls.required_names if name not in given]
            problem = (
                f"{' and '.join(missing)} missing" if missing
                else f"{' and '.join(unknown)} unknown" if unknown
                else f"{len(arguments)} positional arguments and {', '.join(options) or 'no'} named"
            )  # fmt: skip
            raise TypeError(f"{cls.name}({', '.join(names)}): {problem}.")
        inputs = [given.pop(name, None) for name in cls.input_names]
        while inputs[-1] is None and cls.input_names[len(inputs) - 1] not in cls.required_names:
            inputs.pop()
        return inputs, {  # float64 numbers of NumPy would make float64 of float32
            name: value.item() if isinstance(value, np.generic) else value
            for name, value in given.items()
        }

    def _listed(self, tensors):
        """The members of the list of inputs, from here on inputs of their own."""
        (name,), (formula,) = self.input_names, self.gradients
        if not isinstance(tensors, list | tuple) or not tensors:
            raise TypeError(
                f"{self.name} takes its tensors as one list with at least one member: "
                f"{self.name}([x, y])."
            )
        self.input_names = tuple(f"{name}[{position}]" for position in range(len(tensors)))
        self.gradients = (formula,) * len(tensors)
        return tensors

    def _as_tensors(self, arguments):
        """Wrap what is not a tensor; plain numbers and integers take the others' float type."""
        tensors = tuple([x if isinstance(x, Tensor) else Tensor(x) for x in arguments])
        if len({tensor.dtype for tensor in tensors}) == 1:
            return tensors
        adapts = [
            formula is not None and (type(x) in (int, float, bool) or tensor.dtype.kind != "f")
            for formula, x, tensor in zip(self.gradients, arguments, tensors, strict=False)
        ]
        floats = {
            tensor.dtype
            for tensor, adapting in zip(tensors, adapts, strict=True)
            if tensor.dtype.kind == "f" and not adapting
        }
        if len(floats) > 1:
            found = " and ".join(f"{tensor.dtype} {tensor.shape}" for tensor in tensors)
            raise TypeError(
                f"{self.name}: the float types differ ({found}). Nothing is converted silently: "
                "write .float() for float32 or .double() for float64 on one of them."
            )
        dtype = floats.pop() if floats else np.dtype(float)
        return tuple(
            Tensor(tensor._data.astype(dtype)) if adapting and tensor.dtype != dtype else tensor
            for tensor, adapting in zip(tensors, adapts, strict=True)
        )

    @classmethod
    def _explained(cls, error, arrays):
        """NumPy's complaint that shapes do not broadcast, in the words of the operation."""
        if "could not be broadcast" not in str(error):
            return error
        shapes = " and ".join(str(array.shape) for array in arrays)
        return ValueError(
            f"{cls.name}: the shapes {shapes} do not fit together. Compared from the right, two "
            "lengths must be equal, or one of them 1 or absent. A missing axis (y[:, None] makes "
            "(N, 1) of (N,)) or a missing .T is the usual cause."
        )

    def __repr__(self):
        span = span_of(*self.place)
        return f"{self.name} in `{span.text}`" if span and span.text else self.name
