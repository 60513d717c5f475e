"""Losses of classification: how little the right class was preferred to the others."""

import math

import numpy as np

from dlcourse.ops.losses import Loss
from dlcourse.tensor import Tensor

BLOCK = 1 << 16
"""How many numbers are worked on at a time: few enough to stay in the processor's cache."""


def exponentials(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """eˣ⁻ᵐ, where m is the largest number of each row, so that nothing overflows; their sums; m.

    Sums and m are columns (N, 1). The softmax of x is eˣ⁻ᵐ over its sum, ln Σ eˣ is m + ln of it.
    """
    exps = np.empty(rows.shape, np.result_type(rows, np.float32))
    sums, tops = np.empty((2, len(rows), 1), exps.dtype)
    ones = np.ones((rows.shape[1], 1), exps.dtype)
    length = BLOCK // max(rows.shape[1], 1) + 1
    for start in range(0, len(rows), length):
        block = slice(start, start + length)
        inside = exps[block]
        tops[block] = highest(rows[block])
        np.subtract(rows[block], tops[block], out=inside)
        np.exp(inside, out=inside)
        np.matmul(inside, ones, out=sums[block])
    return exps, sums, tops


def highest(rows: np.ndarray) -> np.ndarray:
    """The largest number of each row, as a column; short rows are faster as columns."""
    if rows.shape[1] < 64:
        return np.ascontiguousarray(rows.T).max(axis=0, initial=-np.inf)[:, None]
    return rows.max(axis=1, keepdims=True)


def check_classes(name: str, shape: tuple[int, ...], target: np.ndarray, ignored: int | None):
    """Whether all targets are among the classes; else each other one must be ``ignored``.

    Raises for targets that are not one class number for each row of scores of this shape.
    """
    if not shape or target.shape != shape[:1] * (len(shape) > 1) + shape[2:]:
        raise ValueError(
            f"{name}: scores of shape {shape} and targets of shape {target.shape}; wanted are "
            "(N, C) and (N,), one class number for each example."
        )
    if target.dtype.kind not in "iu":
        raise TypeError(
            f"{name}: targets are class numbers, so integers, not {target.dtype}. Convert with "
            ".astype(int)."
        )
    classes = shape[min(len(shape) - 1, 1)]
    if not target.size or (target.min() >= 0 and target.max() < classes):
        return ignored is None or not 0 <= ignored < classes
    wrong = ((target < 0) | (target >= classes)) & (target != ignored)
    if wrong.any():
        place = tuple(np.argwhere(wrong)[0].tolist())
        raise IndexError(
            f"{name}: target[{', '.join(map(str, place))}] is {target[place]}, but with {classes} "
            f"scores an example the classes are 0 to {classes - 1}. Classes counted from 1 are the "
            "usual cause."
        )
    return False


class ClassLoss(Loss):
    """What they share: numbers as rows of classes, the right class and the weight of each row."""

    def rows(self, array):
        """(N, C, d1, ...) as rows of C numbers, (N d1 ..., C); (C,) as one row."""
        last = np.moveaxis(array, 1, -1) if array.ndim > 2 else np.atleast_2d(array)
        return last.reshape(math.prod(last.shape[:-1]), last.shape[-1])

    def unrowed(self, rows):
        """A gradient of the rows in the input's shape."""
        shape = self.arrays[0].shape
        if len(shape) < 3:
            return rows.reshape(shape)
        return np.moveaxis(rows.reshape(shape[0], *shape[2:], shape[1]), -1, 1)

    def reduced_rows(self, terms, reduction, total=None):
        """The loss, made of the terms of the rows."""
        shape = self.arrays[0].shape
        return self.reduced(
            terms.reshape(shape[:1] * (len(shape) > 1) + shape[2:]), reduction, total
        )

    def find_weights(self, weight, rows):
        """Keep ``weights``, what each class counts; 1 for all. Raises ValueError if one lacks."""
        self.weights = 1
        if weight is None:
            return
        weight = weight.data if isinstance(weight, Tensor) else weight
        self.weights = np.asarray(weight, np.result_type(rows, np.float32))
        if self.weights.shape != rows.shape[1:]:
            raise ValueError(
                f"{self.name}: weight has shape {self.weights.shape}; wanted is one number for "
                f"each of the {rows.shape[1]} classes."
            )

    def find_classes(self, input, target, ignore_index=None):
        """Keep ``classes``, the right one of each row; ``counted``, whether it is not ignored, and
        ``counts``, what the row counts: a column or 1. Raises for targets that are not classes."""
        self.classes, self.counted = target.reshape(-1), 1
        if not check_classes(self.name, input.shape, target, ignore_index):
            counted = self.classes != ignore_index
            self.classes = np.where(counted, self.classes, 0)
            self.counted = counted[:, None].astype(np.result_type(input, np.float32))
        self.counts = self.counted
        if not isinstance(self.weights, int):
            self.counts = self.counted * self.weights[self.classes, None]
        self.every = np.arange(self.classes.size)

    def total(self):
        """What all rows count together."""
        return len(self.classes) if isinstance(self.counts, int) else self.counts.sum()

    def one_hot(self, like):
        """Rows with 1 at the right class and 0 elsewhere; where a row is ignored, only 0."""
        hot = np.zeros_like(like)
        hot[self.every, self.classes] = 1
        hot *= self.counted
        return hot


class CrossEntropy(ClassLoss):
    """−log of the probability that softmax gives to the right class; the mean over examples.

    Shapes: input (N, C), the scores (logits) of C classes; target (N,), class numbers 0 … C − 1, or
    (N, C), wanted probabilities. Also (C,) with one target, and (N, C, d1, ...) with (N, d1, ...).
    ``weight``: what each class counts; the mean of class numbers divides by the sum of what they
    count. ``ignore_index``: a class number that does not count. ``label_smoothing``: the part that
    goes to all classes alike. Raises ValueError, TypeError or IndexError for other targets.

    >>> from dlcourse import Tensor, functional as F
    >>> F.cross_entropy(Tensor([[0.0, 0.0], [0.0, 100.0]]), [0, 1], reduction="none")
    Tensor([0.6931, 0.    ])
    """

    name = "cross_entropy"
    title = "softmax and cross-entropy"
    symbol = "cross-entropy"
    formula = r"L = -\frac{1}{N} \sum_n \ln p_{n y_n},\quad p = \operatorname{softmax}(x)"
    gradients = (r"\bar{x} = \bar{L} \cdot \frac{1}{N} (p - \operatorname{onehot}(y))", None)

    def forward(
        self, input, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0
    ):  # fmt: skip
        rows = self.rows(input)
        self.find_weights(weight, rows)
        if not 0 <= label_smoothing <= 1:
            raise ValueError(f"{self.name}: label_smoothing is a part, 0 to 1: {label_smoothing}.")
        self.soft = target.dtype.kind == "f" and target.shape == input.shape
        if self.soft:
            self.gradients = (self.gradients[0], r"\bar{y} = -\bar{L} \cdot \frac{1}{N} \ln p")
            self.classes, self.counted, self.counts = rows, 1, 1
        else:
            self.find_classes(input, target, ignore_index)
        self.exps, self.sums, tops = exponentials(rows)
        self.wanted = None
        if not self.soft and label_smoothing == 0:
            right = rows[self.every, self.classes][:, None]
            terms = self.counts * (np.log(self.sums) + (tops - right))
            return self.reduced_rows(terms, reduction, self.total())
        self.surprise = np.log(self.sums) + (tops - rows)
        self.direct = self.weights * (1 - label_smoothing)
        self.wanted = (self.rows(target) if self.soft else self.one_hot(rows)) * self.direct
        self.wanted += self.counted * (self.weights * (label_smoothing / rows.shape[1]))
        terms = (self.wanted * self.surprise).sum(axis=1)
        return self.reduced_rows(terms, reduction, self.total())

    def backward(self, grad):
        scale = (grad * self.share).reshape(-1, 1)
        if self.wanted is None:
            scale = scale * self.counts
            gradient = self.exps * (scale / self.sums)
            gradient[self.every, self.classes] -= scale[:, 0]
            return self.unrowed(gradient), None
        gradient = self.exps * (self.wanted.sum(axis=1, keepdims=True) / self.sums)
        gradient -= self.wanted
        to_target = self.unrowed(scale * self.direct * self.surprise) if self.soft else None
        return self.unrowed(scale * gradient), to_target


class NegativeLogLikelihood(ClassLoss):
    """−input of the right class, where ``input`` holds log-probabilities; the mean over examples.

    Shapes, ``weight``, ``ignore_index`` and errors as those of ``cross_entropy`` with class
    numbers.

    >>> from dlcourse import Tensor, functional as F
    >>> F.nll_loss(Tensor([[-1.0, -2.0], [-3.0, -4.0]]), [0, 1])
    Tensor(2.5)
    """

    name = "nll_loss"
    title = "negative log-likelihood"
    symbol = "nll"
    formula = r"L = -\frac{1}{N} \sum_n x_{n y_n}"
    gradients = (r"\bar{x} = -\bar{L} \cdot \frac{1}{N} \operatorname{onehot}(y)", None)

    def forward(self, input, target, *, weight=None, ignore_index=-100, reduction="mean"):
        rows = self.rows(input)
        self.find_weights(weight, rows)
        self.find_classes(input, target, ignore_index)
        terms = -self.counts * rows[self.every, self.classes][:, None]
        return self.reduced_rows(terms, reduction, self.total())

    def backward(self, grad):
        scale = (grad * self.share).reshape(-1, 1)
        hot = self.one_hot(self.rows(self.arrays[0]))
        return self.unrowed(-scale * self.counts * hot), None


class MultiMarginLoss(ClassLoss):
    """The hinge loss: by how much other classes come closer than ``margin`` to the right one.

    Adds max(0, margin − score of the right class + score of another)ᵖ over the others, divided by
    the number of classes; the mean over examples. Shapes: input (N, C), target (N,), class numbers.
    Raises as ``cross_entropy`` does, and ValueError unless p is 1 or 2.

    >>> from dlcourse import Tensor, functional as F
    >>> F.multi_margin_loss(Tensor([[3.0, 1.0], [0.0, 1.0]]), [0, 0])
    Tensor(0.5)
    """

    name = "multi_margin_loss"
    title = "hinge loss"
    symbol = "hinge"
    formula = r"L = \frac{1}{N C} \sum_n \sum_{j \ne y_n} \max(0, m - x_{n y_n} + x_{nj})^p"
    gradients = (
        r"\bar{x}_{nj} = \bar{L} \cdot \frac{p}{N C} \max(0, m - x_{n y_n} + x_{nj})^{p-1}",
        None,
    )

    def forward(self, input, target, *, p=1, margin=1.0, weight=None, reduction="mean"):
        if p not in (1, 2):
            raise ValueError(f"multi_margin_loss: p is 1 or 2, not {p!r}.")
        rows = self.rows(input)
        self.find_weights(weight, rows)
        self.find_classes(input, target)
        excess = np.maximum(margin - rows[self.every, self.classes][:, None] + rows, 0)
        excess[self.every, self.classes] = 0
        counts = self.counts / rows.shape[1]
        self.slopes = counts * (np.sign(excess) if p == 1 else 2 * excess)
        self.slopes[self.every, self.classes] = -self.slopes.sum(axis=1)
        return self.reduced_rows((counts * excess**p).sum(axis=1), reduction)

    def backward(self, grad):
        return self.unrowed((grad * self.share).reshape(-1, 1) * self.slopes), None


class InfoNCE(Loss):
    """How surely each query finds its own key among all keys: contrastive learning.

    Cosines of queries and keys, divided by ``temperature``, are scores; of query n, key n is the
    right class; the cross-entropy, a mean over queries. Shapes: both (N, D), row n of one belongs
    to row n of the other. Raises ValueError otherwise.

    >>> from dlcourse import Tensor, functional as F
    >>> F.info_nce(Tensor([[1.0, 0.0], [0.0, 1.0]]), [[2.0, 0.0], [0.0, 3.0]], temperature=0.01)
    Tensor(0.)
    """

    name = "info_nce"
    title = "contrastive loss"
    symbol = "InfoNCE"
    formula = (
        r"L = -\frac{1}{N} \sum_n \ln p_{nn},\quad "
        r"p = \operatorname{softmax}(u\, v^\top / \tau),\quad "
        r"u_n = \frac{q_n}{|q_n|},\quad v_n = \frac{k_n}{|k_n|}"
    )
    gradients = (
        r"\bar{q}_n = \frac{1}{|q_n|} (g_n - u_n\, u_n^\top g_n),"
        r"\quad g = \bar{L} \cdot \frac{1}{N \tau} (p - I)\, v",
        r"\bar{k}_n = \frac{1}{|k_n|} (g_n - v_n\, v_n^\top g_n),"
        r"\quad g = \bar{L} \cdot \frac{1}{N \tau} (p - I)^\top u",
    )

    def forward(self, query, key, *, temperature=0.1, reduction="mean"):
        if query.ndim != 2 or query.shape != key.shape:
            raise ValueError(
                f"info_nce: queries of shape {query.shape} and keys of shape {key.shape}; wanted "
                "are both as (N, D), where row n of one belongs to row n of the other."
            )
        if not temperature > 0:
            raise ValueError(f"info_nce: the temperature must be above 0, not {temperature}.")
        self.temperature = temperature
        self.lengths = [np.maximum(np.linalg.norm(x, axis=1), 1e-12)[:, None] for x in (query, key)]
        self.query, self.key = query / self.lengths[0], key / self.lengths[1]
        cosines = self.query @ self.key.T / temperature
        exps, sums, tops = exponentials(cosines)
        self.slopes = exps / sums - np.eye(len(cosines), dtype=cosines.dtype)
        return self.reduced((np.log(sums) + tops)[:, 0] - cosines.diagonal(), reduction)

    def backward(self, grad):
        slopes = (grad * self.share / self.temperature).reshape(-1, 1) * self.slopes
        sent = slopes @ self.key, slopes.T @ self.query
        units = self.query, self.key
        return tuple(
            (g - unit * (g * unit).sum(axis=1, keepdims=True)) / length
            for g, unit, length in zip(sent, units, self.lengths, strict=True)
        )
