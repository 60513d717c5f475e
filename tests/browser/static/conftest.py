"""Views as pages of their own, opened from a file, without a kernel."""

from pathlib import Path

import pytest
from stepping import HOST

AXE = Path(__file__).parents[3] / "node_modules/axe-core/axe.min.js"


@pytest.fixture
def show(browser, tmp_path):
    """Open an output as a page of its own; complaints of the page fail the test."""
    contexts, complaints = [], []

    def open_page(*outputs, scheme="light"):
        file = tmp_path / "page.html"
        parts = [o if isinstance(o, str) else o._repr_html_() for o in outputs]
        body = "".join(parts)
        file.write_text(
            f"<!doctype html><html lang=en><title>page</title><main><h1>A page</h1>"
            f"<h2>View</h2>{body}</main>",
            encoding="utf-8",
        )
        context = browser.new_context(
            viewport={"width": 1240, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda r: r.url.startswith("http") and complaints.append(r.url))
        page.goto(file.as_uri())
        page.wait_for_function(f"{HOST}.dlcourse !== undefined")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def axe():
    """What axe-core finds wrong with a page."""
    if not AXE.exists():
        pytest.skip("axe-core is not installed: run `npm install`")

    def faults(page):
        page.add_script_tag(path=AXE)
        found = page.evaluate("async () => (await axe.run()).violations")
        return [(fault["id"], fault["nodes"][0]["html"][:120]) for fault in found]

    return faults
