"""What all tests share: a reproducible environment and the way to Chromium."""

import os

import pytest

from tools import chromium
from tools.reproducible import ENVIRONMENT

os.environ.update(ENVIRONMENT)  # for the kernels and programs that tests start


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The path of Chromium; without one a reader's tests are skipped, CI's fail."""
    path = chromium.find()
    if path is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(chromium.MISSING)
    return path


@pytest.fixture(scope="session")
def browser(chromium_path):
    """A headless Chromium, which talks to nobody by itself."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=chromium.FLAGS)
        yield browser
        browser.close()
