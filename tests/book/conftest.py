"""The built book, served and opened in a Chromium that reaches no other host."""

import subprocess
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tools.notebooks import ROOT


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="session")
def book(tmp_path_factory) -> Path:
    """The folder of the finished pages; a warning of Sphinx is a failure."""
    folder = tmp_path_factory.mktemp("book")
    options = ["-q", "-W", "--keep-going", "-c", "book", "-d", str(folder / "doctrees")]
    command = [sys.executable, "-m", "sphinx", *options, ".", str(folder / "html")]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    return folder / "html"


@pytest.fixture(scope="session")
def site(book):
    """The address at which the book is served."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(book)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


class Visit:
    """A page and everything that went wrong while it was open."""

    def __init__(self, browser, colours="light"):
        self.faults = []
        self.context = browser.new_context(color_scheme=colours)
        self.page = self.context.new_page()
        self.page.route("**/*", self._let_through)
        self.page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        self.page.on("console", self._note)

    def _let_through(self, route):
        local = ("file:", "http://127.0.0.1:", "data:", "blob:")
        if route.request.url.startswith(local):
            return route.continue_()
        self.faults.append(f"asked another host: {route.request.url}")
        route.abort()

    def _note(self, message):
        if message.type in ("error", "warning"):
            self.faults.append(f"{message.type}: {message.text}")

    def open(self, address):
        self.page.goto(address)
        self.page.wait_for_function("!window.MathJax?.startup || MathJax.startup.promise")
        self.page.wait_for_function(
            "[...document.querySelectorAll('[data-dlcourse]')].every(host => host.shadowRoot)"
        )
        return self.page


@pytest.fixture
def visit(browser):
    """Begin a visit: ``visit("dark")``."""
    visits = []

    def begin(colours="light"):
        visits.append(Visit(browser, colours))
        return visits[-1]

    yield begin
    for one in visits:
        one.context.close()
