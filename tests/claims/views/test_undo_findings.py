"""Undoing what was done to a finding: where the rules let one person, and in words where they do not."""

from html import unescape

import pytest

from claims.actions.taking_back import take_back
from claims.models import Assessment
from harmtracker.errors import Refused
from tests.claims.views.test_assessments import post_move
from tests.claims.views.test_undo import done, pressed
from tests.factories import AssessmentFactory, StatementFactory, analyst, approve_finding, editor

pytestmark = pytest.mark.django_db
STAGES = ("stage", "finding", "standing_id", "under_review_reason")


@pytest.fixture
def chief(client):
    user = editor(clearance="AMBER")
    client.force_login(user)
    return user


def where(record):
    record.refresh_from_db()
    return [getattr(record, name) for name in STAGES]


def taken_up(client, record):
    return done(client, f"/statements/{record.ref}/take-up/", {"version": record.version, "reasons": "To look again"})


@pytest.mark.parametrize("stands", ["", "could_not_confirm"])
def test_what_was_taken_up_is_put_down_and_what_stood_stands_as_it_stood(client, chief, stands):
    record = StatementFactory()
    if stands:
        approve_finding(record, stands)
    before = where(record)
    token = taken_up(client, record)
    assert where(record) != before
    assert "put down again" in pressed(client, token)
    assert where(record) == before
    assert "proposed or decided since" in pressed(client, token)


def test_what_others_went_on_from_is_not_put_down(client, chief):
    record = StatementFactory()
    token = taken_up(client, record)
    AssessmentFactory(subject=record, finding="not_checkable")
    assert "proposed or decided since" in pressed(client, token)
    record.refresh_from_db()
    assert record.stage == "in_progress"


@pytest.mark.parametrize("begins", ["unverified", "in_progress"])
def test_a_conclusion_is_taken_back_to_where_the_record_was(client, chief, begins):
    record = StatementFactory()
    if begins == "in_progress":
        approve_finding(record, begins)
    before = where(record)
    made = AssessmentFactory(subject=record, finding="not_checkable", moves_from=begins, proposed_by=analyst())
    token = done(client, f"/assessments/{made.pk}/", {"act": "approve", "reason": ""})
    assert where(record)[1] == "not_checkable"
    assert "the finding is taken back" in pressed(client, token)
    assert where(record) == before
    assert Assessment.objects.filter(statement=record, finding="withdrawn").exists(), "nothing is removed"


def test_concluding_at_once_has_the_button_too(client, chief):
    record = StatementFactory()
    approve_finding(record, "in_progress")
    post_move(client, record, "could_not_confirm", act="conclude")
    page = unescape(client.get(record.get_absolute_url()).content.decode())
    assert 'form="undo-1"' in page


def test_where_no_press_takes_it_back_the_page_says_why(client, chief):
    record = StatementFactory()
    approve_finding(record, "could_not_confirm")
    approve_finding(record, "in_progress")
    made = AssessmentFactory(subject=record, finding="not_checkable", proposed_by=analyst())
    answer = client.post(f"/assessments/{made.pk}/", {"act": "approve", "reason": ""}, follow=True)
    assert "which stood before" in unescape(answer.content.decode())


def test_what_two_people_decided_one_does_not_take_back(chief):
    made = approve_finding(StatementFactory(), "verified", by=chief)
    with pytest.raises(Refused, match="needs two people"):
        take_back(concluded=made, reason="Too early", by=chief)
