"""Descents by keys and sliders: every number shown is that of the engine's own run."""

import itertools
import re

import numpy as np
import pytest
from stepping import HOST, number, state

from dlcourse import Tensor, optim
from dlcourse.steppers import Rule, descent
from dlcourse.steppers import page as page_module
from dlcourse.steppers.surfaces import SURFACES

SHADOW = f"{HOST}.shadowRoot"
RULES = [
    Rule(optim.SGD, lr=[0.05, 0.15, 0.18]),
    Rule(optim.SGD, "Momentum", lr=[0.05, 0.1], momentum=[0.5, 0.9]),
    Rule(optim.Adam, lr=0.35),
]
SHOWN_FIRST = [{"lr": 0.15}, {"lr": 0.1, "momentum": 0.9}, {"lr": 0.35}]


def engine(rule, options, surface, steps):
    """Places and losses of a run, by a training loop of this test's own."""
    x, y = (Tensor(float(value), requires_grad=True) for value in surface.start)
    optimiser = rule.optimiser([x, y], **options)
    for _ in range(steps):
        optimiser.zero_grad()
        loss = surface.loss(x, y)
        loss.backward()
        before = float(x), float(y)
        gradient = float(x.grad), float(y.grad)
        optimiser.step()
        yield [*before, *gradient, float(x), float(y), float(surface.loss(x, y))]


def table(page):
    rows = page.evaluate(
        f"[...{SHADOW}.querySelectorAll('.runs tbody tr')].map(row => "
        "[...row.querySelectorAll('td')].map(cell => cell.textContent))"
    )
    return [[number(n) for cell in row for n in re.findall(r"[^(), ]+", cell)] for row in rows]


def differences(page, runs):
    """The updates at which the page shows another number than the engine's."""
    wrong = []
    for step, expected in enumerate(zip(*runs, strict=True), 1):
        page.keyboard.press("ArrowRight")
        shown = table(page)
        if not np.allclose(shown, expected, rtol=5e-3, atol=6e-4):
            wrong.append(f"update {step}: {shown} for {expected}")
    return wrong


def opened(show, view=None, **options):
    page = show(view or descent("ravine", optimisers=RULES, steps=12), **options)
    page.get_by_role("button", name="Next").focus()
    return page


def shown_first():
    pairs = zip(RULES, SHOWN_FIRST, strict=True)
    return [list(engine(rule, options, SURFACES["ravine"], 12)) for rule, options in pairs]


def test_every_number_by_keys(show):
    assert differences(opened(show), shown_first()) == []


@pytest.mark.parametrize(
    ("good", "broken"),
    [
        ("numberText(run.L[k])]", "numberText(run.L[k] + 1)]"),
        ("run.w[k - 1] : null", "run.w[k] : null"),
    ],
)
def test_canary_a_wrong_number_is_reported(show, monkeypatch, good, broken):
    source = page_module.joined_source("descent")
    assert good in source
    monkeypatch.setattr(page_module, "joined_source", lambda *_: source.replace(good, broken))
    page_module.front_end.cache_clear()
    try:
        assert "update 1:" in differences(opened(show), shown_first())[0]
    finally:
        page_module.front_end.cache_clear()


def test_the_sliders_choose_among_the_runs(show):
    page = opened(show)
    page.keyboard.press("End")
    for lr, momentum in itertools.product((0, 1), (0, 1)):
        for label, place in (("Momentum, lr", lr), ("Momentum, momentum", momentum)):
            page.get_by_label(label).fill(str(place))
        options = {"lr": (0.05, 0.1)[lr], "momentum": (0.5, 0.9)[momentum]}
        *_, expected = engine(RULES[1], options, SURFACES["ravine"], 12)
        np.testing.assert_allclose(table(page)[1], expected, rtol=5e-3, atol=6e-4)


def text(page, selector):
    return page.evaluate(f"{SHADOW}.querySelector('{selector}').textContent")


def test_arrow_keys_on_a_slider_move_the_slider(show):
    page = opened(show)
    page.get_by_label("SGD, lr").focus()
    page.keyboard.press("ArrowRight")
    assert state(page)["step"] == 0
    assert page.get_by_label("SGD, lr").get_attribute("aria-valuetext") == "0.18"


def test_keys_choose_what_is_explained(show):
    page = opened(show)
    for key in ("ArrowRight", "3", "ArrowDown"):
        page.keyboard.press(key)
    assert "Adam" in text(page, ".working-head")
    assert text(page, ".working").count("x ←") == 1


def test_divergence_leaves_the_picture_with_its_numbers(show):
    page = opened(show)
    page.get_by_label("SGD, lr").fill("2")
    page.get_by_role("button", name="Next").focus()
    page.keyboard.press("End")
    *_, last = engine(RULES[0], {"lr": 0.18}, SURFACES["ravine"], 12)
    assert abs(last[5]) > SURFACES["ravine"].box[3]
    away = text(page, ".s0 .run-name")
    assert [number(n) for n in re.findall(r"−?\d+\.\d+", away)] == pytest.approx(
        last[4:], rel=5e-3, abs=6e-4
    )
    assert "outside the picture" in text(page, ".detail")
    assert "The loss rose" in text(page, ".detail")


def test_a_run_that_left_the_numbers_says_so(show):
    page = opened(show, descent("rosenbrock", optimisers=[Rule(optim.SGD, lr=1.0)]))
    page.keyboard.press("End")
    assert "no loss is a finite number" in text(page, ".headline")
    assert "left the numbers at update" in text(page, ".detail")
    assert "NaN" not in text(page, ".frame")
    assert "undefined" not in text(page, ".frame")


@pytest.mark.parametrize("name", ["<img src=x onerror=alert(1)>", "权重", "a*b"])
def test_a_name_is_only_ever_text(show, name):
    page = opened(show, descent("bowl", optimisers=[Rule(optim.SGD, name, lr=0.1)], title=name))
    page.keyboard.press("End")
    assert name in text(page, ".run-name")
    assert page.evaluate(f"{SHADOW}.querySelectorAll('img').length") == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1240])
def test_it_fits_and_axe_finds_no_fault(show, axe, scheme, width):
    page = opened(show, scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    page.keyboard.press("End")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert axe(page) == []
