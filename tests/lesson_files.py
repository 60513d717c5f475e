"""The lessons and what tests ask about each: its cells, its links, its headings."""

import re
from pathlib import Path
from typing import NamedTuple

import nbformat
import pytest

from tools import notebooks, pages

NOT_LESSONS = {made.PAGE.name for made in pages.PAGES}
LINK = re.compile(r"(?<!!)\[(?P<text>(?:[^\[\]]|\\.)*)\]\((?P<target>[^)\s]*)\)")
CODE = re.compile(r"```.*?```|`[^`]*`", re.DOTALL)


class Link(NamedTuple):
    text: str
    target: str


def lessons() -> list[Path]:
    """The source of every lesson; pages made by a program are none."""
    return [source for source in notebooks.sources() if source.name not in NOT_LESSONS]


def every_lesson(test):
    """Run a test once for the source of each lesson, named by its notebook."""
    names = [str(notebooks.notebook_of(source).relative_to(notebooks.ROOT)) for source in lessons()]
    return pytest.mark.parametrize("source", lessons(), ids=names)(test)


def prose(notebook: nbformat.NotebookNode) -> str:
    """All Markdown of a notebook, without code in it."""
    text = "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    return CODE.sub("", text)


def links(notebook: nbformat.NotebookNode) -> list[Link]:
    """The Markdown links of a notebook, in order."""
    return [Link(*found.groups()) for found in LINK.finditer(prose(notebook))]
