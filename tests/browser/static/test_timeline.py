"""The timeline by keys, by search and by pointer: what it shows is what the file holds."""

import pytest
from stepping import HOST, state

from dlcourse.steppers.timeline import history, timeline

SHADOW = f"{HOST}.shadowRoot"


def text(page, selector):
    return page.evaluate(f"{SHADOW}.querySelector('{selector}').innerText")


def opened(show, **options):
    page = show(timeline(), **options)
    page.get_by_role("button", name="Next").focus()
    return page


def test_every_entry_by_keys(show):
    page = opened(show)
    for entry in history():
        told = text(page, ".sentence")
        assert f"{entry.when or entry.year} {entry.who}: {entry.what}" in told
        assert f"{entry.why} Source: {entry.source}" in told
        link = page.evaluate(f"{SHADOW}.querySelector('.detail a').getAttribute('href')")
        assert link.endswith(f"references.ipynb#{entry.key}")
        assert text(page, "[data-current] span") == f"{entry.who}: {entry.what}"
        page.keyboard.press("ArrowRight")


def test_page_down_goes_through_the_years(show):
    page = opened(show)
    years = sorted({entry.year for entry in history()})
    found = []
    for _ in years:
        found.append(int(text(page, ".headline strong")[:4]))
        page.keyboard.press("PageDown")
    assert found == years
    for year in reversed(years):
        assert text(page, ".headline strong").startswith(str(year)) or year == years[-1]
        page.keyboard.press("PageUp")
    assert state(page)["step"] == 0


def test_a_theme_and_a_word_choose_entries_and_escape_brings_all_back(show):
    page = opened(show)
    page.keyboard.press("/")
    page.keyboard.type("rosenblatt 1957")
    expected = [
        e for e in history() if "Rosenblatt" in e.who and "1957" in e.when + e.what + e.source
    ]
    assert text(page, ".found").startswith(f"{len(expected)} of {len(history())}")
    assert text(page, ".headline strong").startswith("1957")
    page.get_by_label("Theme").select_option("images")
    assert "No entry" in text(page, ".headline")
    page.keyboard.press("Escape")
    assert text(page, ".found").startswith(f"{len(history())} of")


def test_a_press_on_a_mark_or_a_line_shows_that_entry(show):
    page = opened(show)
    page.locator(".mark:not(.current)").last.click(force=True)
    assert "Legendre" not in text(page, ".headline")
    page.locator(".list button", has_text="Donald Hebb").click()
    assert "Hebb" in text(page, ".headline")


def test_the_link_follows_that_of_the_page(show):
    page = opened(show)
    page.evaluate(
        f"{HOST}.querySelector('li a').addEventListener('click', event => {{"
        "event.preventDefault(); globalThis.followed = event.target.getAttribute('href'); })"
    )
    page.locator(".detail a").click()
    assert page.evaluate("globalThis.followed") == f"../references.ipynb#{history()[0].key}"


def test_the_lecture_goes_on_by_keys_though_the_buttons_are_gone(show):
    page = opened(show)
    for key in ("l", "PageDown"):
        page.keyboard.press(key)
    assert state(page)["lecture"] is True
    assert state(page)["step"] == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1240])
def test_it_fits_and_axe_finds_no_fault(show, axe, scheme, width):
    page = opened(show, scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    page.keyboard.press("End")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert axe(page) == []
