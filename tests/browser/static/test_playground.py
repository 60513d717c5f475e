"""The playground: a recorded run by keys, and a live one through a kernel of the test's own."""

import json

import pytest
from stepping import HOST, state

from dlcourse.steppers import playground

SHADOW = f"{HOST}.shadowRoot"
KERNEL = f"""() => {{
    const heard = [];
    globalThis.answerAll = (answer) => heard.forEach(hear => hear(answer));
    {HOST}.dlcourse.connect({{
        send: (message) => globalThis.ask(message),
        listen: (hear) => heard.push(hear),
    }});
}}"""


def opened(show, view=None, **options):
    page = show(view or playground(epochs=6), **options)
    page.get_by_role("button", name="Next").focus()
    return page


def text(page, selector):
    return page.evaluate(f"{SHADOW}.querySelector('{selector}').textContent")


def headline(frame):
    train, test = (f"{loss:.3f}" for loss in frame["loss"])
    return (
        f"Epoch {frame['epoch']:g}: training loss {train}, test loss {test}; "
        f"{frame['right']} of 80 test points right."
    )


def test_every_recorded_picture_by_keys(show):
    view = playground(epochs=12)
    page = opened(show, view)
    page.keyboard.press("Home")
    for frame in view.frames:
        assert text(page, ".headline") == headline(frame)
        assert (
            page.evaluate(f"{SHADOW}.querySelector('.boundary').getAttribute('d')")
            == (frame["line"])
        )
        ringed = page.evaluate(f"{SHADOW}.querySelectorAll('.ringed').length")
        assert ringed == (20 if frame["step"] else 0)
        page.keyboard.press("ArrowRight")


def test_without_a_kernel_it_says_so_and_offers_nothing_it_cannot_do(show):
    page = opened(show)
    assert "recorded run: no kernel is connected" in text(page, ".detail")
    assert page.evaluate(f"[...{SHADOW}.querySelectorAll('select')].every(s => s.disabled)")
    for key in ("o", "r", "ArrowRight"):
        page.keyboard.press(key)
    assert len(state(page)["frames"]) == 7


@pytest.fixture
def live(show):
    """A page whose playground talks to Python, and that Python's side of it."""
    view = playground(epochs=1)
    page = opened(show, view)

    def ask(message):
        answer = json.dumps(view.answer(message))
        page.evaluate("answer => setTimeout(() => answerAll(JSON.parse(answer)))", answer)

    asked = []
    page.expose_function("ask", lambda message: asked.append(message))
    page.evaluate(KERNEL)

    def serve():
        """Answer what was asked; returns it."""
        page.wait_for_timeout(30)
        message = asked.pop(0)
        ask(message)
        page.wait_for_function(
            f"!{HOST}.dlcourse.state.waiting || {HOST}.dlcourse.state.mode == 'play'"
        )
        page.wait_for_timeout(60)
        return message

    return page, view, serve, asked


def test_a_batch_a_step_and_every_number_is_the_engines(live):
    page, view, serve, _ = live
    for _ in range(3):
        page.keyboard.press("ArrowRight")
        assert serve() == {"do": "train", "epoch": False}
        frame = view.net.frame()
        assert text(page, ".headline").split(": ")[1] == headline(frame).split(": ")[1]
        assert f"{view.net.steps} batches" in text(page, ".detail")


def test_a_setting_starts_anew(live):
    page, view, serve, _ = live
    page.get_by_label("data").select_option(label="spiral")
    assert serve()["settings"]["data"] == "spiral"
    assert "on spiral" in text(page, ".head h3")
    assert text(page, ".headline") == headline(view.net.frame())
    assert view.settings.data == "spiral"


def test_run_and_pause(live):
    page, view, serve, asked = live
    page.keyboard.press("End")
    page.get_by_role("button", name="Play").click()
    for _ in range(3):
        assert serve() == {"do": "train", "epoch": True}
    page.get_by_role("button", name="Pause").click()
    serve()
    page.wait_for_timeout(100)
    assert asked == []
    assert view.net.steps == 6 + 4 * 6


def test_the_batch_opens_in_the_stepper(live):
    page, _, serve, _ = live
    page.keyboard.press("o")
    assert serve() == {"do": "open"}
    inner = "document.querySelector('[slot=inside] [data-dlcourse=stepper]')"
    page.wait_for_function(f"{inner}?.dlcourse !== undefined")
    assert page.evaluate(f"{inner}.offsetHeight") > 300
    page.evaluate(f"{inner}.dlcourse.dispatch({{ type: 'NEXT' }})")
    assert page.evaluate(f"{inner}.dlcourse.state.step") > 0


def test_a_kernel_that_is_gone_is_told_of(live):
    page, *_ = live
    page.keyboard.press("ArrowRight")
    page.evaluate(f"{HOST}.dlcourse.dispatch({{ type: 'LOST' }})")
    assert "does not answer" in text(page, ".detail")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1240])
def test_it_fits_and_axe_finds_no_fault(show, axe, scheme, width):
    page = opened(show, scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert axe(page) == []


def test_the_maps_follow_the_theme(show):
    page = opened(show)
    pixel = f"""[...{SHADOW}.querySelector('.units canvas').getContext('2d')
        .getImageData(0, 0, 12, 12).data].join()"""
    light = page.evaluate(pixel)
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.wait_for_function(f"{HOST}.dataset.look === 'dark'")
    page.wait_for_timeout(50)
    assert page.evaluate(pixel) != light
