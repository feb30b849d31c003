"""What is kept written out for partners is never older than the markings, and nothing is kept for nobody."""

import pytest

from claims.actions.partner import revoke_token
from claims.api import ready
from claims.api.ready import eyes, keep_ready, lines_of, readers_of_dumps
from claims.api.tokens import caller_with
from claims.models import PartnerToken, ReadyDocument
from claims.release.make import withdraw_release
from harmtracker import jobs
from tests.api.conftest import released, released_statement
from tests.api.test_restricted_later import mark
from tests.api.test_streams import lines
from tests.factories import IncidentFactory, admin, editor

pytestmark = pytest.mark.django_db


@pytest.fixture
def bulk(calling):
    return calling("AMBER", "bulk:read")


def caller():
    return caller_with(PartnerToken.objects.select_related("partner").get())


def names(client):
    *documents, _end = lines(client, "statements/")
    return [each["party"] and each["party"]["name"] for each in documents]


def test_what_was_written_out_is_sent_again_without_being_read_again(bulk, monkeypatch):
    statement = released_statement(kind="testimony")
    before = names(bulk)
    monkeypatch.setattr("claims.api.ready.present", None)
    assert names(bulk) == before == [statement.party.name]
    assert [each["id"] for each in bulk.read("statements/")["results"]] == [str(statement.pk)]


def test_a_marking_on_a_name_acts_on_what_was_written_out_before(bulk):
    statement = released_statement(kind="testimony")
    assert names(bulk) == [statement.party.name]
    mark(statement.party, handling=["witness_identity"])
    assert names(bulk) == [None]
    assert bulk.read("statements/")["results"][0]["party"] is None
    mark(statement.party, handling=[], reason="x")
    assert names(bulk) == [statement.party.name]


def test_a_marking_raised_while_a_line_is_made_makes_the_line_old_at_once(bulk, monkeypatch):
    statement = released_statement(kind="testimony")
    reading = ready.present

    def and_then_raised(rows, who):
        read = reading(rows, who)
        monkeypatch.undo()
        mark(statement.party, handling=["witness_identity"])
        return read

    monkeypatch.setattr(ready, "present", and_then_raised)
    lines_of("statement", [statement.pk], caller())
    assert statement.party.name in ReadyDocument.objects.get().line
    assert names(bulk) == [None]


def test_other_parts_and_ceilings_are_other_eyes(calling, partner):
    one, other = (calling(ceiling, "bulk:read") for ceiling in ("AMBER", "GREEN"))
    third = calling("AMBER", "bulk:read", "notes:read")
    held = [eyes(caller_with(token)) for token in PartnerToken.objects.select_related("partner")]
    assert len(set(held)) == 3
    released(IncidentFactory(workflow="approved", tlp="AMBER"))
    assert [len(lines(each, "incidents/")) for each in (one, other, third)] == [2, 1, 2]
    assert "notes" not in lines(one, "incidents/")[0]
    assert "notes" in lines(third, "incidents/")[0]


def test_what_is_taken_back_or_read_by_nobody_is_deleted(bulk):
    kept, gone = (released_statement(kind="testimony") for _each in range(2))
    assert keep_ready() == 2
    assert keep_ready() == 0
    gone.refresh_from_db()
    withdraw_release(record=gone, by=editor(), code="legal_removal", reason="x")
    keep_ready()
    assert [row.record_id for row in ReadyDocument.objects.all()] == [kept.pk]
    revoke_token(token=PartnerToken.objects.get(), by=admin(), reason="Lost")
    keep_ready()
    assert not ReadyDocument.objects.exists()


def test_it_stops_when_its_time_is_up_and_goes_on_later(bulk, monkeypatch):
    for _each in range(2):
        released_statement(kind="testimony")
    assert keep_ready(seconds=-1) == 0
    assert keep_ready() == 2


def test_the_worker_may_do_it(bulk):
    released_statement(kind="testimony")
    job = jobs.enqueue("documents.write_out", "2026-11-22T10:00")
    jobs.work(job.lane)
    job.refresh_from_db()
    assert (job.state, job.last_error) == ("done", "")
    assert ReadyDocument.objects.count() == 1


def test_what_dumps_are_made_of_is_kept_ready_too(calling):
    """A dump holds the parts of all who read with its ceiling; perhaps no token reads just these."""
    statement = released_statement()
    for scope in ("figures:read", "ratings:read"):
        calling("AMBER", "bulk:read", scope)
    assert keep_ready() == 3
    (reader,) = readers_of_dumps()
    assert (reader.ceiling, reader.parts) == ("AMBER", ("figures", "ratings"))
    assert keep_ready() == 0
    assert ReadyDocument.objects.filter(record_id=statement.pk, eyes=eyes(reader)).exists()
