"""One Chromium for all browser tests; each gets a context of its own."""

import os
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.e2e.screenshots import ARGUMENTS, CHROMIUM

PATIENCE = 30_000  # milliseconds, on a machine with other work
# Chromium counts a page that answers with 403, 404 or 422 as a fault; ours are words for a person.
ANSWERED = re.compile(r"the server responded with a status of (403|404|422)")
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, or a skip that names what is missing."""
    if not os.access(CHROMIUM, os.X_OK):
        pytest.skip("not run: install chromium")  # with REQUIRE_BROWSER=1, as CI has it, make fails before
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


def _browser_of_one_person(chromium: Browser, complaints: list[str], **options: Any) -> Page:
    """A page of a browser nobody is signed in with; what it complains about on its console is written down."""
    context = chromium.new_context(**({"viewport": {"width": 1280, "height": 1000}} | options))
    context.set_default_timeout(PATIENCE)
    context.on(
        "console",
        lambda message: (
            message.type == "error"
            and not ANSWERED.search(message.text)
            and complaints.append(f"{message.location}: {message.text}")
        ),
    )
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    return context.new_page()


@pytest.fixture
def someone_else(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Fresh pages, each of a browser of its own; whatever one complains about on its console fails the test."""
    complaints: list[str] = []
    opened: list[Page] = []

    def fresh(**options: Any) -> Page:
        opened.append(_browser_of_one_person(chromium, complaints, **options))
        return opened[-1]

    yield fresh
    for page in opened:
        page.context.close()
    assert complaints == []


@pytest.fixture
def page(someone_else: Callable[..., Page]) -> Page:
    """A fresh page; whatever it complains about on its console fails the test."""
    return someone_else()
