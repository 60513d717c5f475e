"""The colours carry on any projector and for every eye."""

from itertools import combinations

import numpy as np
import pytest

from dlcourse.plots.style import COLOURS, GROUND, INK, STYLE

# G. M. Machado, M. M. Oliveira, L. A. F. Fernandes: A physiologically-based model for simulation
# of color vision deficiency, 2009: severity 1.
SIGHT = {
    "full": np.eye(3),
    "no red cones": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "no green cones": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "no blue cones": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def linear(colour):
    channels = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    ratio = TO_XYZ @ rgb / TO_XYZ.sum(axis=1)
    f = np.where(ratio > 0.008856, np.cbrt(ratio), 7.787 * ratio + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def contrast(one, other):
    low, high = sorted(TO_XYZ[1] @ linear(colour) + 0.05 for colour in (one, other))
    return high / low


@pytest.mark.parametrize("colour", COLOURS)
def test_lines_stand_out_from_the_ground(colour):
    assert contrast(colour, GROUND) >= 3


def test_text_is_readable():
    assert contrast(INK, GROUND) >= 7


@pytest.mark.parametrize("sight", SIGHT)
def test_every_two_colours_differ_for_every_eye(sight):
    seen = [lab(np.clip(SIGHT[sight] @ linear(colour), 0, 1)) for colour in COLOURS]
    for one, other in combinations(seen, 2):
        assert np.linalg.norm(one - other) > 20


def test_lines_differ_without_their_colours():
    lines = [(entry["linestyle"], entry["marker"]) for entry in STYLE["axes.prop_cycle"]]
    assert len(set(lines)) == len(lines) == len(COLOURS)
