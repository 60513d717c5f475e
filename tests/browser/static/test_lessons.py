"""The steppers that are stored in the lessons, stepped by keys to the last gradient."""

import json
import re

import nbformat
import pytest
from lesson_files import lessons
from stepping import differences, state

from tools import notebooks

PAYLOAD = re.compile(r'<script type="application/json">(?P<json>.*?)</script>', re.DOTALL)


def stored_steppers():
    for source in lessons():
        notebook = notebooks.notebook_of(source)
        name = notebook.relative_to(notebooks.ROOT)
        cells = nbformat.read(notebook, as_version=4).cells
        outputs = [output for cell in cells for output in cell.get("outputs", ())]
        found = [output.get("data", {}).get("text/html", "") for output in outputs]
        steppers = [html for html in found if 'data-dlcourse="stepper"' in html]
        for number, html in enumerate(steppers, 1):
            yield pytest.param(html, id=f"{name}-{number}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("html", list(stored_steppers()))
def test_every_number_of_a_stored_stepper(show, html, scheme):
    recorded = json.loads(PAYLOAD.search(html)["json"])["trace"]
    page = show(html, scheme=scheme)
    page.get_by_role("button", name="Next").focus()
    while state(page)["closed"]:
        page.keyboard.press("d")
    page.keyboard.press("Home")
    assert differences(page, recorded, lambda: page.keyboard.press("ArrowRight")) == []
