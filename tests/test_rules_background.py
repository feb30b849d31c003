"""A job can set no finding, release nothing and change no marking: the database refuses its connection."""

import pytest
from django.db import connection
from django.utils import timezone
from psycopg.errors import InsufficientPrivilege

from claims.models import (
    Assessment,
    Decision,
    Evidence,
    PublishedRecord,
    Release,
    ReleasedDocument,
    ReleaseWithdrawal,
)
from sources.models import Copy, Source
from tests.factories import (
    AssessmentFactory,
    CaptureFactory,
    CopyFactory,
    EvidenceFactory,
    IncidentFactory,
    QuoteCheckFactory,
    ReleaseFactory,
    StatementFactory,
    TeamFactory,
    analyst,
    approve_finding,
    editor,
    publish,
)
from tests.refusals import in_background, refused_with
from tests.test_rules_markings import MARKED

pytestmark = pytest.mark.django_db


def _only_a_person():
    return refused_with("only a person", InsufficientPrivilege)


def _assessment():
    subject = StatementFactory()
    return Assessment(statement=subject, subject_version=1, moves_from="unverified", finding="in_progress",
                      reasons="x", proposed_by=analyst())  # fmt: skip


def _document():
    release = ReleaseFactory()
    return ReleasedDocument(
        release=release, record_type="incident", record_id=release.incident_id, ceiling="GREEN", document={}
    )


def _published():
    release = ReleaseFactory()
    return PublishedRecord(
        record_id=release.incident_id, record_type="incident", release=release, tlp="GREEN", released_tlp="GREEN"
    )


WRITES = {
    "assessment": _assessment,
    "evidence": lambda: Evidence(assessment=AssessmentFactory(), direction="for", statement=StatementFactory()),
    "decision": lambda: Decision(assessment=AssessmentFactory(), kind="approve", decided_by=editor()),
    "lapse": lambda: Decision(assessment=AssessmentFactory(), kind="lapse", reason="x", decided_by=editor()),
    "release": lambda: Release(
        incident=IncidentFactory(workflow="approved"), version=1, digest="0", confirmed_unassessed=True,
        released_by=editor()),
    "withdrawal": lambda: ReleaseWithdrawal(release=ReleaseFactory(), code="error", reason="x", withdrawn_by=editor()),
    "document": _document,
    "published": _published,
}  # fmt: skip


@pytest.mark.parametrize("in_bulk", [False, True])
@pytest.mark.parametrize("row", WRITES.values(), ids=WRITES)
def test_a_job_decides_and_releases_nothing(row, in_bulk):
    row = row()
    in_background()
    with _only_a_person():
        type(row).objects.bulk_create([row]) if in_bulk else row.save(force_insert=True)


@pytest.mark.parametrize("row", WRITES.values(), ids=WRITES)
def test_a_person_can_write_the_same_row(row):
    row().save(force_insert=True)


def test_a_job_changes_nothing_that_was_published():
    record = publish(IncidentFactory(workflow="approved"))
    in_background()
    for change in ({"tlp": "CLEAR"}, {"is_held": True}, {"updated_at": timezone.now()}):
        with _only_a_person():
            PublishedRecord.objects.filter(pk=record.pk).update(**change)


@pytest.mark.parametrize("make", MARKED.values(), ids=MARKED)
@pytest.mark.parametrize("change", ["tlp", "handling", "team", "embargo_until"])
def test_a_job_changes_no_marking(make, change):
    row = make()
    new = {"tlp": "RED", "handling": ["minor"], "team": TeamFactory(), "embargo_until": timezone.now()}[change]
    in_background()
    with _only_a_person():
        type(row).objects.filter(pk=row.pk).update(**{change: new})


@pytest.mark.parametrize("make", MARKED.values(), ids=MARKED)
def test_a_job_names_nobody_on_a_record_and_takes_nobody_off(make):
    named, other = analyst(), analyst()
    row = make(named=[named])
    in_background()
    with _only_a_person():
        row.named.add(other)
    with _only_a_person():
        row.named.remove(named)
    with _only_a_person():
        row.named.through.objects.update(user=other)


def test_a_job_moves_no_finding_by_update_either():
    subject = StatementFactory()
    approve_finding(subject, "corroborated")
    in_background()
    with refused_with("a finding changes by a decision only", InsufficientPrivilege):
        type(subject).objects.filter(pk=subject.pk).update(finding="refuted")


@pytest.mark.parametrize("state", ["confirmed", "dismissed"])
def test_a_job_suggests_copies_and_decides_on_none(state):
    in_background()
    suggestion = CopyFactory()
    decided = {"state": state, "decided_at": timezone.now(), "decided_by": analyst()}
    with _only_a_person():
        Copy.objects.filter(pk=suggestion.pk).update(**decided)
    with _only_a_person():
        CopyFactory(**decided)


def test_a_job_does_its_own_work():
    in_background()
    capture = CaptureFactory()
    QuoteCheckFactory(rendering=StatementFactory(capture=capture).renderings.get())
    assert Source.objects.filter(pk=capture.source_id).update(title="Read from the page", version=2) == 1


@pytest.mark.parametrize("value", ["off", ""])
def test_a_connection_is_a_jobs_only_when_it_says_so(value):
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('harmtracker.background', %s, true)", [value])
    EvidenceFactory()
