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
ASK_PLAYWRIGHT = (
    "from playwright.sync_api import sync_playwright as p\n"
    "with p() as playwright: print(playwright.chromium.executable_path)"
)
MISSING = (
    "Chromium is missing, and the browser tests need it. Install Chromium or Google Chrome "
    "(Debian, Ubuntu: apt-get install chromium; macOS: brew install --cask chromium), or name one "
    "by the variable CHROMIUM."
)


def find() -> str | None:
    """The path of a Chromium on this machine: $CHROMIUM, the system's, or Playwright's own."""
    if named := os.environ.get("CHROMIUM"):
        return shutil.which(named)
    on_the_system = (*map(shutil.which, NAMES), *PLACES)
    found = next((path for path in on_the_system if path and Path(path).exists()), None)
    return found or _playwrights_own()


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
    # In a process of its own: Playwright allows only one of itself in each.
    asked = subprocess.run([sys.executable, "-c", ASK_PLAYWRIGHT], capture_output=True, text=True)
    path = asked.stdout.strip()
    return path if asked.returncode == 0 and Path(path).exists() else None


def main() -> int:
    if find() is None:
        install()
    path = find()
    print(path or MISSING)
    return 1 if path is None and os.environ.get("CI") else 0


if __name__ == "__main__":
    sys.exit(main())
