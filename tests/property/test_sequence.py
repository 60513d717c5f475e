"""Recurrent layers and attention of any form: values and gradients are PyTorch's."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

torch = pytest.importorskip("torch")

from parity.layers import assert_same_gradients, leaves, twins  # noqa: E402

from dlcourse import functional as F  # noqa: E402
from dlcourse import nn  # noqa: E402

same_in_every_run = settings(derandomize=True, deadline=None, max_examples=120)
few = st.integers(1, 4)


@same_in_every_run
@given(
    st.sampled_from(["RNN", "LSTM", "GRU"]),
    st.fixed_dictionaries(
        {"num_layers": st.integers(1, 3)}
        | dict.fromkeys(("bias", "batch_first", "bidirectional"), st.booleans())
    ),
    st.tuples(few, few, few),
    st.data(),
)
def test_sequences_of_any_lengths_are_those_that_torch_packs(name, options, sizes, data):
    examples, features, hidden = sizes
    lengths = data.draw(st.lists(st.integers(1, 6), min_size=examples, max_size=examples))
    steps = max(lengths) + data.draw(st.integers(0, 2))
    rng = np.random.default_rng(steps)
    mine, theirs = twins(
        getattr(nn, name)(features, hidden, **options, generator=rng),
        getattr(torch.nn, name)(features, hidden, **options),
    )
    first = options["batch_first"]
    x = rng.normal(size=(examples, steps, features) if first else (steps, examples, features))
    rows = options["num_layers"] * (1 + options["bidirectional"])
    starts = [rng.normal(size=(rows, examples, hidden)) for _ in range(1 + (name == "LSTM"))]
    (x, *ours), (other, *others) = leaves([x, *starts])
    outputs, last = mine(x, tuple(ours) if len(ours) > 1 else ours[0], lengths=lengths)
    rnn = torch.nn.utils.rnn
    packed = rnn.pack_padded_sequence(other, lengths, first, enforce_sorted=False)
    expected, their_last = theirs(packed, tuple(others) if len(others) > 1 else others[0])
    expected, _ = rnn.pad_packed_sequence(expected, first, total_length=steps)
    results, wanted = [outputs], [expected]
    results += last if len(ours) > 1 else [last]
    wanted += their_last if len(ours) > 1 else [their_last]
    assert_same_gradients(mine, theirs, results, wanted, [x, *ours], [other, *others])


@same_in_every_run
@given(st.tuples(few, few, few, few), st.sampled_from(["no", "bool", "float", "causal"]), st.data())
def test_attention_under_any_mask_is_that_of_torch(sizes, kind, data):
    examples, queries, keys, size = sizes
    rng = np.random.default_rng(size)
    seen = data.draw(
        st.lists(st.lists(st.booleans(), min_size=keys, max_size=keys), min_size=queries,
                 max_size=queries).filter(lambda rows: all(map(any, rows)))
    )  # fmt: skip
    mask = np.array(seen)
    mask = np.where(mask, rng.normal(size=mask.shape), -np.inf) if kind == "float" else mask
    given_mask = kind in ("bool", "float")
    shapes = (examples, queries, size), (examples, keys, size), (examples, keys, 2)
    ours, others = leaves(rng.normal(size=shape) * 3 for shape in shapes)
    result = F.scaled_dot_product_attention(
        *ours, attn_mask=mask if given_mask else None, is_causal=kind == "causal"
    )
    expected = torch.nn.functional.scaled_dot_product_attention(
        *others,
        attn_mask=torch.tensor(mask) if given_mask else None,
        is_causal=kind == "causal",
    )
    empty = torch.nn.Identity()
    assert_same_gradients(empty, empty, [result], [expected], ours, others)


@same_in_every_run
@given(st.integers(1, 3), few, few, few, few, st.booleans(), st.booleans(), st.data())
def test_attention_in_heads_with_padding_is_that_of_torch(
    heads, width, examples, queries, keys, bias, batch_first, data
):
    size = heads * width
    rng = np.random.default_rng(size)
    mine, theirs = twins(
        nn.MultiheadAttention(size, heads, 0.0, bias, batch_first, generator=rng),
        torch.nn.MultiheadAttention(size, heads, 0.0, bias, batch_first=batch_first),
    )
    kept = st.lists(st.integers(1, keys), min_size=examples, max_size=examples)
    padding = np.arange(keys) >= np.array(data.draw(kept))[:, None]
    shapes = (examples, queries, size), (examples, keys, size), (examples, keys, size)
    arrays = [rng.normal(size=shape) for shape in shapes]
    ours, others = leaves(arrays if batch_first else [a.swapaxes(0, 1).copy() for a in arrays])
    results = mine(*ours, key_padding_mask=padding)
    expected = theirs(*others, key_padding_mask=torch.tensor(padding))
    assert_same_gradients(mine, theirs, results, expected, ours, others)
