"""Batches: every example once in each walk, together with its target."""

import numpy as np
import pytest

from dlcourse import Tensor, manual_seed
from dlcourse.data import DataLoader, load_digits, random_split

X = np.arange(20.0).reshape(10, 2)
Y = np.arange(10)
PAIRS = list(zip(X, Y, strict=True))


def firsts(loader):
    return np.concatenate([inputs.data[:, 0] for inputs, _ in loader])


@pytest.mark.parametrize(
    "dataset",
    [(X, Y), (Tensor(X), Tensor(Y)), PAIRS, [list(pair) for pair in PAIRS]],
    ids=["arrays", "tensors", "list of tuples", "list of lists"],
)
@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize(("size", "drop_last", "sizes"), [
    (4, False, [4, 4, 2]), (4, True, [4, 4]), (5, False, [5, 5]), (99, False, [10]), (99, True, []),
])  # fmt: skip
def test_a_walk_has_every_example_once_with_its_target(dataset, shuffle, size, drop_last, sizes):
    loader = DataLoader(dataset, batch_size=size, shuffle=shuffle, drop_last=drop_last)
    batches = list(loader)
    assert [len(targets) for _, targets in batches] == sizes
    assert len(loader) == len(batches)
    for inputs, targets in batches:
        assert isinstance(inputs, Tensor)
        assert (inputs.dtype, targets.dtype) == (X.dtype, Y.dtype)
        np.testing.assert_array_equal(inputs.data, X[targets.data])
    if not drop_last:
        seen = np.concatenate([targets.data for _, targets in batches])
        np.testing.assert_array_equal(np.sort(seen), Y)
        assert shuffle or (seen == Y).all()


def test_the_order_is_new_in_each_walk_and_follows_the_generator():
    def walks(generator):
        loader = DataLoader((X, Y), 3, shuffle=True, generator=generator)
        return [firsts(loader).tolist() for _ in range(2)]

    one, two = walks(np.random.default_rng(1)), walks(np.random.default_rng(1))
    assert one == two
    assert one[0] != one[1]
    loader = DataLoader((X, Y), 3, shuffle=True)
    manual_seed(1)
    assert firsts(loader).tolist() == one[0]


def test_other_kinds_of_data():
    assert [batch.tolist() for batch in DataLoader(Y, 4)] == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]
    inputs, targets = next(iter(DataLoader(load_digits(), 3)))
    assert (inputs.shape, targets.tolist()) == ((3, 8, 8), [0, 1, 2])
    assert [batch.tolist() for batch in DataLoader([1.0, 2.0], 2)] == [[1.0, 2.0]]
    assert list(DataLoader([], 2, shuffle=True)) == []

    class Squares:
        def __len__(self):
            return 3

        def __getitem__(self, i):
            return {"x": i}["x"], float(i**2)

    ((numbers, squares),) = DataLoader(Squares(), 3)
    assert (numbers.tolist(), squares.tolist()) == ([0, 1, 2], [0.0, 1.0, 4.0])


def test_a_collate_fn_gets_the_examples_themselves():
    words = ["a", "bcd", "ef"]
    assert list(DataLoader(words, 2, collate_fn="".join)) == ["abcd", "ef"]
    assert list(DataLoader(Y[:3], 2, collate_fn=sum)) == [1, 2]
    (pairs,) = DataLoader((X[:2], Y[:2]), 2, collate_fn=lambda examples: examples)
    np.testing.assert_array_equal(pairs[1][0], X[1])
    assert pairs[1][1] == 1


@pytest.mark.parametrize(
    ("wrong", "error", "said"),
    [
        (lambda: DataLoader((X, Y[:3]), 2), ValueError, "10 and 3 examples"),
        (lambda: DataLoader((X, Y), 0), ValueError, "at least one example, not 0"),
        (lambda: list(DataLoader([[X], [X[:2]]], 2)), ValueError, r"\(2, 2\) and \(10, 2\).*pads"),
        (lambda: random_split(Y, [3, 4]), ValueError, r"\[3, 4\] add up to 7, but there are 10"),
        (lambda: random_split(Y, [0.5, 0.4]), ValueError, "but there are 10 examples"),
    ],
)
def test_wrong_use_is_refused_with_its_cause(wrong, error, said):
    with pytest.raises(error, match=said):
        wrong()


@pytest.mark.parametrize("lengths", [[7, 3], [0.7, 0.3], [0.66, 0.34]])
def test_a_random_split_loses_nothing(lengths):
    parts = random_split((X, Y), lengths, np.random.default_rng(2))
    again = random_split((X, Y), lengths, np.random.default_rng(2))
    for (inputs, targets), (_, same) in zip(parts, again, strict=True):
        np.testing.assert_array_equal(inputs, X[targets])
        np.testing.assert_array_equal(targets, same)
    together = np.concatenate([targets for _, targets in parts])
    np.testing.assert_array_equal(np.sort(together), Y)
    assert (together != Y).any()
    assert len(parts[0][1]) == (6 if lengths[0] == 0.66 else 7)


def test_a_part_is_of_the_kind_of_the_whole():
    first, _ = random_split(load_digits(), [97, 1700])
    assert first.inputs.shape == (97, 8, 8)
    assert first.target_names == load_digits().target_names
    one, two = random_split(["a", "b", "c"], [1, 2])
    assert sorted(one + two) == ["a", "b", "c"]
