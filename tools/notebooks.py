"""Build the lessons: chapters/x/sources/lesson.md is run and becomes chapters/x/lesson.ipynb.

python -m tools.notebooks              builds what is out of date
python -m tools.notebooks --all        builds every lesson
python -m tools.notebooks LESSON ...   builds these, e.g. chapters/03_backprop/01_chain_rule
"""

import argparse
import hashlib
import importlib.util
import os
import re
import sys
import time
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient

from tools.reproducible import ENVIRONMENT

ROOT = Path(__file__).resolve().parent.parent
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
SECONDS_A_CELL = 120

VIEW = re.compile(
    r'<div class=\\"dlcourse\\" data-dlcourse=\\"(?P<kind>\w+)\\" '
    r'data-families=\\"(?P<families>[\w ]*)\\" data-front-end=\\"(?P<hash>\w+)\\"'
)
"""A view in the text of a notebook."""
LIVE = "application/vnd.jupyter.widget-view+json"
"""Names a widget that lives in one kernel only, by an id that is another one in each run."""


class LessonError(Exception):
    """A lesson that cannot be built, with the reason."""


def sources(root: Path = ROOT) -> list[Path]:
    """The text of every lesson, in reading order."""
    chapters = root / "chapters"
    return sorted(chapters.glob("sources/*.md")) + sorted(chapters.glob("*/sources/*.md"))


def notebook_of(source: Path) -> Path:
    """Where the notebook of a source lies: one folder up."""
    return source.parent.parent / f"{source.stem}.ipynb"


def read(source: Path) -> nbformat.NotebookNode:
    """The notebook that a source describes, without outputs, the same at each reading."""
    notebook = jupytext.read(source, fmt="md:myst")
    notebook.metadata = nbformat.from_dict(METADATA)
    for index, cell in enumerate(notebook.cells):
        cell.id = hashlib.sha256(f"{index}\n{cell.source}".encode()).hexdigest()[:8]
    return notebook


def run(notebook: nbformat.NotebookNode, folder: Path, **environment: str) -> None:
    """Run all cells in ``folder``, as Jupyter does; raises on an error or on a warning."""
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=SECONDS_A_CELL,
        extra_arguments=["--log-level=40"],
        record_timing=False,
        store_widget_state=False,
        resources={"metadata": {"path": str(folder)}},
    )
    client.execute(env=os.environ | ENVIRONMENT | environment)
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.get("name") == "stderr":
                raise LessonError(f"A cell writes to stderr.\n\n{cell.source}\n\n{output.text}")


def is_current(source: Path) -> bool:
    """Whether the notebook has the source's cells and the present front end."""
    target = notebook_of(source)
    if not target.exists():
        return False
    text = target.read_text(encoding="utf-8")
    wanted, found = read(source), nbformat.reads(text, as_version=4)
    return _inputs(wanted) == _inputs(found) and _has_present_front_end(text)


def build(source: Path) -> Path:
    """Run a source and write its notebook, byte for byte the same each time."""
    notebook, target = read(source), notebook_of(source)
    run(notebook, target.parent)
    notebook.metadata = nbformat.from_dict(METADATA)  # without the kernel's own version
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(LIVE, None)
    nbformat.validate(notebook)
    target.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8", newline="\n")
    return target


def _inputs(notebook):
    cells = [(cell.id, cell.cell_type, cell.source, cell.metadata) for cell in notebook.cells]
    return notebook.metadata, cells


def _has_present_front_end(text):
    from dlcourse.steppers.page import front_end

    return all(
        front_end(view["kind"], tuple(view["families"].split()))[0] == view["hash"]
        for view in VIEW.finditer(text)
    )


def _source_of(lesson: str) -> Path:
    path = Path(lesson).with_suffix("").resolve()
    folder = path.parent if path.parent.name == "sources" else path.parent / "sources"
    source = folder / f"{path.name}.md"
    if not source.exists():
        raise LessonError(f"There is no lesson {lesson}: {source} does not exist.")
    return source


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="make notebooks", description="Build the lessons.")
    parser.add_argument("lessons", nargs="*")
    parser.add_argument("--all", action="store_true")
    options = parser.parse_args(arguments)
    if importlib.util.find_spec("torch") is None:
        print("Lessons store what they print beside PyTorch: install it first (make lab).")
        return 1
    try:
        chosen = [_source_of(lesson) for lesson in options.lessons] or sources()
    except LessonError as error:
        print(error)
        return 1
    failed = 0
    for source in chosen:
        name = notebook_of(source).relative_to(ROOT)
        if not options.all and not options.lessons and is_current(source):
            print(f"{name}: up to date")
            continue
        started = time.perf_counter()
        try:
            build(source)
            print(f"{name}: built in {time.perf_counter() - started:.1f} s")
        except Exception as error:  # every lesson gets its turn, then all failures are known
            failed += 1
            print(f"{name}: not built\n{error}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
