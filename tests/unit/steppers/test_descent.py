"""The recorded runs are those of the engine, and what the picture shows is so."""

import json
import re

import numpy as np
import pytest

from dlcourse import Tensor, optim
from dlcourse.steppers.descent import Rule, descent, run
from dlcourse.steppers.surfaces import SURFACES, contours, evaluate, level_lines

STEEP = 12.0


def test_plain_descent_on_a_bowl_shrinks_by_one_minus_the_rate():
    found = run(Rule(optim.SGD), {"lr": 0.2}, SURFACES["bowl"], (-2.0, 1.0), 6)
    shrunk = 0.8 ** np.arange(7)
    np.testing.assert_allclose(found["w"], np.outer(shrunk, (-2.0, 1.0)))
    np.testing.assert_allclose(found["L"], 2.5 * shrunk**2)
    np.testing.assert_allclose(found["g"], found["w"][:-1])


def test_momentum_is_what_its_formula_says():
    found = run(Rule(optim.SGD), {"lr": 0.05, "momentum": 0.8}, SURFACES["ravine"], (-2, 1), 8)
    w, b = np.array([-2.0, 1.0]), np.zeros(2)
    for k in range(8):
        g = w * (1.0, STEEP)
        b = 0.8 * b + g
        w = w - 0.05 * b
        np.testing.assert_allclose(found["b"][k], b)
        np.testing.assert_allclose(found["w"][k + 1], w)


def test_adam_is_what_its_formula_says():
    found = run(Rule(optim.Adam), {"lr": 0.3}, SURFACES["ravine"], (-2, 1), 8)
    w, m, v = np.array([-2.0, 1.0]), np.zeros(2), np.zeros(2)
    for t in range(1, 9):
        g = w * (1.0, STEEP)
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        unbiased = m / (1 - 0.9**t), v / (1 - 0.999**t)
        w = w - 0.3 * unbiased[0] / (np.sqrt(unbiased[1]) + 1e-8)
        for name, expected in [("m", m), ("v", v), ("m̂", unbiased[0]), ("v̂", unbiased[1])]:
            np.testing.assert_allclose(found[name][t - 1], expected, err_msg=name)
        np.testing.assert_allclose(found["w"][t], w)


@pytest.mark.parametrize("name", SURFACES)
def test_gradients_are_slopes_of_the_surface(name):
    surface = SURFACES[name]
    found = run(Rule(optim.SGD), {"lr": 1e-4}, surface, surface.start, 1)
    (x, y), h = surface.start, 1e-5
    slopes = [
        (evaluate(surface.loss, x + h, y) - evaluate(surface.loss, x - h, y)) / (2 * h),
        (evaluate(surface.loss, x, y + h) - evaluate(surface.loss, x, y - h)) / (2 * h),
    ]
    np.testing.assert_allclose(found["g"][0], slopes, rtol=1e-5)


@pytest.mark.parametrize("name", SURFACES)
def test_contour_lines_run_where_the_surface_has_their_level(name):
    surface = SURFACES[name]
    picture = contours(surface)
    left, right, bottom, top = surface.box
    assert len(picture["lines"]) >= 6
    for line in picture["lines"]:
        points = np.array(re.findall(r"[ML]([-\d.]+) ([-\d.]+)", line["path"]), float)
        xs = left + points[:, 0] / picture["width"] * (right - left)
        ys = top - points[:, 1] / picture["height"] * (top - bottom)
        h = (right - left) / 90
        for x, y in zip(xs[::5], ys[::5], strict=True):
            near = [
                evaluate(surface.loss, x + dx * h, y + dy * h) for dx in (-1, 1) for dy in (-1, 1)
            ]
            room = np.ptp(near) / 2
            assert min(near) - room <= line["level"] <= max(near) + room, (line["level"], x, y)


def test_a_thinned_circle_stays_a_circle():
    y, x = np.mgrid[-1:1:61j, -1:1:61j]
    (line,) = level_lines(x**2 + y**2, [0.5], 600, 600)
    points = np.array(re.findall(r"[ML]([-\d.]+) ([-\d.]+)", line["path"]), float)
    middles = (points[:-1] + points[1:]) / 2
    away = np.hypot(*(middles - 300).T) - 300 * np.sqrt(0.5)
    assert np.abs(away).max() < 1
    assert len(points) < 130


@pytest.mark.parametrize("name", ["SGD", "Adagrad", "RMSprop", "Adam", "AdamW"])
@pytest.mark.parametrize("options", [{}, {"weight_decay": 0.1}])
def test_every_optimiser_can_be_shown(name, options):
    found = run(Rule(getattr(optim, name)), {"lr": 0.1} | options, SURFACES["bowl"], (-2.0, 1.0), 5)
    assert found["L"][-1] < found["L"][0]


def test_a_run_ends_where_the_numbers_do():
    found = run(Rule(optim.SGD), {"lr": 1.0}, SURFACES["rosenbrock"], (-1.2, 1.0), 20)
    assert len(found["w"]) == len(found["L"]) == len(found["g"]) + 1 < 20
    assert np.isfinite(found["L"]).all()


def payload(view):
    html = view._repr_html_()
    return json.loads(re.search(r'<script type="application/json">(.*?)</script>', html)[1])


def test_what_is_sent_is_the_engines_to_five_digits():
    view = descent("ravine")
    for rule, runs in zip(payload(view)["rules"], view.runs, strict=True):
        for sent, found in zip(rule["runs"], runs, strict=True):
            for name, values in found.items():
                np.testing.assert_allclose(sent[name], values, rtol=5.1e-5, err_msg=name)


@pytest.mark.parametrize("name", SURFACES)
def test_the_output_is_one_line_small_and_the_same_each_time(name):
    first, second = (descent(name)._repr_html_() for _ in range(2))
    assert first == second
    assert "\n" not in first
    assert len(first) < 70_000


def test_without_scripts_every_update_is_told_with_its_numbers():
    view = descent("bowl", start=(2.0, 1.0), optimisers=[Rule(optim.SGD, lr=[0.1, 0.5])], steps=3)
    text = re.search(r"<details>.*</details>", view._repr_html_())[0]
    assert text.count("<li>") == 4
    assert "SGD at (0.25, 0.125), L = 0.03906" in text


def test_a_loss_of_ones_own_and_a_flat_one():
    view = descent(lambda x, y: x * y, start=(1.0, 1.0), steps=2, title="Product")
    assert repr(view) == "Descent(Product, 2 updates, 19 runs)"
    flat = descent(lambda x, y: Tensor([1.0]).sum() + 0.0 * x + 0.0 * y, start=(1, 1), steps=2)
    assert payload(flat)["picture"]["lines"] == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"loss": "hill"}, "no surface 'hill'.*bowl, ravine"),
        ({"loss": lambda x, y: x + y}, "needs a place to start"),
        ({"loss": "bowl", "optimisers": [Rule(optim.SGD, lr=0.1)] * 4}, "choose 1 to 3"),
        ({"loss": "bowl", "optimisers": []}, "choose 1 to 3"),
        ({"loss": "bowl", "optimisers": [Rule(optim.SGD, lr=[0.1] * 41)]}, "41 runs"),
        ({"loss": "bowl", "steps": 0}, "At least one update"),
        ({"loss": "bowl", "box": (1, 0, 0, 1)}, "A box is"),
    ],
)
def test_what_cannot_be_shown_is_refused_with_the_reason(arguments, said):
    with pytest.raises(ValueError, match=said):
        descent(**arguments)
