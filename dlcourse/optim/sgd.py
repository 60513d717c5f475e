"""Gradient descent on the loss of a mini-batch."""

import numpy as np

from dlcourse.optim.optimizer import Optimizer


class SGD(Optimizer):
    """w ← w − lr · g, where g is ∂L/∂w; with momentum μ: b ← μ b + g, w ← w − lr · b.

    ``weight_decay`` λ adds λ w to g. ``nesterov`` moves by g + μ b. The first b is the first g.
    Raises what every ``Optimizer`` does. ``nesterov`` without momentum raises ValueError.

    >>> from dlcourse import Tensor
    >>> w = Tensor([1.0], requires_grad=True)
    >>> (w * w).sum().backward()
    >>> SGD([w], lr=0.25).step()
    >>> w.data
    array([0.5])
    """

    def __init__(self, params, lr=1e-3, momentum=0.0, *, weight_decay=0.0, nesterov=False):
        super().__init__(
            params, lr=lr, momentum=momentum, weight_decay=weight_decay, nesterov=nesterov
        )

    def check(self, group):
        super().check(group)
        if group["nesterov"] and not group["momentum"]:
            raise ValueError("Nesterov's momentum needs a momentum above 0.")

    def updated(self, w, grad, state, group):
        momentum = group["momentum"]
        if group["weight_decay"]:
            grad = grad + group["weight_decay"] * w
        if momentum:
            buffer = state.get("momentum_buffer")
            if buffer is None:
                buffer = state["momentum_buffer"] = grad.copy()
            else:
                buffer *= momentum
                buffer += grad
            grad = grad + momentum * buffer if group["nesterov"] else buffer
        new = np.multiply(grad, -group["lr"])
        new += w
        return new
