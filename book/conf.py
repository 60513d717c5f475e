"""Sphinx's settings for the book; what an editor changes stands in book.yml."""

import re
import shutil
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
MATHJAX = ROOT / "node_modules" / "mathjax" / "es5"
META = yaml.safe_load((ROOT / "book.yml").read_text(encoding="utf-8"))["meta"]

project = title = html_title = META["title"]
author = META["author"]
copyright = META["copyright"]  # Sphinx's own name for it
language = META["language"]

extensions = ["myst_nb", "sphinx_external_toc", "sphinx_copybutton"]
external_toc_path = "book.yml"
include_patterns = ["chapters/*.ipynb", "chapters/**/*.ipynb"]
exclude_patterns = ["**/.ipynb_checkpoints"]

nb_execution_mode = "off"  # the book shows the outputs that are stored in the notebooks
nb_ipywidgets_js = {}  # by default these come from another host
myst_enable_extensions = ["amsmath", "dollarmath"]
myst_heading_anchors = 3
# Sphinx does not know the anchors of the reference list, which are HTML; tests/book follows
# every link of the finished pages instead.
suppress_warnings = ["myst.xref_missing"]

mathjax_path = "mathjax/tex-chtml-full.js"

html_theme = "sphinx_book_theme"
html_static_path = ["static"]
html_css_files = ["book.css"]
html_show_sourcelink = False
html_context = {"default_mode": "auto"}
html_theme_options = {
    "repository_url": META["repository"],
    "repository_branch": META["branch"],
    "path_to_docs": ".",
    "home_page_in_toc": True,
    "navbar_persistent": [],
    "use_download_button": True,
    "launch_buttons": {
        "binderhub_url": "https://mybinder.org",
        "notebook_interface": "jupyterlab",
    },
}


def copy_mathjax(app):
    """Put MathJax and its fonts into the book, so that formulas ask nothing of another host."""
    target = Path(app.outdir) / "_static" / "mathjax"
    fonts = Path("output") / "chtml" / "fonts" / "woff-v2"
    shutil.copytree(MATHJAX / fonts, target / fonts, dirs_exist_ok=True)
    shutil.copy(MATHJAX / "tex-chtml-full.js", target)


def link_to_pages(app, page, template, context, doctree):
    """A link from an output to a notebook leads to its page; Sphinx sees to those of text only."""
    if "body" in context:
        relative = r'(<a href="(?![\w+]+:)[^"#]*)\.ipynb(?=["#])'
        context["body"] = re.sub(relative, r"\1.html", context["body"])


def setup(app):
    app.connect("html-page-context", link_to_pages)
    app.connect("builder-inited", copy_mathjax)
