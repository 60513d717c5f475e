"""Every piece of the museum shows its bug to the check that it names."""

import numpy as np
import pytest

from dlcourse.exercises.backprop import museum


@pytest.mark.parametrize("piece", museum.PIECES, ids=lambda piece: piece.name)
def test_the_check_finds_the_bug_and_says_what_it_looks_like(piece):
    report = piece.report()
    assert not report
    wrong = [f.cause for f in report.findings if f.error > report.tolerance]
    assert any(piece.report_says in cause for cause in wrong), wrong


def test_without_a_bug_the_network_of_the_museum_is_right():
    code = museum._NETWORK.format(**museum._RIGHT)
    right = museum.Piece("", "", "", "", "", code, museum.RUNNING_EXAMPLE)
    assert right.report()


def test_the_numbers_of_the_lesson():
    defined = {"np": np}
    exec(museum._NETWORK.format(**museum._RIGHT), defined)
    gradients = defined["backward"](**museum.RUNNING_EXAMPLE)
    np.testing.assert_array_equal(gradients["W1"], [[3, 2.5], [-1.5, -3], [3, 6]])


def test_pieces_differ_and_are_many():
    assert len(museum.PIECES) >= 20
    assert len({piece.name for piece in museum.PIECES}) == len(museum.PIECES)
