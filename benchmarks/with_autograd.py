"""The workloads with autograd (HIPS), composed of its NumPy functions."""

import autograd.numpy as anp
import numpy as np
from autograd import make_vjp, value_and_grad

from benchmarks.composed import attention, gru, lstm, rnn, shapes_of_weights
from benchmarks.workloads import LENGTHS, classes, normal


def arrays(dtype, *shapes):
    return [normal(dtype, *shape) * np.array(0.1, dtype) for shape in shapes]


def gradients(parameters, compute, upstream):
    """A function that goes forward and back."""

    def step():
        backward, _ = make_vjp(lambda given: compute(*given))(parameters)
        return backward(upstream)

    return step


def training(parameters, compute):
    """A step of gradient descent."""
    walk = value_and_grad(lambda given: compute(*given))

    def step():
        for parameter, gradient in zip(parameters, walk(parameters)[1], strict=True):
            parameter -= 0.01 * gradient

    return step


def softmax(scores):
    exps = anp.exp(scores - anp.max(scores, axis=-1, keepdims=True))
    return exps / anp.sum(exps, axis=-1, keepdims=True)


def loss_of(scores, targets):
    """Softmax and cross-entropy."""
    shifted = scores - anp.max(scores, axis=1, keepdims=True)
    sums = anp.log(anp.sum(anp.exp(shifted), axis=1))
    return anp.mean(sums - shifted[np.arange(len(targets)), targets])


def convolved(x, w, b):
    """3×3 with padding 1: one product for each cell of the kernel."""
    height, width = x.shape[2:]
    padded = anp.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)), "constant")
    cells = [padded[:, :, i : i + height, j : j + width] for i in range(3) for j in range(3)]
    columns = anp.stack(cells, axis=2)  # (N, C, 9, H, W)
    kernels = anp.reshape(w, (w.shape[0], w.shape[1], 9))
    return anp.moveaxis(anp.tensordot(columns, kernels, ((1, 2), (1, 2))), -1, 1) + b


def pooled(x):
    """2×2."""
    n, c, height, width = x.shape
    return anp.max(anp.reshape(x, (n, c, height // 2, 2, width // 2, 2)), axis=(3, 5))


def mlp(dtype):
    inputs, targets = normal(dtype, 128, 784), classes(10, 128)

    def loss(w1, b1, w2, b2, w3, b3):
        hidden = anp.maximum(anp.maximum(inputs @ w1 + b1, 0) @ w2 + b2, 0)
        return loss_of(hidden @ w3 + b3, targets)

    shapes = (784, 256), (256,), (256, 128), (128,), (128, 10), (10,)
    return training(arrays(dtype, *shapes), loss)


def tinymlp(dtype):
    inputs, targets = normal(dtype, 32, 2), normal(dtype, 32, 1)

    def loss(w1, b1, w2, b2, w3, b3):
        hidden = anp.tanh(anp.tanh(inputs @ w1 + b1) @ w2 + b2)
        return anp.mean((hidden @ w3 + b3 - targets) ** 2)

    return training(arrays(dtype, (2, 16), (16,), (16, 16), (16,), (16, 1), (1,)), loss)


def lenet(dtype):
    inputs, targets = normal(dtype, 64, 1, 28, 28), classes(10, 64)

    def loss(w1, b1, w2, b2, w3, b3):
        first = pooled(anp.maximum(convolved(inputs, w1, b1), 0))
        second = pooled(anp.maximum(convolved(first, w2, b2), 0))
        return loss_of(anp.reshape(second, (64, -1)) @ w3 + b3, targets)

    shapes = (16, 1, 3, 3), (16, 1, 1), (32, 16, 3, 3), (32, 1, 1), (32 * 49, 10), (10,)
    return training(arrays(dtype, *shapes), loss)


def conv(dtype):
    parameters = arrays(dtype, (64, 16, 14, 14), (32, 16, 3, 3), (32, 1, 1))
    return gradients(parameters, convolved, normal(dtype, 64, 32, 14, 14))


def maxpool2(dtype):
    images = arrays(dtype, (64, 16, 28, 28))
    return gradients(images, pooled, normal(dtype, 64, 16, 14, 14))


def recurrent(compute, states, gates):
    def build(dtype):
        batch, steps, features, hidden = LENGTHS.values()
        parameters = arrays(dtype, (steps, batch, features), *shapes_of_weights(gates))
        start = [np.zeros((batch, hidden), dtype)] * states

        def layer(x, *weights):
            return anp.stack(compute(anp, x, start, *weights))

        return gradients(parameters, layer, normal(dtype, steps, batch, hidden))

    return build


def mha(dtype):
    parameters = arrays(dtype, (16, 64, 64), (64, 192), (192,), (64, 64), (64,))

    def layer(*arguments):
        return attention(anp, softmax, *arguments)

    return gradients(parameters, layer, normal(dtype, 16, 64, 64))


def embedding(dtype):
    words = classes(5000, 32, 50)
    table = arrays(dtype, (5000, 64))
    return gradients(table, lambda table: table[words], normal(dtype, 32, 50, 64))


def normalised(axes, wide):
    """To mean 0 and variance 1 along some axes; weight and bias are widened."""

    def layer(x, weight, bias):
        centred = x - anp.mean(x, axis=axes, keepdims=True)
        variance = anp.mean(centred**2, axis=axes, keepdims=True)
        return centred / anp.sqrt(variance + 1e-5) * weight[wide] + bias[wide]

    return layer


def batchnorm(dtype):
    parameters = arrays(dtype, (64, 32, 14, 14), (32,), (32,))
    layer = normalised((0, 2, 3), (slice(None), None, None))
    return gradients(parameters, layer, normal(dtype, 64, 32, 14, 14))


def layernorm(dtype):
    parameters = arrays(dtype, (32, 64, 64), (64,), (64,))
    return gradients(parameters, normalised(-1, ...), normal(dtype, 32, 64, 64))


def cross_entropy(examples, count):
    def build(dtype):
        scores, targets = arrays(dtype, (examples, count)), classes(count, examples)
        return gradients(scores, lambda x: loss_of(x, targets), np.array(1, dtype)[()])

    return build


def chain(*shape):
    def build(dtype):
        def compute(x):
            result = x
            for _ in range(500):
                result = result * x + x
            return result

        return gradients([np.ones(shape, dtype)[()]], compute, np.ones(shape, dtype)[()])

    return build


WORKLOADS = {
    "mlp": mlp,
    "tinymlp": tinymlp,
    "lenet": lenet,
    "conv": conv,
    "maxpool2": maxpool2,
    "lstm": recurrent(lstm, 2, 4),
    "rnn": recurrent(rnn, 1, 1),
    "gru": recurrent(gru, 1, 3),
    "mha": mha,
    "embedding": embedding,
    "batchnorm": batchnorm,
    "layernorm": layernorm,
    "entropy10": cross_entropy(128, 10),
    "entropy1000": cross_entropy(1600, 1000),
    "chain2x2": chain(2, 2),
    "chain": chain(),
}
