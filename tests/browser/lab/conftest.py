"""A real JupyterLab on a free port, with settings and a workspace of its own."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request

import nbformat
import pytest

TOKEN = "test"
NO_NEWS = {"fetchNews": "false", "checkForUpdates": False}
CELLS = [
    """\
from dlcourse import Tensor, functional as F, step_through

X = Tensor([[1.0, 2.0], [3.0, -1.0]])
y = Tensor([[1.0], [2.0]])
W1 = Tensor([[1.0, 0.0], [0.0, 1.0], [-1.0, 1.0]], requires_grad=True)
b1 = Tensor([0.0, -1.0, 0.5], requires_grad=True)
W2 = Tensor([[1.0, -1.0, 2.0]], requires_grad=True)
b2 = Tensor([-0.5], requires_grad=True)
hidden = F.relu(X @ W1.T + b1)
output = hidden @ W2.T + b2
loss = F.mse_loss(output, y)
step_through(loss)""",
    "loss.backward()\nprint(W1.grad.tolist())",
]


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    """The address of a running JupyterLab; its notebooks lie in ``lab.folder``."""
    folder = tmp_path_factory.mktemp("lab")
    settings = folder / "user_settings/@jupyterlab/apputils-extension"
    settings.mkdir(parents=True)
    (settings / "notification.jupyterlab-settings").write_text(json.dumps(NO_NEWS))
    (folder / "notebooks").mkdir()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(folder / "user_settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
        "IPYTHONDIR": str(folder / "ipython"),
    }
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
        *(f"--port={port}", "--ServerApp.port_retries=0", f"--IdentityProvider.token={TOKEN}"),
        *("--LabApp.expose_app_in_browser=True", f"--ServerApp.root_dir={folder / 'notebooks'}"),
    ]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address, server, folder / "log")
        yield Lab(address, folder / "notebooks")
    finally:
        server.terminate()
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:  # its kernels are slow to end on a busy machine
            server.kill()


def _wait_for(address, server, log):
    for _ in range(240):
        try:
            urllib.request.urlopen(f"{address}/api?token={TOKEN}", timeout=2)
            return
        except OSError:
            if server.poll() is not None:
                break
            time.sleep(0.25)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text()}")


class Lab:
    def __init__(self, address, folder):
        self.address, self.folder = address, folder

    def write(self, name, cells=CELLS):
        """A notebook with these code cells and no outputs."""
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
        notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
        nbformat.write(notebook, self.folder / name)

    def url(self, name):
        return f"{self.address}/lab/tree/{name}?token={TOKEN}&reset"


@pytest.fixture
def page(browser, lab):
    """A fresh page; fails the test if the console shows an error or a foreign host is asked."""
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.complaints = []
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    context.route(
        lambda url: not url.startswith((lab.address, "blob:", "data:")),
        lambda route: (page.complaints.append(route.request.url), route.abort()),
    )
    yield page
    context.close()
    assert page.complaints == []
