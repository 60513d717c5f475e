"""Write chapters/sources/references.md, the page that citations lead to, from the bibliography."""

import re
from pathlib import Path
from urllib.parse import quote

from pybtex.database import Entry, Person, parse_file
from pybtex.richtext import Text

ROOT = Path(__file__).resolve().parent.parent
BIBLIOGRAPHY = ROOT / "book" / "references.bib"
PAGE = ROOT / "chapters" / "sources" / "references.md"
NAMES_SHOWN = 4
PERIODS = {
    "Before 1960": 1960,
    "1960 to 1979": 1980,
    "1980 to 1999": 2000,
    "2000 to 2011": 2012,
    "2012 to 2014": 2015,
    "2015 to 2017": 2018,
    "2018 and after": 3000,
}
"""The heading of each part, and the first year that no longer belongs to it."""
HEAD = """\
---
kernelspec:
  display_name: Python 3 (ipykernel)
  language: python
  name: python3
---

# Where do the statements of this course come from?

Every work that the course draws on, by year. A citation in a lesson leads to its entry here.
"""


def page() -> str:
    """The whole page: an anchored cell for each work, to which JupyterLab can scroll."""
    entries = parse_file(BIBLIOGRAPHY).entries
    years = {key: int(entry.fields["year"]) for key, entry in entries.items()}
    parts, start = [HEAD], 0
    for heading, end in PERIODS.items():
        keys = sorted((years[key], key) for key in entries if start <= years[key] < end)
        works = [f'<a id="{key}"></a>{citation(entries[key])}' for _, key in keys]
        parts += [f"\n+++\n\n{cell}\n" for cell in (f"## {heading}", *works)]
        start = end
    return "".join(parts)


def citation(entry: Entry) -> str:
    """One work in Markdown: who, when, what, where, and links to it."""
    year, title = entry.fields["year"], _text(entry, "title")
    parts = [f"{_authors(entry.persons['author'])} ({year})", f"*{title}*", _place(entry)]
    parts += [_text(entry, "note"), _links(entry.fields)]
    return " ".join(
        part if part.endswith((".", "?", "!")) else f"{part}." for part in parts if part
    )


def _authors(persons: list[Person]) -> str:
    names = [_plain(" ".join(p.first_names + p.middle_names + p.prelast_names + p.last_names
                             + p.lineage_names)) for p in persons]  # fmt: skip
    if names[-1] == "others" or len(names) > NAMES_SHOWN:
        return ", ".join(names[: min(NAMES_SHOWN, len(names)) - 1]) + " and others"
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _place(entry: Entry) -> str:
    """Journal, book, school or institution, with volume and pages."""
    thesis = {"phdthesis": "PhD thesis", "mastersthesis": "Master's thesis"}
    kind = thesis.get(entry.type) or ("Report" if entry.type == "techreport" else "")
    volume, number = _text(entry, "volume"), _text(entry, "number")
    if entry.type == "techreport":
        issue = number
    else:
        issue = f"{volume}({number})" if volume and number else volume
    pages = _text(entry, "pages")
    where = [
        _text(entry, "type") or kind,
        _text(entry, "journal") or _text(entry, "booktitle"),
        _text(entry, "school") or _text(entry, "institution"),
        _text(entry, "howpublished"),
        " ".join(filter(None, [_text(entry, "series"), issue])),
        f"pages {pages}" if "–" in pages else pages and f"page {pages}",
        _text(entry, "publisher"),
        _text(entry, "address"),
    ]
    return ", ".join(filter(None, where))


def _links(fields) -> str:
    links = []
    if "doi" in fields:
        links.append(f"[doi:{_plain(fields['doi'])}](https://doi.org/{quote(fields['doi'])})")
    if "eprint" in fields:
        links.append(f"[arXiv:{fields['eprint']}](https://arxiv.org/abs/{fields['eprint']})")
    return ", ".join(links)


def _text(entry: Entry, field: str) -> str:
    return _plain(entry.fields.get(field, ""))


def _plain(latex: str) -> str:
    """Text without LaTeX, in which Markdown sees no mark-up."""
    return re.sub(r"([\\`*_$<\[\]])", r"\\\1", str(Text.from_latex(latex)))
