"""Losses: how far predictions are from targets, as one number."""

import numpy as np

from dlcourse.function import Function


class Loss(Function):
    """What all losses share: ``terms``, one number an example or element, and their mean or sum."""

    structure = "loss"
    terms: np.ndarray

    def reduced(self, terms, reduction):
        if reduction not in ("mean", "sum"):
            raise ValueError(f"{self.name}: reduction is 'mean' or 'sum', not {reduction!r}.")
        self.terms = terms
        self.share = 1 / terms.size if reduction == "mean" else 1
        return terms.mean() if reduction == "mean" else terms.sum()

    def same_shapes(self, input, target):
        if input.shape != target.shape:
            raise ValueError(
                f"{self.name}: predictions have shape {input.shape}, targets {target.shape}. They "
                "must be equal: broadcasting would compare every example with every other. "
                "target[:, None] makes (N, 1) of (N,)."
            )


class MSELoss(Loss):
    """Mean squared error: the mean of (input − target)², over all elements.

    Shapes: both the same, any. Raises ValueError if they differ.
    """

    name = "mse_loss"
    title = "mean squared error"
    symbol = "mse"
    formula = r"L = \frac{1}{n} \sum_i (x_i - y_i)^2"
    gradients = (
        r"\bar{x}_i = \bar{L} \cdot \frac{2}{n} (x_i - y_i)",
        r"\bar{y}_i = -\bar{L} \cdot \frac{2}{n} (x_i - y_i)",
    )

    def forward(self, input, target, *, reduction="mean"):
        self.same_shapes(input, target)
        return self.reduced((input - target) ** 2, reduction)

    def backward(self, grad):
        input, target = self.arrays
        gradient = grad * self.share * 2 * (input - target)
        return gradient, -gradient


class CrossEntropy(Loss):
    """−log of the probability that softmax gives to the right class; the mean over examples.

    Shapes: input (N, C), the scores (logits) of C classes; target (N,), class numbers 0 … C − 1.
    Raises ValueError for other shapes, TypeError if a target is not an integer, IndexError for a
    class that does not exist.
    """

    name = "cross_entropy"
    title = "softmax and cross-entropy"
    symbol = "cross-entropy"
    formula = r"L = -\frac{1}{N} \sum_n \ln p_{n y_n},\quad p = \operatorname{softmax}(x)"
    gradients = (r"\bar{x} = \bar{L} \cdot \frac{1}{N} (p - \operatorname{onehot}(y))", None)

    def forward(self, input, target, *, reduction="mean"):
        self.check(input, target)
        self.rows = np.arange(len(target))
        shifted = input - input.max(axis=1, keepdims=True)
        exps = np.exp(shifted)
        sums = exps.sum(axis=1, keepdims=True)
        self.probabilities = exps / sums
        return self.reduced(np.log(sums[:, 0]) - shifted[self.rows, target], reduction)

    def backward(self, grad):
        _, target = self.arrays
        gradient = self.probabilities.copy()
        gradient[self.rows, target] -= 1
        return gradient * (grad * self.share), None

    def check(self, input, target):
        if input.ndim != 2 or target.shape != input.shape[:1]:
            raise ValueError(
                f"cross_entropy: scores of shape {input.shape} and targets of shape "
                f"{target.shape}; wanted are (N, C) and (N,), one class number for each example."
            )
        if target.dtype.kind not in "iu":
            raise TypeError(
                f"cross_entropy: targets are class numbers, so integers, not {target.dtype}. "
                "Convert with .astype(int)."
            )
        classes = input.shape[1]
        wrong = np.flatnonzero((target < 0) | (target >= classes))
        if wrong.size:
            raise IndexError(
                f"cross_entropy: target[{wrong[0]}] is {target[wrong[0]]}, but with {classes} "
                f"scores an example the classes are 0 to {classes - 1}. Classes counted from 1 are "
                "the usual cause."
            )


class BinaryCrossEntropyWithLogits(Loss):
    """−log of the probability that σ(input) gives to the right answer; the mean over elements.

    Takes scores (logits), not probabilities: the sigmoid is inside, in a form that cannot overflow.
    Shapes: both the same, any. Targets are 0, 1 or between. Raises ValueError otherwise.
    """

    name = "binary_cross_entropy_with_logits"
    title = "sigmoid and binary cross-entropy"
    symbol = "bce"
    formula = r"L = \frac{1}{n} \sum_i \left(\ln(1 + e^{x_i}) - x_i\,y_i\right)"
    gradients = (
        r"\bar{x}_i = \bar{L} \cdot \frac{1}{n} (\sigma(x_i) - y_i)",
        r"\bar{y}_i = -\bar{L} \cdot \frac{1}{n} x_i",
    )

    def forward(self, input, target, *, reduction="mean"):
        self.same_shapes(input, target)
        if target.size and (target.min() < 0 or target.max() > 1):
            raise ValueError(
                f"{self.name}: targets lie between 0 and 1, these between {target.min()} and "
                f"{target.max()}. Labels −1 and 1, or classes counted from 1, are the usual cause."
            )
        terms = np.maximum(input, 0) - input * target + np.log1p(np.exp(-np.abs(input)))
        return self.reduced(terms, reduction)

    def backward(self, grad):
        input, target = self.arrays
        small = np.exp(-np.abs(input))
        sigmoid = np.where(input >= 0, 1, small) / (1 + small)
        scale = grad * self.share
        return scale * (sigmoid - target), -scale * input
