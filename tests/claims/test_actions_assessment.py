"""What the actions of assessing promise without any page: who, when, why, once, and never a job."""

from datetime import date

import pytest

from claims.actions.assessment import (
    Cited,
    Proposal,
    approve,
    conclude,
    current_stage,
    propose,
    send_back,
    take_up,
    why_not_approve,
    withdraw_proposal,
)
from claims.listing.requirements import requirements, why_not
from claims.models import Assessment, Decision, Evidence
from claims.public_wording import draft
from harmtracker import jobs
from harmtracker.errors import NotAllowed, Refused, StaleRecord
from harmtracker.models import AuditEvent
from tests.factories import (
    AssessmentFactory,
    EvidenceFactory,
    IncidentFactory,
    MediaItemFactory,
    OutsideNoteFactory,
    RenderingFactory,
    StatementFactory,
    admin,
    analyst,
    approve_finding,
    editor,
    viewer,
)

pytestmark = pytest.mark.django_db
DAY = date(2022, 4, 5)


def whole(finding="not_checkable", **fields):
    return Proposal(**({"finding": finding, "reasons": "It is an opinion.", "confidence": "high"} | fields))


def make(action, subject, by, **fields):
    proposal = fields.pop("proposal", None) or whole(**fields)
    return action(subject=subject, proposal=proposal, expected_version=subject.version, by=by)


def test_a_proposal_changes_nothing_until_it_is_approved():
    statement = StatementFactory()
    made = make(propose, statement, analyst())
    statement.refresh_from_db()
    assert (statement.finding, made.subject_version, made.moves_from) == ("unverified", 1, "unverified")
    approve(assessment=made, by=editor())
    statement.refresh_from_db()
    assert (statement.finding, statement.standing) == ("not_checkable", made)


def test_each_act_is_in_the_chain_with_who_why_and_the_incidents_that_show_it():
    statement, by, boss = StatementFactory(), analyst(), editor()
    made = make(propose, statement, by)
    approve(assessment=made, by=boss, reason="Agreed")
    events = AuditEvent.objects.filter(subject_id=statement.pk, verb__startswith="finding.").order_by("sequence")
    assert [(event.verb, event.actor_id, event.reason) for event in events] == [
        ("finding.proposed", by.pk, "It is an opinion."),
        ("finding.approve", boss.pk, "Agreed"),
    ]
    event_of = statement.incidents.first().pk
    assert [event.about for event in events] == [[event_of], [event_of, by.pk]]  # a decision is news to who proposed
    assert events[1].changes == {"finding": ["unverified", "not_checkable"]}


def test_evidence_of_every_kind_is_kept_with_its_direction():
    incident = IncidentFactory()
    things = [StatementFactory(incident=incident), RenderingFactory(), MediaItemFactory(), OutsideNoteFactory()]
    cited = [Cited(thing, "context", "C", "4", "Look") for thing in things]
    made = make(propose, incident, analyst(), evidence=cited)
    rows = list(Evidence.objects.filter(assessment=made))
    assert {row.statement or row.rendering or row.media_item or row.note for row in rows} == set(things)
    assert {(row.direction, row.reliability, row.credibility, row.remark) for row in rows} == {
        ("context", "C", "4", "Look")
    }


@pytest.mark.parametrize("person", [viewer, admin])
def test_no_power_over_findings_without_the_role(person):
    statement, by = StatementFactory(), person()
    made = AssessmentFactory(subject=statement, finding="not_checkable")
    for act in (
        lambda: make(propose, statement, by),
        lambda: make(conclude, statement, by),
        lambda: take_up(subject=statement, reason="x", expected_version=1, by=by),
        lambda: approve(assessment=made, by=by),
        lambda: send_back(assessment=made, reason="x", by=by),
        lambda: withdraw_proposal(assessment=made, reason="x", by=by),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert not Decision.objects.exists()


def test_a_job_never_sets_a_finding():
    statement, by = StatementFactory(), editor()
    made = AssessmentFactory(subject=statement, finding="not_checkable")
    with jobs.running():
        _each_is_refused(statement, made, by)
    assert not Decision.objects.exists()


def _each_is_refused(statement, made, by):
    for act in (
        lambda: make(propose, statement, by),
        lambda: make(conclude, statement, by),
        lambda: take_up(subject=statement, reason="x", expected_version=1, by=by),
        lambda: approve(assessment=made, by=by),
    ):
        with pytest.raises(NotAllowed, match="Only a person sets a finding"):
            act()


def test_an_outdated_version_is_refused_with_the_record_as_it_stands():
    statement = StatementFactory()
    with pytest.raises(StaleRecord) as caught:
        propose(subject=statement, proposal=whole(), expected_version=2, by=analyst())
    assert caught.value.current == statement
    assert not Assessment.objects.exists()


def test_the_same_proposal_waits_once_and_may_be_made_again_after_it_was_sent_back():
    statement, by = StatementFactory(), analyst()
    made = make(propose, statement, by)
    with pytest.raises(Refused) as caught:
        make(propose, statement, by)
    assert caught.value.code == "proposed_already"
    make(propose, statement, analyst())  # another person's is another proposal
    send_back(assessment=made, reason="Say more", by=editor())
    make(propose, statement, by)
    assert Assessment.objects.count() == 3


def test_concluding_leaves_nothing_behind_when_it_is_refused():
    statement = StatementFactory(names_nobody=True)
    approve_finding(statement, "in_progress")
    before = AuditEvent.objects.count()
    with pytest.raises(Refused) as caught:
        make(conclude, statement, editor(), finding="refuted", standard_of_proof="reasonable_grounds")
    assert caught.value.code == "decision_second_person"
    assert not Assessment.objects.filter(finding="refuted").exists()
    assert AuditEvent.objects.count() == before


def test_verified_needs_a_standard_of_proof():
    statement = StatementFactory()
    approve_finding(statement, "in_progress")
    with pytest.raises(Refused, match="declared standard of proof"):
        make(propose, statement, analyst(), finding="verified")


def test_stage_of_another_aspect_is_its_newest_approved_finding():
    incident = IncidentFactory()
    assert current_stage(incident, "responsibility") == "unverified"
    make(conclude, incident, editor(), aspect="responsibility")
    assert current_stage(incident, "responsibility") == "not_checkable"
    assert current_stage(incident, "occurrence") == "unverified"


def verified_by(proposer, **subject):
    statement = StatementFactory(names_nobody=True, **subject)
    approve_finding(statement, "in_progress")
    made = AssessmentFactory(subject=statement, finding="verified", proposed_by=proposer)
    for _each in range(2):
        EvidenceFactory(assessment=made)
    return made


def test_why_not_approve_is_the_answer_of_the_database():
    one, other = editor(), editor()
    made = verified_by(one)
    assert "second person" in why_not_approve(made, one)
    assert why_not(made, other, requirements(made, other)) == ""
    assert why_not_approve(made, analyst()) == "An editor concludes. You can propose."
    with pytest.raises(Refused):
        approve(assessment=made, by=one)
    approve(assessment=made, by=other)


def test_a_hand_in_the_evidence_is_seen_although_the_record_is_anothers():
    one = editor()
    made = verified_by(analyst())
    EvidenceFactory(assessment=made, statement=StatementFactory(created_by=one))
    assert why_not_approve(made, one) == ""  # this one looks only at the proposal and the record
    assert "made or edited" in why_not(made, one, requirements(made, one))
    with pytest.raises(Refused) as caught:
        approve(assessment=made, by=one)
    assert caught.value.code == "decision_second_person"


@pytest.mark.parametrize("finding", ["unverified", "in_progress"])
def test_no_wording_is_drafted_where_there_is_no_conclusion(finding):
    assert draft(finding, [], "", "", DAY) == ""


def test_drafted_wording_names_the_organisation_and_the_day_and_never_we(settings):
    settings.HARMTRACKER_ORGANISATION = "Example Desk"
    text = draft("could_not_confirm", ["no_access", "other"], "the ministry did not answer.", "A second video.", DAY)
    assert text == (
        "As of 5 April 2022 Example Desk could not independently confirm this. In particular, the place and the "
        "witnesses could not be reached; the ministry did not answer. What would settle it: A second video."
    )
