"""Two people at one form, what was done undone by a key, and an earlier value restored: in browsers, by axe's eyes."""

import pytest
from playwright.sync_api import expect

from claims.models import Incident, Statement
from tests.e2e.acts import sign_in
from tests.e2e.reading import faults_of
from tests.factories import IncidentFactory, StatementFactory, analyst, editor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_one_sees_who_types_and_restores_what_stood_before(live_server, someone_else):
    incident = IncidentFactory(title="Killings of civilians in the town of Bucha")
    edit = f"{live_server.url}{incident.get_absolute_url()}edit/"
    first, second = someone_else(), someone_else()
    sign_in(first, live_server.url, analyst(name="Olena Bondar"))
    sign_in(second, live_server.url, analyst(name="Ines Caldeira"))
    first.goto(edit)
    with first.expect_response("**/presence/"):
        first.get_by_role("textbox", name="Title").fill("Killings of civilians in Bucha")
    second.goto(edit)
    expect(second.get_by_text("Olena Bondar is editing this just now.")).to_be_visible()
    assert faults_of(second) == []
    first.get_by_role("button", name="Save").click()
    expect(first.get_by_role("heading", level=1)).to_have_text("Killings of civilians in Bucha")
    second.goto(edit)
    expect(second.locator("[data-here]")).to_be_hidden()

    second.goto(f"{live_server.url}{incident.get_absolute_url()}history/")
    assert faults_of(second) == []
    second.get_by_role("link", name="Restore the earlier value").click()
    expect(second.get_by_role("textbox", name="Title")).to_have_value(incident.title)
    second.get_by_role("button", name="Save").click()
    expect(second.get_by_role("heading", level=1)).to_have_text(incident.title)
    assert Incident.objects.get().title == incident.title


def test_the_key_undoes_what_was_done_last(live_server, someone_else):
    statement = StatementFactory(workflow="in_review")
    page = someone_else()
    sign_in(page, live_server.url, editor())
    page.goto(f"{live_server.url}{statement.get_absolute_url()}")
    page.get_by_role("button", name="Approve the record").click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    assert faults_of(page) == []
    page.wait_for_load_state()
    page.keyboard.press("u")
    expect(page.get_by_text("Undone.")).to_be_visible()
    assert Statement.objects.get().workflow == "in_review"
    page.goto(f"{live_server.url}{statement.get_absolute_url()}taken-out/")
    assert faults_of(page) == []
