"""The tools of the Makefile say in plain words what is missing."""

import os
import shutil
import subprocess
import sys

import pytest

from tools import chromium
from tools.notebooks import ROOT


def make_venv(folder, *python, path=None):
    """What make_venv.sh says and returns where only the programs in ``path`` can be found."""
    shell = shutil.which("sh")
    environment = os.environ | ({"PATH": str(path)} if path else {})
    command = [shell, str(ROOT / "tools/make_venv.sh"), str(folder), *map(str, python)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    return done.returncode, done.stdout


@pytest.fixture
def program(tmp_path):
    """Put a program of a few shell lines into an otherwise empty folder."""
    folder = tmp_path / "bin"
    folder.mkdir()

    def write(name, lines):
        path = folder / name
        path.write_text(f"#!{shutil.which('sh')}\n{lines}\n")
        path.chmod(0o755)
        return path

    return write


OLD = "[ $1 = -V ] && echo Python 3.8.18; [ $1 = -V ]"
NO_VENV = f'case "$2" in *ensurepip*) exit 1;; esac; exec {sys.executable} "$@"'


def test_a_python_that_does_not_exist_is_named(tmp_path):
    assert make_venv(tmp_path / "venv", "python3.99") == (
        1,
        "There is no python3.99 on this machine.\n",
    )


def test_an_old_python_is_named_with_its_version(tmp_path, program):
    old = program("python3", OLD)
    code, said = make_venv(tmp_path / "venv", old)
    assert code == 1
    assert said == f"The course needs Python 3.11 or newer; {old} is Python 3.8.18.\n"


def test_without_any_suitable_python_it_says_how_to_get_one(tmp_path, program):
    old = program("python3", OLD)
    code, said = make_venv(tmp_path / "venv", path=old.parent)
    assert code == 1
    assert "needs Python 3.11 or newer, and none was found" in said
    assert "apt-get install python3 python3-venv" in said


def test_a_missing_venv_module_is_named(tmp_path, program):
    code, said = make_venv(tmp_path / "venv", program("python3", NO_VENV))
    assert code == 1
    assert "has no venv module" in said
    assert "apt-get install python3-venv" in said


@pytest.mark.parametrize(("ci", "code"), [("", 0), ("1", 1)])
def test_missing_chromium_fails_in_ci_only_and_is_explained(monkeypatch, capsys, ci, code):
    asked = []
    monkeypatch.setenv("CI", ci)
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(chromium, "NAMES", ())
    monkeypatch.setattr(chromium, "PLACES", ())
    monkeypatch.setattr(chromium, "_playwrights_own", lambda: None)
    monkeypatch.setattr(chromium, "_succeeds", lambda command, _: bool(asked.append(command)))
    assert chromium.main() == code
    assert chromium.MISSING in capsys.readouterr().out
    assert asked[-1][1:] == ["-m", "playwright", "install", "chromium"]


def test_chromium_can_be_named(monkeypatch):
    monkeypatch.setenv("CHROMIUM", sys.executable)
    assert chromium.find() == sys.executable


def test_parts_stop_at_the_first_that_fails():
    command = [sys.executable, "-m", "tools.run_parts", "help", "no-such-target", "book"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1
    table = [line.split() for line in done.stdout.splitlines()[-5:]]
    assert [row[0] for row in table] == ["part", "help", "no-such-target", "all", "book"]
    assert table[2][-1] == "failed"
    assert table[4] == ["book", "not", "run"]
