"""timeline: the history of deep learning by year and theme, each entry with its source."""

import tomllib
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path

from dlcourse.steppers.page import output

HISTORY = Path(__file__).parent.parent / "data" / "history.toml"


@dataclass(frozen=True)
class Entry:
    """Something that happened, in plain words, and the work that it rests on."""

    year: int
    who: str
    what: str
    why: str
    theme: str
    source: str
    """The work as a citation names it: "Cauchy 1847"."""
    key: str
    """The work's key in the bibliography."""
    when: str = ""
    """More than the year, where it is not one year: "1957–58"."""


@cache
def history() -> tuple[Entry, ...]:
    """All entries of ``dlcourse/data/history.toml``, by year."""
    return tuple(Entry(**entry) for entry in _file()["entries"])


@cache
def themes() -> dict[str, str]:
    """What the themes are called, in the order of their lanes."""
    return _file()["themes"]


@cache
def _file():
    return tomllib.loads(HISTORY.read_text(encoding="utf-8"))


class Timeline:
    """A view of entries by year. Put it last in a cell."""

    def __init__(self, entries: tuple[Entry, ...], references: str):
        self.entries = entries
        self.references = references

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/plain": repr(self), "text/html": self._repr_html_()}

    def _repr_html_(self) -> str:
        used = {entry.theme for entry in self.entries}
        lanes = [[key, name] for key, name in themes().items() if key in used]
        return output("timeline", {"themes": lanes}, self._as_text())

    def _as_text(self):
        """The entries as a list, from which the front end reads them too."""
        first, last = self.entries[0], self.entries[-1]
        items = "".join(self._item(entry) for entry in self.entries)
        return (
            f"<details open><summary>{len(self.entries)} entries, {first.year} to {last.year} "
            f"(run the cell to walk through them)</summary><ul>{items}</ul></details>"
        )

    def _item(self, entry):
        link = escape(f"{self.references}#{entry.key}")
        return (
            f"<li data-year={entry.year} data-theme={entry.theme}>"
            f"<b>{escape(entry.when or str(entry.year))}</b> <i>{escape(entry.who)}</i> "
            f"<span>{escape(entry.what)}</span> <span>{escape(entry.why)}</span> "
            f'<a href="{link}">{escape(entry.source)}</a></li>'
        )

    def __repr__(self):
        return f"Timeline({len(self.entries)} entries)"


def timeline(entries: list[Entry] | None = None, references: str = "../references.ipynb"):
    """Walk through history year by year, or look for a theme or a word.

    ``entries``: what to show, all of ``history()`` if it is left out. ``references``: the way to
    the list of works, seen from the notebook.

    Raises ValueError if there is no entry, or one has an unknown theme.
    """
    chosen = history() if entries is None else tuple(entries)
    if not chosen:
        raise ValueError("There is no entry to show. history() holds all of them.")
    for entry in chosen:
        if entry.theme not in themes():
            raise ValueError(
                f"{entry.who} {entry.year} has the theme {entry.theme!r}; "
                f"the themes are {', '.join(themes())}."
            )
    return Timeline(tuple(sorted(chosen, key=lambda entry: entry.year)), references)
