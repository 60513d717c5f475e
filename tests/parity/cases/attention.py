"""Attention, with and without masks and heads."""

import numpy as np

rng = np.random.default_rng(1)


def normal(*shape):
    """Numbers of this file's own generator: the same whatever other families there are."""
    return rng.normal(size=shape)


ALLOWED = np.array([[1, 0, 1], [0, 0, 1]], bool)
BIAS = normal(2, 3)
BIAS[0, 1] = -np.inf
MASKS = [
    {},
    {"is_causal": True},
    {"attn_mask": ALLOWED},
    {"attn_mask": BIAS},
    {"attn_mask": np.array([True, False, True])},
]
PER_EXAMPLE = {"attn_mask": np.stack([ALLOWED, np.roll(ALLOWED, 1, axis=1)])[:, None]}
HEADS = [heads | mask for heads in ({}, {"num_heads": 2}) for mask in [*MASKS, PER_EXAMPLE]]
CASES = {
    "scaled_dot_product_attention": [
        ((normal(*batch, 2, 4), normal(*batch, 3, 4), normal(*batch, 3, 5)), mask)
        for batch in ((), (2,), (1, 2))
        for mask in MASKS
    ]
    + [
        ((normal(3, 2), normal(2, 4, 2), normal(4, 5)), {}),
        ((normal(2, 2, 2, 4), normal(2, 2, 3, 4), normal(2, 2, 3, 1)), PER_EXAMPLE),
    ],
    "attention_weights": [((normal(2, 2, 4), normal(2, 3, 4)), options) for options in HEADS],
    "weighted_values": [((normal(2, heads, 2, 3), normal(2, 3, 4)), {}) for heads in (1, 2)],
}


def split(x, num_heads):
    return x.unflatten(-1, (num_heads, -1)).transpose(1, 2)


def attention(*arrays, attn_mask=None, is_causal=False):
    import torch

    mask = None if attn_mask is None else torch.tensor(np.atleast_2d(attn_mask))
    attend = torch.nn.functional.scaled_dot_product_attention
    return attend(*arrays, attn_mask=mask, is_causal=is_causal)


def attention_weights(query, key, num_heads=1, **options):
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
