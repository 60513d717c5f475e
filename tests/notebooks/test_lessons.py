"""Every lesson: source and notebook agree, and it runs where PyTorch is missing."""

import json
import re
import subprocess
from pathlib import Path

import nbformat
import pytest
from jupytext.compare import compare_notebooks

from tools import notebooks

WITHOUT_TORCH = Path(__file__).parent / "without_torch"
MACHINE_PATH = re.compile(
    r"(?<![\w./])/(?:home|work|root|tmp|Users|private|opt)/\w|[A-Z]:\\\\Users"
)

every_lesson = pytest.mark.parametrize(
    "source",
    notebooks.sources(),
    ids=lambda source: str(notebooks.notebook_of(source).relative_to(notebooks.ROOT)),
)


def stored(source):
    return nbformat.read(notebooks.notebook_of(source), as_version=4)


@every_lesson
def test_notebook_has_the_cells_of_its_source(source):
    compare_notebooks(
        notebooks.read(source), stored(source), "md:myst", compare_outputs=False, compare_ids=False
    )
    assert notebooks.is_current(source), "its ids or front end are old: run `make notebooks`"


@every_lesson
def test_stored_outputs_hold_no_warning_error_or_path(source):
    for cell in stored(source).cells:
        for output in cell.get("outputs", []):
            kind = output.get("name") or output.output_type
            assert kind not in ("stderr", "error"), f"{kind} below\n{cell.source}"
            assert "application/vnd.jupyter.widget-view+json" not in output.get("data", {})
            found = MACHINE_PATH.search(json.dumps(text_of(output), ensure_ascii=False))
            assert not found, f"a path of one machine, {found[0]}, below\n{cell.source}"


def text_of(output):
    """An output without its pictures and without the front end, which are base64."""
    data = {kind: value for kind, value in output.get("data", {}).items() if "image" not in kind}
    plain = re.compile(r'<script type="text/plain"[^>]*>[^<]*')
    return [output.get("text", ""), *(plain.sub("", str(value)) for value in data.values())]


@every_lesson
def test_runs_where_torch_is_not_installed(source):
    folder = notebooks.notebook_of(source).parent
    notebooks.run(notebooks.read(source), folder, PYTHONPATH=str(WITHOUT_TORCH))


def test_every_committed_notebook_has_a_source():
    listed = subprocess.run(
        ["git", "ls-files", "chapters/*.ipynb"], cwd=notebooks.ROOT, capture_output=True, text=True
    )
    built = {str(notebooks.notebook_of(s).relative_to(notebooks.ROOT)) for s in notebooks.sources()}
    assert set(listed.stdout.split()) <= built
