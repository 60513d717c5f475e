"""The same numbers in another arrangement."""

import numpy as np
from parity.numbers import normal

CASES = {
    "transpose": [
        ((normal(3, 4),), {"dim0": 0, "dim1": 1}),
        ((normal(2, 3, 4),), {"dim0": -1, "dim1": 0}),
    ],
    "getitem": [
        ((normal(3, 4),), {"index": index})
        for index in (1, (slice(None), 2), [0, 0, 2], ([0, 1], [1, 1]))
    ],
    "to": [((normal(3, 4),), {"dtype": np.dtype(np.float64)})],
}
TORCH = {
    "getitem": lambda x, index: x[index],
    "to": lambda x, dtype: x.double(),
}
