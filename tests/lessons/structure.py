"""What every lesson must have: each rule gets a built lesson and yields its faults."""

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path

import nbformat
from lesson_files import links, prose

from tools import notebooks

LINES_A_CELL = 15
WORDS_BEFORE_THE_FIRST_PICTURE = 130
SEPARATOR = re.compile(r",(?: and)? |; |\n- | and (?=\w+ (?:an?|the|your|its?|every|one)\b)")
NUMPY_SCALAR = re.compile(r"\bnp\.(?:float|int|uint|bool|str|longdouble)\w*\(")
MYST = re.compile(r"^:::|^```\{|\{\w[\w:-]*\}`|^\(\S+\)=$", re.MULTILINE)
FILLERS = re.compile(r"\b(?:simply|obviously|just)\b", re.IGNORECASE)
BARE_URL = re.compile(r"(?<!\]\()(?<!\[)https?://")

Rule = Callable[[nbformat.NotebookNode, Path], Iterator[str]]
RULES: dict[str, Rule] = {}


def rule(check: Rule) -> Rule:
    """Register a function that yields the faults of a notebook which lies in a folder."""
    RULES[check.__name__] = check
    return check


@rule
def title(notebook, folder):
    """The lesson begins with its only title, which asks or promises something."""
    titles = re.findall(r"^# (.+)$", prose(notebook), re.MULTILINE)
    if len(titles) != 1 or not notebook.cells[0].source.startswith("# "):
        yield f"a lesson begins with its only title; the titles are {titles}"
    elif not titles[0].endswith("?") and len(titles[0].split()) < 4:
        yield f"{titles[0]!r} is a topic: ask a question or promise something"


@rule
def opening(notebook, folder):
    """Below the title: at most four things to be able to do, what is needed, how long it takes."""
    first = notebook.cells[0].source.replace("**", "")
    able = re.search(r"able to\b(?P<verbs>.*?)(?:\.\s|\n\n|\Z)", first, re.DOTALL)
    if able is None:
        yield "the first cell does not say what you will be able to do"
    elif len(SEPARATOR.split(able["verbs"].strip())) > 4:
        yield f"more than four things to be able to do: {able['verbs'].strip()}"
    if not re.search(r"\bneeds?\b", first, re.IGNORECASE):
        yield "the first cell does not say what you need"
    if not re.search(r"\d+ minutes", first):
        yield "the first cell does not say how many minutes it takes"


@rule
def something_to_look_at(notebook, folder):
    """The first code cell shows a picture or a stepper, and it comes soon."""
    before, code = [], None
    for cell in notebook.cells:
        if cell.cell_type == "code":
            code = cell
            break
        before += cell.source.split()
    if code is None or not any("<img" in html or "data-dlcourse" in html for html in htmls(code)):
        yield "the first code cell shows no picture and no stepper"
    if len(before) > WORDS_BEFORE_THE_FIRST_PICTURE:
        yield f"{len(before)} words stand before the first code cell"


@rule
def prediction(notebook, folder):
    """The learner is asked to predict, and the answer is folded away."""
    near = [
        cell.source
        for index, asking in enumerate(notebook.cells)
        if asking.cell_type == "markdown" and re.search(r"(?i)predict", asking.source)
        for cell in notebook.cells[index : index + 3]
    ]
    if not any("<details>" in source for source in near):
        yield "nothing is to be predicted, or no <details> near it folds the answer"


@rule
def exercises(notebook, folder):
    """Three to five exercises, each checked."""
    checks = sum(len(re.findall(r"\.check\(", cell.source)) for cell in code_cells(notebook))
    if not 3 <= checks <= 5:
        yield f"a lesson has three to five exercises with .check(...); this has {checks}"


@rule
def recap(notebook, folder):
    """A recap of at most five sentences."""
    text = section(notebook, "recap")
    if text is None:
        yield "there is no heading 'Recap'"
    elif not 1 <= (sentences := len(re.findall(r"[.!?](?:\s|$)", text))) <= 5:
        yield f"the recap has {sentences} sentences; it has one to five"


@rule
def quiz(notebook, folder):
    """A cell shows a quiz."""
    if not any('data-dlcourse="quiz"' in html for c in code_cells(notebook) for html in htmls(c)):
        yield "no cell shows a quiz"


@rule
def where_next(notebook, folder):
    """A last part with links says where to go next."""
    text = section(notebook, "next")
    if text is None or not re.search(r"\]\([^)]", text):
        yield "no heading with 'next' has links below it"


@rule
def order(notebook, folder):
    """Prediction, exercises, recap and next steps come in this order."""
    parts = [r"(?i)predict", r"\.check\(", r"(?im)^#+ .*recap", r"(?im)^#+ .*next"]
    first = [
        next((i for i, cell in enumerate(notebook.cells) if re.search(part, cell.source)), None)
        for part in parts
    ]
    places = [place for place in first if place is not None]
    if places != sorted(places):
        yield "the parts are not in the order: predict, exercises, recap, where next"


@rule
def short_cells(notebook, folder):
    """At most fifteen lines in a code cell."""
    for cell in code_cells(notebook):
        lines = cell.source.count("\n") + 1
        if lines > LINES_A_CELL:
            yield f"{lines} lines in the code cell that begins {cell.source.splitlines()[0]!r}"


@rule
def readable_numbers(notebook, folder):
    """No output prints a NumPy scalar's repr, which differs between versions."""
    for cell in code_cells(notebook):
        for text in texts(cell):
            if found := NUMPY_SCALAR.search(text):
                yield f"{found[0]}...) is printed below {cell.source.splitlines()[-1]!r}"


@rule
def text_alternatives(notebook, folder):
    """Every picture has words for those who do not see it."""
    for cell in code_cells(notebook):
        bare = any("image/png" in output.get("data", {}) for output in cell.outputs)
        if bare or any(alt == "" for html in htmls(cell) for alt in image_alts(html)):
            yield f"a picture without alt: use plots.show, below {cell.source.splitlines()[-1]!r}"
    if re.search(r"!\[\s*\]\(", prose(notebook)):
        yield "a Markdown picture without alt"


@rule
def link_targets(notebook, folder):
    """Links lead to files and anchors that exist; addresses are cited, never bare."""
    for text, target in links(notebook):
        if not re.match(r"https?://", target) and (reason := broken(notebook, folder, target)):
            yield f"[{text}]({target}): {reason}"
    if BARE_URL.search(prose(notebook)):
        yield "a bare address: make it a link with a text, or cite a reference"


@rule
def plain_markdown(notebook, folder):
    """No directive or role, which JupyterLab would show raw."""
    for cell in markdown(notebook):
        if found := MYST.search(cell.source):
            yield f"JupyterLab shows {found[0]!r} raw"


@rule
def plain_words(notebook, folder):
    """No word that tells a learner who is stuck that the thing is easy."""
    for found in FILLERS.finditer(prose(notebook)):
        yield f"leave out {found[0]!r}"


def markdown(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "markdown"]


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def htmls(cell):
    """The HTML outputs of a code cell."""
    return [output["data"]["text/html"] for output in cell.outputs
            if "text/html" in output.get("data", {})]  # fmt: skip


def texts(cell):
    """What a code cell prints and the plain texts of its results."""
    return [output.get("text") or output.get("data", {}).get("text/plain", "")
            for output in cell.outputs]  # fmt: skip


def section(notebook, word):
    """The prose below the last heading with ``word`` in it, up to the next heading."""
    parts = re.split(r"^#+ (.*)$", prose(notebook), flags=re.MULTILINE)
    found = [text for heading, text in zip(parts[1::2], parts[2::2], strict=True)
             if word in heading.lower()]  # fmt: skip
    return found[-1] if found else None


def image_alts(html):
    """The text alternative of every image, "" where there is none."""
    alts = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attributes: (
        alts.append((dict(attributes).get("alt") or "").strip()) if tag == "img" else None
    )
    parser.feed(html)
    return alts


def broken(notebook, folder, target):
    """Why a link leads nowhere, or "" if it leads somewhere."""
    path, _, anchor = target.partition("#")
    if not path:
        text = "\n".join(cell.source for cell in notebook.cells)
    else:
        file = (folder / path).resolve()
        source = file.parent / "sources" / f"{file.stem}.md"
        if not (source if file.suffix == ".ipynb" else file).exists():
            return "there is no such file"
        text = source.read_text(encoding="utf-8") if file.suffix == ".ipynb" else ""
    if anchor and f'<a id="{anchor}"></a>' not in text:
        return f'its target has no <a id="{anchor}"></a>'
    return ""


def built(source: Path) -> nbformat.NotebookNode:
    """The notebook of a source, with outputs."""
    return nbformat.read(notebooks.notebook_of(source), as_version=4)
