"""Losses: how far predictions are from targets, as one number."""

import math

import numpy as np

from dlcourse.function import Function
from dlcourse.ops.activations import logistic
from dlcourse.tensor import Tensor


class Loss(Function):
    """What all losses share: ``terms``, one number an example or element, and what they count.

    With ``reduction="mean"`` or ``"sum"`` the loss is the sum of ``terms`` times ``share``; with
    ``"none"`` it is the terms themselves.
    """

    structure = "loss"
    is_method = False
    terms: np.ndarray | None = None
    share: float | None = None

    def reduced(self, terms, reduction, total=None):
        """The loss, made of its terms; a mean divides by ``total``, by default their number."""
        if reduction not in ("mean", "sum", "none"):
            raise ValueError(
                f"{self.name}: reduction is 'mean', 'sum' or 'none', not {reduction!r}."
            )
        self.share = 1
        if reduction == "none":
            self.structure = "mixture"
            return terms
        self.terms = terms
        if reduction == "sum":
            return terms.sum()
        total = terms.size if total is None else float(total)
        self.share = 1 / total if total else math.nan
        return terms.sum() / total if total else terms.sum() * math.nan

    def same_shapes(self, input, target):
        if input.shape != target.shape:
            raise ValueError(
                f"{self.name}: predictions have shape {input.shape}, targets {target.shape}. They "
                "must be equal: broadcasting would compare every example with every other. "
                "target[:, None] makes (N, 1) of (N,)."
            )

    def check_targets(self, target):
        """Raise ValueError unless all targets are probabilities."""
        if target.size and (target.min() < 0 or target.max() > 1):
            raise ValueError(
                f"{self.name}: targets lie between 0 and 1, these between {target.min()} and "
                f"{target.max()}. Labels −1 and 1, or classes counted from 1, are the usual cause."
            )


class MSELoss(Loss):
    """Mean squared error: the mean of (input − target)², over all elements.

    Shapes: both the same, any. Raises ValueError if they differ.

    >>> from dlcourse import Tensor, functional as F
    >>> F.mse_loss(Tensor([1.0, 2.0]), [1.0, 4.0])
    Tensor(2.)
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


class L1Loss(Loss):
    """Mean absolute error: the mean of |input − target|, over all elements.

    Shapes: both the same, any. Raises ValueError if they differ.

    >>> from dlcourse import Tensor, functional as F
    >>> F.l1_loss(Tensor([1.0, 2.0]), [1.0, 5.0])
    Tensor(1.5)
    """

    name = "l1_loss"
    title = "mean absolute error"
    symbol = "mae"
    formula = r"L = \frac{1}{n} \sum_i |x_i - y_i|"
    gradients = (
        r"\bar{x}_i = \bar{L} \cdot \frac{1}{n} \operatorname{sign}(x_i - y_i)",
        r"\bar{y}_i = -\bar{L} \cdot \frac{1}{n} \operatorname{sign}(x_i - y_i)",
    )

    def forward(self, input, target, *, reduction="mean"):
        self.same_shapes(input, target)
        return self.reduced(np.abs(input - target), reduction)

    def backward(self, grad):
        input, target = self.arrays
        gradient = grad * self.share * np.sign(input - target)
        return gradient, -gradient


class HuberLoss(Loss):
    """Half the squared error up to ``delta``, from there on in a straight line: outliers pull less.

    Shapes: both the same, any. Raises ValueError if they differ or delta is not positive.

    >>> from dlcourse import Tensor, functional as F
    >>> F.huber_loss(Tensor([1.0, 5.0]), [0.0, 0.0], reduction="none")
    Tensor([0.5, 4.5])
    """

    name = "huber_loss"
    title = "Huber loss"
    symbol = "huber"
    formula = (
        r"L = \frac{1}{n} \sum_i d_i (|x_i - y_i| - \tfrac{1}{2} d_i),"
        r"\quad d_i = \min(|x_i - y_i|, \delta)"
    )
    gradients = (
        r"\bar{x}_i = \bar{L} \cdot \frac{1}{n} d_i \operatorname{sign}(x_i - y_i)",
        r"\bar{y}_i = -\bar{L} \cdot \frac{1}{n} d_i \operatorname{sign}(x_i - y_i)",
    )

    def forward(self, input, target, *, reduction="mean", delta=1.0):
        self.same_shapes(input, target)
        if not delta > 0:
            raise ValueError(f"huber_loss: delta must be above 0, not {delta}.")
        self.delta = delta
        distance = np.abs(input - target)
        limited = np.minimum(distance, delta)
        return self.reduced(limited * (distance - limited / 2), reduction)

    def backward(self, grad):
        input, target = self.arrays
        gradient = grad * self.share * np.clip(input - target, -self.delta, self.delta)
        return gradient, -gradient


class BinaryCrossEntropy(Loss):
    """−log of the probability given to the right answer; the mean over elements.

    ``input`` holds probabilities of the answer 1. Where one is 0 or 1, its logarithm counts as
    −100, not as −∞. Shapes: both the same, any. Raises ValueError if they differ or if numbers are
    not between 0 and 1.

    >>> from dlcourse import Tensor, functional as F
    >>> F.binary_cross_entropy(Tensor([0.5, 1.0]), [1.0, 0.0], reduction="none")
    Tensor([  0.6931, 100.    ])
    """

    name = "binary_cross_entropy"
    title = "binary cross-entropy"
    symbol = "bce"
    formula = r"L = -\frac{1}{n} \sum_i \left(y_i \ln x_i + (1 - y_i) \ln(1 - x_i)\right)"
    gradients = (
        r"\bar{x}_i = \bar{L} \cdot \frac{1}{n} \cdot \frac{x_i - y_i}{x_i (1 - x_i)}",
        r"\bar{y}_i = \bar{L} \cdot \frac{1}{n} (\ln(1 - x_i) - \ln x_i)",
    )

    def forward(self, input, target, *, reduction="mean"):
        self.same_shapes(input, target)
        self.check_targets(target)
        if input.size and (input.min() < 0 or input.max() > 1):
            raise ValueError(
                f"{self.name}: probabilities lie between 0 and 1, these between {input.min():.4g} "
                f"and {input.max():.4g}. For scores use binary_cross_entropy_with_logits."
            )
        with np.errstate(divide="ignore"):
            self.log_yes = np.maximum(np.log(input), -100)
            self.log_no = np.maximum(np.log1p(-input), -100)
        return self.reduced(-target * self.log_yes - (1 - target) * self.log_no, reduction)

    def backward(self, grad):
        input, target = self.arrays
        scale = grad * self.share
        return (
            scale * (input - target) / np.maximum(input * (1 - input), 1e-12),
            scale * (self.log_no - self.log_yes),
        )


class KLDivergence(Loss):
    """How far a distribution is from the target's: the mean of target (ln target − input).

    ``input`` holds logarithms of probabilities, and so does ``target`` with ``log_target=True``.
    The mean divides by the number of elements; ``reduction="batchmean"`` divides by that of the
    examples, which is the divergence of books. Shapes: both the same. Raises ValueError if not.

    >>> from dlcourse import Tensor, functional as F
    >>> F.kl_div(Tensor([[0.5, 0.5]]).log(), [[1.0, 0.0]], reduction="batchmean")
    Tensor(0.6931)
    """

    name = "kl_div"
    title = "Kullback–Leibler divergence"
    symbol = "KL"
    formula = r"L = \frac{1}{n} \sum_i y_i (\ln y_i - x_i)"
    gradients = (
        r"\bar{x}_i = -\bar{L} \cdot \frac{1}{n} y_i",
        r"\bar{y}_i = \bar{L} \cdot \frac{1}{n} (\ln y_i + 1 - x_i)",
    )

    def forward(self, input, target, *, reduction="mean", log_target=False):
        self.same_shapes(input, target)
        self.log_target = log_target
        with np.errstate(divide="ignore"):
            self.log_ratio = (target if log_target else np.log(target)) - input
        self.expected = np.exp(target) if log_target else target
        terms = self.expected * np.where(self.expected == 0, 0, self.log_ratio)
        if reduction == "batchmean":
            return self.reduced(terms, "mean", total=len(input) if input.ndim else 1)
        return self.reduced(terms, reduction)

    def backward(self, grad):
        scale = grad * self.share
        inner = self.expected if self.log_target else 1
        return -scale * self.expected, scale * inner * (self.log_ratio + 1)


class BinaryCrossEntropyWithLogits(Loss):
    """−log of the probability that σ(input) gives to the right answer; the mean over elements.

    Takes scores (logits), not probabilities: the sigmoid is inside, in a form that cannot overflow.
    Shapes: both the same, any. Targets are 0, 1 or between; the part that is 1 counts
    ``pos_weight`` times, which broadcasts to the input. Raises ValueError otherwise.

    >>> from dlcourse import Tensor, functional as F
    >>> F.binary_cross_entropy_with_logits(Tensor([0.0, 1000.0]), [1.0, 1.0], reduction="sum")
    Tensor(0.6931)
    """

    name = "binary_cross_entropy_with_logits"
    title = "sigmoid and binary cross-entropy"
    symbol = "bce"
    formula = (
        r"L = \frac{1}{n} \sum_i \left(p\,y_i \ln(1 + e^{-x_i}) + (1 - y_i) \ln(1 + e^{x_i})\right)"
    )
    gradients = (
        r"\bar{x}_i = \bar{L} \cdot \frac{1}{n} ((1 - y_i + p\,y_i)\, \sigma(x_i) - p\,y_i)",
        r"\bar{y}_i = \bar{L} \cdot \frac{1}{n} (p \ln(1 + e^{-x_i}) - \ln(1 + e^{x_i}))",
    )

    def forward(self, input, target, *, reduction="mean", pos_weight=None):
        self.same_shapes(input, target)
        self.check_targets(target)
        self.positive = self.checked_weight(pos_weight, input)
        rest = np.log1p(np.exp(-np.abs(input)))
        self.if_yes, self.if_no = np.maximum(-input, 0) + rest, np.maximum(input, 0) + rest
        terms = self.positive * target * self.if_yes + (1 - target) * self.if_no
        return self.reduced(terms, reduction)

    def backward(self, grad):
        input, target = self.arrays
        scale, counted = grad * self.share, self.positive * target
        return (
            scale * ((1 - target + counted) * logistic(input) - counted),
            scale * (self.positive * self.if_yes - self.if_no),
        )

    def checked_weight(self, pos_weight, input):
        """What a positive target counts, as an array of the input's type that broadcasts to it."""
        given = pos_weight.data if isinstance(pos_weight, Tensor) else pos_weight
        weight = np.asarray(1 if given is None else given, input.dtype)
        if np.broadcast_shapes(weight.shape, input.shape) != input.shape:
            raise ValueError(
                f"{self.name}: pos_weight has shape {weight.shape}; it must broadcast to the "
                f"predictions, {input.shape}."
            )
        return weight
