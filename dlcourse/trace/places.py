"""The places in the code that a trace points to, and the lines around them."""

import linecache
from pathlib import Path

from dlcourse.source import Span, span_of

_PACKAGE = Path(__file__).parents[1]
_MARGIN = 3


def is_own(file: str) -> bool:
    """Whether a file is the learner's, not the course's package."""
    return not file.startswith(str(_PACKAGE))


class Places:
    """Collects spans; gives each file's lines once, from the first that is needed to the last."""

    def __init__(self):
        self._files: dict[str, list[int]] = {}

    def add(self, place) -> dict | None:
        """The span of a recorded place, ready for JSON; None where the source is not to be had."""
        span = span_of(*place)
        if span is None or not span.text:
            return None
        lines = self._files.setdefault(span.file, [])
        lines += [span.line, span.end_line]
        return {
            "source": list(self._files).index(span.file),
            "line": span.line,
            "column": span.column,
            "end_line": span.end_line,
            "end_column": span.end_column,
        }

    def is_own(self, place) -> bool:
        """Whether a recorded place is in the learner's code."""
        return is_own(place[0].co_filename)

    def text(self, place) -> str:
        """The marked text."""
        span: Span | None = span_of(*place)
        return span.text if span else ""

    def as_json(self) -> list[dict]:
        """For each file its title and its lines from the first span to the last.

        A line that is far from every span is left empty, so that a long file costs little.
        """
        sources = []
        for file, used in self._files.items():
            text = linecache.getlines(file)
            first = max(min(used) - _MARGIN, 1)
            last = min(max(used) + _MARGIN, len(text))
            own = is_own(file)
            title = "" if own else _module_name(file)
            near = {n for line in used for n in range(line - _MARGIN, line + _MARGIN + 1)}
            lines = [text[n - 1].rstrip("\n") if n in near else "" for n in range(first, last + 1)]
            sources.append({"title": title, "own": own, "first_line": first, "lines": lines})
        return sources


def _module_name(file):
    parts = Path(file).relative_to(_PACKAGE.parent).with_suffix("").parts
    return ".".join(parts)
