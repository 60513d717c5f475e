"""Write chapters/sources/notation.md from book/notation.toml, the one table of symbols."""

import tomllib

from tools import notebooks

LEDGER = notebooks.ROOT / "book" / "notation.toml"
PAGE = notebooks.ROOT / "chapters" / "sources" / "notation.md"
HEAD = """\
---
kernelspec:
  display_name: Python 3 (ipykernel)
  language: python
  name: python3
---

# What do the letters mean?

One letter, one meaning, in all lessons. Rows of a matrix are examples. A bar is the gradient of the
loss with respect to the thing below it, and has its shape.
"""


def ledger() -> list[dict]:
    """The entries: symbol, code, meaning, shape."""
    return tomllib.loads(LEDGER.read_text(encoding="utf-8"))["symbol"]


def page() -> str:
    """The whole page, a table."""
    rows = [
        f"| ${entry['symbol']}$ | `{entry['code']}` | {entry['meaning']} | {entry['shape']} |\n"
        for entry in ledger()
    ]
    head = "\n| symbol | in code | meaning | shape |\n| --- | --- | --- | --- |\n"
    return HEAD + head + "".join(rows)
