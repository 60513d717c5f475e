"""Which piece of the learner's code made an operation."""

import ast
import linecache
from functools import lru_cache
from itertools import islice
from types import CodeType
from typing import NamedTuple


class Span(NamedTuple):
    """A piece of source text. Lines count from 1, characters (columns) from 0, ends exclusive."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int

    @property
    def text(self) -> str:
        """The marked text on one line, or "" where the source is not to be had."""
        lines = [linecache.getline(self.file, n) for n in range(self.line, self.end_line + 1)]
        lines[-1] = lines[-1][: self.end_column]
        lines[0] = lines[0][self.column :]
        return " ".join(line.strip() for line in lines).strip()


def span_of(code: CodeType, instruction: int) -> Span | None:
    """Where the instruction at this byte offset of a code object stands in its source."""
    position = next(islice(code.co_positions(), instruction // 2, None), None)
    if position is None or None in position:
        return None
    line, end_line, column, end_column = position
    return Span(
        code.co_filename,
        line,
        _characters(code.co_filename, line, column),
        end_line,
        _characters(code.co_filename, end_line, end_column),
    )


def _characters(file, line, utf8_offset):
    """Python counts columns in UTF-8 bytes; text is cut by characters."""
    return len(linecache.getline(file, line).encode()[:utf8_offset].decode(errors="ignore"))


@lru_cache(maxsize=64)
def _assignments(file: str, text: str) -> dict[Span, tuple[str, Span]]:
    """For each assigned expression of a file: the variable's name and the statement's span."""
    found = {}
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Assign):
            target = node.targets[-1]
        elif isinstance(node, ast.AnnAssign | ast.AugAssign | ast.NamedExpr):
            target = node.target
        else:
            continue
        if isinstance(target, ast.Name | ast.Attribute) and node.value is not None:
            found[_span(file, node.value)] = (ast.unparse(target), _span(file, node))
    return found


def _span(file, node):
    return Span(
        file,
        node.lineno,
        _characters(file, node.lineno, node.col_offset),
        node.end_lineno,
        _characters(file, node.end_lineno, node.end_col_offset),
    )


def variable_assigned(span: Span) -> str | None:
    """The variable that received the value of this expression, if it was assigned to one."""
    text = "".join(linecache.getlines(span.file))
    try:
        assignment = _assignments(span.file, text).get(span)
    except SyntaxError:  # a cell with a magic command: IPython compiled a changed text
        return None
    return assignment and assignment[0]
