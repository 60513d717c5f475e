"""Windows that slide over an image or a sequence: what convolution and pooling share."""

import math
from collections.abc import Iterable, Iterator
from itertools import product
from typing import NamedTuple

import numpy as np

IN_CACHE = 1 << 20
"""Bytes of images that are worked on at a time where several passes go over the same ones."""


class Windows(NamedTuple):
    """Where the windows stand: for each spatial axis the kernel's length, the stride, the padding
    before and after, and the dilation.

    Within it, arrays have the examples last, (C, *sizes, N): runs of numbers that stay neighbours
    in memory are then as long as can be, and copying them is fast.
    """

    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    padding: tuple[tuple[int, int], ...]
    dilation: tuple[int, ...]

    @property
    def spans(self) -> tuple[int, ...]:
        """How many pixels a window reaches over, its holes counted."""
        return tuple(
            step * (length - 1) + 1 for length, step in zip(self.kernel, self.dilation, strict=True)
        )

    def counts(self, name: str, sizes: tuple[int, ...]) -> tuple[int, ...]:
        """How many windows fit along each axis of an image of these sizes.

        Raises ValueError, in the ``name`` of an operation, if there is not even one.
        """
        if any(s < span for s, span in zip(self._padded_sizes(sizes), self.spans, strict=True)):
            raise ValueError(
                f"{name}: the kernel {_by(self.kernel)} with dilation {_by(self.dilation)} reaches "
                f"over {_by(self.spans)} pixels, the input {_by(sizes)} with its padding has only "
                f"{_by(self._padded_sizes(sizes))}. Use a smaller kernel, more padding, or fewer "
                "layers that shrink the image."
            )
        return tuple(
            (size - span) // stride + 1
            for size, span, stride in zip(
                self._padded_sizes(sizes), self.spans, self.stride, strict=True
            )
        )

    def sizes(self, counts: tuple[int, ...], extra: tuple[int, ...]) -> tuple[int, ...]:
        """The image on which so many windows fit, with ``extra`` pixels that none reaches."""
        return tuple(
            (count - 1) * stride + span + more - before - after
            for count, stride, span, more, (before, after) in zip(
                counts, self.stride, self.spans, extra, self.padding, strict=True
            )
        )

    def places(self, counts: tuple[int, ...]) -> Iterator[tuple[slice, ...]]:
        """For each cell of the kernel, in row-major order, what it meets in all windows: slices of
        the padded image.
        """
        for cell in product(*map(range, self.kernel)):
            yield tuple(
                slice(index * step, index * step + (count - 1) * stride + 1, stride)
                for index, step, count, stride in zip(
                    cell, self.dilation, counts, self.stride, strict=True
                )
            )

    def cells(
        self, images: np.ndarray, counts: tuple[int, ...], around: float = 0
    ) -> Iterator[np.ndarray]:
        """(N, C, *sizes) → for each cell of the kernel what it meets, (C, *counts, N)."""
        images = np.moveaxis(images, 0, -1)
        if any(map(any, self.padding)):
            channels, *sizes, examples = images.shape
            padded = np.full((channels, *self._padded_sizes(sizes), examples), around, images.dtype)
            padded[:, *self._inside(sizes)] = images
        else:
            padded = np.ascontiguousarray(images)
        for place in self.places(counts):
            yield padded[:, *place]

    def columns(self, images: np.ndarray, counts: tuple[int, ...]) -> np.ndarray:
        """What the cells of the kernel meet, together: (C, cells, *counts, N)."""
        examples, channels = images.shape[:2]
        shape = channels, math.prod(self.kernel), *counts, examples
        columns = np.empty(shape, images.dtype)
        for number, cell in enumerate(self.cells(images, counts)):
            columns[:, number] = cell
        return columns

    def add_up(self, cells: Iterable[np.ndarray], counts: tuple[int, ...], shape, dtype):
        """Numbers for each cell of the kernel, (C, *counts, N), back to the pixels that it met.

        The transpose of ``columns``: where windows overlap, their numbers add up. ``shape`` is that
        of the images, (N, C, *sizes).
        """
        total = self.blank(shape, dtype)
        self.add_to(total, cells, counts)
        return self.cropped(total, shape)

    def blank(self, shape: tuple[int, ...], dtype) -> np.ndarray:
        """Zeros for images (N, C, *sizes), with their padding: (C, *padded sizes, N)."""
        examples, channels, *sizes = shape
        return np.zeros((channels, *self._padded_sizes(sizes), examples), dtype)

    def add_to(self, total: np.ndarray, cells: Iterable[np.ndarray], counts: tuple[int, ...]):
        """Add to some channels of a ``blank`` what belongs to each cell of the kernel."""
        apart = all(stride >= span for stride, span in zip(self.stride, self.spans, strict=True))
        for cell, place in zip(cells, self.places(counts), strict=True):
            if apart:
                total[:, *place] = cell
            else:
                total[:, *place] += cell

    def cropped(self, total: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
        """A ``blank`` without its padding, as images (N, C, *sizes)."""
        return np.moveaxis(total[:, *self._inside(shape[2:])], -1, 0)

    def _padded_sizes(self, sizes):
        return tuple(
            before + size + after for size, (before, after) in zip(sizes, self.padding, strict=True)
        )

    def _inside(self, sizes):
        return [
            slice(before, before + size)
            for size, (before, _) in zip(sizes, self.padding, strict=True)
        ]


def few_channels(images: np.ndarray) -> Iterator[slice]:
    """Slices of the channels of (N, C, ...), each with few enough for the processor's cache."""
    channels = images.shape[1]
    step = max(1, IN_CACHE * channels // max(images.nbytes, 1))
    return (slice(start, start + step) for start in range(0, channels, step))


def _by(numbers):
    """3×3 of (3, 3)."""
    return "×".join(map(str, numbers))


def check_images(name: str, images: np.ndarray, axes: int) -> None:
    """Raise ValueError unless there are examples, channels and so many spatial axes."""
    if images.ndim == axes + 2:
        return
    layout = {1: "(N, C, L)", 2: "(N, C, H, W)"}[axes]
    raise ValueError(
        f"{name}: the input has shape {images.shape}; wanted is {layout}: examples, channels, then "
        + ("positions. " if axes == 1 else "rows and columns. ")
        + (
            "x[None] makes a batch of one example, x[:, None] gives one channel to examples that "
            "have no such axis."
            if images.ndim == axes + 1
            else f"These are {images.ndim} axes instead of {axes + 2}."
        )
    )


def per_axis(value: int | tuple[int, ...], axes: int, least: int, called: str) -> tuple[int, ...]:
    """One whole number for each spatial axis, of one for all or one for each.

    Raises ValueError, in which the number is ``called`` as told, if it is none or too small.
    """
    numbers = (value,) * axes if isinstance(value, int | np.integer) else value
    if (
        not isinstance(numbers, tuple | list)
        or len(numbers) != axes
        or not all(isinstance(n, int | np.integer) and n >= least for n in numbers)
    ):
        raise ValueError(
            f"{called} is a whole number of at least {least}, or one for each of the {axes} "
            f"spatial axes, not {value!r}."
        )
    return tuple(numbers)
