"""Numbers to and from PyTorch, whose names and layouts are ours.

``torch_model.load_state_dict(to_torch(model.state_dict()))``, and back
``model.load_state_dict(from_torch(torch_model.state_dict()))``.
"""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import torch


def to_torch(state: dict[str, np.ndarray]) -> "dict[str, torch.Tensor]":
    """Each array as a torch tensor of the same type, with numbers of its own.

    Raises ModuleNotFoundError, and says how to get it, where PyTorch is not installed.

    >>> from dlcourse import interop, nn
    >>> state = interop.to_torch(nn.Linear(2, 1).state_dict())
    >>> tuple(state["weight"].shape)
    (1, 2)
    """
    try:
        import torch
    except ModuleNotFoundError:
        raise ModuleNotFoundError(
            "This needs PyTorch, which is not installed here: pip install torch"
        ) from None
    return {name: torch.from_numpy(np.array(array)) for name, array in state.items()}


def from_torch(state: "dict[str, torch.Tensor]") -> dict[str, np.ndarray]:
    """Each torch tensor as an array of the same type, with numbers of its own.

    Raises TypeError for types that NumPy does not have, such as bfloat16.

    >>> from dlcourse import interop
    >>> interop.from_torch(interop.to_torch({"w": np.array([1.0, 2.0])}))
    {'w': array([1., 2.])}
    """
    return {name: _array(name, tensor) for name, tensor in state.items()}


def _array(name, tensor):
    try:
        return tensor.detach().cpu().numpy().copy()
    except TypeError:
        raise TypeError(
            f"{name} is {tensor.dtype}, which NumPy does not have: convert it with .float() first."
        ) from None
