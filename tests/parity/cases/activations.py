"""Activations."""

from parity.numbers import normal

CASES = {
    "elu": [((normal(3, 4),), options) for options in ({}, {"alpha": 0.3})],
    "gelu": [((normal(3, 4),), options) for options in ({}, {"approximate": "tanh"})],
    "leaky_relu": [((normal(3, 4),), options) for options in ({}, {"negative_slope": 0.3})],
    "log_softmax": [((normal(3, 4, 2),), {"dim": dim}) for dim in (0, 1, -1)],
    "silu": [((normal(3, 4),), {})],
    "softmax": [((normal(3, 4, 2),), {"dim": dim}) for dim in (0, 1, -1)],
    "softplus": [
        ((normal(3, 4) * 3,), options)
        for options in ({}, {"beta": 2.0}, {"threshold": 1.0}, {"beta": 0.5, "threshold": 2.0})
    ],
}
