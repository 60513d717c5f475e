"""Recurrent layers and attention, used wrongly."""

import numpy as np

from dlcourse import Tensor, nn
from dlcourse import functional as F


def ones(*shape, dtype=float):
    return np.ones(shape, dtype)


def lstm(input=(5, 2, 3), hx=(2, 4), cx=(2, 4), ih=(16, 3), hh=(16, 4), b=16, **options):
    return F.lstm(*map(Tensor, map(np.ones, (input, hx, cx, ih, hh, b, b))), **options)


def attend(query=(3, 4), key=(5, 4), value=(5, 2), **options):
    arrays = (ones(*shape) for shape in (query, key, value))
    return F.scaled_dot_product_attention(*arrays, **options)


def heads(query=(2, 3, 6), key=None, value=None, num_heads=3, batch_first=True, **options):
    layer = nn.MultiheadAttention(6, num_heads, batch_first=batch_first)
    key = key or query
    return layer(ones(*query), ones(*key), ones(*(value or key)), **options)


NOTHING = np.array([[True] * 3, [False] * 3, [True] * 3])

MISTAKES = [
    (lambda: lstm(input=(5, 3)), ValueError, r"lstm: the input has shape \(5, 3\).*\(T, N, 3"),
    (lambda: lstm(input=(5, 2, 7)), ValueError, r"\(5, 2, 7\); wanted is \(T, N, 3\)"),
    (lambda: lstm(hx=(5, 4)), ValueError, r"initial state.*\(5, 4\); wanted is \(2, 4\).*swap"),
    (lambda: lstm(cx=(2, 3)), ValueError, r"\(2, 3\); wanted is \(2, 4\)"),
    (lambda: lstm(ih=(12, 3)), ValueError, r"weights of shape \(12, 3\).*4·H"),
    (lambda: lstm(hh=(4, 16)), ValueError, r"\(4, 16\); wanted are"),
    (lambda: lstm(b=4), ValueError, r"biases of shape \(4,\).*\(16,\) for both"),
    (lambda: lstm(lengths=[1, 2, 3]), ValueError, r"lengths of shape \(3,\).*2 sequences"),
    (lambda: lstm(lengths=[1.0, 2.0]), ValueError, "float64; wanted is one integer"),
    (lambda: lstm(lengths=[6, 2]), ValueError, "from 2 to 6, but.*has 5"),
    (lambda: lstm(lengths=[0, 2]), ValueError, "from 0 to 2.*at least 1 step"),
    (
        lambda: F.rnn(*map(np.ones, ((1, 1, 1), (1, 1), (1, 1), (1, 1), 1, 1)), "sin"),
        ValueError,
        "'tanh' or 'relu', not 'sin'",
    ),
    (lambda: nn.LSTM(3, 4)(ones(5, 3)), ValueError, r"LSTM: .*\(5, 3\).*x\[:, None\]"),
    (lambda: nn.GRU(3, 4)(ones(5, 2, 4)), ValueError, r"\(T, N, 3\).*batch_first=True"),
    (lambda: nn.GRU(3, 4, batch_first=True)(ones(5, 3)), ValueError, r"N, T, 3.*x\[None\]"),
    (
        lambda: nn.RNN(3, 4)(ones(2, 5, 3), Tensor(ones(1, 2, 4))),
        ValueError,
        r"RNN: a state has shape \(1, 2, 4\); wanted is \(1, 5, 4\).*batch_first=False",
    ),
    (lambda: nn.LSTM(3, 4)(ones(5, 2, 3), Tensor(ones(1, 2, 4))), TypeError, r"a pair \(h, c"),
    (lambda: nn.LSTM(3, 4)(ones(2, 5, 3), lengths=[5, 1]), ValueError, "each of the 5 seq"),
    (lambda: nn.RNN(3, 4, dropout=0.5), ValueError, "acts between layers.*only one"),
    (lambda: nn.RNN(3, 4, 2, dropout=50), ValueError, "a probability, not 50"),
    (lambda: nn.RNN(3, 4, nonlinearity="gelu"), ValueError, "not 'gelu'"),
    (lambda: nn.RNNCell(3, 4, nonlinearity="gelu"), ValueError, "not 'gelu'"),
    (
        lambda: nn.GRUCell(3, 4)(ones(5, 2, 3)),
        ValueError,
        r"\(N, 3\).*loop over it, or use GRU",
    ),
    (lambda: nn.RNNCell(3, 4)(ones(2, 3), ones(3, 4)), ValueError, r"\(3, 4\); wanted is \(2"),
    (lambda: nn.LSTMCell(3, 4)(ones(2, 3), Tensor(ones(2, 4))), TypeError, r"a pair \(h, c\)"),
    (lambda: nn.ConvLSTMCell(3, 2, 4), ValueError, "kernel_size=4 is even.*odd one"),
    (
        lambda: nn.ConvLSTMCell(3, 2)(ones(2, 7, 3, 5, 5)),
        ValueError,
        r"\(N, 3, H, W\).*\(2, 7, 3, 5, 5\). Loop over",
    ),
    (
        lambda: nn.ConvLSTMCell(3, 2)(ones(2, 3, 5, 5), Tensor(ones(2, 2, 5, 5))),
        TypeError,
        r"ConvLSTMCell: the state is a pair \(h, c\)",
    ),
    (
        lambda: nn.ConvLSTMCell(3, 2)(ones(2, 3, 5, 5), [ones(2, 2, 4, 5)] * 2),
        ValueError,
        r"\(2, 2, 4, 5\); wanted is \(2, 2, 5, 5\)",
    ),
    (lambda: attend(query=(3, 5)), ValueError, r"query \(3, 5\), key \(5, 4\)"),
    (lambda: attend(value=(4, 2)), ValueError, "as many values as keys"),
    (lambda: attend(query=(4,)), ValueError, r"query \(4,\)"),
    (lambda: attend(dropout_p=1.0), ValueError, r"\[0, 1\), it is not 1.0"),
    (lambda: attend(attn_mask=ones(3, 5, dtype=int)), TypeError, r"int64.*astype\(bool\)"),
    (lambda: attend(attn_mask=ones(5, 3)), ValueError, r"mask has shape \(5, 3\).*\(3, 5\)"),
    (lambda: attend(attn_mask=ones(2, 3, 5)), ValueError, r"shape \(2, 3, 5\)"),
    (lambda: attend(attn_mask=ones(3, 5), is_causal=True), ValueError, "not both"),
    (lambda: attend(attn_mask=np.arange(3)[:, None] > 0), ValueError, r"every key.*at \[0\]"),
    (lambda: attend(attn_mask=ones(3, 5) * -np.inf), ValueError, "hides every key"),
    (lambda: heads(num_heads=4), ValueError, "4 heads cannot share embed_dim=6"),
    (lambda: heads(query=(3, 6)), ValueError, r"query \(3, 6\).*\(N, L, 6\)"),
    (lambda: heads(query=(2, 3, 5)), ValueError, r"query \(2, 3, 5\)"),
    (lambda: heads(key=(3, 2, 6)), ValueError, r"batch_first=True wanted are \(N, L, 6\)"),
    (lambda: heads(key=(3, 2, 6), batch_first=False), ValueError, r"wanted are \(L, N, 6\)"),
    (lambda: heads(value=(2, 4, 6)), ValueError, r"value \(2, 4, 6\)"),
    (lambda: heads(attn_mask=ones(2, 3) > 0), ValueError, r"attn_mask.*\(3, 3\) or \(6, 3, 3"),
    (lambda: heads(attn_mask=ones(3, 3, dtype=int)), TypeError, "attn_mask.*int64"),
    (lambda: heads(key_padding_mask=ones(3, 2)), ValueError, r"padding_mask.*\(2, 3\)"),
    (lambda: heads(attn_mask=NOTHING), ValueError, r"every key.*at \[0, 0, 0\]"),
    (lambda: F.attention_weights(ones(2, 3, 6), ones(3, 3, 6)), ValueError, "batch_first"),
    (lambda: F.attention_weights(*[ones(2, 3, 6)] * 2, 4), ValueError, "4 heads.*6 numbers"),
    (lambda: F.weighted_values(ones(2, 3, 4, 5), ones(2, 4, 6)), ValueError, r"\(N, heads"),
    (lambda: F.weighted_values(ones(2, 3, 4, 4), ones(2, 4, 5)), ValueError, "heads that div"),
    (
        lambda: nn.TransformerEncoderLayer(6, 3, activation="sin"),
        ValueError,
        "TransformerEncoderLayer: activation is 'relu' or 'gelu'",
    ),
    (lambda: nn.PositionalEncoding(6)(ones(3, 6)), ValueError, r"\(3, 6\); wanted is \(T, N"),
]
