"""Normalisation, dropout and embedding."""

import numpy as np
from parity.cases.convolution import options
from parity.numbers import between, normal


def affine(*shape):
    """No weight and no bias, the weight alone, both."""
    weight, bias = between(0.5, 2, *shape), normal(*shape)
    return (), (weight,), (weight, bias)


def after(name):
    """PyTorch's function ``name`` with weight and bias where ours has them."""

    def call(input, weight=None, bias=None, **options):
        from torch.nn import functional

        return getattr(functional, name)(input, weight=weight, bias=bias, **options)

    return call


def batch_norm(input, weight=None, bias=None, **options):
    return after("batch_norm")(input, weight, bias, running_mean=None, running_var=None, **options)


def dropped(axes):
    """Dropout written with a mask over the first ``axes`` axes."""

    def call(input, p=0.5, training=True, generator=None):
        import torch

        if not training:
            return input * 1
        kept = torch.tensor(np.random.default_rng(generator).random(input.shape[:axes]) >= p)
        kept = kept.reshape(*kept.shape, *(1,) * (input.ndim - kept.ndim))
        return torch.where(kept, input / (1 - p if p < 1 else 1), 0)

    return call


def dropout(*shape):
    chosen = options(p=(0.0, 0.3, 1.0), training=(True, False), generator=(3,))
    return [((normal(*shape),), o) for o in [*chosen, {"generator": 4}]]


CASES = {
    "batch_norm": [
        ((normal(*shape), *more), {"training": True, **eps})
        for shape in ((5, 4), (3, 4, 5), (2, 4, 3, 3), (2, 4, 1, 1))
        for more in affine(4)
        for eps in ({}, {"eps": 0.1})
    ],
    "layer_norm": [
        ((normal(*shape), *more), {"normalized_shape": shape[-axes:], **eps})
        for shape in ((5, 4), (2, 3, 4), (2, 3, 4, 2), (0, 4))
        for axes in range(1, len(shape))
        for more in affine(*shape[-axes:])
        for eps in ({}, {"eps": 0.1})
    ],
    "group_norm": [
        ((normal(*shape), *more), {"num_groups": groups, **eps})
        for shape in ((5, 4), (3, 4, 5), (2, 4, 3, 2), (0, 4, 2))
        for more in affine(4)
        for groups in (1, 2)
        for eps in ({}, {"eps": 0.1})
    ],
    "dropout": [*dropout(3, 4), *dropout(2, 3, 4)],
    "dropout2d": [*dropout(3, 4, 2), *dropout(2, 3, 4, 4)],
    "embedding": [
        ((np.array(index, int), normal(5, 3)), chosen)
        for index in ([0, 2, 2, 0], [[1, 1], [3, 0]], 3, [[], []])
        for chosen in ({}, {"padding_idx": 4}, {"padding_idx": -1})
    ],
}
TORCH = {
    "batch_norm": batch_norm,
    "dropout": dropped(None),
    "dropout2d": dropped(2),
    "group_norm": after("group_norm"),
    "layer_norm": after("layer_norm"),
}
