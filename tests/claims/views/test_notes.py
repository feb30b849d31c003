"""Taking an outside note back, with a reason."""

import pytest

from claims.models import OutsideNote
from harmtracker.models import AuditEvent
from tests.factories import (
    AssessmentFactory,
    DecisionFactory,
    EvidenceFactory,
    OutsideNoteFactory,
    TeamFactory,
    analyst,
    approve_finding,
    viewer,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer(client):
    user = analyst()
    client.force_login(user)
    return user


def withdraw(client, note, reason="Another town is meant"):
    return client.post(f"/notes/{note.pk}/withdraw/", {"reason": reason})


def test_a_note_is_withdrawn_with_a_reason_and_stays_in_the_history(client, writer):
    note = OutsideNoteFactory()
    page = note.incident.get_absolute_url()
    assert "Withdraw the note" in client.get(page).content.decode()

    assert withdraw(client, note).url == page

    note.refresh_from_db()
    assert (note.withdrawn_by, note.withdrawn_reason, note.version) == (writer, "Another town is meant", 2)
    assert note.wording not in client.get(page).content.decode()
    event = AuditEvent.objects.get(verb="note.withdrawn")
    assert (event.subject_id, event.changes, event.about) == (
        note.pk,
        {"wording": [note.wording, None]},
        [note.incident_id],
    )


@pytest.mark.parametrize("reason", ["", "  "])
def test_without_a_reason_it_stays(client, writer, reason):
    note = OutsideNoteFactory()
    answer = client.get(withdraw(client, note, reason).url)
    assert "Say why the note is withdrawn." in answer.content.decode()
    assert OutsideNote.objects.get(pk=note.pk).withdrawn_at is None


def test_a_second_time_it_is_not_there(client, writer):
    note = OutsideNoteFactory()
    withdraw(client, note)
    assert withdraw(client, note).status_code == 404
    assert AuditEvent.objects.filter(verb="note.withdrawn").count() == 1


def test_a_note_or_an_incident_of_another_team_is_not_there(client, writer):
    for note in (OutsideNoteFactory(team=TeamFactory()), OutsideNoteFactory(incident__team=TeamFactory())):
        assert withdraw(client, note).status_code == 404
        assert OutsideNote.objects.get(pk=note.pk).withdrawn_at is None


def test_a_viewer_withdraws_none(client):
    note = OutsideNoteFactory(tlp="GREEN", incident__workflow="approved", incident__tlp="GREEN")
    client.force_login(viewer())
    assert withdraw(client, note).status_code == 403
    assert "Withdraw the note" not in client.get(note.incident.get_absolute_url()).content.decode()


def concluded(note):
    """The note's incident, found partly corroborated on the evidence of the note."""
    incident = note.incident
    approve_finding(incident, "in_progress")
    proposal = AssessmentFactory(subject=incident, finding="partly_corroborated")
    EvidenceFactory(assessment=proposal, statement=None, note=note, reliability="", credibility="")
    DecisionFactory(assessment=proposal)
    return incident


def test_a_finding_that_cites_it_is_examined_again_and_another_is_not(client, writer):
    note, other = OutsideNoteFactory(), OutsideNoteFactory()
    incident, untouched = concluded(note), concluded(other)

    withdraw(client, note)

    incident.refresh_from_db()
    assert (incident.finding, incident.stage) == ("partly_corroborated", "in_progress")
    assert "cited evidence" in incident.under_review_reason
    untouched.refresh_from_db()
    assert untouched.stage == "partly_corroborated"
