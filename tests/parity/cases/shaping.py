"""The same numbers in another arrangement."""

from itertools import product

import numpy as np
import torch
from parity.numbers import normal

INDICES = (
    1,
    -1,
    (slice(None), 2),
    (..., None, slice(None, None, -2)),
    [0, 0, 2],
    ([0, 1], [1, 1]),
    (slice(None), [3, 0, 3]),
    (np.array([[0, 2], [2, 2]]), 1),
    np.array([True, False, True]),
    normal(3, 4) > 0,
)
GATHERED = (
    (0, [[0, 2, 1, 0], [2, 2, 0, 1]]),
    (1, [[3], [0], [3]]),
    (-1, [[3, 3, 0, 1, 2], [0, 0, 0, 0, 0]]),
)
CASES = {
    "cat": [
        ((normal(2, 3),), {}),
        ((normal(2, 3), normal(1, 3), normal(0, 3)), {}),
        ((normal(2, 3), normal(2, 1)), {"dim": 1}),
        ((normal(2, 3), normal(2, 4), normal(2, 1)), {"dim": -1}),
    ],
    "expand": [
        ((normal(3, 1),), {"sizes": sizes}) for sizes in ((3, 4), (-1, 4), (2, -1, 4), (3, 1))
    ],
    "flatten": [
        ((normal(2, 3, 4, 1),), options)
        for options in ({}, {"start_dim": 1}, {"end_dim": 1}, {"start_dim": -3, "end_dim": -2})
    ],
    "flip": [((normal(2, 3, 4),), {"dims": dims}) for dims in ((0,), (1, -1), (0, 1, 2))],
    "gather": [((normal(3, 4),), {"dim": d, "index": np.array(i)}) for d, i in GATHERED],
    "getitem": [((normal(3, 4),), {"index": index}) for index in INDICES],
    "pad": [
        ((normal(2, 3, 4),), {"pad": pad} | more)
        for pad, more in product([(), (1, 2), (0, 1, 2, 0), (1, 0, 0, 2, 3, 1)], [{}, {"value": 2}])
    ],
    "permute": [
        ((normal(2, 3, 4),), {"dims": dims}) for dims in ((2, 0, 1), (0, -1, 1), (0, 1, 2))
    ],
    "reshape": [((normal(3, 4),), {"shape": shape}) for shape in ((2, 6), (-1,), (2, -1, 3))],
    "squeeze": [
        ((normal(1, 3, 1),), options) for options in ({}, {"dim": 0}, {"dim": 1}, {"dim": (0, -1)})
    ],
    "stack": [
        ((normal(2, 3),) * 2 + (normal(2, 3),), options)
        for options in ({}, {"dim": 1}, {"dim": -1})
    ],
    "to": [((normal(3, 4),), {"dtype": np.dtype(np.float64)})],
    "transpose": [
        ((normal(3, 4),), {"dim0": 0, "dim1": 1}),
        ((normal(2, 3, 4),), {"dim0": -1, "dim1": 0}),
    ],
    "unsqueeze": [((normal(3, 4),), {"dim": dim}) for dim in (0, 1, 2, -1, -3)],
}


def torch_getitem(x, index):
    if isinstance(index, tuple) and index[0] is ...:  # torch has no negative steps
        return x[..., None, :].flip(-1)[..., ::2]
    return x[index]


TORCH = {
    "cat": lambda *tensors, dim=0: torch.cat(tensors, dim),
    "expand": lambda x, sizes: x.expand(sizes),
    "gather": lambda x, dim, index: torch.gather(x, dim, torch.tensor(index)),
    "getitem": torch_getitem,
    "permute": lambda x, dims: torch.permute(x, dims),
    "stack": lambda *tensors, dim=0: torch.stack(tensors, dim),
    "to": lambda x, dtype: x.double(),
}
