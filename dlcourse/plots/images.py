"""Small pictures side by side."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Rectangle

from dlcourse.plots.figure import show
from dlcourse.plots.style import FAINT


def show_images(images: np.ndarray, labels: Sequence, title: str, columns: int = 6) -> None:
    """Show grey images, ink dark, each under its label.

    Images with numbers below 0 are shown in purple above and orange below 0, white at 0.

    Shapes: images (N, H, W), or (N, H·W) for square ones; N labels.

    Raises ValueError for another shape, and where labels are too few or too many.
    """
    images = _as_pictures(np.asarray(images))
    if len(images) != len(labels):
        raise ValueError(f"There are {len(images)} images, but {len(labels)} labels.")
    largest = np.abs(images).max()
    colours = {"vmin": 0, "vmax": largest}
    if images.min() < 0:
        colours = {"vmin": -largest, "vmax": largest, "cmap": "PuOr"}
    rows = -(-len(images) // columns)
    figure, grid = plt.subplots(rows, columns, figsize=(8, 0.6 + 1.6 * rows), squeeze=False)
    figure.suptitle(title, x=0.02, ha="left", weight="bold", size=16)
    for axes in grid.flat:
        axes.set_axis_off()
    for axes, image, label in zip(grid.flat, images, labels, strict=False):
        axes.imshow(image, **colours)
        axes.add_patch(Rectangle((-0.5, -0.5), *image.T.shape, fill=False, edgecolor=FAINT))
        axes.set_title(label, loc="center", size=13, weight="normal", pad=5)
    listed = "; ".join(str(label).replace("\n", " ") for label in labels)
    show(figure, alt=f"{title}. {len(images)} small pictures, labelled: {listed}.")


def _as_pictures(images):
    if images.ndim == 2:
        side = round(images.shape[1] ** 0.5)
        if side * side == images.shape[1]:
            return images.reshape(-1, side, side)
    if images.ndim != 3:
        raise ValueError(
            f"Images have shape (N, H, W), or (N, H·W) if square; this has shape {images.shape}."
        )
    return images
