"""Optimisers that give every number a step of its own, by the size of its gradients so far.

The array that becomes the parameter's new one serves as scratch space on the way.
"""

import math

import numpy as np

from dlcourse.optim.optimizer import Optimizer


class Adagrad(Optimizer):
    """s ← s + g², w ← w − lr / (1 + (t − 1) · lr_decay) · g / (√s + ε), in step t.

    ``weight_decay`` λ adds λ w to g. s starts at ``initial_accumulator_value``. Raises what every
    ``Optimizer`` does.

    >>> from dlcourse import Tensor
    >>> w = Tensor([1.0, 1.0], requires_grad=True)
    >>> (w * Tensor([0.1, 10.0])).sum().backward()
    >>> Adagrad([w], lr=0.25).step()
    >>> w.data  # the same step for a small and a large gradient
    array([0.75, 0.75])
    """

    def __init__(
        self,
        params,
        lr=1e-2,
        lr_decay=0.0,
        weight_decay=0.0,
        initial_accumulator_value=0.0,
        eps=1e-10,
    ):
        super().__init__(
            params,
            lr=lr,
            lr_decay=lr_decay,
            weight_decay=weight_decay,
            initial_accumulator_value=initial_accumulator_value,
            eps=eps,
        )

    def updated(self, w, grad, state, group):
        if not state:
            start = np.full_like(w, group["initial_accumulator_value"])
            state.update(step=0, sum=start)
        state["step"] += 1
        lr = group["lr"] / (1 + (state["step"] - 1) * group["lr_decay"])
        if group["weight_decay"]:
            grad = grad + group["weight_decay"] * w
        squares = state["sum"]
        new = np.multiply(grad, grad, out=np.empty_like(w))
        squares += new
        np.sqrt(squares, out=new)
        new += group["eps"]
        np.divide(grad, new, out=new)
        return _moved(w, new, lr)


class RMSprop(Optimizer):
    """v ← α v + (1 − α) g², w ← w − lr · g / (√v + ε).

    ``centered`` divides by √(v − m²) + ε, with the running mean m ← α m + (1 − α) g. ``momentum`` μ
    gathers the quotients q: b ← μ b + q, w ← w − lr · b. ``weight_decay`` λ adds λ w to g. Raises
    what every ``Optimizer`` does.

    >>> from dlcourse import Tensor
    >>> w = Tensor([1.0], requires_grad=True)
    >>> (3 * w).sum().backward()
    >>> RMSprop([w], lr=0.1).step()  # the first step is lr / √(1 − α)
    >>> w.data.round(6)
    array([0.])
    """

    def __init__(
        self,
        params,
        lr=1e-2,
        alpha=0.99,
        eps=1e-8,
        weight_decay=0.0,
        momentum=0.0,
        centered=False,
    ):
        super().__init__(
            params,
            lr=lr,
            alpha=alpha,
            eps=eps,
            weight_decay=weight_decay,
            momentum=momentum,
            centered=centered,
        )

    def updated(self, w, grad, state, group):
        names = ["square_avg"]
        names += ["momentum_buffer"] * (group["momentum"] > 0) + ["grad_avg"] * group["centered"]
        for name in names:
            if name not in state:
                state[name] = np.zeros_like(w)
        if group["weight_decay"]:
            grad = grad + group["weight_decay"] * w
        new = np.empty_like(w)
        squares = state["square_avg"]
        _average_in(squares, np.multiply(grad, grad, out=new), group["alpha"], new)
        if group["centered"]:
            mean = state["grad_avg"]
            _average_in(mean, grad, group["alpha"], new)
            np.multiply(mean, mean, out=new)
            squares = np.subtract(squares, new, out=new)
        np.sqrt(squares, out=new)
        new += group["eps"]
        np.divide(grad, new, out=new)
        if group["momentum"]:
            buffer = state["momentum_buffer"]
            buffer *= group["momentum"]
            buffer += new
            new[...] = buffer
        return _moved(w, new, group["lr"])


class Adam(Optimizer):
    """m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², w ← w − lr · m̂ / (√v̂ + ε).

    m̂ = m / (1 − β₁ᵗ) and v̂ = v / (1 − β₂ᵗ) in step t, since both start at 0. ``weight_decay`` λ
    adds λ w to g. ``amsgrad`` divides by the largest v so far. Raises what every ``Optimizer``
    does.

    >>> from dlcourse import Tensor
    >>> w = Tensor([1.0], requires_grad=True)
    >>> (3 * w).sum().backward()
    >>> Adam([w], lr=0.25).step()  # the first step has the size lr
    >>> w.data.round(6)
    array([0.75])
    """

    decoupled = False  # whether weight decay goes past the running averages

    def __init__(
        self,
        params,
        lr=1e-3,
        betas=(0.9, 0.999),
        eps=1e-8,
        weight_decay=0.0,
        amsgrad=False,
    ):
        super().__init__(
            params, lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, amsgrad=amsgrad
        )

    def updated(self, w, grad, state, group):
        if not state:
            state.update(step=0, exp_avg=np.zeros_like(w), exp_avg_sq=np.zeros_like(w))
            if group["amsgrad"]:
                state["max_exp_avg_sq"] = np.zeros_like(w)
        state["step"] += 1
        lr, (beta1, beta2), decay = group["lr"], group["betas"], group["weight_decay"]
        if decay and self.decoupled:
            w = w * (1 - lr * decay)
        elif decay:
            grad = grad + decay * w
        mean, squares = state["exp_avg"], state["exp_avg_sq"]
        new = np.empty_like(w)
        _average_in(mean, grad, beta1, new)
        _average_in(squares, np.multiply(grad, grad, out=new), beta2, new)
        if group["amsgrad"]:
            squares = np.maximum(state["max_exp_avg_sq"], squares, out=state["max_exp_avg_sq"])
        # m̂ / (√v̂ + ε) = m / (√v + ε c) · c / (1 − β₁ᵗ) with c = √(1 − β₂ᵗ): one pass less.
        correction = math.sqrt(1 - beta2 ** state["step"])
        np.sqrt(squares, out=new)
        new += group["eps"] * correction
        np.divide(mean, new, out=new)
        return _moved(w, new, lr * correction / (1 - beta1 ** state["step"]))


class AdamW(Adam):
    """Adam whose weight decay shrinks w itself, w ← (1 − lr · λ) w, before it moves.

    Added to the gradient, as in Adam, the decay would be divided by √v̂ too: weights with large
    gradients would hardly decay. Raises what every ``Optimizer`` does.

    >>> from dlcourse import Tensor
    >>> w = Tensor([1.0], requires_grad=True)
    >>> w.grad = Tensor([0.0])
    >>> AdamW([w], lr=0.5, weight_decay=0.5).step()
    >>> w.data
    array([0.75])
    """

    decoupled = True

    def __init__(
        self,
        params,
        lr=1e-3,
        betas=(0.9, 0.999),
        eps=1e-8,
        weight_decay=1e-2,
        amsgrad=False,
    ):
        super().__init__(params, lr, betas, eps, weight_decay, amsgrad)


def _average_in(average, value, keep, scratch):
    """average ← keep · average + (1 − keep) · value, in place."""
    average *= keep
    average += np.multiply(value, 1 - keep, out=scratch)


def _moved(w, direction, lr):
    """w − lr · direction, in the array of ``direction``."""
    direction *= -lr
    direction += w
    return direction
