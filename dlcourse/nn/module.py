"""Module: a part of a network, with its parameters and its sub-modules."""

import sys
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from dlcourse.advice import NO_DEVICE, missing_attribute
from dlcourse.graph import recording
from dlcourse.tensor import FLOATS, Tensor


class Parameter(Tensor):
    """A tensor that a module learns: it requires a gradient, and assigning it registers it.

    Raises TypeError for numbers that are not floats.

    >>> from dlcourse import nn
    >>> nn.Parameter([1.0, 2.0])
    Tensor([1., 2.], requires_grad=True)
    """

    __slots__ = ()

    def __init__(self, data, name: str | None = None):
        super().__init__(data, requires_grad=True, name=name)


class Call(NamedTuple):
    """One use of a module: which one, and the place in the code that called it."""

    module: "Module"
    place: tuple


class Hook:
    """A function that a module calls; ``remove()``, or the end of a ``with``, takes it away."""

    def __init__(self, module: "Module", function: Callable):
        self.module, self.function = module, function

    def remove(self) -> None:
        """Take the function away; a second time changes nothing."""
        hooks = self.module._forward_hooks
        self.module._forward_hooks = tuple(hook for hook in hooks if hook is not self)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.remove()


class Module:
    """Base class of all layers and networks: write ``__init__`` and ``forward``.

    Attributes that are parameters or modules are registered by their names, in the order in which
    they were assigned.
    Assigning a parameter or module before
    ``super().__init__()`` raises AttributeError.

    >>> from dlcourse import nn
    >>> class Scale(nn.Module):
    ...     def __init__(self):
    ...         super().__init__()
    ...         self.factor = nn.Parameter([2.0])
    ...
    ...     def forward(self, x):
    ...         return self.factor * x
    >>> Scale()([1.0, 3.0])
    Tensor([2., 6.], grad_fn=mul)
    >>> [name for name, parameter in Scale().named_parameters()]
    ['factor']
    """

    training: bool = True
    _forward_hooks: tuple["Hook", ...] = ()

    def __init__(self):
        self._parameters = {}
        self._buffers = {}
        self._modules = {}

    def register_buffer(self, name: str, data) -> None:
        """Keep numbers that belong to the state and are not learnt, as ``self.<name>``: a Tensor.

        Change them by ``self.<name>.data = ...``; assigning something else unregisters them.
        """
        buffer = Tensor(data)
        setattr(self, name, buffer)
        self._buffers[name] = buffer

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
            for registry in ("_parameters", "_buffers", "_modules"):
                self.__dict__.get(registry, {}).pop(name, None)
        super().__setattr__(name, value)

    __getattr__ = missing_attribute

    def forward(self, *inputs):
        raise NotImplementedError(f"{type(self).__name__} has no forward().")

    def __call__(self, *inputs, **options):
        frame = sys._getframe(1)
        before = recording.calls
        recording.calls = (*before, Call(self, (frame.f_code, frame.f_lasti)))
        try:
            output = self.forward(*inputs, **options)
        finally:
            recording.calls = before
        for hook in self._forward_hooks:
            changed = hook.function(self, inputs, output)
            output = output if changed is None else changed
        return output

    def register_forward_hook(self, hook: Callable) -> "Hook":
        """Call ``hook(module, inputs, output)`` after each forward(), until ``.remove()``.

        What it returns, unless None, takes the output's place. ``output.retain_grad()`` in a hook
        lets ``backward()`` keep the gradient that arrives there.
        """
        handle = Hook(self, hook)
        self._forward_hooks = (*self._forward_hooks, handle)
        return handle

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

    def named_buffers(self) -> Iterator[tuple[str, Tensor]]:
        """All buffers with their dotted names."""
        for path, module in self.named_modules():
            for name, buffer in module._buffers.items():
                yield (f"{path}.{name}" if path else name), buffer

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
        """Convert all parameters, and all buffers of floats, to float32 or float64.

        Raises TypeError for anything else.
        """
        if dtype not in FLOATS:
            raise TypeError(f"A model holds float32 or float64, not {dtype!r}. {NO_DEVICE}")
        for parameter in self.parameters():
            parameter._data = parameter._data.astype(dtype)
            parameter.grad = None
        for _, buffer in self.named_buffers():
            if buffer.dtype.kind == "f":
                buffer._data = buffer._data.astype(dtype)
        return self

    def float(self) -> "Module":
        """Convert all parameters to float32."""
        return self.to(np.float32)

    def double(self) -> "Module":
        """Convert all parameters to float64."""
        return self.to(np.float64)

    def _state(self):
        """Every parameter and buffer by its dotted name, module by module, as in PyTorch."""
        for path, module in self.named_modules():
            for name, tensor in (module._parameters | module._buffers).items():
                yield (f"{path}.{name}" if path else name), tensor

    def state_dict(self) -> dict[str, np.ndarray]:
        """A copy of the numbers of every parameter and buffer, by dotted name."""
        return {name: tensor.data.copy() for name, tensor in self._state()}

    def load_state_dict(self, state: dict) -> None:
        """Set every parameter and buffer from arrays by its dotted name.

        Raises KeyError for names that are missing or not known, ValueError for wrong shapes. In
        both cases nothing has changed.
        """
        own = dict(self._state())
        missing, unknown = own.keys() - state.keys(), state.keys() - own.keys()
        if missing or unknown:
            raise KeyError(
                f"The state does not fit {type(self).__name__}: missing {sorted(missing)}, "
                f"unknown {sorted(unknown)}."
            )
        wrong = {
            name: f"{np.shape(state[name])} for {tensor.shape}"
            for name, tensor in own.items()
            if np.shape(state[name]) != tensor.shape
        }
        if wrong:
            raise ValueError(f"The state's shapes do not fit {type(self).__name__}: {wrong}.")
        for name, tensor in own.items():
            tensor.data = np.array(state[name])

    def extra_repr(self) -> str:
        """What stands in the brackets after the class's name."""
        return ""

    def __repr__(self):
        lines = [f"({name}): {module!r}" for name, module in self._modules.items()]
        if not lines:
            return f"{type(self).__name__}({self.extra_repr()})"
        body = "\n".join(lines).replace("\n", "\n  ")
        return f"{type(self).__name__}(\n  {body}\n)"
