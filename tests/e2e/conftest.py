"""A browser for the tests that drive pages."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium without a window. Where it is missing the tests are skipped; with CI=true they fail."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found:
        sentence = "Chromium is not installed, so the sandbox page was not driven (Debian: apt-get install chromium)."
        if os.environ.get("CI") == "true":
            pytest.fail(sentence)
        pytest.skip(sentence)
    with sync_playwright() as play:
        quiet = ["--no-sandbox", "--disable-background-networking", "--disable-sync", "--disable-component-update"]
        opened = play.chromium.launch(executable_path=found, args=quiet)
        yield opened
        opened.close()
