"""Every entry of the timeline rests on a work of the bibliography and is readable as text."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from pybtex.database import parse_file

from dlcourse.steppers.timeline import history, themes, timeline
from tools import references

WORKS = parse_file(references.BIBLIOGRAPHY).entries


def faults(entry):
    """What is wrong with an entry, in words."""
    if entry.key not in WORKS:
        return f"{entry.key} is not in the bibliography"
    if f'<a id="{entry.key}">' not in references.page():
        return f"the references have no anchor {entry.key}"
    work = WORKS[entry.key]
    first = references._authors(work.persons["author"][:1]).split()[-1]
    year = work.fields["year"]
    if first not in entry.source.split() or not entry.source.endswith(f" {year}"):
        return f"{entry.source} is not {first} {year}"
    if entry.theme not in themes():
        return f"{entry.theme} is no theme"
    if entry.when and not entry.when.startswith(str(entry.year)):
        return f"{entry.when} does not begin with {entry.year}"
    if not all(text.strip().endswith((".", ")")) for text in (entry.what, entry.why)):
        return f"{entry.key} is not told in sentences"
    return None


def test_every_entry_has_a_valid_citation():
    assert [fault for entry in history() if (fault := faults(entry))] == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"key": "nobody1900nothing"}, "not in the bibliography"),
        ({"source": "Newton 1687"}, "is not Legendre 1805"),
        ({"source": "Legendre 1806"}, "is not Legendre 1805"),
        ({"theme": "gossip"}, "is no theme"),
        ({"when": "1900–01"}, "does not begin"),
        ({"why": "because"}, "not told in sentences"),
    ],
)
def test_canary_a_faulty_entry_is_found(changes, said):
    assert said in faults(replace(history()[0], **changes))


def test_no_work_stands_for_two_entries_and_no_theme_is_empty():
    keys = [entry.key for entry in history()]
    assert len(set(keys)) == len(keys) > 150
    assert {entry.theme for entry in history()} == set(themes())


class Lines(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.links, self.years, self.text = [], [], ""
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.links += [values["href"]] if tag == "a" else []
        self.years += [int(values["data-year"])] if tag == "li" else []

    def handle_data(self, data):
        self.text += data


def test_without_scripts_every_entry_is_read_by_year_with_a_link_to_its_source():
    html = timeline(references="references.ipynb")._repr_html_()
    read = Lines(html.split("<script")[0])
    assert read.years == sorted(entry.year for entry in history())
    assert read.links == [f"references.ipynb#{entry.key}" for entry in history()]
    assert all(entry.what in read.text and entry.why in read.text for entry in history())


def test_the_output_is_one_line_and_small():
    html = timeline()._repr_html_()
    assert "\n" not in html
    assert html == timeline()._repr_html_()
    assert len(html) < 70_000


def test_a_word_never_becomes_markup():
    entry = replace(history()[0], who="<b onclick=x>", what="</script>.")
    html = timeline([entry])._repr_html_()
    assert "<b onclick" not in html
    assert re.search(r"</script>\.", html) is None


def test_what_cannot_be_shown_is_refused_with_the_reason():
    with pytest.raises(ValueError, match="no entry"):
        timeline([])
    with pytest.raises(ValueError, match=r"gossip.*ideas, networks"):
        timeline([replace(history()[0], theme="gossip")])
