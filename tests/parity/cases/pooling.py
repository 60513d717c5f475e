"""Pooling and resizing."""

import numpy as np
from parity.cases.convolution import numbers, options
from parity.numbers import normal

SIZES = {1: (9,), 2: (6, 7)}
KERNELS = {1: (3, (2,)), 2: (2, (3, 2))}


def distinct(*shape):
    """Numbers so far apart that a small step makes no other one the largest."""
    return np.random.default_rng(0).permutation(int(np.prod(shape))).reshape(shape) / 1000 - 0.05


def pooling(axes, **more):
    for kernel in KERNELS[axes]:
        for chosen in options(stride=(None, 1, 3), padding=(0, 1), **more):
            yield (distinct(2, 3, *SIZES[axes]),), {"kernel_size": kernel, **chosen}
    yield (distinct(1, 1, *SIZES[axes]),), {"kernel_size": SIZES[axes]}
    yield (distinct(0, 2, *SIZES[axes]),), {"kernel_size": 2}
    yield (distinct(2, *SIZES[axes], 3).swapaxes(1, -1),), {"kernel_size": 2, "stride": 1}
    yield (numbers(2, 3, *(1,) * axes),), {"kernel_size": 1}


CASES = {
    "max_pool1d": list(pooling(1, dilation=(1, 2))),
    "max_pool2d": list(pooling(2, dilation=(1, 2))),
    "avg_pool1d": list(pooling(1, count_include_pad=(True, False))),
    "avg_pool2d": list(pooling(2, count_include_pad=(True, False))),
    "adaptive_avg_pool2d": [
        ((normal(2, 3, *sizes),), {"output_size": size})
        for sizes in ((6, 7), (4, 4), (1, 5))
        for size in (1, (2, 3), (4, 4), (7, 9))
    ],
    "interpolate": [
        ((normal(2, 3, *sizes),), mode | chosen)
        for sizes in ((4, 5), (1, 3))
        for mode in ({}, {"mode": "bilinear"})
        for chosen in (
            *({"scale_factor": factor} for factor in (1, 2, (3, 2))),
            *({"size": size} for size in (7, (2, 3), (8, 1))),
        )
    ],
}
