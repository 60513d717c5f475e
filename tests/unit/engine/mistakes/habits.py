"""Habits from PyTorch and NumPy that do not work here, and slips in a training loop."""

import copy
import math

import numpy as np

from dlcourse import Tensor, check_gradients, gradcheck, nn, no_grad, optim, step_through
from dlcourse import functional as F


def subtract_in_place(w):
    w -= 0.1


def double_in_place(model):
    model[0].weight *= 2


def assign(x):
    x[0, 1] = 0.0


def change_in_the_graph(w):
    loss = (w * w).sum()
    w.data += 1
    try:
        loss.backward()
    finally:
        w.data -= 1


def walk_twice(w):
    loss = (w.detach() * Tensor([1.0, 1.0], requires_grad=True)).sum()
    loss.backward()
    loss.backward()


def predict_then_learn(model, X, y):
    with no_grad():
        scores = model.eval()(X)
    model.train()
    F.cross_entropy(scores, y).backward()


MISTAKES = [
    # devices and names
    (lambda w: w.cuda(), AttributeError, "'cuda'. There is no device.*Leave it out"),
    (lambda model: model.cuda(), AttributeError, "'Sequential'.*'cuda'. There is no device"),
    (lambda w: w.to("cuda"), TypeError, "float32 and float64, not 'cuda'. There is no device"),
    (lambda model: model.to("cuda"), TypeError, "float32 or float64, not 'cuda'.*no device"),
    (lambda w: w.to(device="cuda"), TypeError, r"to\(x, dtype\): dtype missing"),
    (lambda w: w.device, AttributeError, "no device to choose"),
    (lambda w: w.view(2, 1), AttributeError, r"'view'. Write .reshape\(...\)"),
    (lambda w: w.size(), AttributeError, "Write .shape"),
    (lambda w: w.dim(), AttributeError, "Write .ndim"),
    (lambda w: w.zero_(), AttributeError, r"optimiser.zero_grad\(\)"),
    (lambda w: w.requires_grad_(), AttributeError, "requires_grad=True"),
    (lambda w: w.wieght, AttributeError, "'Tensor' object has no attribute 'wieght'.$"),
    (lambda model: model.fc1, AttributeError, "'Sequential' object has no attribute 'fc1'.$"),
    (lambda w: w.sum(axis=0), TypeError, r"sum\(x, dim, keepdim\): axis unknown"),
    (lambda w: w.sum(0, keepdims=True), TypeError, "keepdims unknown"),
    # changes in place
    (subtract_in_place, RuntimeError, "w -= ... would not update.*Write w.data -= ... instead"),
    (double_in_place, RuntimeError, r"this tensor \*= ... would not.*w.data \*= ..."),
    (assign, TypeError, r"x\[\(0, 1\)\] = ... would change x in place.*F.where"),
    (lambda w: w.add_(1), AttributeError, "'add_'.*w.data -= ..."),
    (change_in_the_graph, RuntimeError, r"w was changed in place after mul.*backward\(\) first"),
    # NumPy in the middle of a graph
    (lambda w: (w * 2).numpy(), RuntimeError, "cut it out of the graph"),
    (lambda w: np.sqrt(w), TypeError, "np.sqrt does not record gradients"),
    (lambda w: np.dot(w, w), RuntimeError, r"NumPy knows nothing of gradients: turning w .*detach"),
    (lambda w: np.concatenate([w, w]), RuntimeError, "NumPy knows nothing of gradients"),
    (lambda w: np.array([w, w]), RuntimeError, "NumPy knows nothing of gradients"),
    (lambda w: np.add.reduce(w), TypeError, "np.add does not record gradients"),
    (lambda w: math.exp(w), ValueError, "exactly one number"),
    (lambda w: float(w), ValueError, r"exactly one number; this has shape \(2,\)"),
    (lambda w: 1 if w > 0 else 2, ValueError, r"shape \(2,\) true\? Say which"),
    (lambda w: Tensor([w, w]), RuntimeError, "NumPy knows nothing of gradients"),
    # types
    (lambda: Tensor([1, 2], requires_grad=True), TypeError, "2.0 for 2, or convert with .astype"),
    (lambda: nn.Parameter([1, 2]), TypeError, "needs float numbers, but the data are int64"),
    (lambda: Tensor([1 + 1j]), TypeError, "real numbers, but.*complex128"),
    (lambda: Tensor(None), TypeError, "real numbers, but None"),
    (lambda w: w.to(int), TypeError, "float32 and float64, not <class 'int'>"),
    (lambda model: model.to(np.float16), TypeError, "float32 or float64, not.*float16"),
    (lambda model, X: model(X.astype(np.float32)), TypeError, r"float types differ.*\.double\(\)"),
    (lambda w: gradcheck(F.exp, [w.float()]), TypeError, "gradcheck needs float64"),
    (lambda model: model("a photo"), TypeError, "real numbers, but 'a photo' has the type"),
    (lambda model: model([[1.0, 2.0, "3"]]), TypeError, "real numbers.*text among the numbers"),
    # models
    (lambda model: model([1.0, 2.0, 3.0]), ValueError, r"shape \(3,\).*axis for the batch"),
    (lambda model, X: model(X.T), ValueError, r"Linear: .*\(3, 4\); wanted is \(..., 3\)"),
    (lambda model, images: model(images), ValueError, r"\(2, 3, 8, 8\); wanted is \(..., 3\)"),
    (
        lambda images: nn.Linear(192, 2)(images),
        ValueError,
        r"\(2, 3, 8, 8\); wanted is \(..., 192\). nn.Flatten\(\) before it",
    ),
    (lambda model, X: model(X[:1]), ValueError, r"more than one number.*model.eval\(\)"),
    (lambda model, X: model(X, X), TypeError, "forward.. takes 2 positional arguments but 3"),
    (lambda: nn.Module()(1.0), NotImplementedError, r"Module has no forward\(\)"),
    (lambda: nn.Linear(0, 2), ValueError, "in_features=0 and out_features=2 must be at least 1"),
    (lambda: nn.Sequential([nn.ReLU()]), TypeError, r"Sequential\(\*layers\) takes a list"),
    (lambda: nn.Sequential(nn.ReLU), TypeError, "A class is made an object by calling it"),
    (
        lambda lstm, sequence: nn.Sequential(lstm, nn.Linear(4, 2))(sequence),
        TypeError,
        "before Linear returned 2 results, and the next takes one. Recurrent layers",
    ),
    (lambda conv, images: conv(np.moveaxis(images, 1, -1)), ValueError, "come last.*moveaxis"),
    (lambda conv, images: conv(images[0]), ValueError, r"\(3, 8, 8\).*x\[None\] makes a batch"),
    (lambda lstm, sequence: lstm(sequence[:, 0]), ValueError, r"LSTM: .*\(5, 3\).*x\[:, None\]"),
    (
        lambda lstm, sequence, state: lstm(sequence.swapaxes(0, 1), state),
        ValueError,
        r"wanted is \(1, 5, 4\).*with batch_first=False that is its second axis",
    ),
    (lambda lstm, sequence, state: lstm(sequence, state[0]), TypeError, r"pair \(h, c\)"),
    (lambda model: model.load_state_dict({}), KeyError, "missing .'0.bias', '0.weight'"),
    (lambda model: model.load_state_dict(wrong_shapes(model)), ValueError, r"\(4, 3, 1\) for"),
    # losses
    (lambda scores: F.cross_entropy(scores, [1, 0, 2, 1]), IndexError, r"target\[2\] is 2.*0 to 1"),
    (lambda scores: F.cross_entropy(scores, np.eye(2, dtype=int)[[1, 0, 1, 1]]), ValueError,
     r"scores of shape \(4, 2\) and targets of shape \(4, 2\).*one class number for each"),
    (lambda scores, y: F.cross_entropy(y, scores), ValueError, r"scores of shape \(4,\)"),
    (lambda scores, y: F.cross_entropy(scores, y[:, None]), ValueError, r"targets of shape \(4, 1"),
    (lambda scores, y: F.cross_entropy(scores, y[:3]), ValueError, r"targets of shape \(3,\)"),
    (lambda scores, y: F.cross_entropy(scores, y * 1.0), TypeError, r"float64.*astype\(int\)"),
    (lambda scores: F.cross_entropy(scores, ["cat", "dog"] * 2), TypeError, "real numbers"),
    (lambda scores, y: F.mse_loss(scores, y), ValueError, r"\(4, 2\), targets \(4,\)"),
    (lambda scores, y: F.mse_loss(scores[:, :1], y), ValueError, r"target\[:, None\]"),
    (lambda scores: F.binary_cross_entropy(scores, scores * 0), ValueError, "with_logits"),
    (lambda scores: F.binary_cross_entropy_with_logits(scores, scores * 0 - 1), ValueError,
     "between 0 and 1.*Labels −1 and 1"),
    (lambda scores, y: nn.CrossEntropyLoss(y)(scores, y), ValueError, r"weight has shape \(4,\)"),
    # the way back
    (lambda scores: scores.backward(), RuntimeError, r"one number, the loss.*\(4, 2\).*mean\(\)"),
    (lambda scores, y: F.cross_entropy(scores, y, reduction="none").backward(), RuntimeError,
     r"one number, the loss.*\(4,\)"),
    (lambda scores, y: F.cross_entropy(scores, y).item().backward(), AttributeError, "'float'"),
    (lambda w: w.detach().sum().backward(), RuntimeError, "no graph.*no_grad.. or detached"),
    (predict_then_learn, RuntimeError, r"under no_grad\(\)"),
    (walk_twice, RuntimeError, "a second walk would double them"),
    (lambda w: (w - w.detach()).log().sum().backward(), FloatingPointError, "is that of log"),
    (lambda: step_through(Tensor(1.0)), RuntimeError, "no graph behind this tensor"),
    (lambda w: gradcheck(F.exp, [w.detach()]), ValueError, "no input has requires_grad=True"),
    (lambda w: check_gradients(lambda: 0.0, {"w": w.data}, {}), ValueError, "given for w"),
    # optimisers
    (lambda model: optim.SGD(model, lr=0.1), TypeError, r"moves tensors, not Linear.*parameters\("),
    (lambda conv: optim.SGD(conv, lr=0.1), TypeError, "come first and as a list.*not Conv2d"),
    (lambda w: optim.Adam(0.1, [w]), TypeError, r"come first and as a list: \[w\].*not float"),
    (lambda: optim.SGD(nn.ReLU().parameters(), lr=0.1), ValueError, "got no parameters"),
    (lambda model: [optim.SGD(p) for p in [model.parameters()] * 2], ValueError, "anew for each"),
    (lambda scores: optim.SGD([scores], lr=0.1), ValueError, "result of add and gets no gradient"),
    (lambda w: optim.SGD([w], lr=-0.1), ValueError, "above 0, not -0.1"),
    (lambda w: optim.SGD([w], learning_rate=0.1), TypeError, "'learning_rate'"),
    (lambda optimiser: optimiser.load_state_dict(optim.SGD([Tensor(1.0)]).state_dict()),
     ValueError, r"groups with \[1\] parameters; this optimiser has \[6\]"),
]  # fmt: skip


def wrong_shapes(model):
    return {name: array[..., None] for name, array in copy.copy(model.state_dict()).items()}
