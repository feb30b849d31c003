"""The box that goes anywhere, by keys alone, in a browser."""

import pytest
from playwright.sync_api import expect

from tests.e2e.acts import sign_in
from tests.factories import IncidentFactory, analyst

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_from_anywhere_to_a_record_by_its_name(live_server, page):
    incident = IncidentFactory(title="Killings in Bucha")
    sign_in(page, live_server.url, analyst())
    page.goto(f"{live_server.url}/parties/")
    page.keyboard.press("Control+k")
    box = page.get_by_role("dialog", name="Go to")
    expect(box.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("killings")
    expect(box.get_by_role("link", name="Killings in Bucha")).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(box.get_by_role("link", name="Killings in Bucha")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{live_server.url}{incident.get_absolute_url()}")
    page.keyboard.press("Control+k")
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()
