"""Convolution, pooling, normalisation, dropout, embedding: wrong use is refused with its cause."""

import numpy as np
import pytest

from dlcourse import Tensor, nn
from dlcourse import functional as F

IMAGES = np.ones((2, 3, 8, 8))
KERNELS = np.ones((4, 3, 3, 3))


@pytest.mark.parametrize(
    ("wrong", "error", "said"),
    [
        (lambda: nn.Conv2d(3, 4, 3)(np.ones((2, 8, 8, 3))), ValueError,
         r"conv2d: the input \(2, 8, 8, 3\) has 8 channels.*made for 3.*come last.*moveaxis"),
        (lambda: nn.Conv2d(1, 4, 3)(np.ones((2, 8, 8))), ValueError,
         r"conv2d: the input has shape \(2, 8, 8\).*\(N, C, H, W\).*x\[:, None\]"),
        (lambda: nn.Conv2d(1, 4, 3)(np.ones((8, 8))), ValueError, "2 axes instead of 4"),
        (lambda: nn.Conv1d(1, 4, 3)(np.ones((8, 8))), ValueError, r"conv1d.*\(N, C, L\)"),
        (lambda: nn.Conv2d(16, 4, 3)(IMAGES), ValueError, "has 3 channels.*made for 16.*before"),
        (lambda: nn.Conv2d(3, 4, 9)(IMAGES), ValueError,
         "the kernel 9×9.*reaches over 9×9 pixels, the input 8×8 with its padding has only 8×8"),
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
        (lambda: nn.ConvTranspose2d(3, 3, 3, 2, output_padding=2)(IMAGES), ValueError,
         r"output_padding \(2, 2\) must be smaller"),
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
        (lambda: nn.BatchNorm1d(3)(np.ones((1, 3))), ValueError,
         r"more than one number, the input \(1, 3\) has 1.*model.eval\(\)"),
        (lambda: nn.BatchNorm2d(3)(np.ones((1, 3, 1, 1))), ValueError, "more than one number"),
        (lambda: nn.BatchNorm2d(8)(IMAGES), ValueError, r"BatchNorm2d\(8\).*\(2, 3, 8, 8\).*C = 8"),
        (lambda: nn.BatchNorm1d(3)(IMAGES), ValueError, r"\(N, C\) or \(N, C, L\)"),
        (lambda: nn.BatchNorm2d(3, affine=False).float()(IMAGES), TypeError,
         "running_mean is float32, the input float64"),
        (lambda: F.batch_norm(np.ones(3), None, None), ValueError, r"\(N, C\)"),
        (lambda: F.batch_norm(IMAGES, None, None), ValueError, "running_mean is missing"),
        (lambda: F.batch_norm(IMAGES, *[Tensor(np.ones(2))] * 2, training=True), ValueError,
         r"running_mean has shape \(2,\).*3 channels"),
        (lambda: F.batch_norm(IMAGES, Tensor(np.ones(3)), None, training=True), ValueError,
         "running_var is missing"),
        (lambda: F.batch_norm(IMAGES, None, None, np.ones(2), training=True), ValueError,
         r"weight has shape \(2,\); wanted is \(3,\)"),
        (lambda: nn.LayerNorm(3)(np.ones((2, 5))), ValueError,
         r"\(2, 5\), which does not end with normalized_shape \(3,\)"),
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
    ],
)  # fmt: skip
def test_wrong_use_is_refused_with_its_cause(wrong, error, said):
    with pytest.raises(error, match=said):
        wrong()


def test_a_refused_batch_leaves_the_running_statistics_as_they_were():
    layer = nn.BatchNorm1d(3)
    before = layer.state_dict()
    for x in (np.ones((1, 3)), np.ones((4, 2)), np.ones((4, 3), np.float32)):
        with pytest.raises((ValueError, TypeError)):
            layer(x)
    for name, value in layer.state_dict().items():
        np.testing.assert_array_equal(value, before[name])


def test_bytes_of_an_image_take_the_float_type_of_the_kernels():
    image = np.arange(64, dtype=np.uint8).reshape(1, 1, 8, 8)
    layer = nn.Conv2d(1, 1, 3).float()
    np.testing.assert_allclose(layer(image).data, layer(image.astype(np.float32)).data)
    assert layer(image).dtype == np.float32


def test_an_input_that_is_left_out_is_not_in_the_graph():
    x, w = Tensor(IMAGES, requires_grad=True), Tensor(KERNELS, requires_grad=True)
    for result in (F.conv2d(x, w), F.conv2d(x, w, None), F.conv2d(x, w, bias=None)):
        assert result.grad_fn.inputs == (x, w)
    b = Tensor(np.ones(4), requires_grad=True)
    assert F.conv2d(x, w, stride=2, bias=b).grad_fn.inputs == (x, w, b)


def test_arguments_stand_in_the_order_of_torch():
    x, w, b = np.arange(6.0).reshape(2, 3), np.full(3, 2.0), np.ones(3)
    by_name = F.layer_norm(x, normalized_shape=(3,), weight=w, bias=b, eps=1e-5)
    np.testing.assert_array_equal(F.layer_norm(x, (3,), w, b, 1e-5).data, by_name.data)
    running = Tensor(np.zeros(3)), Tensor(np.ones(3))
    np.testing.assert_allclose(F.batch_norm(x, *running, w, b, False, 0.1, 0.0).data, 2 * x + 1)


def test_a_transposed_convolution_is_the_way_back_of_a_convolution():
    rng = np.random.default_rng(0)
    x, w, y = (
        rng.normal(size=(2, 3, 7, 7)),
        rng.normal(size=(4, 3, 3, 3)),
        rng.normal(size=(2, 4, 4, 4)),
    )
    forward = F.conv2d(x, w, stride=2, padding=1).data
    back = F.conv_transpose2d(y, w, stride=2, padding=1).data
    np.testing.assert_allclose((forward * y).sum(), (x * back).sum())


def test_a_convolution_is_a_product_with_the_windows():
    columns = F.unfold(IMAGES, 3, padding=1, stride=2).data
    product = KERNELS.reshape(4, -1) @ columns
    result = F.conv2d(IMAGES, KERNELS, stride=2, padding=1).data
    np.testing.assert_allclose(product.reshape(result.shape), result)
