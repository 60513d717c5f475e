"""Connectionist temporal classification: a sequence of labels without their times."""

import numpy as np

from dlcourse.ops.losses import Loss
from dlcourse.tensor import Tensor


def moved(scores: np.ndarray, places: int) -> np.ndarray:
    """Scores (N, L) moved along L; −∞ where nothing comes from."""
    result = np.full_like(scores, -np.inf)
    if places > 0:
        result[:, places:] = scores[:, :-places]
    else:
        result[:, :places] = scores[:, -places:]
    return result


def log_ways(emitted, may_skip, ends):
    """ln of all ways to reach each place of the labels at each time, and of all from there on.

    Both (T, N, L), of ``emitted`` (T, N, L), the log-probability of each place's label at each
    time. A way stays, goes on by one, or skips a blank; at time t it may end where ``ends[t]``.
    """
    before, after = np.full((2, *emitted.shape), -np.inf, emitted.dtype)
    before[0, :, :2] = emitted[0, :, :2]
    for t in range(1, len(emitted)):
        ways = np.logaddexp(before[t - 1], moved(before[t - 1], 1))
        skips = np.where(may_skip, moved(before[t - 1], 2), -np.inf)
        before[t] = np.logaddexp(ways, skips) + emitted[t]
    after[-1][ends[-1]] = 0
    for t in reversed(range(len(emitted) - 1)):
        onward = after[t + 1] + emitted[t + 1]
        ways = np.logaddexp(onward, moved(onward, -1))
        after[t] = np.logaddexp(ways, moved(np.where(may_skip, onward, -np.inf), -2))
        after[t][ends[t]] = 0
    return before, after


def check_fit(log_probs, targets, times, lengths, blank):
    """Raise for shapes, lengths and labels that do not fit."""
    steps, examples, classes = log_probs.shape if log_probs.ndim == 3 else (0, 0, 0)
    if targets.ndim != 2 or not len(targets) == times.size == lengths.size == examples > 0:
        raise ValueError(
            f"ctc_loss: log_probs of shape {log_probs.shape}, targets {targets.shape} and "
            f"lengths {times.shape} and {lengths.shape}; wanted are (T, N, C), time first, "
            "(N, S), (N,) and (N,)."
        )
    if not (
        1 <= times.min() <= times.max() <= steps
        and lengths.min() >= 0
        and lengths.max() <= targets.shape[1]
    ):
        raise ValueError(
            f"ctc_loss: input lengths go from 1 to {steps} and target lengths from 0 to "
            f"{targets.shape[1]}, these to {times.max()} and {lengths.max()}."
        )
    used = targets[np.arange(targets.shape[1]) < lengths[:, None]]
    if used.dtype.kind not in "iu" or ((used < 0) | (used >= classes) | (used == blank)).any():
        raise ValueError(
            f"ctc_loss: labels are integers from 0 to {classes - 1} other than the blank, "
            f"{blank}; these are {np.unique(used)}."
        )


class CTC(Loss):
    """−log of the probability of a label sequence, over all ways to lay it along the time.

    A label may be held, and blanks may stand between labels and at both ends; equal neighbours need
    one between them. Shapes: log_probs (T, N, C), log-probabilities; targets (N, S), labels, padded
    at the end; ``input_lengths`` and ``target_lengths`` (N,). A mean divides each loss by the
    length of its target, then by N. The loss of a target too long for its time is infinite, or with
    ``zero_infinity`` 0. Raises ValueError for other shapes, lengths or labels.

    >>> from dlcourse import Tensor, functional as F
    >>> half = Tensor([[[0.5, 0.5]], [[0.5, 0.5]]]).log()
    >>> (-F.ctc_loss(half, [[1]], [2], [1])).exp()  # 1 and blank, blank and 1, or 1 held
    Tensor(0.75)
    """

    name = "ctc_loss"
    title = "connectionist temporal classification"
    symbol = "ctc"
    formula = (
        r"L = -\frac{1}{N} \sum_n \frac{1}{S_n} \ln \sum_{\pi \to y_n} \prod_t e^{x_{tn\pi_t}}"
    )
    gradients = (r"\bar{x}_{tnc} = -\bar{L} \cdot \frac{1}{N S_n} P(\pi_t = c \mid y_n)", None)

    def forward(
        self, log_probs, targets, *, input_lengths, target_lengths, blank=0, reduction="mean",
        zero_infinity=False,
    ):  # fmt: skip
        times, lengths = (
            np.asarray(given.data if isinstance(given, Tensor) else given)
            for given in (input_lengths, target_lengths)
        )
        check_fit(log_probs, targets, times, lengths, blank)
        within = np.arange(targets.shape[1]) < lengths[:, None]
        labels = np.full((len(targets), 2 * targets.shape[1] + 1), blank)
        labels[:, 1::2] = np.where(within, targets, blank)
        may_skip = np.zeros(labels.shape, bool)
        may_skip[:, 3::2] = labels[:, 3::2] != labels[:, 1:-2:2]
        left = 2 * lengths[:, None] - np.arange(labels.shape[1])
        ends = (np.arange(len(log_probs))[:, None] == times - 1)[..., None] & (
            (left == 0) | (left == 1)
        )
        before, after = log_ways(np.take_along_axis(log_probs, labels[None], 2), may_skip, ends)

        likelihood = np.logaddexp.reduce(before[0] + after[0], axis=1)
        possible = np.isfinite(likelihood)
        posterior = np.exp(before + after - np.where(possible, likelihood, np.inf)[:, None])
        one_hot = (labels[..., None] == np.arange(log_probs.shape[2])).astype(log_probs.dtype)
        self.posterior = (posterior.swapaxes(0, 1) @ one_hot).swapaxes(0, 1)
        terms = np.where(possible | (not zero_infinity), -likelihood, 0)
        self.scale = np.ones_like(terms)
        if reduction == "mean":
            self.scale /= np.maximum(lengths, 1)
        return self.reduced(terms * self.scale, reduction)

    def backward(self, grad):
        return (grad * self.share * -self.scale)[:, None] * self.posterior, None
