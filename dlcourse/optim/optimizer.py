"""What all optimisers share: groups of parameters, their state, and a step that is all or none."""

from collections.abc import Iterable

import numpy as np

from dlcourse.tensor import Tensor


class Optimizer:
    """Base class of all optimisers. A subclass writes ``updated``, the rule for one parameter.

    ``params``: tensors, or groups of them as dicts, ``{"params": [...], "lr": 0.1}``, each with
    options of its own; what a group leaves out is as in the arguments.

    An update replaces a parameter's array and leaves the old one untouched, so a graph recorded
    before the step still holds the numbers that it was computed from.

    Raises ValueError for no parameters, one given twice, the result of an operation, or options
    out of range; TypeError for what is not a tensor.

    >>> from dlcourse import Tensor
    >>> class Sign(Optimizer):
    ...     def updated(self, w, grad, state, group):
    ...         return w - group["lr"] * np.sign(grad)
    >>> w = Tensor([1.0, 1.0], requires_grad=True)
    >>> (w * [5.0, -0.1]).sum().backward()
    >>> Sign([w], lr=0.25).step()
    >>> w.data
    array([0.75, 1.25])
    """

    param_groups: list[dict]
    """The groups; ``optimiser.param_groups[0]["lr"]`` is the learning rate of the first."""
    state: dict[Tensor, dict]
    """What the rule remembers of each parameter, by PyTorch's names."""

    def __init__(self, params: Iterable[Tensor] | Iterable[dict], **defaults):
        if isinstance(params, Tensor | dict) or not isinstance(params, Iterable):
            raise TypeError(
                "The parameters come first and as a list: [w], or model.parameters(), not "
                f"{type(params).__name__}."
            )
        given = list(params)
        if not given:
            raise ValueError(
                "The optimiser got no parameters. model.parameters() can be walked through once: "
                "call it anew for each optimiser."
            )
        groups = given if isinstance(given[0], dict) else [{"params": given}]
        self.param_groups = [
            {**group, "params": list(group["params"])}
            | {name: group.get(name, value) for name, value in defaults.items()}
            for group in groups
        ]
        self.state = {}
        for group in self.param_groups:
            self.check(group)
        self._check_parameters()

    def updated(self, w: np.ndarray, grad: np.ndarray, state: dict, group: dict) -> np.ndarray:
        """The parameter's new numbers, in a new array; ``state`` may change in place."""
        raise NotImplementedError(f"{type(self).__name__} has no updated().")

    def step(self) -> None:
        """Move every parameter that has a gradient.

        Raises FloatingPointError for a gradient with NaN or infinity, ValueError for one of a
        wrong shape. Then no parameter has changed.
        """
        moving = [
            (parameter, parameter.grad.data, group)
            for group in self.param_groups
            for parameter in group["params"]
            if parameter.grad is not None
        ]
        for number, (parameter, grad, _) in enumerate(moving):
            if grad.shape == parameter.shape and np.isfinite(grad).all():
                continue
            called = f"{parameter.name or f'parameter {number}'} {parameter.shape}"
            if grad.shape != parameter.shape:
                raise ValueError(
                    f"The gradient of {called} has the shape {grad.shape}. No parameter was "
                    "changed. A gradient has the shape of what it belongs to."
                )
            raise FloatingPointError(
                f"The gradient of {called} has NaN or infinite numbers. No parameter was "
                "changed. A learning rate that is too large, or log(0), is the usual cause."
            )
        for parameter, grad, group in moving:
            state = self.state.setdefault(parameter, {})
            parameter.data = self.updated(parameter.data, grad, state, group)

    def zero_grad(self) -> None:
        """Forget all gradients, so that the next ``backward()`` does not add to them."""
        for parameter in self._parameters():
            parameter.grad = None

    def state_dict(self) -> dict:
        """A copy of what goes on from here: ``state``, and the groups' options.

        Parameters are numbered in the order of the groups, as in PyTorch.
        """
        numbers = {parameter: number for number, parameter in enumerate(self._parameters())}
        return {
            "state": {
                numbers[parameter]: {name: _copied(value) for name, value in kept.items()}
                for parameter, kept in self.state.items()
                if kept
            },
            "param_groups": [
                group | {"params": [numbers[parameter] for parameter in group["params"]]}
                for group in self.param_groups
            ],
        }

    def load_state_dict(self, state: dict) -> None:
        """Go on from what ``state_dict()`` of such an optimiser gave.

        Raises ValueError if the groups have other sizes, or an array has not its parameter's
        shape. Then nothing has changed.
        """
        sizes = [len(group["params"]) for group in state["param_groups"]]
        own = [len(group["params"]) for group in self.param_groups]
        if sizes != own:
            raise ValueError(
                f"The state is of groups with {sizes} parameters; this optimiser has {own}."
            )
        parameters = list(self._parameters())
        for number, kept in state["state"].items():
            for name, value in kept.items():
                if np.ndim(value) and np.shape(value) != parameters[number].shape:
                    raise ValueError(
                        f"{name} of parameter {number} has the shape {np.shape(value)} in the "
                        f"state; the parameter has {parameters[number].shape}."
                    )
        for group, loaded in zip(self.param_groups, state["param_groups"], strict=True):
            group |= loaded | {"params": group["params"]}
        self.state = {
            parameters[number]: {name: _copied(value) for name, value in kept.items()}
            for number, kept in state["state"].items()
        }

    def check(self, group: dict) -> None:
        """Raise ValueError for an option of a group that is out of range."""
        if not group["lr"] > 0:
            raise ValueError(f"The learning rate must be above 0, not {group['lr']}.")
        for name, value in group.items():
            if name in ("betas", "alpha") and not all(0 <= x < 1 for x in np.atleast_1d(value)):
                raise ValueError(f"{name} must be at least 0 and below 1, not {value}.")
            if name not in ("params", "lr", "betas") and not value >= 0:
                raise ValueError(f"{name} must be at least 0, not {value}.")

    def _parameters(self):
        return (parameter for group in self.param_groups for parameter in group["params"])

    def _check_parameters(self):
        parameters = list(self._parameters())
        for parameter in parameters:
            if not isinstance(parameter, Tensor):
                raise TypeError(
                    f"An optimiser moves tensors, not {type(parameter).__name__}. All those of a "
                    "model are model.parameters()."
                )
            if not parameter.is_leaf:
                raise ValueError(
                    f"A parameter is a leaf; the tensor of shape {parameter.shape} is the result "
                    f"of {parameter.grad_fn.name} and gets no gradient."
                )
        if len(set(parameters)) < len(parameters):
            raise ValueError("A parameter was given twice: it would be moved twice in a step.")


def _copied(value):
    return value.copy() if isinstance(value, np.ndarray) else value
