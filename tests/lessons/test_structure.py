"""Every lesson has all parts of a lesson; and each rule reports a lesson that breaks it."""

import json

import nbformat
import pytest
from lesson_files import every_lesson, lessons
from lessons.structure import RULES, built
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from tools import notebooks

OPENING = """\
# How steep is it?

**You will be able to** compute a slope, check it and draw it.
**You need** [nothing](../start_here.ipynb). **Time:** 10 minutes.
"""
PREDICT = """\
## Predict: which is steeper?

<details><summary>Answer</summary>

The second, as [a book](../references.ipynb#goodfellow2016deep) says.

</details>
"""
EXERCISES = "first.check(1)\nsecond.check(2)\nthird.check(3)"


def output(html="", text=""):
    data = {"text/html": html} if html else {}
    return new_output("display_data", data | {"text/plain": text})


def lesson():
    """The smallest lesson that breaks no rule."""
    return new_notebook(
        cells=[
            new_markdown_cell(OPENING),
            new_code_cell("draw()", outputs=[output('<img src="data:" alt="A slope.">')]),
            new_markdown_cell(PREDICT),
            new_code_cell("slope()", outputs=[output(text="0.5")]),
            new_code_cell(EXERCISES),
            new_markdown_cell("## Recap\n\nA slope is a ratio."),
            new_code_cell("quiz", outputs=[output('<div data-dlcourse="quiz"></div>')]),
            new_markdown_cell("## Where next\n\n[Go on](01_slopes.ipynb)."),
        ]
    )


FAULTS = {
    "two titles": ("title", "## Recap", "# A second title\n\n## Recap"),
    "a topic as title": ("title", "# How steep is it?", "# Slopes"),
    "nothing to be able to do": ("opening", "able to", "told how to"),
    "five things to be able to do": (
        "opening",
        "compute a slope,",
        "see, compute a slope, say it,",
    ),
    "no minutes": ("opening", "10 minutes", "a while"),
    "no word on what is needed": ("opening", "You need", "See"),
    "nothing to look at": ("something_to_look_at", '<img src="data:" alt="A slope.">', "a slope"),
    "a wall of text": ("something_to_look_at", "**Time:**", "Word, " * 130 + "**Time:**"),
    "nothing to predict": ("prediction", "Predict: which", "Which"),
    "an answer that is not folded": ("prediction", "<details>", "<div>"),
    "two exercises": ("exercises", "third.check(3)", ""),
    "six exercises": ("exercises", "third.check(3)", "third.check(3)\n" * 4),
    "no recap": ("recap", "## Recap", "## At last"),
    "a long recap": ("recap", "a ratio.", "a ratio. " + "And more. " * 5),
    "no quiz": ("quiz", 'data-dlcourse="quiz"', ""),
    "nowhere to go": ("where_next", "[Go on](01_slopes.ipynb)", "Go on"),
    "the next lesson before the exercises": (
        "order",
        "## Predict: which",
        "## Next, predict which",
    ),
    "a long cell": ("short_cells", "slope()", "slope()\n" * 16),
    "a NumPy scalar": ("readable_numbers", '"0.5"', '"np.float64(0.5)"'),
    "NumPy scalars in a list": ("readable_numbers", '"0.5"', '"[np.int64(5)]"'),
    "a picture without words": ("text_alternatives", "A slope.", " "),
    "a bare PNG": ("text_alternatives", '"text/plain": "0.5"', '"image/png": "iVBO"'),
    "a Markdown picture": ("text_alternatives", "A slope is", "![](slope.png) is"),
    "a link to no file": ("link_targets", "start_here.ipynb", "begin_here.ipynb"),
    "a link to no anchor": ("link_targets", "#goodfellow2016deep", "#nobody1999nothing"),
    "a bare address": ("link_targets", "A slope is", "See https://example.org. A slope is"),
    "a directive": ("plain_markdown", "A slope is", ":::{note}\nA slope is"),
    "a role": ("plain_markdown", "A slope is", "{cite}`he2016deep`: a slope is"),
    "a filler": ("plain_words", "A slope is", "A slope is simply"),
}


def faults_by_rule(notebook, folder):
    """What each rule that is broken has to say."""
    said = {name: list(rule(notebook, folder)) for name, rule in RULES.items()}
    return {name: faults for name, faults in said.items() if faults}


@every_lesson
@pytest.mark.parametrize("name", RULES)
def test_lesson_keeps_the_rule(source, name):
    faults = list(RULES[name](built(source), notebooks.notebook_of(source).parent))
    assert not faults, f"{RULES[name].__doc__}\n" + "\n".join(faults)


@pytest.fixture
def folder(tmp_path):
    """A chapter's folder with the pages that the smallest lesson links to."""
    for page in ("sources/start_here.md", "sources/references.md", "01/sources/01_slopes.md"):
        path = tmp_path / page
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text('<a id="goodfellow2016deep"></a>', encoding="utf-8")
    return tmp_path / "01"


def test_a_good_lesson_breaks_no_rule(folder):
    assert faults_by_rule(lesson(), folder) == {}


@pytest.mark.parametrize("fault", FAULTS)
def test_canary_a_lesson_with_a_fault_is_reported_by_its_rule(folder, fault):
    name, right, wrong = FAULTS[fault]
    text = json.dumps(lesson(), ensure_ascii=False)
    if right not in text:
        right, wrong = (json.dumps(part, ensure_ascii=False)[1:-1] for part in (right, wrong))
    assert right in text
    wrong = wrong.replace("\n", "\\n")
    broken = nbformat.reads(text.replace(right, wrong), as_version=4)
    assert list(faults_by_rule(broken, folder)) == [name]


def test_every_rule_has_a_canary():
    assert {name for name, _, _ in FAULTS.values()} == set(RULES)


def test_there_are_lessons():
    assert lessons()
