"""Arrays in a trace: stored once, short, and cut with care."""

import json

import numpy as np
import pytest

from dlcourse.trace.arrays import BUDGET, ArrayPool, chosen_cell, scale


def packed(array):
    pool = ArrayPool()
    pool.add(np.asarray(array))
    return pool.as_json()[0][0]


def test_equal_arrays_are_stored_once_and_shapes_are_told_apart():
    pool = ArrayPool()
    assert pool.add(np.ones((2, 2))) == pool.add(np.ones((2, 2))) == 0
    assert pool.add(np.ones(4)) == 1
    assert pool.add(None) is None


def test_numbers_keep_twelve_digits_and_special_ones_are_named():
    data = packed([1 / 3, 0.1 + 0.2, 0.0, -0.0, np.nan, np.inf, -np.inf, 2.0])["data"]
    assert data == [0.333333333333, 0.3, 0, "-0", "NaN", "Infinity", "-Infinity", 2]


def test_booleans_and_integers_stay_integers():
    assert packed([True, False])["data"] == [1, 0]
    assert packed(np.array([3, -4]))["data"] == [3, -4]


def test_a_large_array_keeps_its_corners_and_its_statistics():
    array = np.arange(10_000.0).reshape(100, 100)
    preview = packed(array)
    assert preview["shape"] == [100, 100]
    assert preview["shown"] == [[0, 1, 2, 3, 4, 5, 98, 99]] * 2
    np.testing.assert_array_equal(preview["data"], array[np.ix_(*preview["shown"])].ravel())
    assert preview["stats"]["max"] == 9999
    assert preview["stats"]["mean"] == pytest.approx(4999.5)


def test_many_arrays_shrink_until_they_fit_and_say_so():
    pool = ArrayPool()
    rng = np.random.default_rng(0)
    for _ in range(12):
        pool.add(rng.normal(size=(20, 20)))
    arrays, notes = pool.as_json()
    assert len(json.dumps(arrays)) <= BUDGET
    assert notes == ["12 large arrays are shown in part: the first and the last rows."]


def test_an_empty_array_is_no_obstacle():
    assert packed(np.empty((0, 3))) == {"shape": [0, 3], "data": []}
    assert chosen_cell(np.empty((0, 3))) == [0, 0]


@pytest.mark.parametrize(
    ("array", "cell"),
    [
        ([[0.0, 1.0, 5.0], [2.0, 0.1, 3.0]], [1, 0]),
        ([[0.0, 1.0]], [0, 1]),
        ([0.0, 0.0], [0]),
        (4.0, []),
        ([np.nan, 2.0], [1]),
    ],
)
def test_the_chosen_cell_is_neither_trivial_nor_extreme(array, cell):
    assert chosen_cell(np.array(array)) == cell


@pytest.mark.parametrize(
    ("largest", "rounded"),
    [(1.25, 1.5), (0.3, 0.3), (4.2, 5), (9.9, 10), (1, 1), (0, 1)],
)
def test_the_scale_is_a_round_number(largest, rounded):
    assert scale([np.array([largest, np.nan]), np.array([-largest / 2])]) == pytest.approx(rounded)
