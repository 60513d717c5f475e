"""Convolution, pooling and normalisation against PyTorch on shapes and options found at random."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dlcourse import Tensor
from dlcourse import functional as F

torch = pytest.importorskip("torch")
few = settings(derandomize=True, deadline=None, max_examples=60)
small = st.integers(1, 3)
LAYOUTS = ("as it is", "channels last", "every other")


def array(draw, *shape):
    """Normal numbers, contiguous or not."""
    rng = np.random.default_rng(draw(st.integers(0, 9)))
    layout = draw(st.sampled_from(LAYOUTS))
    if layout == "channels last":
        return np.moveaxis(rng.normal(size=(*shape[:1], *shape[2:], *shape[1:2])), -1, 1)
    if layout == "every other":
        return rng.normal(size=(*shape[:-1], 2 * shape[-1]))[..., ::2]
    return rng.normal(size=shape)


@st.composite
def convolutions(draw, axes):
    """(input, weight, bias or nothing), options of a convolution."""
    per_axis = st.one_of(small, st.tuples(*[small] * axes))
    groups, examples = draw(small), draw(st.integers(0, 3))
    inputs, outputs = groups * draw(st.integers(1, 2)), groups * draw(st.integers(1, 2))
    options = {
        "stride": draw(per_axis),
        "dilation": draw(per_axis),
        "padding": draw(st.one_of(st.just("valid"), st.integers(0, 2), per_axis)),
        "groups": groups,
    }
    kernel, sizes = ([draw(st.integers(1, high)) for _ in range(axes)] for high in (3, 8))
    if draw(st.booleans()):
        options |= {"padding": "same", "stride": 1}
    arrays = [
        array(draw, examples, inputs, *sizes),
        array(draw, outputs, inputs // groups, *kernel),
        array(draw, 1, outputs)[0],
    ]
    return arrays[: draw(st.integers(2, 3))], options


@st.composite
def transposed(draw, axes):
    """(input, weight, bias or nothing), options of a transposed convolution."""
    groups, examples = draw(small), draw(st.integers(0, 3))
    inputs, outputs = groups * draw(st.integers(1, 2)), draw(st.integers(1, 2))
    options = {
        "stride": draw(small),
        "padding": draw(st.integers(0, 2)),
        "dilation": draw(small),
        "groups": groups,
    }
    steps = max(options["stride"], options["dilation"])
    options["output_padding"] = draw(st.integers(0, steps - 1))
    kernel, sizes = ([draw(st.integers(1, high)) for _ in range(axes)] for high in (3, 5))
    arrays = [
        array(draw, examples, inputs, *sizes),
        array(draw, inputs, outputs, *kernel),
        array(draw, 1, outputs * groups)[0],
    ]
    return arrays[: draw(st.integers(2, 3))], options


@st.composite
def pooling(draw, axes, more):
    """(input,), options of pooling."""
    per_axis = st.one_of(small, st.tuples(*[small] * axes))
    options = {"kernel_size": draw(per_axis), "stride": draw(st.one_of(st.none(), per_axis))}
    options["padding"] = draw(st.integers(0, np.min(options["kernel_size"]) // 2))
    name, values = more
    options[name] = draw(values(per_axis))
    sizes = [draw(st.integers(1, 9)) for _ in range(axes)]
    values = array(draw, draw(st.integers(1, 3)), draw(small), *sizes)
    return [np.round(values)] if draw(st.booleans()) else [values], options  # with and without ties


def agree(name, arrays, options):
    """A function's values and gradients are PyTorch's."""
    agree_on(lambda library, *tensors: getattr(library, name)(*tensors, **options), arrays)


def agree_on(call, arrays):
    """What it does with PyTorch's functions and ours is the same; also what is refused."""
    mine = [Tensor(a, requires_grad=True) for a in arrays]
    other = [torch.tensor(np.ascontiguousarray(a), requires_grad=True) for a in arrays]
    try:
        expected = call(torch.nn.functional, *other)
    except (RuntimeError, ValueError):
        with pytest.raises(ValueError):
            call(F, *mine)
        return
    result = call(F, *mine)
    np.testing.assert_allclose(result.data, expected.detach(), rtol=1e-9, atol=1e-11)
    assume(result.numel() and np.isfinite(result.data).all())
    upstream = np.cos(np.arange(result.numel())).reshape(result.shape)
    result.backward(upstream)
    expected.backward(torch.tensor(upstream))
    for tensor, torch_tensor in zip(mine, other, strict=True):
        np.testing.assert_allclose(tensor.grad.data, torch_tensor.grad, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("axes", [1, 2])
@few
@given(data=st.data())
def test_convolutions(axes, data):
    agree(f"conv{axes}d", *data.draw(convolutions(axes)))


@pytest.mark.parametrize("axes", [1, 2])
@few
@given(data=st.data())
def test_transposed_convolutions(axes, data):
    agree(f"conv_transpose{axes}d", *data.draw(transposed(axes)))


@pytest.mark.parametrize("axes", [1, 2])
@few
@given(data=st.data())
def test_max_pooling(axes, data):
    agree(f"max_pool{axes}d", *data.draw(pooling(axes, ("dilation", lambda each: each))))


@pytest.mark.parametrize("axes", [1, 2])
@few
@given(data=st.data())
def test_average_pooling(axes, data):
    counted = ("count_include_pad", lambda each: st.booleans())
    agree(f"avg_pool{axes}d", *data.draw(pooling(axes, counted)))


@few
@given(data=st.data())
def test_windows_as_columns(data):
    (image, *_), options = data.draw(convolutions(2))
    assume(options.pop("padding") not in ("same", "valid") and len(image))
    del options["groups"]
    agree("unfold", [image], {**options, "padding": 1, "kernel_size": data.draw(small)})


@few
@given(data=st.data())
def test_resizing(data):
    image = array(data.draw, *(data.draw(small) for _ in range(4)))
    size = data.draw(st.integers(1, 7)), data.draw(st.integers(1, 7))
    agree("adaptive_avg_pool2d", [image], {"output_size": size})
    mode = data.draw(st.sampled_from(["nearest", "bilinear"]))
    agree("interpolate", [image], {"size": size, "mode": mode})
    agree("interpolate", [image], {"scale_factor": data.draw(small), "mode": mode})


@few
@given(data=st.data())
def test_normalisation(data):
    groups, channels = data.draw(small), data.draw(small)
    sizes = data.draw(st.lists(st.integers(2, 4), max_size=2))
    x = array(data.draw, data.draw(st.integers(2, 4)), groups * channels, *sizes)
    affine = [array(data.draw, 1, x.shape[1])[0] for _ in range(data.draw(st.integers(0, 2)))]
    agree_on(
        lambda lib, x, *more: lib.batch_norm(x, None, None, *more, training=True), [x, *affine]
    )
    agree_on(lambda lib, x, *more: lib.group_norm(x, groups, *more), [x, *affine])
    shape = x.shape[data.draw(st.integers(1, x.ndim - 1)) :]
    affine = [array(data.draw, 1, *shape)[0] for _ in affine]
    agree_on(lambda lib, x, *more: lib.layer_norm(x, shape, *more), [x, *affine])


@few
@given(data=st.data())
def test_embedding(data):
    index = np.array(data.draw(st.lists(st.integers(0, 4), max_size=9)), int)
    padding = data.draw(st.one_of(st.none(), st.integers(-5, 4)))
    agree_on(
        lambda lib, w: lib.embedding((torch.tensor if lib is not F else Tensor)(index), w, padding),
        [array(data.draw, 5, data.draw(small))],
    )
