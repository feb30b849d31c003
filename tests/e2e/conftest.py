"""One Chromium for all browser tests; each gets browsers of people nobody is signed in with."""

import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Page, expect, sync_playwright

from tests.e2e.screenshots import ARGUMENTS, CHROMIUM

PATIENCE = 30_000  # milliseconds, on a machine with other work
# Chromium counts a page that answers with 403, 404 or 422 as a fault; ours are words for a person.
ANSWERED = re.compile(r"the server responded with a status of (403|404|422)")
DESK = {"width": 1280, "height": 1000}  # pixels
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
    context = chromium.new_context(**({"viewport": DESK} | options))
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


class Browsers:
    """Browsers of one person each, kept from test to test: a new one costs as much as the pages of most tests."""

    def __init__(self, chromium: Browser) -> None:
        self._chromium = chromium
        self._free: dict[frozenset[tuple[str, Any]], list[tuple[Page, list[str]]]] = defaultdict(list)

    def lend(self, options: dict[str, Any]) -> tuple[Page, list[str]]:
        """A page as new, and the list of its complaints."""
        free = self._free[frozenset(options.items())]
        if not free:
            complaints: list[str] = []
            return _browser_of_one_person(self._chromium, complaints, **options), complaints
        page, complaints = free.pop()
        page.set_viewport_size(DESK)
        page.emulate_media(color_scheme="light")
        page.set_default_timeout(PATIENCE)
        complaints.clear()
        return page, complaints

    def take_back(self, options: dict[str, Any], page: Page, complaints: list[str]) -> list[str]:
        """Forget who was signed in, leave the page they were on, and give what it complained about until then."""
        context = page.context
        try:
            page.title()  # what was said before the answer has come by then
            said = complaints.copy()
            context.clear_cookies()  # first, so that nothing sent on leaving is written after the test
            for other in context.pages:
                if other != page:
                    other.close()
            page.unroute_all()
            page.goto("about:blank")
        except Error:  # the page was on its way elsewhere, or is gone
            context.close()
            return complaints
        self._free[frozenset(options.items())].append((page, complaints))
        return said


@pytest.fixture(scope="session")
def browsers(chromium: Browser) -> Browsers:
    return Browsers(chromium)


@pytest.fixture
def someone_else(browsers: Browsers) -> Iterator[Callable[..., Page]]:
    """Fresh pages, each of a browser of its own; whatever one complains about on its console fails the test."""
    lent: list[tuple[dict[str, Any], Page, list[str]]] = []

    def fresh(**options: Any) -> Page:
        page, complaints = browsers.lend(options)
        lent.append((options, page, complaints))
        return page

    yield fresh
    assert [said for each in lent for said in browsers.take_back(*each)] == []


@pytest.fixture
def page(someone_else: Callable[..., Page]) -> Page:
    """A fresh page; whatever it complains about on its console fails the test."""
    return someone_else()
