"""Releasing pins a version and says who let partners see it; and everything that is refused."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from claims.actions.marking import change_marking
from claims.listing.releasing import desk
from claims.models import PublishedRecord, Release, ReleasedDocument
from claims.release.changes import changes_since, read_with
from claims.release.make import release_incident, release_statement, withdraw_release
from claims.release.render import read, read_statements
from harmtracker import jobs
from harmtracker.db import save_version
from harmtracker.errors import NotAllowed, Refused, StaleRecord
from harmtracker.models import AuditEvent
from tests.factories import (
    FigureFactory,
    IncidentFactory,
    OutsideNoteFactory,
    PartyFactory,
    TeamFactory,
    admin,
    analyst,
    approve_finding,
    editor,
    ready_incident,
    ready_statement,
    viewer,
)

pytestmark = pytest.mark.django_db


def changes_not_released(record, *, seen_by):
    """What the page of the release lists."""
    published = desk(record, seen_by).published
    return changes_since(published, read_with(record, published), seen_by=seen_by) if published else []


def release(incident, **fields):
    return release_incident(
        **(
            {"incident": incident, "expected_version": incident.version, "by": editor(), "confirmed_unassessed": True}
            | fields
        )
    )


def document(record, ceiling="AMBER", scope="base"):
    published = PublishedRecord.objects.get(record_id=record.pk)
    return ReleasedDocument.objects.get(release=published.release, ceiling=ceiling, scope=scope).document


def test_release_writes_a_document_for_each_ceiling_that_may_see_it():
    incident = ready_incident(tlp="GREEN")
    made = release(incident)
    ceilings = set(made.documents.filter(scope="base").values_list("ceiling", flat=True))
    assert ceilings == {"GREEN", "AMBER", "AMBER_STRICT"}
    assert set(made.documents.values_list("scope", flat=True)) == {
        "base",
        "notes",
        "evidence",
        "ratings",
        "exact_place",
    }
    assert PublishedRecord.objects.get(record_id=incident.pk).release == made


def test_release_is_in_the_audit_chain_with_its_version():
    incident, by = ready_incident(), editor()
    release(incident, by=by, reason="Two outlets have asked")
    event = AuditEvent.objects.get(verb="incident.released")
    assert (event.actor_id, event.subject_ref, event.reason) == (by.pk, incident.ref, "Two outlets have asked")
    assert event.changes == {"released": [None, incident.version]}
    assert event.about == [incident.pk]


def test_later_edit_waits_until_it_is_released():
    incident = ready_incident(title="The first title")
    release(incident)
    save_version(incident, incident.version, title="The second title")
    assert document(incident)["title"] == "The first title"
    assert [(change.path, change.old, change.new) for change in changes_not_released(incident, seen_by=editor())] == [
        ("title", "The first title", "The second title")
    ]
    release(incident)
    assert document(incident)["title"] == "The second title"
    assert changes_not_released(incident, seen_by=editor()) == []


def test_changes_of_list_items_are_told_by_their_key():
    statement = ready_statement()
    release_statement(statement=statement, expected_version=1, by=editor(), confirmed_unassessed=True)
    assert changes_not_released(statement, seen_by=editor()) == []
    incident = IncidentFactory()
    statement.about.create(incident=incident)
    (change,) = changes_not_released(statement, seen_by=editor())
    assert change.path == f"incidents/{incident.pk}"
    assert (change.old, change.new["ref"]) == (None, incident.ref)


def test_version_alone_is_no_change():
    incident = ready_incident()
    release(incident)
    save_version(incident, incident.version, title=incident.title)
    assert changes_not_released(incident, seen_by=editor()) == []


def test_changes_above_a_persons_clearance_are_not_told_to_them():
    cleared = editor(clearance="AMBER_STRICT")
    incident = ready_incident()
    release(incident, by=cleared)
    note = OutsideNoteFactory(incident=incident, tlp="AMBER_STRICT")
    assert changes_not_released(incident, seen_by=editor()) == []
    (change,) = changes_not_released(incident, seen_by=cleared)
    assert change.path == f"notes/{note.pk}"


def test_record_never_released_has_no_changes_to_list():
    assert changes_not_released(ready_incident(), seen_by=editor()) == []


def test_only_ticked_statements_go_along():
    incident = ready_incident()
    ticked, left = ready_statement(incident=incident), ready_statement(incident=incident)
    release(incident, statements=[ticked])
    assert PublishedRecord.objects.filter(record_id=ticked.pk).exists()
    assert not PublishedRecord.objects.filter(record_id=left.pk).exists()


def test_many_statements_are_read_with_the_questions_of_one_and_read_the_same(django_assert_max_num_queries):
    incident, now = ready_incident(), timezone.now()
    statements = [ready_statement(incident=incident) for _each in range(3)]
    for statement in statements:
        FigureFactory(statement=statement, incident=incident)
        approve_finding(statement, "could_not_confirm")
    alone = [read(each, now) for each in statements]
    with django_assert_max_num_queries(7):
        together = read_statements(statements, now)
    assert [each.whole for each in together] == [each.whole for each in alone]
    assert [each.for_ceiling("GREEN") for each in together] == [each.for_ceiling("GREEN") for each in alone]
    assert [len(each.whole["figures"]) for each in together] == [1, 1, 1]


def test_statement_goes_along_with_an_incident_already_released_and_unchanged():
    incident = ready_incident()
    first = release(incident)
    assert release(incident, statements=[ready_statement(incident=incident)]) == first
    assert Release.objects.filter(incident=incident).count() == 1


def test_statement_about_another_incident_does_not_go_along():
    with pytest.raises(Refused, match="not about this incident"):
        release(ready_incident(), statements=[ready_statement()])
    assert not Release.objects.exists()


def test_one_statement_that_is_not_ready_stops_the_whole_release():
    incident = ready_incident()
    with pytest.raises(Refused) as refused:
        release(incident, statements=[ready_statement(incident=incident, workflow="draft")])
    assert refused.value.code == "release_approved"
    assert not PublishedRecord.objects.exists()


@pytest.mark.parametrize("person", [viewer, analyst, admin])
def test_only_an_editor_releases(person):
    with pytest.raises(NotAllowed):
        release(ready_incident(), by=person(clearance="AMBER"))
    assert not Release.objects.exists()


def test_editor_does_not_release_what_they_cannot_see():
    with pytest.raises(NotAllowed, match="cannot see"):
        release(ready_incident(team=TeamFactory()))


def test_unassessed_incident_needs_the_sentence_confirmed():
    incident = ready_incident()
    with pytest.raises(Refused, match="Not yet assessed") as refused:
        release(incident, confirmed_unassessed=False)
    assert refused.value.field == "confirmed_unassessed"
    approve_finding(incident, "could_not_confirm")
    release(incident, confirmed_unassessed=False)
    assert document(incident)["finding"]["code"] == "could_not_confirm"


@pytest.mark.parametrize("workflow", ["draft", "in_review", "changes_requested", "set_aside"])
def test_only_an_approved_record_is_released(workflow):
    with pytest.raises(Refused) as refused:
        release(ready_incident(workflow=workflow))
    assert refused.value.code == "release_approved"


@pytest.mark.parametrize("flag", ["sub_judice", "legal_hold"])
def test_flag_stops_release(flag):
    with pytest.raises(Refused) as refused:
        release(ready_incident(handling=[flag]))
    assert refused.value.code == "release_not_held"


def test_embargo_ahead_stops_release():
    ahead = timezone.now() + timedelta(days=1)
    with pytest.raises(Refused) as refused:
        release(ready_incident(handling=["embargo"], embargo_until=ahead))
    assert refused.value.code == "release_not_held"
    release(ready_incident(handling=["embargo"], embargo_until=timezone.now() - timedelta(days=1)))


def test_red_is_never_released():
    by = editor(clearance="RED")
    with pytest.raises(Refused) as refused:
        release(ready_incident(tlp="RED", named=[by]), by=by)
    assert refused.value.code == "release_not_held"


@pytest.mark.parametrize("outcome", ["format_only", "edited", "moved", "missing", "ambiguous", "unchecked"])
def test_quotation_that_is_not_exact_is_refused_in_words(outcome):
    statement = ready_statement(check=outcome)
    with pytest.raises(Refused, match="quotation is not exact") as refused:
        release_statement(statement=statement, expected_version=1, by=editor(), confirmed_unassessed=True)
    assert refused.value.code == "release_quotes_exact"


def test_stale_page_releases_nothing():
    incident = ready_incident()
    save_version(incident, 1, title="Changed meanwhile")
    with pytest.raises(StaleRecord):
        release(incident, expected_version=1)
    assert not Release.objects.exists()


def test_released_twice_is_refused_the_second_time():
    incident = ready_incident()
    release(incident)
    with pytest.raises(Refused) as refused:
        release(incident)
    assert refused.value.code == "release_no_changes"
    assert Release.objects.count() == 1


def test_job_releases_nothing():
    with jobs.running(), pytest.raises(NotAllowed, match="Only a person"):
        release(ready_incident())


def test_team_confined_record_named_in_it_stays_inside():
    """A note of another team is in no document, whatever the ceiling."""
    incident = ready_incident()
    OutsideNoteFactory(incident=incident, tlp="GREEN", team=TeamFactory())
    OutsideNoteFactory(incident=incident, tlp="GREEN")
    release(incident)
    assert len(document(incident, scope="notes")["notes"]) == 1


def test_editor_releases_nothing_above_their_own_clearance():
    incident = ready_incident()
    OutsideNoteFactory(incident=incident, tlp="AMBER_STRICT")
    release(incident)
    assert document(incident, "AMBER_STRICT", "notes")["notes"] == []
    other = ready_incident()
    OutsideNoteFactory(incident=other, tlp="AMBER_STRICT")
    release(other, by=editor(clearance="AMBER_STRICT"))
    assert len(document(other, "AMBER_STRICT", "notes")["notes"]) == 1


def test_stored_document_of_a_ceiling_holds_nothing_above_it():
    """Not only what is shown: a lower ceiling's row has never held what a higher one may read."""
    incident = ready_incident(tlp="GREEN", handling=["victim_identity"], title="The killing of Iryna")
    note = OutsideNoteFactory(incident=incident, tlp="AMBER", party=PartyFactory(name="An outlet"))
    made = release(incident)
    rows = {(row.ceiling, row.scope): str(row.document) for row in made.documents.all()}
    assert note.ref in rows["AMBER", "notes"]
    assert not any(note.ref in text for (ceiling, _scope), text in rows.items() if ceiling == "GREEN")
    assert not any("Iryna" in text for text in rows.values())


# ---- Restriction ----


def raise_marking(record, tlp=None, handling=()):
    change_marking(
        record=record,
        expected_version=record.version,
        by=analyst(clearance="AMBER_STRICT"),
        tlp=tlp or record.tlp,
        handling=[*record.handling, *handling],
    )


def test_raised_marking_moves_what_is_published_and_lowering_does_not():
    incident = ready_incident(tlp="GREEN")
    release(incident)
    raise_marking(incident, "AMBER")
    published = PublishedRecord.objects.get(record_id=incident.pk)
    assert (published.tlp, published.released_tlp) == ("AMBER", "GREEN")
    change_marking(
        record=incident, expected_version=incident.version, by=editor(), tlp="GREEN", handling=[], reason="By mistake"
    )
    published.refresh_from_db()
    assert published.tlp == "AMBER"
    release(incident)
    published.refresh_from_db()
    assert published.tlp == "GREEN"


def test_raised_sub_judice_holds_the_record():
    incident = ready_incident()
    release(incident)
    raise_marking(incident, handling=["sub_judice"])
    assert PublishedRecord.objects.get(record_id=incident.pk).is_held


# ---- Withdrawal ----


def test_withdrawal_takes_back_and_may_be_followed_by_a_release():
    incident, by = ready_incident(), editor()
    release(incident)
    withdrawal = withdraw_release(record=incident, by=by, code="error", reason="The wrong town")
    published = PublishedRecord.objects.get(record_id=incident.pk)
    assert published.withdrawal == withdrawal
    event = AuditEvent.objects.get(verb="incident.release_withdrawn")
    assert (event.reason, event.changes["code"]) == ("The wrong town", [None, "error"])
    release(incident)
    published.refresh_from_db()
    assert published.withdrawal is None


@pytest.mark.parametrize(
    ("fields", "code"),
    [({"code": "because"}, "withdrawal_code"), ({"reason": "  "}, "withdrawal_reason")],
)
def test_withdrawal_needs_a_known_code_and_a_reason(fields, code):
    incident = ready_incident()
    release(incident)
    with pytest.raises(Refused) as refused:
        withdraw_release(**({"record": incident, "by": editor(), "code": "error", "reason": "Wrong"} | fields))
    assert refused.value.code == code


def test_withdrawn_twice_or_never_released_is_refused():
    incident = ready_incident()
    with pytest.raises(Refused, match="not released"):
        withdraw_release(record=incident, by=editor(), code="error", reason="Wrong")
    release(incident)
    withdraw_release(record=incident, by=editor(), code="error", reason="Wrong")
    with pytest.raises(Refused, match="not released"):
        withdraw_release(record=incident, by=editor(), code="error", reason="Wrong")


def test_only_an_editor_withdraws():
    incident = ready_incident()
    release(incident)
    with pytest.raises(NotAllowed):
        withdraw_release(record=incident, by=analyst(), code="error", reason="Wrong")
    with jobs.running(), pytest.raises(NotAllowed):
        withdraw_release(record=incident, by=editor(), code="error", reason="Wrong")


def test_released_document_never_changes():
    release(ready_incident())
    with pytest.raises(DatabaseError), transaction.atomic():
        ReleasedDocument.objects.update(document={})
