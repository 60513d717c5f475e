"""Find Chromium for the browser tests, or get it.

python -m tools.chromium   prints the path; installs Chromium first where it is missing and may be.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Google/Chrome/Application/chrome.exe",
)
FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
MISSING = (
    "Chromium is missing, and the browser tests need it. Install Chromium or Google Chrome "
    "(Debian, Ubuntu: apt-get install chromium; macOS: brew install --cask chromium), or name one "
    "by the variable CHROMIUM."
)


def find() -> str | None:
    """The path of a Chromium on this machine: $CHROMIUM, the system's, or Playwright's own."""
    if named := os.environ.get("CHROMIUM"):
        return shutil.which(named)
    candidates = (*map(shutil.which, NAMES), *PLACES, _playwrights_own())
    return next((path for path in candidates if path and Path(path).exists()), None)


def install() -> None:
    """Get Chromium by the system's package manager where we may, else by Playwright."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        print("Chromium is missing: installing it with apt-get ...", flush=True)
        commands = [["apt-get", "update", "-q"], ["apt-get", "install", "-qy", "chromium"]]
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        if all(_succeeds(command, environment) for command in commands) and find():
            return
    print("Chromium is missing: downloading Playwright's own ...", flush=True)
    _succeeds([sys.executable, "-m", "playwright", "install", "chromium"], os.environ)


def _succeeds(command, environment) -> bool:
    return subprocess.run(command, env=environment, stdout=subprocess.DEVNULL).returncode == 0


def _playwrights_own() -> str | None:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return None
    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def main() -> int:
    if find() is None:
        install()
    path = find()
    print(path or MISSING)
    return 1 if path is None and os.environ.get("CI") else 0


if __name__ == "__main__":
    sys.exit(main())
