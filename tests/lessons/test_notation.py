"""Symbols mean the same everywhere: the tables of shapes in the lessons agree with the ledger."""

import re

import pytest
from lesson_files import every_lesson

from tools import notation

TABLE = re.compile(
    r"^\| symbol \|(?P<head>.*)\|\n\|[- |]+\|\n(?P<rows>(?:\|.*\|\n)+)", re.MULTILINE
)
SYMBOL = re.compile(r"\$(.+?)\$")
SHAPE = re.compile(r"\(.*?\)")
LEDGER = {entry["symbol"]: entry for entry in notation.ledger()}


def disagreements(text):
    """Symbols of the tables that the ledger lacks, or whose general shape is another there."""
    for table in TABLE.finditer(text):
        if table["head"].split("|")[-1].strip() != "in general":
            continue
        for row in table["rows"].splitlines():
            symbols = SYMBOL.findall(row.split("|")[1])
            shapes = SHAPE.findall(row.split("|")[-2])
            for symbol, shape in zip(symbols, shapes * len(symbols), strict=False):
                if symbol not in LEDGER:
                    yield f"{symbol} is not in book/notation.toml"
                elif shape not in SHAPE.findall(LEDGER[symbol]["shape"]):
                    yield f"{symbol} has shape {shape}; the ledger says {LEDGER[symbol]['shape']}"


@every_lesson
def test_a_lesson_agrees_with_the_ledger(source):
    assert list(disagreements(source.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    ("row", "said"),
    [("| $X$ | inputs | (2, 2) | (D, N) |", "the ledger says (N, D)"),
     ("| $Q$ | queries | (2, 2) | (N, D) |", "Q is not in book/notation.toml")],
)  # fmt: skip
def test_canary_another_meaning_is_noticed(row, said):
    text = f"| symbol | meaning | shape here | in general |\n| --- | --- | --- | --- |\n{row}\n"
    assert said in next(disagreements(text))


def test_a_symbol_has_one_entry():
    symbols = [entry["symbol"] for entry in notation.ledger()]
    assert len(symbols) == len(set(symbols))
