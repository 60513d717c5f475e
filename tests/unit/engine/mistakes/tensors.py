"""Tensors and losses, used wrongly."""

import numpy as np

from dlcourse import Tensor
from dlcourse import functional as F

MISTAKES = [
    (lambda w: (w * w).backward(), RuntimeError, r"from one number, the loss.*shape \(2,\)"),
    (lambda w: Tensor(1.0).backward(), RuntimeError, "has no graph.*requires_grad"),
    (lambda w: (w.detach() * 2).sum().backward(), RuntimeError, "has no graph"),
    (lambda w: w.log().sum().backward(), FloatingPointError, "not finite is that of log"),
    (lambda w: (w * w).backward([1.0]), RuntimeError, r"shape \(1,\).*shape \(2,\)"),
    (lambda w: Tensor([1, 2], requires_grad=True), TypeError, "int64.*2.0 for 2"),
    (lambda w: Tensor(["a"]), TypeError, "real numbers"),
    (lambda w: np.exp(w), TypeError, r"np.exp does not record gradients"),
    (lambda w: np.asarray(w), RuntimeError, "NumPy knows nothing of gradients"),
    (lambda w: w.item(), ValueError, "exactly one number"),
    (lambda w: bool(w), ValueError, "all|any"),
    (lambda w: w.T, ValueError, r"axes of a matrix.*\(2,\)"),
    (lambda w: w + Tensor(np.ones(3)), ValueError, r"add: the shapes \(2,\) and \(3,\)"),
    (lambda w: w + Tensor(np.ones(2, np.float32)), TypeError, r"float64 \(2,\) and float32"),
    (lambda w: w @ w, ValueError, r"matmul: \(2,\) @ \(2,\)"),
    (lambda w: w.sum(dim=1), ValueError, "sum: dim=1 is not an axis"),
    (lambda w: F.relu(w, 1), TypeError, r"relu\(x\)"),
    (lambda w: F.mean(w, axis=0), TypeError, "axis unknown"),
    (lambda w: F.mse_loss(w[:, None], w), ValueError, r"\(2, 1\), targets \(2,\)"),
    (lambda w: F.mse_loss(w, w, "all"), ValueError, "'mean', 'sum' or 'none'"),
    (lambda w: F.cross_entropy(w[None], [2]), IndexError, r"target\[0\] is 2.*0 to 1"),
    (lambda w: F.cross_entropy(w[None], [-1]), IndexError, r"target\[0\] is -1"),
    (lambda w: F.cross_entropy(w[None], [[1]]), ValueError, r"\(1, 2\) and targets"),
    (lambda w: F.cross_entropy(w[None], [0.5]), TypeError, "integers, not float64"),
    (lambda w: F.binary_cross_entropy_with_logits(w, w), ValueError, "between 0 and 1"),
    (lambda w: w**w, TypeError, "exponent must be a plain number"),
    (lambda w: w[5], IndexError, r"x\[5\] on shape \(2,\)"),
]
