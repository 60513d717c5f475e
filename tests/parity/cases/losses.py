"""Losses."""

from itertools import product

import numpy as np
import torch
from parity.numbers import between, normal

REDUCTIONS = [{}, {"reduction": "sum"}, {"reduction": "none"}]
CLASSES = np.array([0, 2, 1, -100, 1, 2])
WEIGHTS = ({}, {"weight": np.array([0.2, 1.0, 3.0])})


def options(*choices):
    """All combinations of one dict of each."""
    combined = [{}]
    for choice in choices:
        combined = [a | b for a, b in product(combined, choice)]
    return combined


def probabilities(*shape):
    exps = np.exp(normal(*shape))
    return exps / exps.sum(axis=1, keepdims=True)


def with_arrays(arrays, all_options):
    return [(arrays, o) for o in all_options]


def lengths(of_inputs, of_targets):
    return ({"input_lengths": np.array(of_inputs), "target_lengths": np.array(of_targets)},)


SMOOTHING = ({}, {"label_smoothing": 0.2})
IMAGES = (normal(2, 3, 2, 2), np.array([[[0, 2], [1, 1]], [[2, -100], [0, 0]]]))
CASES = {
    "mse_loss": with_arrays((normal(3, 4), normal(3, 4)), REDUCTIONS),
    "l1_loss": with_arrays((normal(3, 4), normal(3, 4)), REDUCTIONS),
    "huber_loss": with_arrays(
        (normal(3, 4), normal(3, 4)), options(REDUCTIONS, ({}, {"delta": 0.5}))
    ),
    "binary_cross_entropy": with_arrays(
        (between(0.05, 0.95, 5, 1), between(0, 1, 5, 1)), REDUCTIONS
    ),
    "binary_cross_entropy_with_logits": [
        *with_arrays(
            (normal(5, 1) * 9, between(0, 1, 5, 1)),
            options(REDUCTIONS, ({}, {"pos_weight": np.array([3.0])})),
        ),
        *with_arrays(
            (normal(2, 3), between(0, 1, 2, 3)), [{"pos_weight": np.array([0.5, 1.0, 4.0])}]
        ),
    ],
    "kl_div": [
        *with_arrays(
            (np.log(probabilities(5, 3)), probabilities(5, 3)),
            [*REDUCTIONS, {"reduction": "batchmean"}],
        ),
        *with_arrays(
            (np.log(probabilities(5, 3)), np.log(probabilities(5, 3))),
            options(({"log_target": True},), [*REDUCTIONS, {"reduction": "batchmean"}]),
        ),
    ],
    "cross_entropy": [
        *with_arrays((normal(6, 3) * 3, CLASSES), options(REDUCTIONS, WEIGHTS, SMOOTHING)),
        *with_arrays((normal(2, 3, 2), np.array([[0, 2], [1, -100]])), REDUCTIONS),
        *with_arrays(
            (normal(6, 3) * 3, probabilities(6, 3)), options(REDUCTIONS, WEIGHTS, SMOOTHING)
        ),
        *with_arrays(IMAGES, options(REDUCTIONS, WEIGHTS, SMOOTHING)),
        *with_arrays((IMAGES[0], probabilities(2, 3, 2, 2)), options(REDUCTIONS, WEIGHTS)),
        *with_arrays((normal(6, 3) * 3, np.maximum(CLASSES, 0)), [{"ignore_index": 1}]),
        *with_arrays((normal(3), np.array(1)), options(REDUCTIONS, WEIGHTS, SMOOTHING)),
        *with_arrays((normal(3), np.array([0.2, 0.3, 0.5])), REDUCTIONS),
    ],
    "nll_loss": [
        *with_arrays((normal(2, 3, 2), np.array([[0, 2], [1, -100]])), REDUCTIONS),
        *with_arrays((normal(6, 3), CLASSES), options(REDUCTIONS, WEIGHTS)),
        *with_arrays(IMAGES, options(REDUCTIONS, WEIGHTS)),
        *with_arrays((normal(3), np.array(1)), options(REDUCTIONS, WEIGHTS)),
        *with_arrays((normal(6, 3), np.maximum(CLASSES, 0)), [{"ignore_index": 1}]),
    ],
    "ctc_loss": [
        *with_arrays(
            (normal(7, 3, 5), np.array([[1, 2, 2], [3, 0, 0], [4, 1, 4]])),
            options(REDUCTIONS, lengths([7, 4, 6], [3, 1, 2])),
        ),
        *with_arrays(
            (normal(4, 3, 3), np.array([[0, 1, 0], [1, 2, 2], [0, 0, 0]])),
            options(
                REDUCTIONS, lengths([4, 3, 3], [3, 1, 3]), ({"blank": 2, "zero_infinity": True},)
            ),
        ),
    ],
    "multi_margin_loss": [
        *with_arrays(
            (normal(6, 3), np.maximum(CLASSES, 0)),
            options(REDUCTIONS, WEIGHTS, ({}, {"p": 2}), ({}, {"margin": 0.3})),
        ),
        *with_arrays((normal(3), np.array(1)), REDUCTIONS),
    ],
    "info_nce": with_arrays(
        (normal(5, 4), normal(5, 4)), options(REDUCTIONS, ({}, {"temperature": 0.5}))
    ),
}


def with_weight(function, name="weight"):
    def call(input, target, **more):
        if name in more:
            more[name] = torch.tensor(more[name])
        return function(input, target, **more)

    return call


def torch_ctc(
    log_probs, targets, input_lengths, target_lengths, blank=0, reduction="mean",
    zero_infinity=False,
):  # fmt: skip
    """By the sum over all ways; the gradient of torch's own holds only behind log_softmax."""
    terms = []
    for n, (steps, length) in enumerate(zip(input_lengths, target_lengths, strict=True)):
        labels = [blank]
        for label in targets[n, :length].tolist():
            labels += [label, blank]
        ways = [log_probs[0, n, label] for label in labels[:2]]
        ways += [torch.tensor(-1e9).double()] * (len(labels) - 2)
        for t in range(1, steps):
            reached = []
            for k, label in enumerate(labels):
                start = k - 2 if k > 1 and label not in (blank, labels[k - 2]) else max(k - 1, 0)
                reached.append(
                    torch.stack(ways[start : k + 1]).logsumexp(0) + log_probs[t, n, label]
                )
            ways = reached
        terms.append(-torch.stack(ways[-2:]).logsumexp(0))
    losses = torch.stack(terms)
    if zero_infinity:
        losses = torch.where(losses > 1e8, 0.0, losses)
    if reduction == "mean":
        return (losses / torch.tensor(target_lengths)).mean()
    return losses.sum() if reduction == "sum" else losses


def torch_info_nce(query, key, temperature=0.1, reduction="mean"):
    units = [torch.nn.functional.normalize(x, dim=1) for x in (query, key)]
    scores = units[0] @ units[1].T / temperature
    return torch.nn.functional.cross_entropy(scores, torch.arange(len(query)), reduction=reduction)


TORCH = {
    "binary_cross_entropy_with_logits": with_weight(
        torch.nn.functional.binary_cross_entropy_with_logits, "pos_weight"
    ),
    "ctc_loss": torch_ctc,
    "cross_entropy": with_weight(torch.nn.functional.cross_entropy),
    "info_nce": torch_info_nce,
    "multi_margin_loss": with_weight(torch.nn.functional.multi_margin_loss),
    "nll_loss": with_weight(torch.nn.functional.nll_loss),
}
