"""Write chapters/sources/glossary.md: every term that a lesson prints bold, with its sentence."""

import os
import re
from pathlib import Path
from typing import NamedTuple

import yaml

from tools import notebooks

ROOT = notebooks.ROOT
PAGE = ROOT / "chapters" / "sources" / "glossary.md"
HEAD = """\
---
kernelspec:
  display_name: Python 3 (ipykernel)
  language: python
  name: python3
---

# What does that word mean?

Every term that the lessons introduce, in the sentence in which it is introduced.
"""
BOLD = re.compile(r"\*\*([^*]+)\*\*")
NO_TERM = re.compile(r".$|You |Time|Exercise|\d|[A-Z]\w*\.$|.*[=.:?]")
SENTENCE = re.compile(r"(?<=[.!?:])\s+(?=[A-Z*(])|\n")
LINK = re.compile(r"(?<=\]\()(?P<target>[^)\s#]*\.ipynb)")
CODE = re.compile(r"```.*?```", re.DOTALL)


class Term(NamedTuple):
    """A term, the sentence that introduces it, and the lesson: its title and notebook."""

    name: str
    sentence: str
    title: str
    notebook: Path


def lessons() -> list[Path]:
    """The sources of all lessons, in the order of the book."""
    toc = yaml.safe_load((ROOT / "book.yml").read_text(encoding="utf-8"))
    files = [toc["root"], *(e["file"] for part in toc["subtrees"] for e in part["entries"])]
    paths = [ROOT / file for file in files]
    found = [path.parent / "sources" / f"{path.name}.md" for path in paths]
    return [path for path in found if path.exists() and path not in generated()]


def generated() -> set[Path]:
    """Pages that a program makes."""
    folder = ROOT / "chapters" / "sources"
    return {folder / f"{name}.md" for name in ("references", "glossary", "formulas", "notation")}


def terms(sources: list[Path]) -> list[Term]:
    """Each term once, where it first stands in bold, in alphabetical order."""
    found: dict[str, Term] = {}
    for source in sources:
        text = CODE.sub("", source.read_text(encoding="utf-8").partition("---\n\n")[2])
        title = re.search(r"^# (.+)$", text, re.MULTILINE)[1]
        for sentence in SENTENCE.split(text):
            for name in BOLD.findall(sentence):
                if not NO_TERM.match(name):
                    said = BOLD.sub(r"\1", sentence).strip("| ").replace(" | ", ": ")
                    term = Term(name, _moved(said, source), title, notebooks.notebook_of(source))
                    found.setdefault(name.lower(), term)
    return [found[name] for name in sorted(found)]


def _moved(sentence, source):
    """The sentence with its links as they read on the page of the glossary."""
    folder, there = notebooks.notebook_of(source).parent, ROOT / "chapters"
    return LINK.sub(
        lambda link: os.path.relpath(folder / link["target"], there).replace(os.sep, "/"), sentence
    )


def page() -> str:
    """The whole page, a letter a part."""
    parts, letter = [HEAD], ""
    for term in terms(lessons()):
        if term.name[0].upper() != letter:
            letter = term.name[0].upper()
            parts.append(f"\n+++\n\n## {letter}\n")
        link = term.notebook.relative_to(ROOT / "chapters").as_posix()
        parts.append(f"\n**{term.name}**: {term.sentence} ([{term.title}]({link}))\n")
    return "".join(parts)
