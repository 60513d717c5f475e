"""Every operation of the registry against central differences and against PyTorch."""

import inspect

import numpy as np
import pytest
from parity.cases import CASES, TORCH
from parity.numbers import between, normal

from dlcourse import Tensor, functional, gradcheck
from dlcourse.function import Function

torch = pytest.importorskip("torch")
CLOSE = {"rtol": 1e-9, "atol": 1e-11}


def operations():
    return [o for o in Function.registry.values() if o.__module__.startswith("dlcourse.")]


def all_cases():
    for operation in operations():
        inputs = tuple(normal(3, 4) for _ in operation.input_names)
        for number, case in enumerate(CASES.get(operation.name, [(inputs, {})])):
            yield pytest.param(operation, *case, id=f"{operation.name}-{number}")


CASES_OF_ALL = list(all_cases())


def torch_function(name):
    homes = (torch.nn.functional, torch, torch.Tensor)
    found = TORCH.get(name) or next((getattr(h, name) for h in homes if hasattr(h, name)), None)
    assert found, f"{name} has no counterpart in PyTorch: name it in TORCH"
    return found


def applied(operation, tensors, options):
    """The result of the operation on the tensors, which some operations take as one list."""
    if operation.takes_list:
        return operation.apply(tensors, **options)
    return operation.apply(*tensors, **options)


def ours(arrays):
    return [Tensor(a.copy(), requires_grad=a.dtype.kind == "f") for a in arrays]


def theirs(arrays):
    return [torch.tensor(a, requires_grad=a.dtype.kind == "f") for a in arrays]


@pytest.mark.parametrize(("operation", "arrays", "options"), CASES_OF_ALL)
def test_gradients_agree_with_central_differences(operation, arrays, options):
    report = gradcheck(lambda *x: applied(operation, x, options), ours(arrays), tolerance=1e-5)
    assert report, f"\n{report}"


@pytest.mark.parametrize(("operation", "arrays", "options"), CASES_OF_ALL)
def test_values_and_gradients_agree_with_torch(operation, arrays, options):
    mine, other = ours(arrays), theirs(arrays)
    result = applied(operation, mine, options)
    expected = torch_function(operation.name)(*other, **options)
    np.testing.assert_allclose(result.data, expected.detach().numpy(), **CLOSE)
    upstream = normal(*result.shape)
    result.backward(upstream)
    expected.backward(torch.tensor(upstream))
    for tensor, torch_tensor in zip(mine, other, strict=True):
        if tensor.requires_grad:
            found = tensor.grad.data
            np.testing.assert_allclose(found, torch_tensor.grad.numpy(), **CLOSE)


@pytest.mark.parametrize(("operation", "arrays", "options"), CASES_OF_ALL)
def test_backward_changes_nothing_and_repeats(operation, arrays, options):
    tensors = ours(arrays)
    node = applied(operation, tensors, options).grad_fn
    grad = normal(*node.forward(*node.arrays, **node.options).shape)
    kept = grad.copy()
    first, second = node.contributions(grad), node.contributions(grad)
    np.testing.assert_array_equal(grad, kept)
    for array, tensor in zip(arrays, tensors, strict=True):
        np.testing.assert_array_equal(array, tensor.data)
    for a, b in zip(first, second, strict=True):
        assert (a is None) == (b is None)
        if a is not None:
            np.testing.assert_array_equal(a, b)
    kept = [x for x in (*node.arrays, *vars(node).values()) if isinstance(x, np.ndarray)]
    given = [x for x in first if x is not None]
    assert not any(np.shares_memory(x, y) for x in given for y in kept), "it is kept by the node"


@pytest.mark.parametrize(("operation", "arrays", "options"), CASES_OF_ALL)
def test_float32_stays_float32(operation, arrays, options):
    if operation.name == "to":
        pytest.skip("converts on purpose")
    floats = [a.astype(np.float32) if a.dtype.kind == "f" else a for a in arrays]
    tensors = ours(floats)
    result = applied(operation, tensors, options)
    assert result.dtype == np.float32
    result.backward(np.ones(result.shape, np.float32))
    assert {t.grad.dtype for t in tensors if t.grad is not None} == {np.dtype(np.float32)}


@pytest.mark.parametrize(
    ("operation", "arrays", "options"),
    [case for case in CASES_OF_ALL if case.values[0].structure == "elementwise"],
)
def test_an_elementwise_gradient_is_upstream_times_a_slope(operation, arrays, options):
    """What a stepper shows of one cell holds for every cell."""
    node = operation.apply(*ours(arrays), **options).grad_fn
    grad = normal(*node.forward(*node.arrays, **node.options).shape)
    backward = node.backward(grad), node.backward(np.ones_like(grad))
    for sent, slope in zip(*(b if isinstance(b, tuple) else (b,) for b in backward), strict=True):
        if sent is not None:
            np.testing.assert_allclose(sent, grad * slope, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize(
    "shapes", [((3, 4), (4,)), ((3, 1), (1, 4)), ((), (2, 2)), ((2, 1, 3), (4, 1))]
)
@pytest.mark.parametrize("name", ["add", "sub", "mul", "div", "maximum", "minimum"])
def test_broadcasting_adds_up_the_copies(name, shapes):
    arrays = [between(0.5, 2, *shape) for shape in shapes]
    mine, other = ours(arrays), theirs(arrays)
    getattr(functional, name)(*mine).sum().backward()
    torch_function(name)(*other).sum().backward()
    for tensor, torch_tensor in zip(mine, other, strict=True):
        np.testing.assert_allclose(tensor.grad.data, torch_tensor.grad.numpy(), rtol=1e-12)


@pytest.mark.parametrize("operation", operations(), ids=lambda o: o.name)
def test_an_operation_says_all_about_itself(operation):
    assert operation.__doc__
    assert len(operation.gradients) == len(operation.input_names)
    assert callable(getattr(Tensor, operation.name, None)) == operation.is_method
    signature = inspect.signature(getattr(functional, operation.name))
    assert tuple(signature.parameters) == operation.argument_names
    assert set(signature.parameters) == {*operation.input_names, *operation.option_names}


def test_relu_has_slope_0_at_0_as_in_torch():
    x, t = Tensor([0.0, -0.0, 1.0], requires_grad=True), torch.tensor([0.0, -0.0, 1.0])
    t.requires_grad_()
    x.relu().sum().backward()
    t.relu().sum().backward()
    np.testing.assert_array_equal(x.grad.data, t.grad.numpy())


def test_extreme_scores_overflow_nowhere():
    x = np.array([[1000.0, -1000.0, 0.0]])
    for name, target in (("cross_entropy", np.array([1])), ("sigmoid", None)):
        arrays = [x] if target is None else [x, target]
        with np.errstate(all="raise", under="ignore"):
            mine = getattr(functional, name)(*ours(arrays)).data
        np.testing.assert_allclose(mine, torch_function(name)(*theirs(arrays)).detach().numpy())
