"""Module: a part of a network, with its parameters and its sub-modules."""

import sys
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from dlcourse.graph import recording
from dlcourse.tensor import Tensor


class Parameter(Tensor):
    """A tensor that a module learns: it requires a gradient, and assigning it registers it."""

    __slots__ = ()

    def __init__(self, data, name: str | None = None):
        super().__init__(data, requires_grad=True, name=name)


class Call(NamedTuple):
    """One use of a module: which one, and the place in the code that called it."""

    module: "Module"
    place: tuple


class Module:
    """Base class of all layers and networks: write ``__init__`` and ``forward``.

    Attributes that are parameters or modules are registered by their names, in the order in which
    they were assigned.
    """

    training: bool = True

    def __init__(self):
        self._parameters = {}
        self._modules = {}

    def __setattr__(self, name, value):
        if isinstance(value, Parameter | Module):
            if "_modules" not in self.__dict__:
                raise AttributeError(
                    f"{type(self).__name__}.__init__ assigns {name!r} before "
                    "super().__init__() was called. Call it first."
                )
            registry = self._parameters if isinstance(value, Parameter) else self._modules
            registry[name] = value
        else:
            for registry in (
                self.__dict__.get("_parameters", {}),
                self.__dict__.get("_modules", {}),
            ):
                registry.pop(name, None)
        super().__setattr__(name, value)

    def forward(self, *inputs):
        raise NotImplementedError(f"{type(self).__name__} has no forward().")

    def __call__(self, *inputs, **options):
        frame = sys._getframe(1)
        before = recording.calls
        recording.calls = (*before, Call(self, (frame.f_code, frame.f_lasti)))
        try:
            return self.forward(*inputs, **options)
        finally:
            recording.calls = before

    def named_modules(self, prefix: str = "") -> Iterator[tuple[str, "Module"]]:
        """This module (named ``prefix``) and all in it, with their dotted names."""
        yield prefix, self
        for name, module in self._modules.items():
            yield from module.named_modules(f"{prefix}.{name}" if prefix else name)

    def named_parameters(self) -> Iterator[tuple[str, Parameter]]:
        """All parameters with their dotted names; a shared one once."""
        seen = set()
        for path, module in self.named_modules():
            for name, parameter in module._parameters.items():
                if parameter not in seen:
                    seen.add(parameter)
                    yield (f"{path}.{name}" if path else name), parameter

    def parameters(self) -> Iterator[Parameter]:
        """All parameters; a shared one once."""
        return (parameter for _, parameter in self.named_parameters())

    def zero_grad(self) -> None:
        """Forget all gradients."""
        for parameter in self.parameters():
            parameter.grad = None

    def train(self, mode: bool = True) -> "Module":
        """Switch this and all sub-modules to training, or back with ``mode=False``."""
        for _, module in self.named_modules():
            module.training = mode
        return self

    def eval(self) -> "Module":
        """Switch this and all sub-modules to evaluation."""
        return self.train(False)

    def to(self, dtype) -> "Module":
        """Convert all parameters to a float type."""
        for parameter in self.parameters():
            parameter._data = parameter._data.astype(dtype)
            parameter.grad = None
        return self

    def float(self) -> "Module":
        """Convert all parameters to float32."""
        return self.to(np.float32)

    def double(self) -> "Module":
        """Convert all parameters to float64."""
        return self.to(np.float64)

    def state_dict(self) -> dict[str, np.ndarray]:
        """A copy of every parameter's numbers by its dotted name."""
        return {name: parameter.data.copy() for name, parameter in self.named_parameters()}

    def load_state_dict(self, state: dict) -> None:
        """Set every parameter from arrays by its dotted name.

        Raises KeyError for names that are missing or not known, ValueError for wrong shapes. In
        both cases nothing has changed.
        """
        parameters = dict(self.named_parameters())
        missing, unknown = (
            parameters.keys() - state.keys(),
            state.keys() - parameters.keys(),
        )
        if missing or unknown:
            raise KeyError(
                f"The state does not fit {type(self).__name__}: missing {sorted(missing)}, "
                f"unknown {sorted(unknown)}."
            )
        wrong = {
            name: f"{np.shape(state[name])} for {parameter.shape}"
            for name, parameter in parameters.items()
            if np.shape(state[name]) != parameter.shape
        }
        if wrong:
            raise ValueError(f"The state's shapes do not fit {type(self).__name__}: {wrong}.")
        for name, parameter in parameters.items():
            parameter.data = np.array(state[name])

    def extra_repr(self) -> str:
        """What stands in the brackets after the class's name."""
        return ""

    def __repr__(self):
        lines = [f"({name}): {module!r}" for name, module in self._modules.items()]
        if not lines:
            return f"{type(self).__name__}({self.extra_repr()})"
        body = "\n".join(lines).replace("\n", "\n  ")
        return f"{type(self).__name__}(\n  {body}\n)"
