"""Gradients that are returned: of one output, of each example, and their change along a line."""

import numpy as np
import pytest

from dlcourse import Tensor, manual_seed, nn
from dlcourse import functional as F
from dlcourse.autograd import grad, hvp, per_example_gradients

rng = np.random.default_rng(0)
X, Y = rng.normal(size=(5, 3)), rng.integers(0, 2, 5)


@pytest.fixture
def model():
    manual_seed(0)
    return nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2))


def test_gradients_are_returned_and_none_is_kept():
    x, y, z = (Tensor([1.0, 2.0], requires_grad=True) for _ in range(3))
    x.grad = kept = Tensor([9.0, 9.0])
    found = grad(x * y, [x, z], np.array([1.0, 10.0]))
    np.testing.assert_array_equal(found, [[1.0, 20.0], [0.0, 0.0]])
    assert x.grad is kept
    assert z.grad is None
    with pytest.raises(RuntimeError, match="starts from one number"):
        grad(x * y, [x])
    assert x.grad is kept


def test_gradients_of_the_examples_average_to_that_of_the_batch(model):
    found = per_example_gradients(model, F.cross_entropy, X, Y)
    whole = grad(F.cross_entropy(model(Tensor(X)), Y), list(model.parameters()))
    for (name, parameter), expected in zip(model.named_parameters(), whole, strict=True):
        assert found[name].shape == (5, *parameter.shape)
        np.testing.assert_allclose(found[name].mean(axis=0), expected, rtol=1e-12, atol=1e-15)
        assert parameter.grad is None
    third = grad(F.cross_entropy(model(Tensor(X[2:3])), Y[2:3]), list(model.parameters()))
    np.testing.assert_array_equal(found["0.weight"][2], third[0])
    assert (
        per_example_gradients(model.float(), F.cross_entropy, X.astype(np.float32), Y)[
            "0.bias"
        ].dtype
        == np.float32
    )


def test_the_hessian_times_a_vector_is_that_of_torch(model):
    torch = pytest.importorskip("torch")
    parameters = list(model.parameters())
    v = [rng.normal(size=parameter.shape) for parameter in parameters]
    kept = [parameter.data for parameter in parameters]
    found = hvp(lambda *_: F.cross_entropy(model(Tensor(X)), Y), parameters, v)

    def loss(w1, b1, w2, b2):
        hidden = torch.tanh(torch.tensor(X) @ w1.T + b1)
        return torch.nn.functional.cross_entropy(hidden @ w2.T + b2, torch.tensor(Y))

    inputs = tuple(torch.tensor(array) for array in kept)
    _, expected = torch.autograd.functional.hvp(loss, inputs, tuple(map(torch.tensor, v)))
    for mine, other, parameter, array in zip(found, expected, parameters, kept, strict=True):
        np.testing.assert_allclose(mine, other.numpy(), rtol=1e-6, atol=1e-9)
        assert parameter.data is array
        assert parameter.grad is None


def test_the_length_of_the_vector_does_not_matter():
    x = Tensor([1.0, 2.0], requires_grad=True)
    for size in (1e-6, 1.0, 1e6):
        (found,) = hvp(lambda x: (x * x * x).sum(), [x], [size * np.ones(2)])
        np.testing.assert_allclose(found / size, [6.0, 12.0], rtol=1e-8)
    assert hvp(lambda x: (x * x).sum(), [x], [np.zeros(2)])[0].tolist() == [0.0, 0.0]


def test_wrong_use_of_hvp_is_refused():
    x = Tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises(ValueError, match=r"v has the shapes \[\(3,\)\], the inputs \[\(2,\)\]"):
        hvp(lambda x: (x * x).sum(), [x], [np.ones(3)])
    single = Tensor(np.ones(2, np.float32), requires_grad=True)
    with pytest.raises(TypeError, match="needs float64"):
        hvp(lambda x: (x * x).sum(), [single], [np.ones(2)])

    def broken(x):
        raise ZeroDivisionError

    before = x.data
    with pytest.raises(ZeroDivisionError):
        hvp(broken, [x], [np.ones(2)])
    assert x.data is before
