"""Convolutions, transposed convolutions and windows as columns."""

from itertools import product

from parity.numbers import between, normal

LENGTHS = {1: (7,), 2: (5, 6)}
KERNELS = {1: (3,), 2: (3, 2)}


def numbers(*shape):
    """All positive: no gradient is so near 0 that central differences would not see it."""
    return between(0.2, 1, *shape)


def options(**values):
    """Every combination of one value of each option."""
    return [dict(zip(values, chosen, strict=True)) for chosen in product(*values.values())]


def convolutions(axes):
    sizes, kernel = LENGTHS[axes], KERNELS[axes]
    for chosen in options(stride=(1, 2), padding=(0, 1), dilation=(1, 2), groups=(1, 2)):
        weight = numbers(4, 4 // chosen["groups"], *kernel)
        yield (numbers(2, 4, *sizes), weight, numbers(4)), chosen
    for padding, dilation in product(("same", "valid", (2, 1)[:axes]), (1, 2)):
        yield (
            (numbers(2, 2, *sizes), numbers(3, 2, *kernel)),
            {
                "padding": padding,
                "dilation": dilation,
            },
        )
    yield (numbers(2, 3, *sizes), numbers(3, 1, *kernel), numbers(3)), {"groups": 3}
    yield (numbers(1, 1, *sizes), numbers(1, 1, *(1,) * axes)), {"stride": (3, 2)[:axes]}
    yield (numbers(2, 2, *sizes), numbers(2, 2, *sizes)), {}
    yield (numbers(0, 2, *sizes), numbers(2, 2, *kernel), numbers(2)), {}
    across = numbers(*sizes[::-1], 2, 3).T  # axes in the opposite order in memory
    yield (across, numbers(2, 2, *kernel)), {"padding": 1}


def transposed(axes):
    sizes, kernel = LENGTHS[axes], KERNELS[axes]
    for chosen in options(
        stride=(1, 2), padding=(0, 1), output_padding=(0, 1), groups=(1, 2), dilation=(1, 2)
    ):
        if chosen["output_padding"] < max(chosen["stride"], chosen["dilation"]):
            arrays = numbers(2, 4, *sizes), numbers(4, 3, *kernel), numbers(3 * chosen["groups"])
            yield arrays, chosen
    yield (numbers(2, 3, *sizes), numbers(3, 2, *kernel)), {"stride": (3, 1)[:axes]}
    yield (numbers(0, 3, *sizes), numbers(3, 2, *kernel), numbers(2)), {}


CASES = {
    "conv1d": list(convolutions(1)),
    "conv2d": list(convolutions(2)),
    "conv_transpose1d": list(transposed(1)),
    "conv_transpose2d": list(transposed(2)),
    "unfold": [
        ((normal(2, 3, 5, 6),), {"kernel_size": kernel, **chosen})
        for kernel in (2, (3, 2))
        for chosen in [{}, *options(dilation=(1, 2), padding=(0, 1), stride=(1, 2))]
    ],
}
