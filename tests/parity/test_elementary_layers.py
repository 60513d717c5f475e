"""Activations and losses as layers, against PyTorch's layers of the same names and arguments."""

import numpy as np
import pytest
from parity.compared import compares
from parity.numbers import between, normal

from dlcourse import Tensor, nn

torch = pytest.importorskip("torch")

X = normal(4, 3) * 2
CLASSES = np.array([0, 2, 1, -100])
WEIGHT = {"weight": np.array([0.5, 1.0, 2.0])}
ACTIVATIONS = [
    ("ReLU", {}),
    ("Sigmoid", {}),
    ("Tanh", {}),
    ("SiLU", {}),
    ("LeakyReLU", {}),
    ("LeakyReLU", {"negative_slope": 0.3}),
    ("ELU", {}),
    ("ELU", {"alpha": 0.5}),
    ("GELU", {}),
    ("GELU", {"approximate": "tanh"}),
    ("Softplus", {}),
    ("Softplus", {"beta": 2.0, "threshold": 1.0}),
    ("Softmax", {"dim": 1}),
    ("Softmax", {"dim": 0}),
    ("LogSoftmax", {"dim": -1}),
]
LOSSES = [
    *[("MSELoss", {"reduction": r}, X, normal(4, 3)) for r in ("mean", "sum", "none")],
    ("L1Loss", {}, X, normal(4, 3)),
    ("L1Loss", {"reduction": "sum"}, X, normal(4, 3)),
    ("HuberLoss", {}, X, normal(4, 3)),
    ("HuberLoss", {"delta": 0.3, "reduction": "none"}, X, normal(4, 3)),
    ("BCELoss", {}, between(0.1, 0.9, 4, 3), between(0, 1, 4, 3)),
    ("BCELoss", {"reduction": "sum"}, np.array([0.0, 1.0, 0.5]), np.array([0.0, 1.0, 0.0])),
    ("BCEWithLogitsLoss", {}, X, between(0, 1, 4, 3)),
    ("BCEWithLogitsLoss", {"reduction": "none"}, X, between(0, 1, 4, 3)),
    (
        "BCEWithLogitsLoss",
        {"pos_weight": np.array([0.5, 2.0, 3.0])},
        X,
        between(0, 1, 4, 3),
    ),
    ("KLDivLoss", {"reduction": "batchmean"}, X, between(0, 1, 4, 3)),
    ("KLDivLoss", {"reduction": "sum", "log_target": True}, X, normal(4, 3)),
    ("CrossEntropyLoss", {}, X, CLASSES),
    ("CrossEntropyLoss", WEIGHT | {"label_smoothing": 0.1, "ignore_index": 2}, X, CLASSES[:3]),
    ("CrossEntropyLoss", {"reduction": "none"}, X, CLASSES),
    ("NLLLoss", {}, X, CLASSES),
    ("NLLLoss", WEIGHT | {"ignore_index": 1, "reduction": "sum"}, X, CLASSES[:3]),
    ("MultiMarginLoss", {}, X[:3], CLASSES[:3]),
    ("MultiMarginLoss", WEIGHT | {"p": 2, "margin": 0.5, "reduction": "sum"}, X[:3], CLASSES[:3]),
]


def both(name, options):
    tensors = {k: torch.tensor(v) if k.endswith("weight") else v for k, v in options.items()}
    return getattr(nn, name)(**options), getattr(torch.nn, name)(**tensors)


def compare(ours, theirs, x, *targets):
    mine = Tensor(x, requires_grad=True)
    other = torch.tensor(x, requires_grad=True)
    result = ours(mine, *targets)
    expected = theirs(other, *[torch.tensor(target) for target in targets])
    np.testing.assert_allclose(result.data, expected.detach().numpy(), rtol=1e-12, atol=1e-14)
    upstream = normal(*result.shape)
    result.backward(upstream)
    expected.backward(torch.tensor(upstream))
    np.testing.assert_allclose(mine.grad.data, other.grad.numpy(), rtol=1e-12, atol=1e-14)


@compares(*{name for name, _ in ACTIVATIONS})
@pytest.mark.parametrize(("name", "options"), ACTIVATIONS)
def test_an_activation_is_that_of_torch(name, options):
    ours, theirs = both(name, options)
    compare(ours, theirs, X)
    for option, value in options.items():
        assert f"{option}={value!r}" in repr(ours)


def test_at_its_threshold_softplus_is_still_the_curve():
    x = np.array([0.5, np.nextafter(0.5, 1)])
    compare(nn.Softplus(2.0, 1.0), torch.nn.Softplus(2.0, 1.0), x)
    assert np.diff(nn.Softplus(2.0, 1.0)(x).data) < -0.1  # beyond it comes x itself


@compares(*{name for name, *_ in LOSSES})
@pytest.mark.parametrize(("name", "options", "x", "target"), LOSSES)
def test_a_loss_is_that_of_torch(name, options, x, target):
    ours, theirs = both(name, options)
    compare(ours, theirs, x[: len(target)], target)
    assert list(ours.state_dict()) == list(theirs.state_dict())


def test_the_weights_of_classes_follow_the_model_to_float32():
    loss = nn.CrossEntropyLoss(**WEIGHT).float()
    assert loss.weight.dtype == np.float32
    assert loss(Tensor(X).float(), np.maximum(CLASSES, 0)).dtype == np.float32


@compares("CTCLoss")
@pytest.mark.parametrize("options", [{}, {"reduction": "sum"}, {"reduction": "none", "blank": 2}])
def test_ctc_behind_log_softmax_is_that_of_torch(options):
    x = normal(6, 3, 5)
    labels, times, lengths = np.array([[1, 1, 3], [4, 0, 1], [3, 3, 3]]), [6, 4, 5], [2, 3, 0]
    ours, theirs = both("CTCLoss", options)
    if "blank" not in options:
        labels = np.maximum(labels, 1)
    compare(
        lambda scores: ours(scores.log_softmax(2), labels, times, lengths),
        lambda scores: theirs(scores.log_softmax(2), torch.tensor(labels), times, lengths),
        x,
    )


def test_ctc_of_a_target_too_long_for_its_time():
    scores, labels = normal(3, 2, 4), np.array([[1, 1], [2, 3]])
    given = labels, [2, 3], [2, 2]
    x, t = Tensor(scores, requires_grad=True), torch.tensor(scores, requires_grad=True)
    assert nn.CTCLoss()(x.log_softmax(2), *given).item() == np.inf
    theirs = torch.nn.CTCLoss(zero_infinity=True)
    loss = nn.CTCLoss(zero_infinity=True)(x.log_softmax(2), *given)
    loss.backward()
    theirs(t.log_softmax(2), torch.tensor(labels), *given[1:]).backward()
    np.testing.assert_allclose(x.grad.data, t.grad.numpy(), rtol=1e-12, atol=1e-14)
