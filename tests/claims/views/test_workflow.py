"""Moving records along: who may, from where, with which reason; once, and never over somebody else's change."""

import pytest
from django.template import engines
from django.test import RequestFactory
from django.urls import reverse

from claims.actions.workflow import FROM
from harmtracker.models import AuditEvent
from harmtracker.records import Workflow
from tests.claims.views.test_lists import signed_in, words_of
from tests.factories import (
    IncidentFactory,
    MediaItemFactory,
    StatementFactory,
    TeamFactory,
    admin,
    analyst,
    editor,
    viewer,
)

pytestmark = pytest.mark.django_db
EVERY_STEP = [(here, to) for here in Workflow.values for to in Workflow.values]


def step(client, record, to, kind="statement", **fields):
    form = {"to": to, "version": record.version, "reason": "Because."} | fields
    return client.post(reverse(f"{kind}-workflow", args=[record.ref]), form)


@pytest.mark.parametrize(("here", "to"), EVERY_STEP)
def test_every_step_of_the_workflow_and_no_other(here, to):
    incident = IncidentFactory(workflow=here)
    answer = step(signed_in(editor()), incident, to, "incident")
    incident.refresh_from_db()
    if here in FROM[to]:
        assert answer.status_code == 302
        assert incident.workflow == to
    else:
        assert answer.status_code == 422
        assert "this step does not follow from there" in words_of(answer)
        assert incident.workflow == here


@pytest.mark.parametrize(
    ("person", "to", "status"),
    [
        (viewer, "in_review", 403),
        (admin, "approved", 403),
        (analyst, "in_review", 302),
        (analyst, "approved", 403),
        (analyst, "set_aside", 403),
        (editor, "approved", 302),
        (editor, "set_aside", 302),
    ],
)
def test_who_may_take_which_step(person, to, status):
    statement = StatementFactory(tlp="GREEN")
    assert step(signed_in(person()), statement, to).status_code == status
    statement.refresh_from_db()
    assert statement.workflow == (to if status == 302 else "draft")


@pytest.mark.parametrize("to", ["changes_requested", "set_aside"])
def test_a_step_that_needs_a_reason_asks_for_it(to):
    item = MediaItemFactory(workflow="in_review")
    client = signed_in(editor())
    refused = step(client, item, to, "media-item", reason="  ")
    assert refused.status_code == 422
    assert "Say why." in words_of(refused)
    assert step(client, item, to, "media-item", reason="Wrong street").status_code == 302
    assert AuditEvent.objects.filter(reason="Wrong street", subject_id=item.pk).exists()


def test_an_outdated_page_keeps_the_reason_and_shows_what_happened():
    statement = StatementFactory(workflow="in_review")
    step(signed_in(editor(name="First Editor")), statement, "changes_requested", reason="Name the street")
    answer = step(signed_in(editor()), statement, "set_aside", reason="It is a double")
    assert answer.status_code == 422
    page = words_of(answer)
    assert "Someone saved this record after you opened it." in page
    assert "First Editor" in page
    assert "Name the street" in page
    assert "It is a double" in page
    statement.refresh_from_db()
    assert statement.workflow == "changes_requested"


def test_of_two_who_approve_at_once_one_wins_and_the_other_is_told_who():
    statement = StatementFactory(workflow="in_review")
    assert step(signed_in(editor(name="First Editor")), statement, "approved").status_code == 302
    answer = step(signed_in(editor()), statement, "approved")
    assert answer.status_code == 422
    assert "is Approved; this step does not follow from there." in words_of(answer)
    assert "First Editor" in words_of(answer)
    assert "Statement approved" in words_of(answer)
    assert AuditEvent.objects.filter(verb="statement.approved").count() == 1


def test_a_second_press_changes_nothing():
    statement = StatementFactory()
    client = signed_in(analyst())
    assert step(client, statement, "in_review").status_code == 302
    again = step(client, statement, "in_review")
    assert again.status_code == 422
    assert "is In review; this step does not follow from there." in words_of(again)


def test_a_step_that_does_not_exist_is_refused():
    assert step(signed_in(editor()), StatementFactory(), "published").status_code == 422


def test_what_one_may_not_see_is_as_unknown():
    client = signed_in(editor())
    hidden = StatementFactory(team=TeamFactory())
    answer = step(client, hidden, "approved")
    unknown = client.post(reverse("statement-workflow", args=["ST-2222222"]), {})
    assert answer.status_code == unknown.status_code == 404
    assert words_of(answer) == words_of(unknown)


def test_a_link_takes_no_step():
    assert signed_in(editor()).get(reverse("statement-workflow", args=[StatementFactory().ref])).status_code == 405


@pytest.mark.parametrize(
    ("person", "workflow", "steps"),
    [
        (viewer, "approved", set()),
        (analyst, "draft", {"in_review"}),
        (analyst, "approved", set()),
        (editor, "draft", {"in_review", "approved", "set_aside"}),
        (editor, "in_review", {"approved", "changes_requested", "set_aside"}),
        (editor, "approved", {"changes_requested", "set_aside"}),
        (editor, "set_aside", {"draft"}),
    ],
)
def test_the_buttons_are_the_steps_one_may_take(person, workflow, steps):
    request = RequestFactory().get("/")
    context = {"record": IncidentFactory(workflow=workflow), "user": person()}
    shown = engines["django"].get_template("components/workflow.html").render(context, request)
    assert {to for to in Workflow.values if f'value="{to}"' in shown} == steps
