"""A statement under a further incident after it was logged, and taken out of one again."""

import pytest

from claims.actions.statement import set_lifecycle
from claims.models import Link, PublishedRecord
from claims.release.make import release_statement
from harmtracker.models import AuditEvent
from tests.factories import (
    CommentRequestFactory,
    FigureFactory,
    IncidentFactory,
    LinkFactory,
    OutsideNoteFactory,
    QuoteCheckFactory,
    StatementFactory,
    TeamFactory,
    analyst,
    editor,
    viewer,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer(client):
    user = analyst()
    client.force_login(user)
    return user


@pytest.fixture
def both(writer):
    """A statement about two incidents."""
    first, second = IncidentFactory(), IncidentFactory(title="The school at Irpin")
    return StatementFactory(incident=first, incidents=[second]), first, second


def post(client, statement, do, incident, **more):
    sent = {"do": do, "incident": incident, "version": statement.version, "reason": "It names both towns"} | more
    return client.post(f"/statements/{statement.ref}/incidents/", sent)


def about(statement):
    return set(statement.incidents.values_list("pk", flat=True))


@pytest.mark.parametrize("named", ["ref", "title"])
def test_it_is_put_under_a_further_incident_and_stays_one_row(client, writer, named):
    statement, other = StatementFactory(), IncidentFactory(title="The school at Irpin")
    before = about(statement)

    assert post(client, statement, "add", getattr(other, named)).status_code == 302

    assert about(statement) == before | {other.pk}
    assert statement.ref in client.get(other.get_absolute_url()).content.decode()
    event = AuditEvent.objects.get(subject_id=statement.pk)
    assert (event.verb, event.changes, event.reason) == (
        "statement.edited",
        {"incident": [None, other.ref]},
        "It names both towns",
    )
    assert event.about == [other.pk]


def test_it_is_taken_out_of_one_with_a_reason(client, both):
    statement, first, second = both
    assert post(client, statement, "remove", second.ref).status_code == 302
    assert about(statement) == {first.pk}
    assert AuditEvent.objects.get(subject_id=statement.pk).changes == {"incident": [second.ref, None]}


def test_the_last_one_stays(client, writer):
    statement = StatementFactory()
    answer = post(client, statement, "remove", statement.incidents.get().ref)
    assert answer.status_code == 422
    assert "A statement is about at least one incident." in answer.content.decode()
    assert len(about(statement)) == 1
    assert not AuditEvent.objects.filter(subject_id=statement.pk).exists()


def _link(statement, incident):
    LinkFactory(from_statement=StatementFactory(kind="denial", incident=incident), to_statement=statement)


@pytest.mark.parametrize(
    ("rest", "words"),
    [
        (_link, "need an incident both are about"),
        (lambda statement, incident: FigureFactory(statement=statement, incident=incident), "It gives figures"),
        (lambda statement, incident: OutsideNoteFactory(statement=statement, incident=incident), "An outside note"),
        (
            lambda statement, incident: CommentRequestFactory(statement=statement, incident=incident),
            "A comment request",
        ),
        (
            lambda statement, incident: OutsideNoteFactory(
                statement=statement, incident=incident, team=TeamFactory(name="Other house")
            ),
            "The record needs it",
        ),
    ],
)
def test_it_stays_while_something_rests_on_it(client, both, rest, words):
    statement, first, second = both
    rest(statement, second)
    answer = post(client, statement, "remove", second.ref)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert about(statement) == {first.pk, second.pk}


def test_a_link_stays_valid_when_the_two_share_another_incident_or_were_tied_by_us(client, both):
    statement, first, second = both
    shared = StatementFactory(kind="denial", incident=first, incidents=[second])
    LinkFactory(from_statement=shared, to_statement=statement)
    elsewhere = StatementFactory(kind="denial", incident=second)
    LinkFactory(from_statement=elsewhere, to_statement=statement, basis="editorial", reason="Same convoy")

    assert post(client, statement, "remove", second.ref).status_code == 302

    assert Link.objects.filter(removed_at=None).count() == 2
    assert about(statement) == {first.pk}


@pytest.mark.parametrize(
    ("do", "more", "words"),
    [
        ("add", {"incident": "IN-ZZZZZZZ"}, "Write the reference of one incident"),
        ("add", {}, "It is about this incident already."),
        ("remove", {"reason": " "}, "This field is required."),
        ("remove", {"incident": "IN-ZZZZZZZ"}, "It is not about this incident."),
        ("remove", {"version": 99}, "Someone saved this record after you opened it."),
        ("add", {"version": 99}, "Someone saved this record after you opened it."),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_written(client, both, do, more, words):
    statement, first, second = both
    sent = {"incident": second.ref, "reason": "Misread twice"} | more
    answer = post(client, statement, do, **sent)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert about(statement) == {first.pk, second.pk}
    statement.refresh_from_db()
    assert statement.version == 1


def test_an_incident_of_another_team_is_not_found(client, writer):
    statement = StatementFactory()
    answer = post(client, statement, "add", IncidentFactory(team=TeamFactory()).ref)
    assert answer.status_code == 422
    assert len(about(statement)) == 1


def test_the_reference_of_a_merged_incident_means_the_one_that_stays(client, writer):
    statement, stays = StatementFactory(), IncidentFactory()
    assert post(client, statement, "add", IncidentFactory(merged_into=stays).ref).status_code == 302
    assert stays.pk in about(statement)
    assert len(about(statement)) == 2


def test_an_incident_the_person_does_not_see_is_neither_listed_nor_taken_out(client, writer):
    hidden = IncidentFactory(team=TeamFactory(), title="The convoy nobody may know of")
    statement = StatementFactory(incidents=[hidden])
    assert hidden.title not in client.get(f"/statements/{statement.ref}/incidents/").content.decode()
    assert post(client, statement, "remove", hidden.ref).status_code == 422
    assert len(about(statement)) == 2


def test_a_viewer_changes_none(client):
    client.force_login(viewer())
    statement = StatementFactory(workflow="approved", tlp="GREEN")
    assert post(client, statement, "add", IncidentFactory().ref).status_code == 403


def test_partners_read_it_with_the_next_release(client):
    by = editor()
    client.force_login(by)
    within = {"workflow": "approved", "tlp": "GREEN"}
    statement = StatementFactory(**within, incident=IncidentFactory(**within))
    QuoteCheckFactory(rendering=statement.renderings.get())
    release_statement(statement=statement, expected_version=1, by=by, confirmed_unassessed=True)

    post(client, statement, "add", IncidentFactory(**within).ref)

    assert PublishedRecord.objects.get(record_id=statement.pk).release.version == 1
    assert "changes not yet released" in client.get(statement.get_absolute_url()).content.decode()


def test_saved_in_between_shows_who_and_sends_again(client, both):
    statement, first, second = both
    other = editor()
    set_lifecycle(statement=statement, lifecycle="corrected", reason="He said so", expected_version=1, by=other)
    answer = post(client, statement, "remove", second.ref, version=1)
    assert answer.status_code == 422
    assert str(other) in answer.content.decode()
    assert 'name="version" value="2"' in answer.content.decode()
    assert post(client, statement, "remove", second.ref, version=2).status_code == 302
    assert about(statement) == {first.pk}
