"""Recurrent layers and cells against PyTorch's, and a loop over cells against the layer."""

import itertools

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from parity.compared import compares, composes  # noqa: E402
from parity.layers import assert_same_gradients, leaves, twins  # noqa: E402
from parity.numbers import normal  # noqa: E402

from dlcourse import functional as F  # noqa: E402
from dlcourse import manual_seed, nn  # noqa: E402

NAMES = ("RNN", "LSTM", "GRU")
STEPS, EXAMPLES, FEATURES, HIDDEN = 5, 4, 3, 2
OPTIONS = [
    {"num_layers": layers, "bias": bias, "batch_first": first, "bidirectional": both}
    for layers, bias, first, both in itertools.product(
        (1, 2), (True, False), (False, True), (False, True)
    )
]


def described(options):
    return "-".join(f"{name}={value}" for name, value in options.items())


def made(name, **options):
    """Our layer and PyTorch's, an input and initial states."""
    manual_seed(0)
    mine = getattr(nn, name)(FEATURES, HIDDEN, **options)
    layers = twins(mine, getattr(torch.nn, name)(FEATURES, HIDDEN, **options))
    rows = options.get("num_layers", 1) * (1 + options.get("bidirectional", False))
    x = normal(STEPS, EXAMPLES, FEATURES)
    x = x.swapaxes(0, 1).copy() if options.get("batch_first") else x
    states = [normal(rows, EXAMPLES, HIDDEN) for _ in range(1 + (name == "LSTM"))]
    return *layers, *leaves([x, *states])


def flat(result):
    """Outputs and last states in a row."""
    outputs, last = result
    return [outputs, *(last if isinstance(last, tuple) else (last,))]


def state(tensors):
    return tuple(tensors) if len(tensors) > 1 else tensors[0]


@compares(*NAMES)
@pytest.mark.parametrize("options", OPTIONS, ids=described)
@pytest.mark.parametrize("name", NAMES)
def test_layers_agree_with_torch(name, options):
    mine, theirs, ours, others = made(name, **options)
    results = flat(mine(ours[0], state(ours[1:])))
    expected = flat(theirs(others[0], state(others[1:])))
    assert_same_gradients(mine, theirs, results, expected, ours, others)


@pytest.mark.parametrize("lengths", [[2, 5, 1, 5], [3, 1, 2, 2]], ids=str)
@pytest.mark.parametrize("options", OPTIONS, ids=described)
@pytest.mark.parametrize("name", NAMES)
def test_sequences_of_different_lengths_agree_with_packed_ones(name, options, lengths):
    mine, theirs, ours, others = made(name, **options)
    first = options["batch_first"]
    results = flat(mine(ours[0], state(ours[1:]), lengths=lengths))
    rnn = torch.nn.utils.rnn
    packed = rnn.pack_padded_sequence(others[0], lengths, first, enforce_sorted=False)
    outputs, *last = flat(theirs(packed, state(others[1:])))
    outputs, _ = rnn.pad_packed_sequence(outputs, first, total_length=STEPS)
    assert_same_gradients(mine, theirs, results, [outputs, *last], ours, others)


@pytest.mark.parametrize("name", NAMES)
def test_states_left_out_are_zeros(name):
    mine, theirs, ours, others = made(name, num_layers=2)
    assert_same_gradients(mine, theirs, flat(mine(ours[0])), flat(theirs(others[0])))


@pytest.mark.parametrize("nonlinearity", ["tanh", "relu"])
def test_the_bend_of_a_plain_recurrent_layer(nonlinearity):
    mine, theirs, ours, others = made("RNN", nonlinearity=nonlinearity)
    results, expected = flat(mine(*ours)), flat(theirs(*others))
    assert_same_gradients(mine, theirs, results, expected, ours, others)


@compares(*(f"{name}Cell" for name in NAMES))
@pytest.mark.parametrize("with_state", [False, True])
@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize(
    ("name", "options"),
    [("RNNCell", {}), ("RNNCell", {"nonlinearity": "relu"}), ("LSTMCell", {}), ("GRUCell", {})],
)
def test_cells_agree_with_torch(name, options, bias, with_state):
    options = {"bias": bias, **options}
    mine = getattr(nn, name)(FEATURES, HIDDEN, **options)
    mine, theirs = twins(mine, getattr(torch.nn, name)(FEATURES, HIDDEN, **options))
    states = [normal(EXAMPLES, HIDDEN) for _ in range((1 + (name == "LSTMCell")) * with_state)]
    ours, others = leaves([normal(EXAMPLES, FEATURES), *states])
    results = mine(ours[0], *([state(ours[1:])] if with_state else []))
    expected = theirs(others[0], *([state(others[1:])] if with_state else []))
    if name != "LSTMCell":
        results, expected = [results], [expected]
    assert_same_gradients(mine, theirs, results, expected, ours, others)


class TorchConvLSTMCell(torch.nn.Module):
    """Put together of PyTorch's convolution; it has no such cell."""

    def __init__(self, channels, hidden, kernel_size, bias):
        super().__init__()
        self.conv = torch.nn.Conv2d(
            channels + hidden, 4 * hidden, kernel_size, padding=kernel_size // 2, bias=bias
        )

    def forward(self, x, state=None):
        channels = self.conv.out_channels // 4
        h, c = state or [x.new_zeros(len(x), channels, *x.shape[2:])] * 2
        i, f, g, o = self.conv(torch.cat([x, h], 1)).chunk(4, 1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        return torch.sigmoid(o) * torch.tanh(c), c


@composes("ConvLSTMCell")
@pytest.mark.parametrize("with_state", [False, True])
@pytest.mark.parametrize("options", [{}, {"kernel_size": 1}, {"kernel_size": 5, "bias": False}])
def test_a_cell_for_films_agrees_with_a_composition(options, with_state):
    manual_seed(0)
    options = {"kernel_size": 3, "bias": True, **options}
    mine, theirs = twins(nn.ConvLSTMCell(3, 2, **options), TorchConvLSTMCell(3, 2, **options))
    states = [normal(4, 2, 5, 6) for _ in range(2 * with_state)]
    ours, others = leaves([normal(4, 3, 5, 6), *states])
    state, other_state = tuple(ours[1:]) or None, tuple(others[1:]) or None
    for _ in range(3):  # three steps that look at the same picture
        state, other_state = mine(ours[0], state), theirs(others[0], other_state)
    assert_same_gradients(mine, theirs, state, other_state, ours, others)


@pytest.mark.parametrize("name", NAMES)
def test_a_loop_over_the_cell_is_the_layer(name):
    layer = getattr(nn, name)(FEATURES, HIDDEN)
    cell = getattr(nn, f"{name}Cell")(FEATURES, HIDDEN)
    cell.load_state_dict({n.removesuffix("_l0"): a for n, a in layer.state_dict().items()})
    x, upstream = normal(STEPS, EXAMPLES, FEATURES), normal(STEPS, EXAMPLES, HIDDEN)
    (x1, x2), _ = leaves([x, x])
    outputs, _ = layer(x1)
    (outputs * upstream).sum().backward()
    current, loss = None, 0.0
    for t in range(STEPS):
        current = cell(x2[t], current)
        hidden = current[0] if name == "LSTM" else current
        np.testing.assert_allclose(hidden.data, outputs.data[t], rtol=1e-12, atol=1e-14)
        loss = loss + (hidden * upstream[t]).sum()
    loss.backward()
    pairs = [(x1, x2), *zip(layer.parameters(), cell.parameters(), strict=True)]
    for one, other in pairs:
        np.testing.assert_allclose(one.grad.data, other.grad.data, rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("shape", [(0, 2, 3), (4, 0, 3), (1, 1, 3)], ids=str)
def test_no_steps_or_no_sequences(name, shape):
    layer = getattr(nn, name)(FEATURES, HIDDEN)
    outputs, _ = layer(np.zeros(shape))
    assert outputs.shape == (*shape[:2], HIDDEN)
    outputs.sum().backward()
    assert layer.weight_ih_l0.grad.shape == layer.weight_ih_l0.shape


def test_dropout_acts_between_the_layers_in_training_only():
    manual_seed(0)
    layer = nn.LSTM(FEATURES, HIDDEN, num_layers=2, dropout=1.0)
    x = normal(STEPS, EXAMPLES, FEATURES)
    (one, (h, _)), (other, (h_other, _)) = layer(x), layer(-x)
    np.testing.assert_array_equal(one.data, other.data)
    assert not np.allclose(h.data[0], h_other.data[0])
    layer.eval()
    assert not np.allclose(layer(x)[0].data, layer(-x)[0].data)


def test_the_first_weights_follow_the_seed_and_the_bound():
    manual_seed(3)
    layer = nn.GRU(3, 16)
    manual_seed(3)
    again = nn.GRU(3, 16)
    for one, other in zip(layer.parameters(), again.parameters(), strict=True):
        np.testing.assert_array_equal(one.data, other.data)
        assert 0.2 < np.abs(one.data).max() <= 0.25


def test_float32_stays_float32():
    for name in NAMES:
        layer = getattr(nn, name)(3, 2, bidirectional=True, bias=False).float()
        outputs, _ = layer(np.ones((5, 4, 3), np.float32), lengths=[5, 1, 2, 3])
        outputs.sum().backward()
        assert {p.grad.dtype for p in layer.parameters()} == {np.dtype(np.float32)}
        assert outputs.dtype == np.float32


def test_the_layer_is_one_operation_in_the_graph():
    outputs, _ = nn.LSTM(3, 2)(np.ones((50, 4, 3)))
    assert outputs.grad_fn.name == "getitem"
    assert outputs.grad_fn.inputs[0].grad_fn.name == F.lstm.__name__
