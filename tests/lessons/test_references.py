"""The page of references is the bibliography, and every citation in a lesson leads to it."""

import re

import pytest
from lesson_files import every_lesson, lessons, links
from nbformat.v4 import new_markdown_cell, new_notebook
from pybtex.database import parse_file

from tools import glossary, notebooks, pages, references

ANCHOR = re.compile(r'<a id="([^"]*)"></a>')
KEYS = set(parse_file(references.BIBLIOGRAPHY).entries)


def broken_citations(notebook, folder):
    """Every link to the page of references that does not lead, from folder, to one of its works."""
    page = notebooks.notebook_of(references.PAGE).resolve()
    broken = []
    for text, target in links(notebook):
        path, _, key = target.partition("#")
        if path.endswith("references.ipynb"):
            leads_there = (folder / path).resolve() == page
            if not leads_there or (key and key not in KEYS):
                broken.append(f"[{text}]({target})")
    return broken


@pytest.mark.parametrize("made", pages.PAGES, ids=lambda made: made.PAGE.stem)
def test_a_page_is_as_its_program_makes_it(made):
    stored = made.PAGE.read_text(encoding="utf-8")
    assert stored == made.page(), "run `make notebooks`"


def test_every_work_has_one_anchor():
    anchors = ANCHOR.findall(references.page())
    assert sorted(anchors) == sorted(KEYS)


def test_no_latex_is_left_on_the_page():
    assert not re.search(r"[{}]|\\['\"`^~cv]|--", references.page().partition("+++")[2])


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (
            "rumelhart1986learning",
            "David E. Rumelhart, Geoffrey E. Hinton and Ronald J. Williams (1986). *Learning "
            "Representations by Back-Propagating Errors*. Nature, 323(6088), pages 533–536. "
            "[doi:10.1038/323533a0](https://doi.org/10.1038/323533a0).",
        ),
        (
            "kingma2013auto",
            "Diederik P. Kingma and Max Welling (2013). *Auto-Encoding Variational Bayes*. "
            "ICLR 2014. [arXiv:1312.6114](https://arxiv.org/abs/1312.6114).",
        ),
        (
            "linnainmaa1970representation",
            "Seppo Linnainmaa (1970). *The Representation of the Cumulative Rounding Error of an "
            "Algorithm as a Taylor Expansion of the Local Rounding Errors*. Master's thesis, "
            "University of Helsinki. In Finnish.",
        ),
    ],
)
def test_a_citation_reads_well(key, expected):
    assert references.citation(parse_file(references.BIBLIOGRAPHY).entries[key]) == expected


def test_many_authors_become_others():
    entries = parse_file(references.BIBLIOGRAPHY).entries
    assert references.citation(entries["vaswani2017attention"]).startswith(
        "Ashish Vaswani, Noam Shazeer, Niki Parmar and others (2017)."
    )


def test_brackets_in_a_link_do_not_end_it():
    entry = parse_file(references.BIBLIOGRAPHY).entries["hornik1989multilayer"]
    assert "(https://doi.org/10.1016/0893-6080%2889%2990020-8)" in references.citation(entry)


@every_lesson
def test_every_citation_leads_to_its_work(source):
    folder = notebooks.notebook_of(source).parent
    assert not broken_citations(notebooks.read(source), folder)


def test_there_are_lessons():
    assert lessons()


@pytest.mark.parametrize(
    "target", ["../references.ipynb#nobody1999nothing", "references.ipynb#he2016deep"]
)
def test_canary_a_citation_that_leads_nowhere_is_reported(target):
    folder = references.ROOT / "chapters" / "01_canary"
    right = "[He 2016](../references.ipynb#he2016deep)"
    cell = new_markdown_cell(f"# Canary\n\nSee [Somebody 1999]({target}) and {right}.")
    assert broken_citations(new_notebook(cells=[cell]), folder) == [f"[Somebody 1999]({target})"]


def test_the_glossary_takes_a_term_from_where_it_first_stands_bold(tmp_path):
    folder = tmp_path / "sources"
    folder.mkdir()
    lesson = folder / "a.md"
    lesson.write_text(
        "---\nx: 1\n---\n\n# A title?\n\n**You need** nothing. A **slope** is a ratio "
        "([why](b.ipynb)). Every **slope** has a sign.\n\n**1. Task.** Do it.\n"
    )
    [term] = glossary.terms([lesson])
    assert (term.name, term.title) == ("slope", "A title?")
    assert term.sentence.startswith("A slope is a ratio ([why](")


def test_the_glossary_covers_every_lesson_of_the_book():
    assert set(lessons()) == set(glossary.lessons())
