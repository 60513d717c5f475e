"""Attention in heads and the layers of the Transformer against PyTorch's."""

import itertools

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from parity.compared import compares, composes  # noqa: E402
from parity.layers import TOLERANCE, assert_same_gradients, leaves, twins  # noqa: E402
from parity.numbers import normal  # noqa: E402

from dlcourse import Tensor, manual_seed, nn  # noqa: E402
from dlcourse.nn.attention import positional_encoding  # noqa: E402

N, L, S, E, HEADS = 2, 3, 4, 6, 3
HIDDEN = np.array([[0, 1, 0, 1], [1, 0, 0, 0], [0, 0, 0, 1]], bool)
PADDED = np.array([[0, 0, 0, 1], [0, 0, 1, 0]], bool)
BIAS = normal(L, S)
MASKS = {
    "none": {},
    "hidden": {"attn_mask": HIDDEN},
    "bias": {"attn_mask": BIAS},
    "hidden a head": {"attn_mask": np.stack([np.roll(HIDDEN, k, 1) for k in range(N * HEADS)])},
    "padded": {"key_padding_mask": PADDED},
    "padding bias": {"key_padding_mask": normal(N, S)},
    "hidden and padded": {"attn_mask": HIDDEN & False, "key_padding_mask": PADDED},
    "bias and padded": {"attn_mask": BIAS, "key_padding_mask": np.where(PADDED, -np.inf, 0)},
}


def time_first(x):
    return x.swapaxes(0, 1).copy()


def masks(options):
    return {name: torch.tensor(mask) for name, mask in options.items()}


def layers(name, *arguments, **options):
    manual_seed(0)
    mine = getattr(nn, name)(*arguments, **options)
    theirs = getattr(torch.nn, name)(*arguments, **options)
    for tensor in mine.parameters():  # biases and norms would all start alike
        tensor.data = normal(*tensor.shape) / 2
    return twins(mine, theirs)


@compares("MultiheadAttention")
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("batch_first", [True, False])
@pytest.mark.parametrize("average", [True, False])
@pytest.mark.parametrize("options", MASKS.values(), ids=MASKS.keys())
def test_attention_in_heads_agrees_with_torch(options, average, batch_first, bias):
    mine, theirs = layers("MultiheadAttention", E, HEADS, bias=bias, batch_first=batch_first)
    arrays = [normal(N, L, E), normal(N, S, E), normal(N, S, E)]
    ours, others = leaves(arrays if batch_first else map(time_first, arrays))
    results = mine(*ours, average_attn_weights=average, **options)
    expected = theirs(*others, average_attn_weights=average, **masks(options))
    assert_same_gradients(mine, theirs, results, expected, ours, others)


def test_booleans_and_floats_hide_alike():
    layer = nn.MultiheadAttention(E, HEADS, batch_first=True)
    query, key = Tensor(normal(N, L, E)), Tensor(normal(N, S, E))
    mixed = layer(query, key, key, key_padding_mask=PADDED, attn_mask=BIAS)
    floats = layer(query, key, key, np.where(PADDED, -np.inf, 0), attn_mask=BIAS)
    for one, other in zip(mixed, floats, strict=True):
        np.testing.assert_array_equal(one.data, other.data)
    assert not mixed[1].data[PADDED[:, None].repeat(L, axis=1)].any()


def test_self_attention_that_sees_only_what_came_before():
    mine, theirs = layers("MultiheadAttention", E, HEADS, batch_first=True)
    (x,), (other,) = leaves([normal(N, L, E)])
    output, weights = mine(x, x, x, is_causal=True, need_weights=False)
    assert weights is None
    later = torch.ones(L, L, dtype=bool).triu(1)
    expected, _ = theirs(other, other, other, attn_mask=later, is_causal=True, need_weights=False)
    assert_same_gradients(mine, theirs, [output], [expected], [x], [other])


def test_first_weights_follow_the_seed_and_the_bounds_of_torch():
    manual_seed(3)
    layer = nn.MultiheadAttention(24, 4)
    manual_seed(3)
    for one, other in zip(
        layer.parameters(), nn.MultiheadAttention(24, 4).parameters(), strict=True
    ):
        np.testing.assert_array_equal(one.data, other.data)
    assert 0.24 < np.abs(layer.in_proj_weight.data).max() <= 0.25
    assert not layer.in_proj_bias.data.any()
    assert not layer.out_proj.bias.data.any()


def test_dropout_of_weights_in_training_only():
    manual_seed(0)
    layer = nn.MultiheadAttention(E, HEADS, dropout=0.5, batch_first=True)
    x = Tensor(normal(8, L, E))
    _, weights = layer(x, x, x, average_attn_weights=False)
    dropped = (weights.data == 0).mean()
    assert 0.3 < dropped < 0.7
    _, weights = layer.eval()(x, x, x)
    np.testing.assert_allclose(weights.data.sum(axis=-1), 1)


TRANSFORMERS = [
    {"activation": activation, "batch_first": batch, "norm_first": norm, "bias": bias}
    for activation, batch, norm, bias in itertools.product(
        ("relu", "gelu"), (True, False), (True, False), (True, False)
    )
]


def described(options):
    return "-".join(map(str, options.values()))


@compares("TransformerEncoderLayer")
@pytest.mark.parametrize("options", TRANSFORMERS, ids=described)
def test_an_encoder_layer_agrees_with_torch(options):
    mine, theirs = layers("TransformerEncoderLayer", E, HEADS, 5, 0.0, **options)
    x = normal(N, S, E)
    (x,), (other,) = leaves([x if options["batch_first"] else time_first(x)])
    causal = ~np.tri(S, dtype=bool)
    given = {"src_mask": causal, "src_key_padding_mask": PADDED}
    result, expected = mine(x, **given), theirs(other, **masks(given))
    assert_same_gradients(mine, theirs, [result], [expected], [x], [other])


@compares("TransformerDecoderLayer")
@pytest.mark.parametrize("options", TRANSFORMERS, ids=described)
def test_a_decoder_layer_agrees_with_torch(options):
    mine, theirs = layers("TransformerDecoderLayer", E, HEADS, 5, 0.0, **options)
    arrays = [normal(N, L, E), normal(N, S, E)]
    ours, others = leaves(arrays if options["batch_first"] else map(time_first, arrays))
    given = {
        "tgt_mask": ~np.tri(L, dtype=bool),
        "memory_mask": HIDDEN & False,
        "tgt_key_padding_mask": PADDED[:, 1:],
        "memory_key_padding_mask": PADDED,
    }
    result, expected = mine(*ours, **given), theirs(*others, **masks(given))
    assert_same_gradients(mine, theirs, [result], [expected], ours, others)


@compares("TransformerEncoder")
@pytest.mark.parametrize("with_norm", [True, False])
def test_an_encoder_of_several_layers_agrees_with_torch(with_norm):
    layer, their_layer = (
        home.TransformerEncoderLayer(E, HEADS, 5, 0.0, batch_first=True) for home in (nn, torch.nn)
    )
    mine = nn.TransformerEncoder(layer, 2, nn.LayerNorm(E) if with_norm else None)
    theirs = torch.nn.TransformerEncoder(
        their_layer, 2, torch.nn.LayerNorm(E) if with_norm else None, enable_nested_tensor=False
    )
    first, second = mine.layers
    np.testing.assert_array_equal(first.linear1.weight.data, second.linear1.weight.data)
    second.linear1.weight.data = normal(*second.linear1.weight.shape)
    assert not np.array_equal(first.linear1.weight.data, second.linear1.weight.data)
    mine, theirs = twins(mine, theirs)
    (x,), (other,) = leaves([normal(N, S, E)])
    result = mine(x, src_key_padding_mask=PADDED)
    expected = theirs(other, src_key_padding_mask=torch.tensor(PADDED))
    assert_same_gradients(mine, theirs, [result], [expected], [x], [other])


@compares("TransformerDecoder")
@pytest.mark.parametrize("with_norm", [True, False])
def test_a_decoder_of_several_layers_agrees_with_torch(with_norm):
    mine, theirs = (
        home.TransformerDecoder(
            home.TransformerDecoderLayer(E, HEADS, 5, 0.0, batch_first=True),
            2,
            home.LayerNorm(E) if with_norm else None,
        )
        for home in (nn, torch.nn)
    )
    mine.layers[1].linear1.weight.data = normal(*mine.layers[1].linear1.weight.shape)
    mine, theirs = twins(mine, theirs)
    ours, others = leaves([normal(N, L, E), normal(N, S, E)])
    given = {"tgt_mask": ~np.tri(L, dtype=bool), "memory_key_padding_mask": PADDED}
    assert_same_gradients(mine, theirs, [mine(*ours, **given)], [theirs(*others, **masks(given))],
                          ours, others)  # fmt: skip


def test_float32_stays_float32():
    layer = nn.TransformerEncoderLayer(E, HEADS, 5, batch_first=True).float()
    result = nn.PositionalEncoding(E, batch_first=True)(Tensor(np.ones((N, S, E), np.float32)))
    result = layer(result, src_mask=np.zeros((S, S)))
    assert result.dtype == np.float32
    result.sum().backward()
    assert {p.grad.dtype for p in layer.parameters()} == {np.dtype(np.float32)}


@pytest.mark.parametrize("size", [1, 5, 6])
def test_positions_are_those_of_the_formula(size):
    encoding = positional_encoding(7, size)
    for t, column in np.ndindex(7, size):
        angle = t / 10_000 ** (2 * (column // 2) / size)
        expected = np.cos(angle) if column % 2 else np.sin(angle)
        np.testing.assert_allclose(encoding[t, column], expected, **TOLERANCE)


@composes("PositionalEncoding")
def test_positions_are_added_along_time():
    x = normal(N, L, E)
    added = nn.PositionalEncoding(E, batch_first=True)(Tensor(x)).data - x
    other = nn.PositionalEncoding(E)(Tensor(time_first(x))).data - time_first(x)
    np.testing.assert_allclose(added[1], positional_encoding(L, E), **TOLERANCE)
    np.testing.assert_allclose(other[:, 1], positional_encoding(L, E), **TOLERANCE)
