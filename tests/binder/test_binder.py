"""What Binder would do: a clean environment, postBuild, JupyterLab, and the first lesson."""

import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
import tomllib
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tools.notebooks import ROOT

FIRST_LESSON = "chapters/start_here.ipynb"
SECONDS_TO_START = 60


def pins(name):
    """The lines of a requirement file that name a package."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return {line for line in lines if re.match(r"\w", line)}


def test_binder_installs_what_learners_have_except_torch():
    learners = pins("requirements.txt")
    torch = {line for line in learners if line.startswith("torch==")}
    assert torch
    assert pins("binder/requirements.txt") == learners - torch


def test_binders_python_is_new_enough():
    runtime = (ROOT / "binder/runtime.txt").read_text(encoding="utf-8").strip()
    version = re.fullmatch(r"python-(\d+\.\d+)", runtime)[1]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    oldest = project["requires-python"].removeprefix(">=")
    assert [*map(int, version.split("."))] >= [*map(int, oldest.split("."))]


def run(command, folder, environment):
    """Run a command; what it said is the reason where it fails."""
    done = subprocess.run(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert done.returncode == 0, done.stdout.decode()
    return done.stdout.decode()


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    """A copy of the repository in which Binder's steps were done, and its environment."""
    folder = tmp_path_factory.mktemp("binder")
    copy, venv, home = folder / "repository", folder / "venv", folder / "home"
    home.mkdir()
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    for name in filter(None, run(listed, ROOT, os.environ).split("\0")):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)
    run([sys.executable, "-m", "venv", str(venv)], folder, os.environ)
    places = ("PYTHONPATH", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_PATH")
    environment = {name: value for name, value in os.environ.items() if name not in places}
    environment |= {"HOME": str(home), "PATH": f"{venv / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    python = str(venv / "bin" / "python")
    install = [python, "-m", "pip", "install", "--quiet", "-r", "binder/requirements.txt"]
    run(install, copy, environment)
    run([str(copy / "binder" / "postBuild")], copy, environment)
    return copy, environment


def test_nothing_of_torch_is_installed(image):
    _, environment = image
    looked = (
        "import importlib.util as u; print(u.find_spec('torch'), u.find_spec('dlcourse').origin)"
    )
    torch, origin = run(["python", "-c", looked], environment["HOME"], environment).split()
    assert torch == "None"
    assert Path(origin).is_relative_to(Path(environment["HOME"]).parent / "venv")


def test_the_first_lesson_runs(image):
    copy, environment = image
    run(["jupyter", "execute", FIRST_LESSON], copy, environment)


@pytest.fixture
def server(image):
    """JupyterLab as Binder starts it; ended after the test."""
    copy, environment = image
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    options = ["--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}"]
    log = Path(environment["HOME"]) / "server.log"
    with log.open("w") as output:
        command = ["jupyter", "lab", *options, f"--IdentityProvider.token={token}"]
        process = subprocess.Popen(
            command, cwd=copy, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        yield lambda path: ask(f"http://127.0.0.1:{port}/{path}", token, process, log)
    finally:
        process.terminate()
        process.wait(timeout=20)


def ask(address, token, process, log):
    """What the server answers, waiting until it is there."""
    request = urllib.request.Request(address, headers={"Authorization": f"token {token}"})
    end = time.monotonic() + SECONDS_TO_START
    while True:
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError:
            raise
        except OSError:
            assert process.poll() is None and time.monotonic() < end, log.read_text()
            time.sleep(0.2)


def test_jupyterlab_opens_the_first_lesson_with_living_steppers(server):
    assert "started" in json.loads(server("api/status"))
    assert "jupyter-config-data" in server(f"lab/tree/{FIRST_LESSON}")
    lesson = json.loads(server(f"api/contents/{FIRST_LESSON}"))["content"]
    code = [cell for cell in lesson["cells"] if cell["cell_type"] == "code"]
    assert code and all(cell["metadata"]["trusted"] for cell in code)
    settings = json.loads(server("lab/api/settings/@jupyterlab/apputils-extension:notification"))
    assert settings["schema"]["properties"]["fetchNews"]["default"] == "false"
