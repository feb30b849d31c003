"""The main acts without script: plain forms and links, by the same names."""

import re

import pytest
from playwright.sync_api import expect

from claims.models import Incident, Rendering, Statement
from tests.e2e.acts import (
    CAPTURE_MS,
    approve_record,
    captured_text,
    hand_in,
    log_statement,
    propose_could_not_confirm,
    sign_in,
    take_up,
    the_form,
)
from tests.factories import PartyFactory, analyst, editor
from tests.small_web import serving

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MINISTRY = "Russian Ministry of Defence"
PAGE = (
    "<html lang='en'><title>Report</title><article><h1>Report</h1><p>The ministry called the pictures fake.</p>"
    f"<p>Later the {MINISTRY} called the pictures fake once more, in words that two agencies passed on to our "
    "reporters, who could not reach the town themselves and relied on officials reached by telephone.</p></article>"
)
WORDS = "called the pictures fake"


def test_a_link_becomes_an_approved_finding(worker, web_ports, live_server, someone_else):
    PartyFactory(name=MINISTRY)
    page = someone_else(java_script_enabled=False)
    sign_in(page, live_server.url, analyst())
    with serving(PAGE, web_ports[0]) as address:
        hand_in(page, address)
        expect(captured_text(page)).to_be_visible(timeout=CAPTURE_MS)  # the page asks again by itself
    page.get_by_role("link", name="Open the form").click()
    form = the_form(page)
    form.get_by_role("textbox", name="Words, as captured").fill(WORDS)
    form.get_by_role("radio", name=MINISTRY).check()
    form.get_by_role("radio", name="Characterization").check()
    form.get_by_role("textbox", name="Or a new incident").fill("Killings in Bucha")
    form.get_by_role("button", name="Log statement").click()

    places = form.get_by_role("group", name="Which of these places?").get_by_role("radio")
    expect(places).to_have_count(2)
    places.nth(1).check()
    expect(form.get_by_role("textbox", name="Or a new incident")).to_have_value("Killings in Bucha")
    log_statement(page)
    taken = Rendering.objects.select_related("capture").get()
    assert taken.start == taken.capture.text.rindex(WORDS)

    incident = Incident.objects.get()
    page.goto(live_server.url + incident.get_absolute_url())
    take_up(page)
    propose_could_not_confirm(page)
    decider = someone_else(java_script_enabled=False)
    sign_in(decider, page.url, editor())
    decider.get_by_role("button", name=re.compile("^Approve")).click()
    for record in (Statement.objects.get(), incident):
        approve_record(decider, live_server.url + record.get_absolute_url())
    expect(decider.get_by_role("heading", name="Our finding: Could not independently confirm")).to_be_visible()
