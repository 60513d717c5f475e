"""Gradient descent on the loss of a mini-batch."""

from collections.abc import Iterable

import numpy as np

from dlcourse.tensor import Tensor


class SGD:
    """w ← w − lr · ∂L/∂w for every parameter.

    An update replaces a parameter's array and leaves the old one untouched, so a graph recorded
    before the step still holds the numbers that it was computed from.

    Raises ValueError for no parameters or a learning rate that is not positive; ``step`` raises
    FloatingPointError for a gradient with NaN or infinity, and then no parameter has changed.
    """

    def __init__(self, params: Iterable[Tensor], lr: float = 1e-3):
        self.params = list(params)
        if not self.params:
            raise ValueError(
                "The optimiser got no parameters. model.parameters() can be walked through once: "
                "call it anew for each optimiser."
            )
        if not lr > 0:
            raise ValueError(f"The learning rate must be above 0, not {lr}.")
        self.lr = lr

    def zero_grad(self) -> None:
        """Forget all gradients, so that the next ``backward()`` does not add to them."""
        for parameter in self.params:
            parameter.grad = None

    def step(self) -> None:
        """Move every parameter that has a gradient."""
        moving = [parameter for parameter in self.params if parameter.grad is not None]
        for number, parameter in enumerate(moving):
            if not np.isfinite(parameter.grad.data).all():
                raise FloatingPointError(
                    f"The gradient of {parameter.name or f'parameter {number}'} "
                    f"{parameter.shape} has NaN or infinite numbers. No parameter was changed. A "
                    "learning rate that is too large, or log(0), is the usual cause."
                )
        for parameter in moving:
            parameter.data = parameter.data - self.lr * parameter.grad.data
