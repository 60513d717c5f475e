"""Examples that belong together, and what kind they are."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Dataset:
    """Examples and their right answers.

    ``inputs``: float64, one example a row (N, ...); ``targets``: class numbers (N,).

    >>> from dlcourse import data
    >>> digits = data.load_digits()
    >>> digits.targets[:4], digits.target_names[0]
    (array([0, 1, 2, 3]), '0')
    """

    inputs: np.ndarray
    targets: np.ndarray
    feature_names: tuple[str, ...]
    target_names: tuple[str, ...]
    source: str
