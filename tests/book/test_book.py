"""The static book works with no kernel, no server and no other host."""

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import yaml

from tools import notebooks

TOC = yaml.safe_load((notebooks.ROOT / "book.yml").read_text(encoding="utf-8"))
PAGES = [TOC["root"]] + [entry["file"] for part in TOC["subtrees"] for entry in part["entries"]]
BRIGHTNESS = """() => {
    const [r, g, b] = getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number);
    return (r + g + b) / 765;
}"""

every_page = pytest.mark.parametrize("page", PAGES)


def address(book, page):
    return (book / f"{page}.html").as_uri()


def test_every_lesson_is_a_page():
    built = [
        notebooks.notebook_of(source).relative_to(notebooks.ROOT).with_suffix("")
        for source in notebooks.sources()
    ]
    assert {path.as_posix() for path in built} == set(PAGES)


@every_page
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_a_page_is_whole_without_any_other_host(book, visit, page, colours):
    visitor = visit(colours)
    opened = visitor.open(address(book, page))
    formulas = opened.locator(".math")
    assert formulas.count() == opened.locator(".math:has(mjx-container)").count()
    assert opened.locator("mjx-merror").count() == 0
    assert opened.locator("html").get_attribute("data-theme") == colours
    assert (opened.evaluate(BRIGHTNESS) < 0.3) == (colours == "dark")
    assert visitor.faults == []


@every_page
def test_solutions_are_hidden_until_asked_for(book, visit, page):
    opened = visit().open(address(book, page))
    hidden = opened.locator("article details:not([data-dlcourse] details)")
    outside = "article details[open]:not([data-dlcourse] details)"  # a view has text of its own
    assert opened.locator(outside).count() == 0
    if hidden.count():
        hidden.first.locator("summary").first.click()
        assert hidden.first.get_attribute("open") is not None


@every_page
def test_binder_opens_this_very_lesson(book, visit, page):
    opened = visit().open(address(book, page))
    link = opened.locator("a[href*='mybinder.org']").first.get_attribute("href")
    repository = TOC["meta"]["repository"].removeprefix("https://github.com/")
    assert f"/v2/gh/{repository}/{TOC['meta']['branch']}?" in link
    lesson = unquote(link.partition("lab/tree/")[2])
    assert (notebooks.ROOT / lesson).exists()


def test_the_first_address_leads_to_the_first_lesson(site, visit):
    opened = visit().open(f"{site}/index.html")
    opened.wait_for_url(f"{site}/{TOC['root']}.html")


def test_the_dark_switch_works_and_is_remembered(site, visit):
    visitor = visit("light")
    opened = visitor.open(f"{site}/{PAGES[0]}.html")
    assert opened.evaluate(BRIGHTNESS) > 0.7
    opened.locator("button.theme-switch-button").click()
    opened.locator("button.theme-change-button[data-mode=dark]").click()
    assert opened.evaluate(BRIGHTNESS) < 0.3
    opened = visitor.open(f"{site}/{PAGES[-1]}.html")
    assert opened.evaluate(BRIGHTNESS) < 0.3
    assert visitor.faults == []


def test_search_finds_a_word(site, visit):
    visitor = visit()
    opened = visitor.open(f"{site}/search.html?q=perceptron")
    result = opened.locator("#search-results a[href*='references.html']").first
    result.wait_for()
    opened.goto(f"{site}/search.html?q=zyxwvut")
    opened.locator("#search-results p", has_text="did not match").wait_for()
    assert opened.locator("#search-results li").count() == 0
    assert visitor.faults == []


class Addresses(HTMLParser):
    """Every address that a page names, and every place in it that can be named."""

    def __init__(self, path: Path):
        super().__init__()
        self.named, self.anchors = [], set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if name in ("href", "src"):
                self.named.append(value or "")
            elif name in ("id", "name"):
                self.anchors.add(value)


def broken_links(folder: Path) -> list[str]:
    pages = {
        path: Addresses(path) for path in folder.rglob("*.html") if "_static" not in path.parts
    }
    broken = []
    for path, page in pages.items():
        for named in page.named:
            parts = urlsplit(named)
            if parts.scheme:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            known = pages[target].anchors if target in pages else set()
            if not target.exists() or (parts.fragment and parts.fragment not in known):
                broken.append(f"{path.relative_to(folder)}: {named}")
    return broken


def test_every_link_inside_the_book_resolves(book):
    assert broken_links(book) == []


def test_every_formula_font_is_in_the_book(book):
    fonts = book / "_static/mathjax/output/chtml/fonts/woff-v2"
    script = (book / "_static/mathjax/tex-chtml-full.js").read_text(encoding="utf-8")
    wanted = set(re.findall(r"%%URL%%/(MathJax_[\w-]+\.woff)", script))
    assert wanted and {font.name for font in fonts.iterdir()} >= wanted


CANARY = """<!doctype html><meta charset="utf-8"><body><a href="nowhere.html">a</a>
<a href="#nowhere">b</a><img src="https://elsewhere.example/picture.png">
<script>console.error("canary"); throw new Error("thrown")</script>"""


def test_canary_a_faulty_page_is_reported(tmp_path, visit):
    page = tmp_path / "faulty.html"
    page.write_text(CANARY, encoding="utf-8")
    visitor = visit()
    visitor.open(page.as_uri())
    said = "\n".join(visitor.faults)
    assert "asked another host: https://elsewhere.example/picture.png" in said
    assert "error: canary" in said
    assert "error: thrown" in said
    assert broken_links(tmp_path) == ["faulty.html: nowhere.html", "faulty.html: #nowhere"]
