"""Layers composed of small operations, for libraries whose functions are named as NumPy's."""

from benchmarks.workloads import LENGTHS


def shapes_of_weights(gates):
    """The shapes of the weights and the bias of a recurrent layer."""
    _, _, features, hidden = LENGTHS.values()
    return (features, gates * hidden), (hidden, gates * hidden), (gates * hidden,)


def blocks(sums, gates):
    size = LENGTHS["hidden"]
    return [sums[:, gate * size : (gate + 1) * size] for gate in range(gates)]


def sigmoid(np, x):
    return 0.5 * np.tanh(0.5 * x) + 0.5


def rnn(np, x, start, w, u, b):
    (h,), outputs = start, []
    for now in x:
        h = np.tanh(now @ w + h @ u + b)
        outputs.append(h)
    return outputs


def lstm(np, x, start, w, u, b):
    (h, c), outputs = start, []
    for now in x:
        i, f, g, o = blocks(now @ w + h @ u + b, 4)
        c = sigmoid(np, f) * c + sigmoid(np, i) * np.tanh(g)
        h = sigmoid(np, o) * np.tanh(c)
        outputs.append(h)
    return outputs


def gru(np, x, start, w, u, b):
    (h,), outputs = start, []
    for now in x:
        input_r, input_z, input_n = blocks(now @ w + b, 3)
        state_r, state_z, state_n = blocks(h @ u, 3)
        r, z = sigmoid(np, input_r + state_r), sigmoid(np, input_z + state_z)
        n = np.tanh(input_n + r * state_n)
        h = n + z * (h - n)
        outputs.append(h)
    return outputs


def attention(np, softmax, x, w, b, out_w, out_b, heads=4):
    """Self-attention of (N, T, E) in several heads."""
    examples, steps, size = x.shape
    projected = (x @ w + b).reshape(examples, steps, 3, heads, size // heads)
    q, k, v = (np.transpose(projected[:, :, part], (0, 2, 1, 3)) for part in range(3))
    weights = softmax(q @ np.swapaxes(k, -1, -2) * (size // heads) ** -0.5)
    mixed = np.transpose(weights @ v, (0, 2, 1, 3)).reshape(examples, steps, size)
    return mixed @ out_w + out_b
