"""Attention, with and without masks and heads."""

import numpy as np
from parity.numbers import normal

ALLOWED = np.array([[1, 0, 1, 0], [0, 0, 1, 1], [1, 1, 1, 1]], bool)
BIAS = normal(3, 4)
BIAS[0, 1] = -np.inf
MASKS = [
    {},
    {"is_causal": True},
    {"attn_mask": ALLOWED},
    {"attn_mask": BIAS},
    {"attn_mask": np.array([True, False, True, True])},
]
PER_EXAMPLE = {"attn_mask": np.stack([ALLOWED, np.roll(ALLOWED, 1, axis=1)])[:, None]}
HEADS = [{"num_heads": heads} | mask for heads in (1, 3) for mask in [*MASKS, PER_EXAMPLE]]
CASES = {
    "scaled_dot_product_attention": [
        ((normal(*batch, 3, 6), normal(*batch, 4, 6), normal(*batch, 4, 5)), mask)
        for batch in ((), (2,), (2, 3))
        for mask in MASKS
    ]
    + [
        ((normal(3, 2), normal(2, 4, 2), normal(4, 5)), {}),
        ((normal(2, 3, 3, 2), normal(2, 3, 4, 2), normal(2, 3, 4, 2)), PER_EXAMPLE),
    ],
    "attention_weights": [((normal(2, 3, 6), normal(2, 4, 6)), options) for options in HEADS],
    "weighted_values": [((normal(2, heads, 3, 4), normal(2, 4, 6)), {}) for heads in (1, 3)],
}


def split(x, num_heads):
    return x.unflatten(-1, (num_heads, -1)).transpose(1, 2)


def attention(*arrays, attn_mask=None, is_causal=False):
    import torch

    mask = None if attn_mask is None else torch.tensor(attn_mask)
    attend = torch.nn.functional.scaled_dot_product_attention
    return attend(*arrays, attn_mask=mask, is_causal=is_causal)


def attention_weights(query, key, num_heads, **options):
    """The weights are what attention makes of an identity matrix as values."""
    import torch

    identity = torch.eye(key.shape[1], dtype=key.dtype).expand(len(key), num_heads, -1, -1)
    return attention(split(query, num_heads), split(key, num_heads), identity, **options)


def weighted_values(weights, value):
    return (weights @ split(value, weights.shape[1])).transpose(1, 2).flatten(2)


TORCH = {
    "scaled_dot_product_attention": attention,
    "attention_weights": attention_weights,
    "weighted_values": weighted_values,
}
