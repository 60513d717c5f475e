"""Wrong use of recurrent layers and attention: refused with its cause, and nothing changes."""

import numpy as np

from dlcourse import Tensor, gradcheck, manual_seed, nn
from dlcourse import functional as F
from dlcourse.random import default_generator


def ones(*shape, dtype=float):
    return np.ones(shape, dtype)


def lstm(input=(5, 2, 3), hx=(2, 4), cx=(2, 4), ih=(16, 3), hh=(16, 4), b=16, **options):
    return F.lstm(*map(Tensor, map(np.ones, (input, hx, cx, ih, hh, b, b))), **options)


def attend(query=(3, 4), key=(5, 4), value=(5, 2), **options):
    arrays = (ones(*shape) for shape in (query, key, value))
    return F.scaled_dot_product_attention(*arrays, **options)


def heads(query=(2, 3, 6), key=None, value=None, num_heads=3, batch_first=True, **options):
    layer = nn.MultiheadAttention(6, num_heads, batch_first=batch_first)
    key = key or query
    return layer(ones(*query), ones(*key), ones(*(value or key)), **options)


NOTHING = np.array([[True] * 3, [False] * 3, [True] * 3])


def test_attention_keeps_its_weights_for_the_steppers():
    query, key = Tensor([[0.0, 1.0]], requires_grad=True), Tensor([[1.0, 0.0], [2.0, 0.0]])
    result = F.scaled_dot_product_attention(query, key, Tensor([[2.0], [4.0]]))
    np.testing.assert_allclose(result.grad_fn.weights, [[0.5, 0.5]])
    np.testing.assert_allclose(result.data, [[3.0]])


def test_dropout_in_attention_keeps_the_mean_and_its_mask_on_the_way_back():
    value = Tensor(np.ones((1000, 1)), requires_grad=True)
    query, key = Tensor(np.zeros((1, 2))), Tensor(np.zeros((1000, 2)))
    result = F.scaled_dot_product_attention(query, key, value, dropout_p=0.5)
    assert 0.8 < result.item() < 1.2
    result.backward()
    np.testing.assert_allclose(np.unique(value.grad.data), [0, 0.002])
    np.testing.assert_allclose(value.grad.data.sum(), result.item())


def test_without_dropout_nothing_is_drawn():
    manual_seed(0)
    before = default_generator().bit_generator.state
    F.scaled_dot_product_attention(np.ones((3, 2)), np.ones((4, 2)), np.ones((4, 1)))
    F.dropout(np.ones(3), p=0.0)
    F.dropout(np.ones(3), training=False)
    assert default_generator().bit_generator.state == before


def test_gradients_under_dropout_are_those_of_what_was_kept():
    rng = np.random.default_rng(0)
    shapes = (2, 3), (4, 3), (4, 2)
    inputs = [Tensor(rng.normal(size=shape), requires_grad=True) for shape in shapes]

    def attend(*inputs):
        manual_seed(0)
        return F.scaled_dot_product_attention(*inputs, dropout_p=0.5)

    report = gradcheck(attend, inputs)
    assert report, f"\n{report}"


def test_large_scores_overflow_nowhere():
    large = Tensor([[1e3, -1e3]], requires_grad=True)
    with np.errstate(all="raise", under="ignore"):
        result = F.scaled_dot_product_attention(large, [[1e3, 0.0], [0.0, 1e3]], [[1.0], [2.0]])
        assert result.item() == 1.0
        weights = [Tensor(np.full(shape, 1e3)) for shape in ((4, 1), (4, 1), (4,), (4,))]
        states = Tensor(np.zeros((1, 1))), Tensor(np.zeros((1, 1)))
        for sign in (1, -1):
            F.lstm(Tensor(np.full((2, 1, 1), sign * 1e3)), *states, *weights)
