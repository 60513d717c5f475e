"""Gradients kept small, with the names of ``torch.nn.utils``."""

from collections.abc import Iterable

import numpy as np

from dlcourse.tensor import Tensor


def clip_grad_norm_(
    parameters: Tensor | Iterable[Tensor],
    max_norm: float,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
) -> float:
    """Scale all gradients by one factor so that their norm, taken together, is at most max_norm.

    The direction stays. Returns the norm before. ``norm_type``: 2 for the length, ``inf`` for the
    largest size. Raises RuntimeError, if asked to, where the norm is NaN or infinite.

    >>> w = Tensor([0.0, 0.0], requires_grad=True)
    >>> w.grad = Tensor([3.0, 4.0])
    >>> clip_grad_norm_([w], max_norm=1.0)
    5.0
    >>> w.grad.data.round(4)
    array([0.6, 0.8])
    """
    arrays = _gradients(parameters)
    if norm_type == np.inf:
        norm = max((float(np.abs(array).max(initial=0)) for array in arrays), default=0.0)
    elif norm_type == 2:
        norm = float(np.sqrt(sum(float(np.vdot(array, array)) for array in arrays)))
    else:
        powers = (float((np.abs(array) ** norm_type).sum()) for array in arrays)
        norm = float(sum(powers) ** (1 / norm_type))
    if error_if_nonfinite and not np.isfinite(norm):
        raise RuntimeError(f"The norm of the gradients is {norm}. No gradient was changed.")
    factor = min(max_norm / (norm + 1e-6), 1.0)
    if factor < 1 or np.isnan(factor):
        for array in arrays:
            array *= factor
    return norm


def clip_grad_value_(parameters: Tensor | Iterable[Tensor], clip_value: float) -> None:
    """Cut every number of every gradient to ±clip_value. The direction changes.

    >>> w = Tensor([0.0, 0.0], requires_grad=True)
    >>> w.grad = Tensor([-3.0, 0.5])
    >>> clip_grad_value_([w], 1.0)
    >>> w.grad.data
    array([-1. ,  0.5])
    """
    for array in _gradients(parameters):
        np.clip(array, -clip_value, clip_value, out=array)


def _gradients(parameters):
    tensors = [parameters] if isinstance(parameters, Tensor) else parameters
    return [tensor.grad.data for tensor in tensors if tensor.grad is not None]
