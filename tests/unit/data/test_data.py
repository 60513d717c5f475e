"""The data are whole, and a split keeps every class's share."""

import numpy as np
import pytest

from dlcourse.data import load_breast_cancer, load_digits, make_moons, train_test_split


def test_digits_are_whole():
    digits = load_digits()
    assert digits.inputs.shape == (1797, 8, 8)
    assert (digits.inputs.min(), digits.inputs.max()) == (0, 16)
    assert digits.inputs.sum() == 561718
    counts = [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    np.testing.assert_array_equal(np.bincount(digits.targets), counts)


def test_breast_cancer_is_whole():
    tumours = load_breast_cancer()
    assert tumours.inputs.shape == (569, len(tumours.feature_names)) == (569, 30)
    np.testing.assert_array_equal(np.bincount(tumours.targets), [212, 357])
    assert tumours.inputs[0, 0] == 17.99


def test_a_split_keeps_examples_with_their_targets_and_every_class_share():
    digits = load_digits()
    numbered = np.arange(len(digits.targets))
    X_train, X_test, y_train, y_test = train_test_split(numbered, digits.targets, 597, seed=3)
    assert len(X_test) == 597
    np.testing.assert_array_equal(np.sort(np.concatenate([X_train, X_test])), numbered)
    np.testing.assert_array_equal(digits.targets[X_test], y_test)
    np.testing.assert_array_equal(digits.targets[X_train], y_train)
    shares = np.bincount(y_test) / np.bincount(digits.targets)
    np.testing.assert_allclose(shares, 597 / 1797, atol=0.01)


def test_a_split_depends_on_its_seed_only():
    split = [
        train_test_split(np.arange(90), np.arange(90) % 3, 1 / 3, seed)[1] for seed in (1, 1, 2)
    ]
    np.testing.assert_array_equal(split[0], split[1])
    assert not np.array_equal(split[0], split[2])


@pytest.mark.parametrize("size", [0, 10, 1.0, -1])
def test_an_empty_side_is_refused(size):
    with pytest.raises(ValueError, match="leaves one side empty"):
        train_test_split(np.arange(10), np.arange(10) % 2, size)


def test_inputs_and_targets_must_belong_together():
    with pytest.raises(ValueError, match="3 inputs and 4 targets"):
        train_test_split(np.arange(3), np.arange(4))


def test_moons_are_half_circles():
    points, moon = make_moons(100, noise=0, seed=3)
    upper, lower = points[moon == 0], points[moon == 1]
    np.testing.assert_allclose(np.hypot(*upper.T), 1)
    np.testing.assert_allclose(np.hypot(*(lower - [1, 0.5]).T), 1)
    assert (upper[:, 1] >= 0).all() and (lower[:, 1] <= 0.5).all()
