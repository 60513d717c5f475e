"""The workloads with mygrad: its own layers where it has them, else composed."""

import mygrad as mg
import numpy as np
from mygrad.nnet.activations import relu, softmax
from mygrad.nnet.layers import batchnorm, conv_nd, max_pool
from mygrad.nnet.losses import softmax_crossentropy

from benchmarks.composed import attention, gru, lstm, rnn, shapes_of_weights
from benchmarks.workloads import LENGTHS, classes, normal


def tensors(dtype, *shapes):
    return [mg.tensor(normal(dtype, *shape) * 0.1) for shape in shapes]


def gradients(parameters, compute, upstream=None):
    """A function that goes forward and back."""

    def step():
        for parameter in parameters:
            parameter.null_grad()
        compute(*parameters).backward(upstream)

    return step


def training(parameters, compute):
    """The same with a step of gradient descent."""
    walk = gradients(parameters, compute)

    def step():
        walk()
        for parameter in parameters:
            parameter.data -= 0.01 * parameter.grad

    return step


def mlp(dtype):
    inputs, targets = normal(dtype, 128, 784), classes(10, 128)
    parameters = tensors(dtype, (784, 256), (256,), (256, 128), (128,), (128, 10), (10,))

    def loss(w1, b1, w2, b2, w3, b3):
        hidden = relu(relu(inputs @ w1 + b1) @ w2 + b2)
        return softmax_crossentropy(hidden @ w3 + b3, targets)

    return training(parameters, loss)


def tinymlp(dtype):
    inputs, targets = normal(dtype, 32, 2), normal(dtype, 32, 1)
    parameters = tensors(dtype, (2, 16), (16,), (16, 16), (16,), (16, 1), (1,))

    def loss(w1, b1, w2, b2, w3, b3):
        hidden = mg.tanh(mg.tanh(inputs @ w1 + b1) @ w2 + b2)
        return ((hidden @ w3 + b3 - targets) ** 2).mean()

    return training(parameters, loss)


def lenet(dtype):
    inputs, targets = normal(dtype, 64, 1, 28, 28), classes(10, 64)
    shapes = (16, 1, 3, 3), (16, 1, 1), (32, 16, 3, 3), (32, 1, 1), (32 * 49, 10), (10,)

    def block(x, w, b):
        return max_pool(relu(conv_nd(x, w, stride=1, padding=1) + b), (2, 2), 2)

    def loss(w1, b1, w2, b2, w3, b3):
        features = block(block(inputs, w1, b1), w2, b2)
        return softmax_crossentropy(features.reshape(64, -1) @ w3 + b3, targets)

    return training(tensors(dtype, *shapes), loss)


def conv(dtype):
    parameters = tensors(dtype, (64, 16, 14, 14), (32, 16, 3, 3), (32, 1, 1))

    def layer(x, w, b):
        return conv_nd(x, w, stride=1, padding=1) + b

    return gradients(parameters, layer, normal(dtype, 64, 32, 14, 14))


def maxpool(kernel, stride, size):
    def build(dtype):
        x = mg.tensor(normal(dtype, 64, 16, 28 - (kernel > 2), 28 - (kernel > 2)))
        upstream = normal(dtype, 64, 16, size, size)
        return gradients([x], lambda x: max_pool(x, (kernel, kernel), stride), upstream)

    return build


def recurrent(compute, states, gates):
    def build(dtype):
        batch, steps, features, hidden = LENGTHS.values()
        parameters = tensors(dtype, (steps, batch, features), *shapes_of_weights(gates))
        start = [np.zeros((batch, hidden), dtype)] * states

        def layer(x, *weights):
            return mg.stack(compute(mg, x, start, *weights))

        return gradients(parameters, layer, normal(dtype, steps, batch, hidden))

    return build


def mha(dtype):
    parameters = tensors(dtype, (16, 64, 64), (64, 192), (192,), (64, 64), (64,))

    def layer(*arguments):
        return attention(mg, lambda scores: softmax(scores, axis=-1), *arguments)

    return gradients(parameters, layer, normal(dtype, 16, 64, 64))


def embedding(dtype):
    words = classes(5000, 32, 50)
    return gradients(
        tensors(dtype, (5000, 64)), lambda table: table[words], normal(dtype, 32, 50, 64)
    )


def batch_norm(dtype):
    parameters = tensors(dtype, (64, 32, 14, 14), (32,), (32,))

    def layer(x, gamma, beta):
        return batchnorm(x, gamma=gamma, beta=beta, eps=1e-5)

    return gradients(parameters, layer, normal(dtype, 64, 32, 14, 14))


def layer_norm(dtype):
    def layer(x, weight, bias):
        centred = x - x.mean(axis=-1, keepdims=True)
        variance = (centred**2).mean(axis=-1, keepdims=True)
        return centred / mg.sqrt(variance + 1e-5) * weight + bias

    parameters = tensors(dtype, (32, 64, 64), (64,), (64,))
    return gradients(parameters, layer, normal(dtype, 32, 64, 64))


def cross_entropy(examples, count):
    def build(dtype):
        targets = classes(count, examples)
        x = mg.tensor(normal(dtype, examples, count))
        return gradients([x], lambda x: softmax_crossentropy(x, targets))

    return build


def chain(*shape):
    def build(dtype):
        def compute(x):
            result = x
            for _ in range(500):
                result = result * x + x
            return result

        return gradients([mg.tensor(np.ones(shape, dtype))], compute, np.ones(shape, dtype))

    return build


WORKLOADS = {
    "mlp": mlp,
    "tinymlp": tinymlp,
    "lenet": lenet,
    "conv": conv,
    "maxpool2": maxpool(2, 2, 14),
    "maxpool3": maxpool(3, 2, 13),
    "lstm": recurrent(lstm, 2, 4),
    "rnn": recurrent(rnn, 1, 1),
    "gru": recurrent(gru, 1, 3),
    "mha": mha,
    "embedding": embedding,
    "batchnorm": batch_norm,
    "layernorm": layer_norm,
    "entropy10": cross_entropy(128, 10),
    "entropy1000": cross_entropy(1600, 1000),
    "chain2x2": chain(2, 2),
    "chain": chain(),
}
