"""What is typed is kept by the server while one types: at most the last seconds are lost, however the page ends."""

import re
import time

import pytest
from playwright.sync_api import expect

from harmtracker.models import Draft
from tests.e2e.acts import sign_in
from tests.factories import analyst

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TYPED = "Fire in the market hall"
KEPT_MS = 30_000


def title_of(page):
    return page.get_by_role("textbox", name="Title")


def test_what_was_typed_is_there_when_the_page_is_opened_again(live_server, someone_else):
    writer = analyst()
    page = someone_else()
    sign_in(page, live_server.url, writer)
    page.goto(f"{live_server.url}/incidents/new/")
    title_of(page).fill(TYPED)
    expect(page.get_by_text(re.compile(r"^Saved \d"))).to_be_visible(timeout=KEPT_MS)
    title_of(page).press_sequentially(" and around it")
    page.goto(f"{live_server.url}/")  # left within the five seconds
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    until = time.monotonic() + 30  # what is sent on leaving arrives beside the next page, in no order
    while Draft.objects.get().fields["title"] == [TYPED] and time.monotonic() < until:
        time.sleep(0.05)

    page.goto(f"{live_server.url}/incidents/new/")
    expect(title_of(page)).to_have_value(f"{TYPED} and around it")
    page.get_by_role("button", name="throw away").click()
    expect(title_of(page)).to_have_value("")
    assert not Draft.objects.exists()


def test_two_tabs_of_one_person_tell_of_each_other(live_server, someone_else):
    page = someone_else()
    sign_in(page, live_server.url, analyst())
    second = page.context.new_page()
    for tab in (page, second):
        tab.goto(f"{live_server.url}/incidents/new/")
    title_of(page).fill("In the first tab")
    expect(page.get_by_text(re.compile(r"^Saved \d"))).to_be_visible(timeout=KEPT_MS)
    title_of(second).fill("In the second tab")
    expect(second.get_by_text("Also open elsewhere")).to_be_visible(timeout=KEPT_MS)

    page.goto(f"{live_server.url}/desk/")
    for words in ("In the first tab", "In the second tab"):
        expect(page.get_by_text(words)).to_be_visible()


def test_without_script_the_form_is_restored_and_sent_as_ever(live_server, someone_else):
    writer = analyst()
    Draft.objects.create(owner=writer, key="incident-new:/incidents/new/", fields={"title": [TYPED]})
    page = someone_else(java_script_enabled=False)
    sign_in(page, live_server.url, writer)
    page.goto(f"{live_server.url}/incidents/new/")
    expect(page.get_by_text("Restored what you typed at")).to_be_visible()
    page.get_by_role("button", name="Add the incident").click()

    expect(page.get_by_role("heading", name=TYPED)).to_be_visible()
    assert not Draft.objects.exists()


def test_while_it_cannot_be_kept_it_says_so_and_keeps_it_afterwards(live_server, someone_else):
    page = someone_else()
    sign_in(page, live_server.url, analyst())
    page.goto(f"{live_server.url}/incidents/new/")
    page.route("**/drafts/", lambda route: route.fulfill(status=403, body="Sign in first"))
    title_of(page).fill(TYPED)
    expect(page.get_by_text("Not saved, retrying. What you typed is still on this page")).to_be_visible(timeout=KEPT_MS)
    page.unroute("**/drafts/")

    said = re.compile(r"^Saved \d\d:\d\d:\d\d UTC$")
    expect(page.locator("[data-draft-state]")).to_have_text(said, timeout=2 * KEPT_MS)
    assert Draft.objects.get().fields["title"] == [TYPED]
