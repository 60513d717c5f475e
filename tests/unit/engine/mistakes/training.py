"""Data and training, used wrongly."""

import numpy as np

from dlcourse import functional as F
from dlcourse import interop, nn
from dlcourse.data import DataLoader, train_test_split
from dlcourse.saving import load, save
from dlcourse.training import accuracy, evaluate, fit

MISTAKES = [
    (lambda X, y: DataLoader((X, y[:3]), 2), ValueError, "4 and 3 examples: each input needs its"),
    (lambda X, y: train_test_split(X, y[:3]), ValueError, "4 inputs and 3 targets"),
    (lambda X, y: train_test_split(X, y, 1.0), ValueError, "leaves one side empty"),
    (
        lambda model, optimiser, X, y: fit(model, (X, y), F.cross_entropy, optimiser, 1),
        TypeError,
        "walks through batches: give DataLoader",
    ),
    (
        lambda model, optimiser, X, y: fit(model, zip([X], [y]), F.cross_entropy, optimiser, 1),  # noqa: B905
        TypeError,
        "only once",
    ),
    (
        lambda model, optimiser, X, y: fit(model, [(X, y)], F.cross_entropy, optimiser, 0),
        ValueError,
        "at least one epoch, not 0",
    ),
    (
        lambda model, optimiser, X, y: fit(
            model, [(X, y)], F.cross_entropy, optimiser, 1, patience=3
        ),
        ValueError,
        "give validation=",
    ),
    (lambda model: evaluate(model, [], F.cross_entropy), ValueError, "data have no batch"),
    (lambda scores, y: accuracy(y, scores), ValueError, r"wanted are \(N, C\) and \(N,\)"),
    (lambda model: save("weights.pt", model.state_dict()), ValueError, "run code when they are"),
    (lambda: load("weights.pkl"), ValueError, "ends with '.pkl'; .safetensors or .npz is wanted"),
    (lambda: save("x.npz", {"names": np.array(["a"])}), TypeError, "only numbers are saved"),
    (lambda: nn.utils.clip_grad_norm_(3.0, 1.0), TypeError, "float"),
    (lambda: interop.from_torch({"x": np.ones(2)}), AttributeError, "detach"),
]
