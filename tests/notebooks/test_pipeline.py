"""The pipeline itself, and canaries: lessons with a fault that it must report."""

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient.exceptions import CellExecutionError

from tools import notebooks

SANITIZE = Path(__file__).parent / "sanitize.cfg"
LESSON = """\
---
kernelspec:
  name: python3
  display_name: Python 3
---

# How does a lesson look?

```{code-cell}
:tags: [hide-input]

import matplotlib.pyplot as plt

_ = plt.plot([1, 3, 2])
plt.show()
```

```{code-cell}
import os

print(len(set("abcdefgh")), list(set("abc")), os.path.basename(os.getcwd()))
```
"""
STEPPER = """\
from dlcourse import Tensor, step_through

w = Tensor(2.0, requires_grad=True)
step_through((w * 3.0) ** 2)\
"""


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "chapters" / "01_first" / "sources" / "01_lesson.md"
    path.parent.mkdir(parents=True)
    path.write_text(LESSON, encoding="utf-8")
    return path


def add_cell(source, code):
    source.write_text(f"{LESSON}\n```{{code-cell}}\n{code}\n```\n", encoding="utf-8")


def nbval(notebook):
    """What strict nbval says about one notebook, and whether it was content."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-c", "/dev/null"]
    options = ["--nbval", "--nbval-current-env", f"--nbval-sanitize-with={SANITIZE}"]
    result = subprocess.run([*command, *options, str(notebook)], capture_output=True, text=True)
    return result.returncode == 0, result.stdout


def test_two_builds_are_byte_for_byte_the_same(source):
    add_cell(source, STEPPER)
    first = notebooks.build(source).read_bytes()
    assert notebooks.build(source).read_bytes() == first
    assert b"image/png" in first and b"dlcourse" in first
    assert b"01_first" in first, "a lesson runs in its notebook's folder"


def test_what_is_built_passes_nbval_and_is_current_until_its_source_changes(source):
    add_cell(source, STEPPER)
    notebook = notebooks.build(source)
    passed, report = nbval(notebook)
    assert passed, report
    assert notebooks.is_current(source)
    add_cell(source, "1 + 1")
    assert not notebooks.is_current(source)


def test_a_notebook_with_an_old_front_end_is_not_current(source):
    add_cell(source, STEPPER)
    notebook = notebooks.build(source)
    text = notebook.read_text(encoding="utf-8")
    digest = notebooks.VIEW.search(text)["hash"]
    assert digest in text
    notebook.write_text(text.replace(digest, "0123456789abcdef"), encoding="utf-8")
    assert not notebooks.is_current(source)
    passed, report = nbval(notebook)
    assert passed, f"the hash alone is no difference between outputs\n{report}"


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("8 [", "9 ["), ("01_first", "02_second")],
)
def test_canary_a_wrong_stored_output_is_reported(source, right, wrong):
    notebook = notebooks.build(source)
    text = notebook.read_text(encoding="utf-8")
    assert right in text
    notebook.write_text(text.replace(right, wrong), encoding="utf-8")
    passed, report = nbval(notebook)
    assert not passed
    assert "mismatch 'stdout'" in report


def test_canary_a_wrong_number_in_a_stepper_is_reported(source):
    add_cell(source, STEPPER)
    notebook = nbformat.read(notebooks.build(source), as_version=4)
    data = notebook.cells[-1].outputs[0].data
    assert "36" in data["text/html"]
    data["text/html"] = data["text/html"].replace("36", "37")
    nbformat.write(notebook, notebooks.notebook_of(source))
    passed, report = nbval(notebooks.notebook_of(source))
    assert not passed
    assert "mismatch 'text/html'" in report


def test_canary_a_lesson_with_an_error_is_not_built(source):
    add_cell(source, "1 / 0")
    with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        notebooks.build(source)
    assert not notebooks.notebook_of(source).exists()


def test_canary_a_lesson_with_a_warning_is_not_built(source):
    add_cell(source, "import warnings\nwarnings.warn('old')")
    with pytest.raises(notebooks.LessonError, match="stderr"):
        notebooks.build(source)


def test_canary_a_lesson_that_needs_torch_fails_without_it(source):
    add_cell(source, "import torch")
    folder = source.parent.parent
    without = str(Path(__file__).parent / "without_torch")
    with pytest.raises(CellExecutionError, match="No module named 'torch'"):
        notebooks.run(notebooks.read(source), folder, PYTHONPATH=without)
