"""Real data that lies on the disk after installation, and the split that keeps some of it back."""

import importlib
from pathlib import Path

import numpy as np

from dlcourse.data.dataset import Dataset
from dlcourse.data.loader import DataLoader, random_split
from dlcourse.data.made import make_moons

__all__ = [
    "DataLoader",
    "Dataset",
    "load_breast_cancer",
    "load_cifar10",
    "load_digits",
    "load_fashion_mnist",
    "load_mnist",
    "make_moons",
    "random_split",
    "train_test_split",
]

_HERE = Path(__file__).parent


def __getattr__(name):
    """The loaders that download, and what they need, wait until they are asked for."""
    if name in ("load_cifar10", "load_fashion_mnist", "load_mnist"):
        return getattr(importlib.import_module("dlcourse.data.download"), name)
    raise AttributeError(f"module 'dlcourse.data' has no attribute {name!r}")


def load_digits() -> Dataset:
    """1,797 handwritten digits: inputs (1797, 8, 8), ink from 0 to 16; targets 0 to 9.

    >>> from dlcourse import data
    >>> data.load_digits().inputs.shape
    (1797, 8, 8)
    """
    with np.load(_HERE / "digits.npz") as stored:
        images, labels = stored["images"], stored["labels"]
    return Dataset(
        images.astype(float),
        labels.astype(int),
        feature_names=("ink, 0 to 16",),
        target_names=tuple("0123456789"),
        source="Alpaydin and Kaynak (1998), https://doi.org/10.24432/C50P49",
    )


def load_breast_cancer() -> Dataset:
    """569 tumours: inputs (569, 30), measures of cell nuclei; targets 0 malignant, 1 benign.

    >>> from dlcourse import data
    >>> data.load_breast_cancer().inputs.shape
    (569, 30)
    """
    with np.load(_HERE / "breast_cancer.npz") as stored:
        measurements, benign, names = stored["measurements"], stored["benign"], stored["names"]
    return Dataset(
        measurements,
        benign.astype(int),
        feature_names=tuple(names.tolist()),
        target_names=("malignant", "benign"),
        source="Wolberg and others (1995), https://doi.org/10.24432/C5DW2B",
    )


def train_test_split(
    inputs: np.ndarray, targets: np.ndarray, test_size: int | float = 1 / 3, seed: int = 0
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Keep some examples back, every class in its share: X_train, X_test, y_train, y_test.

    ``test_size``: how many, or which share. Raises ValueError if inputs and targets differ in
    number or nothing would be left on one side.

    >>> from dlcourse import data
    >>> X_train, X_test, y_train, y_test = train_test_split(np.eye(6), np.arange(6) % 2, 2)
    >>> X_train.shape, y_test.sum()
    ((4, 6), np.int64(1))
    """
    if len(inputs) != len(targets):
        raise ValueError(f"{len(inputs)} inputs and {len(targets)} targets: each needs the other.")
    count = test_size if isinstance(test_size, int) else round(test_size * len(inputs))
    if not 0 < count < len(inputs):
        raise ValueError(f"test_size={test_size} of {len(inputs)} examples leaves one side empty.")
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(targets))
    # Within each class an example's place is its rank divided by the class's size; the lowest
    # places, over all classes, are the test set: every class gives the same share.
    place = np.empty(len(targets))
    for label in np.unique(targets):
        members = order[targets[order] == label]
        place[members] = (np.arange(len(members)) + rng.random()) / len(members)
    by_place = order[np.argsort(place[order], kind="stable")]
    test, train = rng.permutation(by_place[:count]), rng.permutation(by_place[count:])
    return inputs[train], inputs[test], targets[train], targets[test]
