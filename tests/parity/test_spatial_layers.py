"""Layers of space and normalisation against those of PyTorch."""

import numpy as np
import pytest
from parity.cases.pooling import distinct
from parity.compared import compares
from parity.numbers import normal

from dlcourse import Tensor, gradcheck, manual_seed, nn, no_grad
from dlcourse import functional as F

torch = pytest.importorskip("torch")
CLOSE = {"rtol": 1e-9, "atol": 1e-11}
LAYERS = [
    ("Conv1d", (4, 6, 3), {}, (2, 4, 9)),
    ("Conv1d", (4, 6, 3, 2, 1, 2, 2, False), {}, (2, 4, 9)),
    ("Conv1d", (4, 6, 4), {"padding": "same"}, (2, 4, 9)),
    ("Conv2d", (4, 6, 3), {}, (2, 4, 7, 8)),
    ("Conv2d", (4, 6, (3, 2), (2, 1), (1, 0), (1, 2), 2, False), {}, (2, 4, 7, 8)),
    ("Conv2d", (4, 4, 3), {"padding": "same", "groups": 4}, (2, 4, 7, 8)),
    ("ConvTranspose1d", (4, 6, 3), {}, (2, 4, 9)),
    ("ConvTranspose1d", (4, 6, 3, 2, 1, 1, 2, False, 2), {}, (2, 4, 9)),
    ("ConvTranspose2d", (4, 6, 3), {}, (2, 4, 5, 6)),
    ("ConvTranspose2d", (4, 6, (3, 2), (2, 3), (1, 0), (1, 2), 2, False, (1, 2)), {}, (2, 4, 5, 6)),
    ("MaxPool1d", (3,), {}, (2, 3, 10)),
    ("MaxPool1d", (3, 2, 1, 2), {}, (2, 3, 10)),
    ("MaxPool2d", (2,), {}, (2, 3, 7, 8)),
    ("MaxPool2d", ((3, 2), 1, 1, (1, 2)), {}, (2, 3, 7, 8)),
    ("AvgPool1d", (3, 2, 1), {"count_include_pad": False}, (2, 3, 10)),
    ("AvgPool2d", (3,), {}, (2, 3, 7, 8)),
    ("AvgPool2d", (3, 2, 1), {"count_include_pad": False}, (2, 3, 7, 8)),
    ("AdaptiveAvgPool2d", (1,), {}, (2, 3, 7, 8)),
    ("AdaptiveAvgPool2d", ((3, 5),), {}, (2, 3, 7, 8)),
    ("Upsample", (), {"scale_factor": 2}, (2, 3, 4, 5)),
    ("Upsample", ((7, 3),), {"mode": "bilinear"}, (2, 3, 4, 5)),
    ("Flatten", (), {}, (2, 3, 4, 5)),
    ("Flatten", (0, 2), {}, (2, 3, 4, 5)),
    ("BatchNorm1d", (4,), {}, (6, 4)),
    ("BatchNorm1d", (4, 0.1, 0.3), {}, (6, 4, 5)),
    ("BatchNorm1d", (4,), {"momentum": None}, (6, 4)),
    ("BatchNorm2d", (4,), {}, (3, 4, 2, 5)),
    ("BatchNorm2d", (4,), {"affine": False}, (3, 4, 2, 5)),
    ("BatchNorm2d", (4,), {"track_running_stats": False}, (3, 4, 2, 5)),
    ("LayerNorm", (5,), {}, (2, 4, 5)),
    ("LayerNorm", ((4, 5), 0.1), {"bias": False}, (2, 4, 5)),
    ("LayerNorm", (5,), {"elementwise_affine": False}, (2, 4, 5)),
    ("GroupNorm", (2, 6), {}, (3, 6, 4, 5)),
    ("GroupNorm", (3, 6, 0.1, False), {}, (3, 6)),
    ("Dropout", (0.0,), {}, (3, 4)),
    ("Dropout2d", (1.0,), {}, (3, 4, 5, 5)),
    ("Embedding", (7, 3), {}, None),
    ("Embedding", (7, 3, 2), {}, None),
]
EACH_LAYER = pytest.mark.parametrize(("name", "arguments", "options", "shape"), LAYERS)


def pair(name, arguments, options):
    """Our layer and PyTorch's, with the same numbers, none of them as at the start."""
    other = getattr(torch.nn, name)(*arguments, **options).double()
    for tensor in other.state_dict().values():
        if tensor.is_floating_point():
            tensor.uniform_(0.5, 1.5)
    mine = getattr(nn, name)(*arguments, **options)
    mine.load_state_dict({k: v.numpy() for k, v in other.state_dict().items()})
    return mine, other


def run(layer, x, tensor):
    """The result, and by name the gradients, of a weighted sum of the result."""
    result = layer(x)
    result.backward(
        tensor(np.cos(np.arange(result.data.reshape(-1).shape[0])).reshape(result.shape))
    )
    gradients = dict(layer.named_parameters()) | ({"x": x} if x.requires_grad else {})
    return result, {name: t.grad.data for name, t in gradients.items()}


@compares(*{name for name, *_ in LAYERS})
@EACH_LAYER
def test_results_gradients_and_state_agree_in_training_and_after(name, arguments, options, shape):
    mine, other = pair(name, arguments, options)
    for training in (True, True, False):
        mine.train(training), other.train(training)
        mine.zero_grad(), other.zero_grad()
        x = np.array([[1, 2, 2], [6, 2, 0]]) if shape is None else distinct(*shape)
        floats = shape is not None
        result, gradients = run(mine, Tensor(x, requires_grad=floats), np.asarray)
        expected, expected_gradients = run(
            other, torch.tensor(x, requires_grad=floats), torch.tensor
        )
        np.testing.assert_allclose(result.data, expected.detach(), **CLOSE)
        assert gradients.keys() == expected_gradients.keys()
        for key, gradient in gradients.items():
            np.testing.assert_allclose(gradient, expected_gradients[key], **CLOSE, err_msg=key)
        for key, value in other.state_dict().items():
            np.testing.assert_allclose(mine.state_dict()[key], value, **CLOSE, err_msg=key)


@EACH_LAYER
def test_the_state_has_the_same_names_order_shapes_and_kinds(name, arguments, options, shape):
    mine = getattr(nn, name)(*arguments, **options).state_dict()
    other = getattr(torch.nn, name)(*arguments, **options).state_dict()
    assert list(mine) == list(other)
    for key, value in other.items():
        assert mine[key].shape == tuple(value.shape)
        assert (mine[key].dtype.kind == "f") == value.is_floating_point()


@EACH_LAYER
def test_float32_stays_float32(name, arguments, options, shape):
    mine = getattr(nn, name)(*arguments, **options).float()
    x = np.array([1, 2, 2]) if shape is None else distinct(*shape).astype(np.float32)
    for training in (True, False):
        result = mine.train(training)(Tensor(x, requires_grad=shape is not None))
        assert result.dtype == np.float32
        result.backward(np.ones(result.shape))
        assert {p.grad.dtype for p in mine.parameters()} <= {np.dtype(np.float32)}
    assert {s.dtype for s in mine.state_dict().values()} <= {np.dtype("f4"), np.dtype("i8")}


@pytest.mark.parametrize(
    ("name", "arguments", "options"),
    [
        ("Conv1d", (8, 40, 5), {}),
        ("Conv2d", (8, 40, 3), {"groups": 4}),
        ("ConvTranspose1d", (40, 8, 5), {}),
        ("ConvTranspose2d", (40, 8, (3, 2)), {"groups": 2}),
    ],
)
def test_first_weights_are_uniform_up_to_the_bound_of_torch(name, arguments, options):
    manual_seed(0)
    torch.manual_seed(0)
    mine = getattr(nn, name)(*arguments, **options)
    other = getattr(torch.nn, name)(*arguments, **options)
    bound = np.abs(mine.weight.data).max()
    assert bound == pytest.approx(other.weight.abs().max().item(), rel=0.03)
    assert np.abs(mine.bias.data).max() <= bound * 1.03
    assert mine.weight.data.std() == pytest.approx(bound / 3**0.5, rel=0.1)
    manual_seed(0)
    np.testing.assert_array_equal(
        mine.weight.data, getattr(nn, name)(*arguments, **options).weight.data
    )


def test_a_generator_and_a_dtype_make_the_first_weights():
    for make in (
        lambda **o: nn.Conv2d(2, 3, 3, **o),
        lambda **o: nn.ConvTranspose1d(2, 3, 3, **o),
        lambda **o: nn.Embedding(4, 3, **o),
    ):
        one, two = (make(generator=np.random.default_rng(5), dtype=np.float32) for _ in range(2))
        np.testing.assert_array_equal(one.weight.data, two.weight.data)
        assert one.weight.dtype == np.float32


def test_an_embedding_starts_normal_with_an_empty_padding_row():
    weight = nn.Embedding(500, 40, padding_idx=-2).weight.data
    assert not weight[498].any()
    assert np.delete(weight, 498, 0).std() == pytest.approx(1, rel=0.05)


def test_batch_norm_after_training_has_the_gradients_of_central_differences():
    layer = nn.BatchNorm2d(3)
    layer(normal(4, 3, 2, 2))
    layer.eval()
    x = Tensor(normal(2, 3, 2, 2), requires_grad=True)
    report = gradcheck(lambda x, w, b: layer(x), [x, layer.weight, layer.bias], tolerance=1e-5)
    assert report, report


def test_batch_norm_follows_the_batches_without_a_graph_too():
    layer, x = nn.BatchNorm1d(2), normal(5, 2)
    with no_grad():
        layer(x)
    np.testing.assert_allclose(layer.running_mean.data, 0.1 * x.mean(0))
    np.testing.assert_allclose(layer.running_var.data, 0.9 + 0.1 * x.var(0, ddof=1))
    assert layer.num_batches_tracked.item() == 1


def test_the_node_of_batch_norm_shows_mean_and_variance():
    x = normal(5, 2, 3)
    node = nn.BatchNorm1d(2)(x).grad_fn
    np.testing.assert_allclose(node.mean, x.mean((0, 2)))
    np.testing.assert_allclose(node.variance, x.var((0, 2)))


@pytest.mark.parametrize("rows", [np.zeros((3, 3)), np.array([[1.0, 2, 2], [2, 1, 2], [0, 2, 2]])])
def test_of_equal_numbers_the_first_wins(rows):
    for function, x, options in (
        ("max_pool2d", rows[None, None], (2, 1)),
        ("max_pool2d", rows[None, None], (3, 2, 1)),
        ("max_pool1d", rows[None], (2,)),
        ("max_pool1d", rows[None], (3, 1, 1)),
    ):
        mine, other = Tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)
        result = getattr(F, function)(mine, *options)
        upstream = np.arange(1.0, 1 + result.numel()).reshape(result.shape)
        result.backward(upstream)
        getattr(torch.nn.functional, function)(other, *options).backward(torch.tensor(upstream))
        np.testing.assert_array_equal(mine.grad.data, other.grad)


@pytest.mark.parametrize("layer", [nn.Dropout, nn.Dropout2d])
def test_dropout_drops_its_share_and_keeps_the_expected_value(layer):
    x = np.ones((100, 100, 1, 3))
    y = layer(0.3, generator=np.random.default_rng(0))(Tensor(x, requires_grad=True)).data
    assert np.mean(y == 0) == pytest.approx(0.3, abs=0.02)
    np.testing.assert_allclose(y[y != 0], 1 / 0.7)
    whole = np.all(y == y[..., :1])
    assert whole == (layer is nn.Dropout2d)


def test_masks_follow_the_seed_and_differ_from_call_to_call():
    layer, x = nn.Dropout(), np.ones(64)
    manual_seed(1)
    first, second = layer(x).data, layer(x).data
    manual_seed(1)
    np.testing.assert_array_equal(first, layer(x).data)
    assert (first != second).any()


def test_layers_say_what_they_are():
    assert repr(nn.Conv2d(1, 6, 5, padding=2, bias=False)) == (
        "Conv2d(1, 6, kernel_size=5, padding=2, bias=False)"
    )
    assert repr(nn.BatchNorm1d(3)) == "BatchNorm1d(3, eps=1e-05, momentum=0.1)"
    for name, arguments, options, _ in LAYERS:
        assert repr(getattr(nn, name)(*arguments, **options)).startswith(f"{name}(")
