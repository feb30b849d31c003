"""Two people at one incident and one queue: the screens they meet, in two browsers, by their own eyes and axe's."""

import pytest
from playwright.sync_api import expect

from claims.actions.review import take_turn
from claims.models import Incident
from harmtracker.models import Draft
from tests.e2e.acts import sign_in
from tests.e2e.reading import faults_of
from tests.factories import AssessmentFactory, IncidentFactory, StatementFactory, analyst, editor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def edit_page(page, live_server, user, incident):
    sign_in(page, live_server.url, user)
    page.goto(f"{live_server.url}{incident.get_absolute_url()}edit/")
    return page


def test_of_two_who_edit_one_incident_neither_loses_a_word(live_server, someone_else):
    incident = IncidentFactory(title="Killings in Bucha", summary="As first told.")
    first = edit_page(someone_else(), live_server, analyst(name="Olena Bondar"), incident)
    second = edit_page(someone_else(), live_server, analyst(name="Ines Caldeira"), incident)
    first.get_by_role("textbox", name="Summary").fill("What Olena wrote.")
    first.get_by_role("textbox", name="Title").fill("Killings in Bucha, March 2022")
    first.get_by_role("button", name="Save").click()
    expect(first.get_by_role("heading", level=1)).to_contain_text("March 2022")

    second.get_by_role("textbox", name="Summary").fill("What Ines wrote.")
    second.get_by_role("button", name="Save").click()
    expect(second.get_by_text("Olena Bondar saved this while you were writing")).to_be_visible()
    expect(second.get_by_role("textbox", name="Summary")).to_have_value("What Ines wrote.")
    expect(second.get_by_role("textbox", name="Title")).to_have_value("Killings in Bucha, March 2022")
    assert faults_of(second) == []
    second.get_by_role("radio", name="Both, theirs first").check()
    second.get_by_role("button", name="Save").click()
    expect(second.get_by_role("heading", level=1)).to_contain_text("March 2022")

    assert Incident.objects.get().summary == "What Olena wrote.\n\nWhat Ines wrote."


def test_the_queue_says_who_has_what_and_can_be_read_by_everybody(live_server, someone_else):
    first = AssessmentFactory(subject=StatementFactory(), finding="not_checkable")
    second = AssessmentFactory(subject=StatementFactory(), finding="not_checkable")
    take_turn(subject=first, by=editor(name="Olha Marchuk"))
    page = someone_else()
    sign_in(page, live_server.url, editor())
    page.goto(f"{live_server.url}/review/")
    expect(page.get_by_text("Olha Marchuk has it until")).to_be_visible()
    assert faults_of(page) == []

    page.get_by_role("button", name="Next, please").click()
    expect(page).to_have_url(f"{live_server.url}/assessments/{second.pk}/")
    expect(page.get_by_text("you have it until")).to_be_visible()
    assert faults_of(page) == []
    page.get_by_text("Skip it").click()
    page.get_by_label("Why? It stands in the history.").fill("I know the witness")
    page.get_by_role("button", name="Skip", exact=True).click()
    expect(page.get_by_text("I know the witness")).to_be_visible()


def test_the_desk_with_unsent_forms_can_be_read_by_everybody(live_server, someone_else):
    writer, incident = analyst(), IncidentFactory()
    key = f"incident-edit:{incident.get_absolute_url()}edit/"
    Draft.objects.create(owner=writer, key=key, fields={"title": ["Killings, more exactly"]})
    page = someone_else()
    sign_in(page, live_server.url, writer)
    page.goto(f"{live_server.url}/desk/")
    expect(page.get_by_text("Killings, more exactly")).to_be_visible()
    assert faults_of(page) == []
    page.get_by_role("link", name="Go on").click()
    expect(page.get_by_role("textbox", name="Title")).to_have_value("Killings, more exactly")
    assert faults_of(page) == []
