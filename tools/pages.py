"""Write the pages that are made by programs: references, notation, formulas, glossary.

python -m tools.pages
"""

import sys

from tools import formulas, glossary, notation, references

PAGES = (references, notation, formulas, glossary)


def main() -> int:
    for made in PAGES:
        made.PAGE.write_text(made.page(), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
