"""Pictures for the chapter, and showing them side by side."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib import cbook

from dlcourse import plots
from dlcourse.data import load_digits, train_test_split


def photograph() -> np.ndarray:
    """Grace Hopper, 600 rows, 512 columns, red, green and blue from 0 to 255.

    An official photograph of the United States Navy, in the public domain, which matplotlib brings
    along. Shape (600, 512, 3), whole numbers.
    """
    return plt.imread(cbook.get_sample_data("grace_hopper.jpg", asfileobj=False))


def show_pictures(pictures: list[np.ndarray], labels: list[str], title: str) -> None:
    """Show pictures side by side, each from its smallest number (black) to its largest (white).

    Colour pictures (H, W, 3) are shown in colour.
    """
    height = 0.9 + 8 / len(pictures) * max(len(p) / p.shape[1] for p in pictures)
    figure, row = plt.subplots(1, len(pictures), figsize=(8, height), squeeze=False)
    figure.suptitle(title, x=0.02, ha="left", weight="bold", size=16)
    for axes, picture, label in zip(row.flat, pictures, labels, strict=True):
        axes.imshow(picture, cmap="gray")
        axes.set_title(label, loc="center", size=12, weight="normal")
        axes.set_axis_off()
    plots.show(figure, alt=f"{title}. {len(pictures)} pictures side by side: {'; '.join(labels)}.")


def scattered_digits(seed: int, size: int = 16) -> tuple[np.ndarray, ...]:
    """Digits at random places of a black canvas: X_train, X_test, y_train, y_test.

    Shapes: pictures (N, 1, size, size), ink from 0 to 1; 1,200 to train on, 597 kept
    back.
    """
    digits = load_digits()
    rng = np.random.default_rng(seed)
    canvas = np.zeros((len(digits.inputs), 1, size, size))
    places = rng.integers(0, size - 7, (len(canvas), 2))
    for picture, digit, (i, j) in zip(canvas, digits.inputs, places, strict=True):
        picture[0, i : i + 8, j : j + 8] = digit / 16
    return train_test_split(canvas, digits.targets, 597, seed=seed)
