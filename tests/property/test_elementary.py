"""Elementary operations against PyTorch on shapes, views and ties that nobody thought of."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from dlcourse import Tensor
from dlcourse import functional as F

torch = pytest.importorskip("torch")

FEW = st.sampled_from([-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 3.0])  # so few that ties are frequent
POSITIVE = st.sampled_from([0.25, 0.5, 1.0, 3.0])
examples = settings(derandomize=True, deadline=None, max_examples=150, database=None)

UNARY = {
    "abs": {},
    "clamp": {"min": -0.5, "max": 1.0},
    "cos": {},
    "elu": {},
    "exp": {},
    "gelu": {},
    "leaky_relu": {},
    "neg": {},
    "relu": {},
    "sigmoid": {},
    "silu": {},
    "sin": {},
    "softplus": {},
    "tanh": {},
}


@st.composite
def views(draw, shape=None, elements=FEW, min_dims=0, min_side=0):
    """An array, or a view of a larger one: transposed, reversed, strided or broadcast."""
    if shape is None:
        shape = draw(
            npst.array_shapes(min_dims=min_dims, max_dims=4, min_side=min_side, max_side=3)
        )
    look = draw(st.sampled_from(["plain", "transposed", "reversed", "strided", "broadcast"]))
    if look == "transposed":
        return draw(npst.arrays(float, shape[::-1], elements=elements)).T
    if look == "strided" and shape:
        return draw(npst.arrays(float, (*shape[:-1], 2 * shape[-1]), elements=elements))[..., ::2]
    if look == "broadcast" and shape:
        return np.broadcast_to(draw(npst.arrays(float, shape[1:], elements=elements)), shape)
    array = draw(npst.arrays(float, shape, elements=elements))
    return np.flip(array) if look == "reversed" else array


def compare(ours, theirs, *arrays):
    """The same result and the same gradients of float inputs; several results count as one."""
    mine = [Tensor(a, requires_grad=a.dtype.kind == "f") for a in arrays]
    other = [torch.tensor(a.copy(), requires_grad=a.dtype.kind == "f") for a in arrays]
    results, expected = ours(*mine), theirs(*other)
    if isinstance(results, Tensor):
        results, expected = [results], [expected]
    rng = np.random.default_rng(0)
    assert len(results) == len(expected)
    for result, wanted in zip(results, expected, strict=True):
        assert result.shape == tuple(wanted.shape)
        np.testing.assert_allclose(result.data, wanted.detach().numpy(), rtol=1e-9, atol=1e-11)
        if wanted.requires_grad:
            upstream = rng.normal(size=result.shape)
            result.backward(upstream, retain_graph=True)
            wanted.backward(torch.tensor(upstream), retain_graph=True)
    for tensor, torch_tensor in zip(mine, other, strict=True):
        if torch_tensor.grad is not None:
            found = tensor.grad.data
            np.testing.assert_allclose(found, torch_tensor.grad.numpy(), rtol=1e-9, atol=1e-11)


def both(name, **options):
    """Our function and PyTorch's of this name, with these options."""
    homes = (torch.nn.functional, torch)
    theirs = next(getattr(home, name) for home in homes if hasattr(home, name))
    ours = getattr(F, name)
    return (lambda *x: ours(*x, **options)), (lambda *x: theirs(*x, **options))


@examples
@given(st.sampled_from(sorted(UNARY)), views())
def test_functions_of_one_number(name, x):
    compare(*both(name, **UNARY[name]), x)


@examples
@given(st.sampled_from(["log", "sqrt"]), views(elements=POSITIVE))
def test_functions_of_one_positive_number(name, x):
    compare(*both(name), x)


@examples
@given(st.data(), st.sampled_from(["add", "sub", "mul", "div", "maximum", "minimum", "where"]))
def test_functions_of_several_numbers_broadcast(data, name):
    several = npst.mutually_broadcastable_shapes(num_shapes=3, max_dims=3, min_side=0, max_side=3)
    a, b, c = data.draw(several).input_shapes
    x = data.draw(views(a))
    y = data.draw(views(b, elements=POSITIVE if name == "div" else FEW))
    arrays = (data.draw(views(c)) > 0, x, y) if name == "where" else (x, y)
    compare(*both(name), *arrays)


@examples
@given(st.data(), st.sampled_from(["sum", "mean", "var", "amax", "amin", "norm", "logsumexp"]))
def test_reductions(data, name):
    needs_numbers = name in ("mean", "var", "amax", "amin")
    x = data.draw(views(min_dims=1, min_side=1 if needs_numbers else 0))
    dims = st.lists(st.integers(-x.ndim, x.ndim - 1), unique_by=lambda d: d % x.ndim, min_size=1)
    options = {"dim": tuple(data.draw(dims)), "keepdim": data.draw(st.booleans())}
    if name == "var":
        options["correction"] = 0
    if name == "norm":
        options["p"] = data.draw(st.sampled_from([1, 2]))
    if name == "logsumexp" and x.size == 0:
        return  # −∞: refused by backward()
    compare(*both(name, **options), x)


@examples
@given(st.data(), st.sampled_from(["max", "min", "cumsum", "softmax", "log_softmax"]))
def test_functions_along_one_axis(data, name):
    x = data.draw(views(min_dims=1, min_side=1 if name in ("max", "min") else 0))
    compare(*both(name, dim=data.draw(st.integers(-x.ndim, x.ndim - 1))), x)


@examples
@given(st.data(), st.sampled_from(["max", "min", "argmax", "argmin"]))
def test_extremes_of_all_and_their_places(data, name):
    x = data.draw(views(min_side=1))
    options = {}
    if name.startswith("arg") and x.ndim:
        options["dim"] = data.draw(st.integers(0, x.ndim - 1) | st.none())
    compare(*both(name, **options), x)


@examples
@given(st.data())
def test_axes_change_place(data):
    x = data.draw(views(min_dims=1))
    axis = st.integers(-x.ndim, x.ndim - 1)
    a, b = sorted(data.draw(st.tuples(axis, axis)), key=lambda d: d % x.ndim)
    some = tuple(data.draw(st.lists(axis, unique_by=lambda d: d % x.ndim)))
    order = tuple(data.draw(st.permutations(range(x.ndim))))
    for name, options in {
        "transpose": {"dim0": a, "dim1": b},
        "flatten": {"start_dim": a, "end_dim": b},
        "permute": {"dims": order},
        "squeeze": {"dim": a},
        "unsqueeze": {"dim": data.draw(st.integers(-x.ndim - 1, x.ndim))},
        "flip": {"dims": some},
        "reshape": {"shape": tuple(x.shape[i] for i in order)},
    }.items():
        compare(*both(name, **options), x)


@examples
@given(st.data())
def test_copies_and_paddings(data):
    x = data.draw(views())
    front = data.draw(st.lists(st.integers(0, 3), max_size=2))
    sizes = (*front, *[data.draw(st.sampled_from([-1, 2])) if n == 1 else -1 for n in x.shape])
    compare(lambda t: t.expand(sizes), lambda t: t.expand(sizes), x)
    widths = data.draw(st.lists(st.integers(0, 2), min_size=2 * x.ndim, max_size=2 * x.ndim))
    compare(*both("pad", pad=tuple(widths), value=1.5), x)


@examples
@given(st.data())
def test_several_become_one_and_one_becomes_several(data):
    x = data.draw(views(min_dims=1))
    axis = data.draw(st.integers(-x.ndim, x.ndim - 1))
    y = data.draw(views(x.shape))
    longer = list(x.shape)
    longer[axis] = data.draw(st.integers(0, 3))
    z = data.draw(views(tuple(longer)))
    compare(lambda *t: F.cat(t, axis), lambda *t: torch.cat(t, axis), x, z, y)
    compare(lambda *t: F.stack(t, axis), lambda *t: torch.stack(t, axis), x, y)
    size = data.draw(st.integers(1, 3))
    if x.shape[axis]:
        compare(lambda t: t.split(size, axis), lambda t: t.split(size, axis), x)
    sections = [1] * x.shape[axis] + [0]
    compare(lambda t: t.split(sections, axis), lambda t: t.split(sections, axis), x)


@examples
@given(st.data())
def test_choices_by_position(data):
    x = data.draw(views(min_dims=1, min_side=1))
    steps_forward = npst.basic_indices(x.shape, allow_newaxis=True).filter(has_no_negative_step)
    index = data.draw(steps_forward | npst.integer_array_indices(x.shape))
    theirs = tuple(torch.tensor(i) if isinstance(i, np.ndarray) else i for i in as_tuple(index))
    compare(lambda t: t[index], lambda t: t[theirs], x)
    mask = data.draw(views(x.shape)) > 0
    compare(lambda t: t[Tensor(mask)], lambda t: t[torch.tensor(mask)], x)
    axis = data.draw(st.integers(-x.ndim, x.ndim - 1))
    shape = [
        n if i == axis % x.ndim else data.draw(st.integers(0, n)) for i, n in enumerate(x.shape)
    ]
    chosen = data.draw(
        npst.arrays(np.int64, tuple(shape), elements=st.integers(0, x.shape[axis] - 1))
    )
    compare(lambda t: t.gather(axis, chosen), lambda t: t.gather(axis, torch.tensor(chosen)), x)


def as_tuple(index):
    return index if isinstance(index, tuple) else (index,)


def has_no_negative_step(index):
    return all(i.step is None or i.step > 0 for i in as_tuple(index) if isinstance(i, slice))
