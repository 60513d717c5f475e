"""A layer of ours beside PyTorch's: the same state, the same inputs, the same gradients."""

import numpy as np
import torch

from dlcourse import Tensor

TOLERANCE = {"rtol": 1e-9, "atol": 1e-11}


def twins(mine, theirs):
    """Both layers with the state of ours, whose names, order and shapes must be PyTorch's."""
    theirs = theirs.double()
    state = mine.state_dict()
    assert [(n, a.shape) for n, a in state.items()] == [
        (n, tuple(t.shape)) for n, t in theirs.state_dict().items()
    ]
    theirs.load_state_dict({name: torch.tensor(array) for name, array in state.items()})
    return mine, theirs


def leaves(arrays):
    """Each array as a tensor of ours and one of PyTorch's, both with a gradient."""
    arrays = list(arrays)
    return (
        [Tensor(array.copy(), requires_grad=True) for array in arrays],
        [torch.tensor(array, requires_grad=True) for array in arrays],
    )


def assert_same_gradients(mine, theirs, results, expected, inputs=(), their_inputs=()):
    """All results agree, and what their weighted sum sends back to parameters and inputs."""
    rng = np.random.default_rng(1)
    loss, their_loss = 0.0, 0.0
    for result, other in zip(results, expected, strict=True):
        np.testing.assert_allclose(result.data, other.detach().numpy(), **TOLERANCE)
        weights = rng.normal(size=result.shape)
        loss = loss + (result * weights).sum()
        their_loss = their_loss + (other * torch.tensor(weights)).sum()
    loss.backward()
    their_loss.backward()
    pairs = [*zip(mine.parameters(), theirs.parameters(), strict=True)]
    for tensor, other in [*pairs, *zip(inputs, their_inputs, strict=True)]:
        np.testing.assert_allclose(tensor.grad.data, other.grad.numpy(), **TOLERANCE)
