"""Graphs of any form: gradients are PyTorch's, and the trace tells the same numbers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcourse import Tensor, step_through

torch = pytest.importorskip("torch")
settings.register_profile("same in every run", derandomize=True, deadline=None, max_examples=60)
settings.load_profile("same in every run")

ONE = ("tanh", "sigmoid", "relu", "exp")
TWO = ("add", "sub", "mul")
numbers = st.integers(-8, 8).map(lambda n: n / 4)
lengths = st.sampled_from([(), (1,), (3,), (2, 3), (2, 1), (1, 3)])


@st.composite
def graphs(draw):
    """Some leaves, and operations that each use any of what is there: (name, one or two places)."""
    leaves = [
        np.array(draw(st.lists(numbers, min_size=n, max_size=n))).reshape(shape)
        for shape in draw(st.lists(lengths, min_size=1, max_size=3))
        for n in [int(np.prod(shape))]
    ]
    operations = []
    for there in range(len(leaves), len(leaves) + draw(st.integers(1, 8))):
        name = draw(st.sampled_from(ONE + TWO))
        places = st.integers(0, there - 1)
        operations.append((name, [draw(places) for _ in range(1 if name in ONE else 2)]))
    return leaves, operations


def computed(leaves, operations):
    """The sum of the last result; works on tensors of either library."""
    there = list(leaves)
    for name, places in operations:
        first, *other = (there[place] for place in places)
        there.append(getattr(first, name)(*other))
    return there[-1].sum()


@given(graphs())
def test_gradients_are_those_of_torch(graph):
    arrays, operations = graph
    mine = [Tensor(array, requires_grad=True) for array in arrays]
    other = [torch.tensor(array, requires_grad=True) for array in arrays]
    with np.errstate(over="ignore"):
        loss, expected = computed(mine, operations), computed(other, operations)
        if not np.isfinite(loss.item()):
            return
        loss.backward()
    expected.backward()
    for tensor, torch_tensor in zip(mine, other, strict=True):
        assert (tensor.grad is None) == (torch_tensor.grad is None)
        if tensor.grad is not None:
            np.testing.assert_allclose(
                tensor.grad.data, torch_tensor.grad.numpy(), rtol=1e-9, atol=1e-11
            )


@given(graphs())
def test_the_trace_holds_the_gradients_and_their_parts(graph):
    arrays, operations = graph
    leaves = [Tensor(array, requires_grad=True, name=f"x{i}") for i, array in enumerate(arrays)]
    with np.errstate(over="ignore"):
        loss = computed(leaves, operations)
        if not np.isfinite(loss.item()):
            return
        told = step_through(loss).trace
        loss.backward()
    gradients = {leaf.name: leaf.grad for leaf in leaves if leaf.grad is not None}
    arrived = {node["id"]: 0 for node in told["nodes"]}
    for step in told["steps"]:
        if step["kind"] == "contribution":
            arrived[step["to"]] = arrived[step["to"]] + _array(told, step["contribution"])
    for node in told["nodes"]:
        if node["name"] in gradients:
            wanted = gradients.pop(node["name"]).data
            np.testing.assert_allclose(_array(told, node["grad"]), wanted, rtol=1e-6, atol=1e-9)
            np.testing.assert_allclose(arrived[node["id"]], wanted, rtol=1e-6, atol=1e-9)
    assert not gradients


def _array(told, index):
    array = told["arrays"][index]
    return np.array(array["data"], float).reshape(array["shape"])


@given(graphs())
def test_a_second_backward_pass_adds_the_same_again(graph):
    arrays, operations = graph
    leaves = [Tensor(array, requires_grad=True) for array in arrays]
    with np.errstate(over="ignore"):
        loss = computed(leaves, operations)
        if not np.isfinite(loss.item()):
            return
        loss.backward(retain_graph=True)
        first = [leaf.grad for leaf in leaves]
        loss.backward()
    for leaf, once in zip(leaves, first, strict=True):
        if once is not None:
            np.testing.assert_allclose(leaf.grad.data, 2 * once.data, rtol=1e-12)
