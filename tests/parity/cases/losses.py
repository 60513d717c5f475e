"""Losses."""

import numpy as np
from parity.numbers import between, normal

REDUCTIONS = [{"reduction": "mean"}, {"reduction": "sum"}]
CASES = {
    "mse_loss": [((normal(3, 4), normal(3, 4)), options) for options in REDUCTIONS],
    "cross_entropy": [
        ((normal(5, 3) * 3, np.array([0, 2, 1, 1, 0])), options) for options in REDUCTIONS
    ],
    "binary_cross_entropy_with_logits": [
        ((normal(5, 1) * 9, between(0, 1, 5, 1)), options) for options in REDUCTIONS
    ],
}
