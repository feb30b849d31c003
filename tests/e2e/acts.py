"""What people do in the browser, by role and accessible name only, with script and without."""

import re

from playwright.sync_api import Locator, Page, expect

from harmtracker.models import User
from tests.factories import PASSWORD

CAPTURE_MS = 60_000  # a real worker fetches, seals and reads


def sign_in(page: Page, address: str, person: User) -> None:
    page.goto(address)
    page.get_by_role("textbox", name="Username").fill(person.username)
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name=re.compile("account$"))).to_be_visible()


def hand_in(page: Page, address: str) -> None:
    """Put a link into the box that heads every page."""
    header = page.get_by_role("banner")
    header.get_by_role("textbox", name="Log a link, or pasted text").fill(address)
    header.get_by_role("button", name="Log", exact=True).click()
    expect(page.get_by_role("list", name="Record")).to_contain_text("SO-")


def captured_text(page: Page) -> Locator:
    return page.get_by_role("article", name="Captured text, capture 1")


def the_form(page: Page) -> Locator:
    return page.get_by_role("form", name="New statement")


def log_statement(page: Page) -> None:
    the_form(page).get_by_role("button", name="Log statement").click()
    said_to_be_done(page, "Logged ST-")


def said_to_be_done(page: Page, words: str) -> None:
    expect(page.get_by_role("status").filter(has_text=words)).to_be_visible()


def take_up(page: Page) -> None:
    """From a record's page to the open proposal, with work on it begun."""
    page.get_by_role("link", name="Propose a finding").click()
    page.get_by_role("textbox", name=re.compile("^Why")).fill("Reports from one outlet")
    page.get_by_role("button", name="Take it up").click()


def propose_could_not_confirm(page: Page) -> None:
    """Fill the proposal, have its wording written, read it and send it."""
    page.get_by_role("radio", name="Could not independently confirm").check()
    page.get_by_role("textbox", name=re.compile("^Reasons")).fill("Everything goes back to one outlet.")
    page.get_by_role("group", name="Confidence").get_by_role("radio", name="low").check()
    page.get_by_role("checkbox", name="No second source").check()
    page.get_by_role("textbox", name=re.compile("^What would settle it")).fill("A second witness")
    page.get_by_role("button", name="Propose", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Written from your answers")
    page.get_by_role("button", name="Propose", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Could not independently confirm")


def approve_record(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("button", name="Approve the record").click()
    expect(page.get_by_role("button", name="Approve the record")).to_have_count(0)
