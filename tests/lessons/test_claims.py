"""Every claim that a chapter answers for has its place in a lesson."""

import re
import tomllib
from pathlib import Path

from tools import notebooks

MAP = tomllib.loads((Path(__file__).parent / "claims.toml").read_text(encoding="utf-8"))


def lost(claims):
    """Places of the map that are not there: no such lesson, or no such heading in it."""
    for lesson, headings in claims.items():
        folder, _, name = lesson.rpartition("/")
        source = notebooks.ROOT / "chapters" / folder / "sources" / f"{name}.md"
        if not source.exists():
            yield f"there is no lesson {lesson}"
            continue
        there = re.findall(r"^#+ (.+)$", source.read_text(encoding="utf-8"), re.MULTILINE)
        yield from (f"{lesson} has no heading {h!r}" for h in headings if h not in there)


def test_every_place_is_there():
    assert list(lost(MAP)) == []


def test_canary_a_lost_heading_is_noticed():
    assert list(lost({"03_backprop/01_chain_rule": {"No such part": []}}))
    assert list(lost({"03_backprop/99_nothing": {}}))


def test_a_claim_has_one_place():
    ids = [claim for headings in MAP.values() for claims in headings.values() for claim in claims]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"S\d-\d\d", claim) for claim in ids)
