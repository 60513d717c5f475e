"""Convolution, pooling, normalisation, dropout and embedding, used wrongly."""

import numpy as np

from dlcourse import Tensor, nn
from dlcourse import functional as F

IMAGES = np.ones((2, 3, 8, 8))
KERNELS = np.ones((4, 3, 3, 3))

MISTAKES = [
    (
        lambda: nn.Conv2d(3, 4, 3)(np.ones((2, 8, 8, 3))),
        ValueError,
        r"conv2d: the input \(2, 8, 8, 3\) has 8 channels.*made for 3.*come last.*moveaxis",
    ),
    (
        lambda: nn.Conv2d(1, 4, 3)(np.ones((2, 8, 8))),
        ValueError,
        r"conv2d: the input has shape \(2, 8, 8\).*\(N, C, H, W\).*x\[:, None\]",
    ),
    (lambda: nn.Conv2d(1, 4, 3)(np.ones((8, 8))), ValueError, "2 axes instead of 4"),
    (lambda: nn.Conv1d(1, 4, 3)(np.ones((8, 8))), ValueError, r"conv1d.*\(N, C, L\)"),
    (lambda: nn.Conv2d(16, 4, 3)(IMAGES), ValueError, "has 3 channels.*made for 16.*before"),
    (
        lambda: nn.Conv2d(3, 4, 9)(IMAGES),
        ValueError,
        "the kernel 9×9.*reaches over 9×9 pixels, the input 8×8 with its padding has only 8×8",
    ),
    (lambda: nn.Conv2d(3, 4, 4, dilation=3)(IMAGES), ValueError, "reaches over 10×10"),
    (lambda: nn.Conv2d(3, 4, 3, groups=2), ValueError, "groups=2 must divide.*in_channels=3"),
    (lambda: nn.Conv2d(2, 3, 3, groups=2), ValueError, "groups=2 must divide.*=3"),
    (lambda: nn.Conv2d(4, 4, 3, groups=0), ValueError, "groups is a whole number"),
    (lambda: nn.ConvTranspose1d(4, 3, 3, groups=2), ValueError, "groups=2 must divide"),
    (lambda: nn.Conv2d(3, 4, 0), ValueError, "Conv2d: kernel_size.*at least 1"),
    (lambda: nn.Conv2d(3, 4, (3, 3, 3)), ValueError, r"each of the 2 spatial axes.*\(3, 3, 3"),
    (lambda: nn.Conv2d(3, 4, 3, stride=0)(IMAGES), ValueError, "conv2d: stride.*least 1"),
    (lambda: nn.Conv2d(3, 4, 3, padding=-1)(IMAGES), ValueError, "padding.*not -1"),
    (lambda: nn.Conv2d(3, 4, 3, padding="Same")(IMAGES), ValueError, "padding.*not 'Same'"),
    (lambda: nn.Conv2d(3, 4, 3, 2, "same")(IMAGES), ValueError, "'same' keeps the size"),
    (lambda: F.conv2d(IMAGES, KERNELS[0]), ValueError, r"weight has shape \(3, 3, 3\)"),
    (lambda: F.conv2d(IMAGES, KERNELS, np.ones(3)), ValueError, r"bias.*\(3,\).*\(4,\)"),
    (lambda: F.conv2d(IMAGES, KERNELS, groups=3), ValueError, "groups=3 does not divide 4"),
    (lambda: F.conv2d(IMAGES, KERNELS.astype(np.float32)), TypeError, "float types differ"),
    (lambda: F.conv2d(IMAGES), TypeError, "weight missing"),
    (lambda: nn.ConvTranspose2d(4, 3, 3)(IMAGES), ValueError, "3 channels.*made for 4"),
    (
        lambda: nn.ConvTranspose2d(3, 3, 3, 2, output_padding=2)(IMAGES),
        ValueError,
        r"output_padding \(2, 2\) must be smaller",
    ),
    (lambda: nn.ConvTranspose2d(3, 3, 1, padding=4)(IMAGES), ValueError, "leaves nothing"),
    (lambda: F.unfold(IMAGES, 9), ValueError, "unfold: the kernel 9×9"),
    (lambda: F.unfold(IMAGES[0], 2), ValueError, r"unfold.*\(N, C, H, W\)"),
    (lambda: nn.MaxPool2d(2)(IMAGES[:, 0]), ValueError, r"max_pool2d.*\(2, 8, 8\)"),
    (lambda: nn.MaxPool2d(9)(IMAGES), ValueError, "max_pool2d: the kernel 9×9"),
    (lambda: nn.MaxPool2d(2, padding=2)(IMAGES), ValueError, "more than half the kernel"),
    (lambda: nn.AvgPool1d(2)(IMAGES), ValueError, r"avg_pool1d.*\(N, C, L\)"),
    (lambda: nn.AvgPool2d(2.0)(IMAGES), ValueError, "kernel_size is a whole number.*2.0"),
    (lambda: nn.AdaptiveAvgPool2d(0)(IMAGES), ValueError, "output_size.*at least 1"),
    (lambda: nn.Upsample()(IMAGES), ValueError, "either size or scale_factor"),
    (lambda: nn.Upsample(4, 2)(IMAGES), ValueError, "either size or scale_factor"),
    (lambda: nn.Upsample(4, mode="cubic")(IMAGES), ValueError, "'nearest' or 'bilinear'"),
    (lambda: nn.Upsample(scale_factor=0.5)(IMAGES), ValueError, "scale_factor.*not 0.5"),
    (
        lambda: nn.BatchNorm1d(3)(np.ones((1, 3))),
        ValueError,
        r"more than one number, the input \(1, 3\) has 1.*model.eval\(\)",
    ),
    (lambda: nn.BatchNorm2d(3)(np.ones((1, 3, 1, 1))), ValueError, "more than one number"),
    (lambda: nn.BatchNorm2d(8)(IMAGES), ValueError, r"BatchNorm2d\(8\).*\(2, 3, 8, 8\).*C = 8"),
    (lambda: nn.BatchNorm1d(3)(IMAGES), ValueError, r"\(N, C\) or \(N, C, L\)"),
    (
        lambda: nn.BatchNorm2d(3, affine=False).float()(IMAGES),
        TypeError,
        "running_mean is float32, the input float64",
    ),
    (lambda: F.batch_norm(np.ones(3), None, None), ValueError, r"\(N, C\)"),
    (lambda: F.batch_norm(IMAGES, None, None), ValueError, "running_mean is missing"),
    (
        lambda: F.batch_norm(IMAGES, *[Tensor(np.ones(2))] * 2, training=True),
        ValueError,
        r"running_mean has shape \(2,\).*3 channels",
    ),
    (
        lambda: F.batch_norm(IMAGES, Tensor(np.ones(3)), None, training=True),
        ValueError,
        "running_var is missing",
    ),
    (
        lambda: F.batch_norm(IMAGES, None, None, np.ones(2), training=True),
        ValueError,
        r"weight has shape \(2,\); wanted is \(3,\)",
    ),
    (
        lambda: nn.LayerNorm(3)(np.ones((2, 5))),
        ValueError,
        r"\(2, 5\), which does not end with normalized_shape \(3,\)",
    ),
    (lambda: F.layer_norm(np.ones((2, 5)), 5, np.ones(2)), ValueError, r"weight.*\(5,\)"),
    (lambda: F.layer_norm(np.ones((2, 5)), (5,), eps=1, p=2), TypeError, "p"),
    (lambda: nn.GroupNorm(2, 3), ValueError, "2 groups cannot share 3 channels"),
    (lambda: nn.GroupNorm(2, 4)(IMAGES), ValueError, "2 groups share equally"),
    (lambda: nn.GroupNorm(3, 6)(IMAGES), ValueError, r"weight has shape \(6,\).*\(3,\)"),
    (lambda: nn.Dropout(20), ValueError, "Dropout: p.*between 0 and 1, not 20.*percentage"),
    (lambda: F.dropout(IMAGES, -0.1), ValueError, "between 0 and 1, not -0.1"),
    (lambda: nn.Dropout2d()(np.ones((4, 3))), ValueError, r"dropout2d.*\(4, 3\).*dropout"),
    (lambda: nn.Embedding(5, 2)([0, 5]), IndexError, "no row 5 in a table of 5.*0 to 4"),
    (lambda: nn.Embedding(5, 2)([-1]), IndexError, "no row -1"),
    (lambda: nn.Embedding(5, 2)([1.0]), TypeError, "integers, not float64.*astype"),
    (lambda: nn.Embedding(5, 2, padding_idx=5), IndexError, "padding_idx=5 is no row"),
    (lambda: F.embedding([1], np.ones((5, 2)), 5), IndexError, "padding_idx=5 is no row"),
    (lambda: F.embedding([1], np.ones(5)), ValueError, r"table has shape \(5,\)"),
]
