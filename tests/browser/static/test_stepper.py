"""On a static page without a kernel, every number is the engine's, by mouse and by keys."""

from pathlib import Path

import networks
import numpy as np
import pytest
from stepping import HOST, differences, number, result_numbers, state

from dlcourse import Tensor, step_through
from dlcourse import functional as F
from dlcourse.exercises.backprop import chain_rule
from dlcourse.steppers import page as page_module

AXE = Path(__file__).parents[3] / "node_modules/axe-core/axe.min.js"


def build():
    net = networks.two_layers()
    return net, step_through(net.loss)


def test_every_number_by_keys_forward_and_back(show):
    net, stepper = build()
    page = show(stepper)
    page.get_by_role("button", name="Next").focus()
    assert differences(page, stepper.trace, lambda: page.keyboard.press("ArrowRight")) == []
    net.loss.backward()
    shown = [number(text) for text in result_numbers(page)]
    np.testing.assert_allclose(shown, net.W1.grad.data.ravel(), atol=5e-4)
    for _ in stepper.trace["steps"]:
        page.keyboard.press("ArrowLeft")
    assert state(page)["step"] == 0


def test_every_number_by_mouse(show):
    stepper = step_through(networks.diamond().L)
    page = show(stepper)
    button = page.get_by_role("button", name="Next")
    assert differences(page, stepper.trace, lambda: button.click(force=True)) == []


@pytest.mark.parametrize(
    ("good", "broken", "said"),
    [
        ('keys: ["ArrowRight"]', 'keys: ["F9"]', "was not reached"),
        ("formatNumber(value, format);", "formatNumber(value + 1, format);", "step 1:"),
    ],
)
def test_canary_a_broken_front_end_is_reported(show, monkeypatch, good, broken, said):
    source = page_module.joined_source("stepper")
    assert good in source
    monkeypatch.setattr(page_module, "joined_source", lambda *_: source.replace(good, broken))
    page_module.front_end.cache_clear()
    try:
        _, stepper = build()
        page = show(stepper)
        page.get_by_role("button", name="Next").focus()
        found = differences(page, stepper.trace, lambda: page.keyboard.press("ArrowRight"))
    finally:
        page_module.front_end.cache_clear()
    assert said in found[0]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_fault(show, scheme):
    if not AXE.exists():
        pytest.skip("axe-core is not installed: run `npm install`")
    page = show(build()[1], chain_rule.quiz, scheme=scheme)
    page.add_script_tag(path=AXE)
    for key in ("Home", "End"):
        page.get_by_role("button", name="Next").focus()
        page.keyboard.press(key)
        found = page.evaluate("async () => (await axe.run()).violations")
        assert [(fault["id"], fault["nodes"][0]["html"][:120]) for fault in found] == []


def shadow_text(page):
    return page.evaluate(f"{HOST}.shadowRoot.querySelector('[data-region=frame]').innerText")


def test_your_turn_hides_the_number_and_knows_mistakes(show):
    page = show(build()[1])
    page.get_by_role("button", name="Next").focus()
    for key in ("End", "y"):
        page.keyboard.press(key)
    assert state(page)["mode"] == "turn"
    assert "3.000\n" not in shadow_text(page).replace("\t", "\n").split("Your answer")[0]
    assert set(result_numbers(page)) == {"?", "·"}
    page.keyboard.type("-3")
    page.keyboard.press("Enter")
    assert "wrong sign" in shadow_text(page)
    page.locator("input[type=text]").fill("3")
    page.keyboard.press("Enter")
    assert state(page)["turn"]["status"] == "right"
    assert result_numbers(page)[0] == "3.000"


@pytest.mark.parametrize("name", ["<img src=x onerror=alert(1)>", "权重", "משקל"])
def test_a_name_is_only_ever_text(show, name):
    page = show(step_through(F.exp(Tensor(2.0, requires_grad=True, name=name))))
    page.get_by_role("button", name="Next").focus()
    page.keyboard.press("End")
    assert name in shadow_text(page)
    assert page.evaluate(f"{HOST}.shadowRoot.querySelectorAll('img').length") == 0


def test_nan_is_shown_as_such(show):
    with np.errstate(all="ignore"):
        loss = Tensor([-1.0, 1.0], requires_grad=True).log().sum()
    page = show(step_through(loss))
    page.get_by_role("button", name="Next").click()
    assert result_numbers(page) == ["NaN", "0"]


def test_a_graph_that_is_too_large_is_a_table(show):
    x = Tensor(1.0, requires_grad=True)
    for _ in range(20_000):
        x = x + 1.0
    page = show(step_through(x))
    assert "20000 operations are too many" in shadow_text(page)


def test_two_steppers_share_nothing(show):
    page = show(build()[1], step_through(networks.neuron().loss))
    page.get_by_role("button", name="Next").first.click()
    states = page.evaluate(
        "[...document.querySelectorAll('[data-dlcourse]')].map(host => host.dlcourse.state.step)"
    )
    assert states == [1, 0]


def test_the_theme_of_the_page_decides(show):
    page = show(build()[1])
    colours = []
    for theme in ("light", "dark"):
        page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
        page.wait_for_function(f"{HOST}.dataset.look === '{theme}'")
        colours.append(
            page.evaluate(
                f"getComputedStyle({HOST}.shadowRoot.querySelector('.frame')).backgroundColor"
            )
        )
    assert colours == ["rgb(255, 255, 255)", "rgb(20, 26, 36)"]


def test_a_quiz_is_answered_by_keyboard(show):
    page = show(chain_rule.quiz)
    page.locator("input[type=radio]").first.focus()
    page.keyboard.press("Space")
    said = page.locator("[role=status]").first.inner_text().strip()
    assert said.startswith(("Right.", "Not yet."))
    right = chain_rule.quiz.questions[0].right
    page.get_by_label(right).check()
    assert chain_rule.quiz.questions[0].why in page.locator("[role=status]").first.inner_text()
