"""The whole story in a real browser: everything by role and accessible name, with a real worker behind it."""

import json
import os
import re
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Page, expect

from claims.actions.partner import create_partner, issue_token
from claims.models import Incident, Statement
from tests.e2e.acts import (
    CAPTURE_MS,
    approve_record,
    captured_text,
    hand_in,
    log_statement,
    propose_could_not_confirm,
    said_to_be_done,
    sign_in,
    take_up,
    the_form,
)
from tests.factories import PartyFactory, admin, analyst, editor
from tests.small_web import serving

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOST_KEYS = 25  # to log one statement from the open Reader, beside what has to be written in words
TITLE = "Killings in Bucha"
MINISTRY, OUTLET = "Russian Ministry of Defence", "Meridian Wire"
PAGE = (
    "<html lang='en'><title>Report from Bucha</title><meta property='article:published_time' "
    "content='2022-04-03T16:20:00+02:00'><article><h1>Report from Bucha</h1><p>Meridian Wire pictures show civilian "
    "bodies in the streets.</p><p>Fake, said the Russian Ministry of Defence.</p><p>Nobody was "
    "harmed, the Russian Ministry of Defence said later. Our reporters could not reach the town and rely on pictures "
    "that two agencies passed on, and on officials reached by telephone.</p></article></html>"
)


class Hands:
    """A person at the keyboard, who counts key presses; what is written in words is not counted."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.presses = 0

    def press(self, *keys: str) -> None:
        self._page.wait_for_load_state()  # a page may be read before its keys are bound
        for key in keys:
            self._page.keyboard.press(key)
            self.presses += 1

    def write(self, words: str) -> None:
        self._page.keyboard.type(words)


def picture(page: Page, name: str) -> None:
    """Keep a picture of this step when somebody wants to look at the story: PICTURES=folder."""
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def log_allegation_by_keyboard(page: Page) -> int:
    """From the open Reader to a logged allegation about a new incident. Returns the key presses it took."""
    hands = Hands(page)
    hands.press("t")
    expect(captured_text(page)).to_be_focused()
    hands.press("ArrowDown", "ArrowDown", *["ArrowRight"] * 4, *["Shift+ArrowRight"] * 4)
    expect(page.get_by_role("toolbar", name="Selected words")).to_contain_text("5 words")
    picture(page, "03-words")
    hands.press("Enter")
    form = the_form(page)
    expect(form.get_by_role("textbox", name="Words, as captured")).to_have_value("civilian bodies in the streets")
    expect(form.get_by_role("textbox", name="Language of the words")).to_have_value("en")
    expect(form.get_by_role("textbox", name="Said on")).to_have_value("2022-04-03")
    expect(form.get_by_role("radio", name=OUTLET)).to_be_focused()
    hands.press("Space", "Tab", "Tab", "Tab")
    expect(form.get_by_role("radio", name="Allegation")).to_be_focused()
    hands.press("Space", "Tab", "Tab")
    expect(form.get_by_role("textbox", name="Whom it accuses")).to_be_focused()
    hands.write(MINISTRY)
    hands.press("Alt+n")
    expect(form.get_by_role("textbox", name="Or a new incident")).to_be_focused()
    hands.write(TITLE)
    picture(page, "04-form")
    hands.press("Control+Enter")
    said_to_be_done(page, "Logged ST-")
    return hands.presses


def log_denial_by_mouse(page: Page, word: str, answers: str = "") -> None:
    """Double click on the word that begins a paragraph, say whose it is and, maybe, what it answers."""
    captured_text(page).get_by_role("paragraph").filter(has_text=f"{word}").dblclick(position={"x": 8, "y": 12})
    page.get_by_role("toolbar", name="Selected words").get_by_role("button", name="Log statement").click()
    form = the_form(page)
    expect(form.get_by_role("textbox", name="Words, as captured")).to_have_value(word)
    form.get_by_role("radio", name=MINISTRY).check()
    form.get_by_role("radio", name="Denial").check()
    form.get_by_role("combobox", name="What it says of its own part").select_option("Denies the act")
    form.get_by_role("checkbox", name=TITLE).check()
    if answers:
        answered = form.get_by_role("combobox", name="Answers which statement")
        answered.select_option(answered.get_by_role("option").filter(has_text=answers).text_content())
        form.get_by_role("combobox", name=re.compile(r"^How\b(?! we)")).select_option("denies")
        form.get_by_role("combobox", name="On which point").select_option("occurrence")
    picture(page, f"05-{word}")
    log_statement(page)


def answer_from_ledger_in_two_clicks(page: Page) -> None:
    """Press Answer on the allegation, then how the statement that is held already answers it."""
    claim = page.get_by_role("article", name=OUTLET)
    claim.get_by_role("link", name="Answer").click()
    row = page.get_by_role("listitem").filter(has_text="Nobody").filter(has=page.get_by_role("button", name="denies"))
    row.get_by_role("button", name="denies").click()
    expect(page.get_by_role("list", name="Answers to 1").get_by_role("article", name=MINISTRY)).to_have_count(2)


def release_with_statements(page: Page) -> None:
    page.get_by_role("link", name="Release").click()
    boxes = page.get_by_role("group", name="Statements that go along").get_by_role("checkbox")
    expect(boxes).to_have_count(3)
    for box in boxes.all():
        box.check()
    page.get_by_role("checkbox", name="It goes out as").check()
    picture(page, "10-release")
    page.get_by_role("button", name="Release", exact=True).click()


def partners_key() -> str:
    keeper = admin()
    partner = create_partner(name="Archive of the Coast", ceiling="AMBER", by=keeper)
    scopes = ["incidents:read", "statements:read"]
    return issue_token(partner=partner, scopes=scopes, ceiling="AMBER", by=keeper)[1]


def pulled(address: str, key: str) -> dict:
    with urlopen(Request(address, headers={"Authorization": f"Bearer {key}"}), timeout=60) as answer:
        return json.load(answer)


def test_from_a_link_to_what_a_partner_reads(worker, web_ports, live_server, page, someone_else):
    PartyFactory(name=MINISTRY)
    PartyFactory(name=OUTLET, kind="media")
    sign_in(page, live_server.url, analyst())
    with serving(PAGE, web_ports[0]) as address:
        hand_in(page, address)
        picture(page, "02-capture")
        expect(captured_text(page)).to_be_visible(timeout=CAPTURE_MS)
    assert log_allegation_by_keyboard(page) <= MOST_KEYS
    log_denial_by_mouse(page, "Fake", "civilian bodies in the streets")
    log_denial_by_mouse(page, "Nobody")

    incident = Incident.objects.get()
    page.get_by_role("link", name="Incidents").first.click()
    page.get_by_role("link", name=TITLE).click()
    expect(page.get_by_role("list", name="Answers to 1")).to_contain_text("Fake")
    answer_from_ledger_in_two_clicks(page)
    picture(page, "06-ledger")
    take_up(page)
    propose_could_not_confirm(page)
    picture(page, "08-proposed")
    proposal = page.url

    decider = someone_else()
    sign_in(decider, proposal, editor())
    decider.get_by_role("button", name="Approve").click()
    for record in (*Statement.objects.all(), incident):
        approve_record(decider, live_server.url + record.get_absolute_url())
    expect(decider.get_by_role("heading", name="Our finding: Could not independently confirm")).to_be_visible()
    release_with_statements(decider)
    picture(decider, "11-released")

    bundle = pulled(f"{live_server.url}/api/v1/incidents/{incident.pk}/bundle/", partners_key())
    assert bundle["incident"]["finding"]["code"] == "could_not_confirm"
    words = {each["text"] for said in bundle["statements"] for each in said["renderings"]}
    assert words == {"civilian bodies in the streets", "Fake", "Nobody"}
