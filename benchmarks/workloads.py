"""The workloads, written once for two libraries with the same names: ours and PyTorch."""

from typing import Any, NamedTuple

import numpy as np

LENGTHS = {"batch": 32, "steps": 50, "features": 32, "hidden": 64}
"""Of the recurrent layers."""


class Library(NamedTuple):
    """Where a library keeps its layers, optimisers, functions, and how it makes a tensor."""

    nn: Any
    optim: Any
    F: Any
    tensor: Any


def normal(dtype, *shape) -> np.ndarray:
    return np.random.default_rng(0).normal(size=shape).astype(dtype)


def classes(count, *shape) -> np.ndarray:
    return np.random.default_rng(1).integers(0, count, shape)


def converted(model, dtype):
    return model.float() if dtype == "float32" else model.double()


def training(library, dtype, model, inputs, targets, loss):
    """A step of gradient descent."""
    model = converted(model, dtype)
    inputs, targets = library.tensor(inputs), library.tensor(targets)
    optimiser = library.optim.SGD(model.parameters(), lr=0.01)

    def step():
        optimiser.zero_grad()
        loss(model(inputs), targets).backward()
        optimiser.step()

    return step


def mlp(library, dtype):
    nn = library.nn
    model = nn.Sequential(
        nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10)
    )
    data = normal(dtype, 128, 784), classes(10, 128)
    return training(library, dtype, model, *data, library.F.cross_entropy)


def tinymlp(library, dtype):
    nn = library.nn
    model = nn.Sequential(
        nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 16), nn.Tanh(), nn.Linear(16, 1)
    )
    data = normal(dtype, 32, 2), normal(dtype, 32, 1)
    return training(library, dtype, model, *data, library.F.mse_loss)


def lenet(library, dtype):
    nn = library.nn
    model = nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(32 * 7 * 7, 10),
    )  # fmt: skip
    data = normal(dtype, 64, 1, 28, 28), classes(10, 64)
    return training(library, dtype, model, *data, library.F.cross_entropy)


def through(library, dtype, model, inputs, call=lambda model, x: model(x)):
    """A function that goes through a layer forward and back, with all gradients."""
    model = converted(model, dtype)
    x = library.tensor(inputs, requires_grad=inputs.dtype.kind == "f")
    upstream = library.tensor(normal(dtype, *call(model, x).shape))

    def step():
        model.zero_grad()
        x.grad = None
        call(model, x).backward(upstream)

    return step


def conv(library, dtype):
    layer = library.nn.Conv2d(16, 32, 3, padding=1)
    return through(library, dtype, layer, normal(dtype, 64, 16, 14, 14))


def maxpool2(library, dtype):
    return through(library, dtype, library.nn.MaxPool2d(2), normal(dtype, 64, 16, 28, 28))


def maxpool3(library, dtype):
    return through(library, dtype, library.nn.MaxPool2d(3, 2), normal(dtype, 64, 16, 28, 28))


def recurrent(name):
    def build(library, dtype):
        batch, steps, features, hidden = LENGTHS.values()
        layer = getattr(library.nn, name)(features, hidden)
        inputs = normal(dtype, steps, batch, features)
        return through(library, dtype, layer, inputs, lambda model, x: model(x)[0])

    return build


def mha(library, dtype):
    layer = library.nn.MultiheadAttention(64, 4, batch_first=True)

    def call(model, x):
        return model(x, x, x, need_weights=False)[0]

    return through(library, dtype, layer, normal(dtype, 16, 64, 64), call)


def embedding(library, dtype):
    return through(library, dtype, library.nn.Embedding(5000, 64), classes(5000, 32, 50))


def batchnorm(library, dtype):
    return through(library, dtype, library.nn.BatchNorm2d(32), normal(dtype, 64, 32, 14, 14))


def layernorm(library, dtype):
    return through(library, dtype, library.nn.LayerNorm(64), normal(dtype, 32, 64, 64))


def cross_entropy(examples, count):
    def build(library, dtype):
        x = library.tensor(normal(dtype, examples, count), requires_grad=True)
        targets = library.tensor(classes(count, examples))

        def step():
            x.grad = None
            library.F.cross_entropy(x, targets).backward()

        return step

    return build


def adam(library, dtype):
    nn = library.nn
    model = nn.Sequential(nn.Linear(784, 256), nn.Linear(256, 128), nn.Linear(128, 10))
    parameters = list(converted(model, dtype).parameters())
    for parameter in parameters:
        parameter.grad = library.tensor(normal(dtype, *parameter.shape))
    return library.optim.Adam(parameters, lr=1e-3).step


def chain(*shape):
    """1,000 operations, one after the other."""

    def build(library, dtype):
        x = library.tensor(np.ones(shape, dtype), requires_grad=True)
        upstream = library.tensor(np.ones(shape, dtype))

        def step():
            x.grad = None
            result = x
            for _ in range(500):
                result = result * x + x
            result.backward(upstream)

        return step

    return build
