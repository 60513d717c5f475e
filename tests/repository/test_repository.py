"""The repository as a whole: what it says of itself is so."""

import re
import subprocess
import sys

import pytest

from tools.notebooks import ROOT

# Spelled in two parts, or this file would find itself.
FORBIDDEN = [
    a + b
    for a, b in [
        ("/wo", "rk/"),
        ("/ro", "ot/"),
        ("/home", "/"),
        ("py", "pi.org"),
        ("registry.", "npmjs"),
        ("files.python", "hosted"),
    ]
]
HEAVY = ("torch", "matplotlib", "ipywidgets", "IPython", "sklearn", "latex2mathml", "scipy")


def tracked_texts():
    """Name and text of every tracked file that is text."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        if path.is_file():
            try:
                yield name, path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue


def faults(text):
    """Paths of one machine and names of package hosts in a text; its pictures are left out."""
    text = re.sub(r"[A-Za-z0-9+/=]{200,}", "", text)
    return [word for word in FORBIDDEN if re.search(rf"(?<![\w.]){re.escape(word)}", text)]


def test_no_file_names_a_machine_or_a_package_host():
    found = {name: words for name, text in tracked_texts() if (words := faults(text))}
    assert found == {}


@pytest.mark.parametrize("word", FORBIDDEN)
def test_canary_each_forbidden_word_is_found(word):
    assert faults(f'see "{word}x"') == [word]


def test_every_make_command_that_is_told_of_exists():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    assert {"lab", "test", "book", "bench", "notebooks", "help"} <= targets
    for name in ("README.md", "CONTRIBUTING.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        told = set(
            re.findall(r"`(?:\w+=\S+ )*make ([a-z-]+)|^ +make ([a-z-]+)", text, re.MULTILINE)
        )
        told = {first or second for first, second in told}
        assert told, f"{name} tells of no command"
        assert told <= targets


def test_every_target_says_what_it_does():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"^[a-z-]+:.*", makefile, re.MULTILINE)
    assert [target for target in targets if " ## " not in target] == []


def test_every_pin_is_in_the_lock_file_with_the_same_version():
    lock = (ROOT / "requirements-lock.txt").read_text(encoding="utf-8").splitlines()
    locked = {line.lower().replace("_", "-") for line in lock}
    for path in [*ROOT.glob("requirements*.txt"), ROOT / "binder/requirements.txt"]:
        for line in path.read_text(encoding="utf-8").splitlines():
            if re.match(r"\w", line):
                assert line.lower().replace("_", "-") in locked, f"{path.name}: {line}"


def test_importing_the_engine_loads_numpy_and_nothing_heavier():
    code = (
        "import sys, dlcourse; from dlcourse import Tensor, nn, optim, functional; "
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert said.stdout.strip() == "[]", said.stdout + said.stderr
