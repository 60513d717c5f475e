"""Convolution, pooling, normalisation, dropout, embedding: wrong use is refused with its cause."""

import numpy as np
import pytest

from dlcourse import Tensor, nn
from dlcourse import functional as F

IMAGES = np.ones((2, 3, 8, 8))
KERNELS = np.ones((4, 3, 3, 3))


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
