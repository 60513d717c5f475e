"""Every operation as a function and as a method, made from its class.

``functional.relu(x)`` and ``x.relu()`` are the same function. Names are those of
``torch.nn.functional`` and ``torch.Tensor``.
"""

import inspect
import sys

from dlcourse import advice, ops
from dlcourse.function import Function
from dlcourse.tensor import Tensor

OPERATORS = {
    "add": "add",
    "sub": "sub",
    "mul": "mul",
    "truediv": "div",
    "matmul": "matmul",
    "pow": "pow",
    "neg": "neg",
    "abs": "abs",
    "getitem": "getitem",
}
"""Python's name of each operator: our name of the operation."""
_NO_OPTIONS = {}


def as_function(operation: type[Function]):
    """A plain function that applies the operation."""

    record = operation.record

    def call(*args, **kwargs):
        return record(args, kwargs, sys._getframe(1))

    def call_in_order(*args, **kwargs):
        named = call.__signature__.bind(*args, **kwargs).arguments
        return record((), named, sys._getframe(1))

    parameters = inspect.signature(operation.forward).parameters
    in_order = operation.argument_names
    if in_order != operation.input_names + operation.option_names:
        call = call_in_order
    call.__name__ = call.__qualname__ = operation.name
    call.__doc__ = operation.__doc__
    call.__signature__ = inspect.Signature(
        [
            parameters[name].replace(kind=inspect.Parameter.POSITIONAL_OR_KEYWORD)
            for name in in_order
        ]
    )
    return call


def _binary(operation, reflected=False):
    """An operator with two operands, which needs no sorting of arguments."""
    record = operation.record

    def call(x, y):
        return record((x, y), _NO_OPTIONS, sys._getframe(1))

    def call_reflected(x, y):
        return record((y, x), _NO_OPTIONS, sys._getframe(1))

    return call_reflected if reflected else call


for _name, _operation in Function.registry.items():
    globals()[_name] = as_function(_operation)
    if _operation.is_method:
        setattr(Tensor, _name, globals()[_name])
for _function in ops.several.FUNCTIONS:
    globals()[_function.__name__] = _function
    setattr(Tensor, _function.__name__, _function)
for _operator, _name in OPERATORS.items():
    setattr(Tensor, f"__{_operator}__", globals()[_name])
for _operator in ("add", "sub", "mul", "truediv", "matmul"):
    _operation = Function.registry[OPERATORS[_operator]]
    setattr(Tensor, f"__{_operator}__", _binary(_operation))
    setattr(Tensor, f"__r{_operator}__", _binary(_operation, reflected=True))
for _operator, _symbol in {"add": "+=", "sub": "-=", "mul": "*=", "truediv": "/="}.items():
    setattr(Tensor, f"__i{_operator}__", advice.in_place(_symbol))
Tensor.__getattr__ = advice.missing_attribute
Tensor.__setitem__ = advice.refuse_assignment
