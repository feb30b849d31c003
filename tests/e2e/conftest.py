"""One Chromium for all browser tests; each gets a context of its own."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.e2e.screenshots import ARGUMENTS, CHROMIUM

PATIENCE = 5_000  # milliseconds


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, or a skip that names what is missing."""
    if not os.access(CHROMIUM, os.X_OK):
        pytest.skip("not run: install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A fresh page; whatever it complains about on its console fails the test."""
    context = chromium.new_context(viewport={"width": 1280, "height": 1000})
    context.set_default_timeout(PATIENCE)
    complaints: list[str] = []
    context.on(
        "console", lambda message: message.type == "error" and complaints.append(f"{message.location}: {message.text}")
    )
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    yield context.new_page()
    context.close()
    assert complaints == []
