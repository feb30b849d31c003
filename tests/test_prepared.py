"""Queries written once and asked many times give what they would give if written anew, to everybody."""

import threading
import uuid
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from claims.listing.statements import _about, _heard, _silences_on
from claims.models import Incident, Statement
from claims.queries.asked import _requests_about
from claims.queries.dossier import _assessments_of_incident, _incident_called, _notes_on
from claims.queries.figures import _given
from claims.queries.history import _events_of
from claims.queries.offered import _offered
from claims.queries.outline import _outlined
from claims.queries.statement_page import _near
from claims.queries.voices import _first_words_of, _words_of
from harmtracker.models import User
from harmtracker.prepared import KEPT, Kept, is_among, prepared
from harmtracker.readers import Reader, reader_of
from tests.factories import (
    CommentRequestFactory,
    FigureFactory,
    IncidentFactory,
    LinkFactory,
    OutsideNoteFactory,
    PartyFactory,
    StatementFactory,
    TeamFactory,
    admin,
    analyst,
    approve_finding,
    editor,
    viewer,
)

pytestmark = pytest.mark.django_db


@prepared
def _incidents_about(user, statement):
    return Incident.objects.visible_to(user).filter(statements=statement).order_by("pk")


@prepared
def _some_incidents(user, incidents):
    return Incident.objects.visible_to(user).filter(is_among("pk", incidents)).order_by("pk")


def asked_for(queries):
    return [query["sql"] for query in queries if '"claims_incident"' in query["sql"]]


@pytest.fixture
def case():
    """An incident whose every part is there twice: once for everybody, once for a team or for named people only."""
    team, named = TeamFactory(), analyst(username="named")
    incident = IncidentFactory(workflow="approved", tlp="GREEN")
    for marking in (
        {"tlp": "GREEN", "workflow": "approved"},
        {"team": team},
        {"tlp": "RED", "named": [named]},
        {"handling": ["witness_identity"]},
    ):
        claim = StatementFactory(incident=incident, responsibility_position="denies_act", **marking)
        answer = StatementFactory(kind="denial", incident=incident, party=PartyFactory(team=marking.get("team")))
        LinkFactory(to_statement=claim, from_statement=answer)
        FigureFactory(statement=claim, least=3)
    OutsideNoteFactory(incident=incident)
    CommentRequestFactory(incident=incident, asked_by=PartyFactory(team=team))
    approve_finding(incident, "could_not_confirm")
    people = {"viewer": viewer(), "analyst": analyst(), "editor": editor(flags=["witness_identity"]), "named": named}
    return SimpleNamespace(incident=incident, people=people | {"member": analyst(teams=[team]), "admin": admin()})


BY_INCIDENT = [
    (_given, "incident"), (_outlined, "incident"), (_requests_about, "incident"),
    (_notes_on, "incident"), (_assessments_of_incident, "subject"), (_events_of, "record"),
]  # fmt: skip


def as_read(rows):
    """Every row with all that the query read for it, related records included."""
    return [
        {name: str(value) for name, value in row.__dict__.items() if name != "_state"}
        | {f"{name}.": str(related) for name, related in row._state.fields_cache.items()}
        for row in rows
    ]


def test_each_reader_gets_what_a_query_written_for_them_gives(case):
    for ask, key in BY_INCIDENT:
        keys = {key: case.incident.pk}
        for other in case.people.values():  # what was written for others must not be handed to any of them
            ask(other, **keys)
        for who, user in case.people.items():
            assert as_read(ask(user, **keys)) == as_read(ask.__wrapped__(user, **keys)), (ask.__name__, who)


def test_the_case_does_differ_by_reader(case):
    keys = {"incident": case.incident.pk, "refs": [], "of": uuid.UUID(int=0)}
    seen = {who: len(_offered(user, **keys)) for who, user in case.people.items()}

    assert seen["viewer"] < seen["analyst"] < seen["member"]
    assert seen["named"] == seen["analyst"] + 1


def test_words_links_and_checks_are_read_alike(case):
    statements = list(Statement.objects.values_list("pk", flat=True))
    for who, user in case.people.items():
        for ask, keys in (
            (_words_of, {"statements": statements}),
            (_first_words_of, {"statements": statements}),
            (_heard, {"statements": statements}),
            (_about, {"statements": statements}),
            (_silences_on, {"statements": statements}),
            (_offered, {"incident": case.incident.pk, "refs": [], "of": Statement.objects.first().party_id}),
            (_near, {"statement": statements[0], "after": uuid.UUID(int=1)}),
            (_incident_called, {"ref": case.incident.ref, "me": user.pk}),
        ):
            assert as_read(ask(user, **keys)) == as_read(ask.__wrapped__(user, **keys)), (ask.__name__, who)


def test_the_keys_of_this_time_are_asked_about():
    one, other = StatementFactory(), StatementFactory()
    user = analyst()

    assert _incidents_about(user, statement=one.pk) == list(one.incidents.all())
    assert _incidents_about(user, statement=other.pk) == list(other.incidents.all())
    assert _incidents_about(user, statement=uuid.uuid4()) == []


def test_a_list_of_keys_is_one_parameter_however_long():
    made = sorted(IncidentFactory().pk for _number in range(3))
    user = analyst()

    for keys in (made, made[:1], [], made[1:]):
        assert [each.pk for each in _some_incidents(user, incidents=keys)] == keys


def test_two_people_who_see_alike_share_what_was_written():
    KEPT.forget()
    for person in (analyst(), analyst()):
        _incidents_about(person, statement=uuid.uuid4())
    assert len(KEPT) == 1

    _incidents_about(editor(), statement=uuid.uuid4())
    assert len(KEPT) == 2


def test_a_person_who_joins_a_team_sees_its_records_at_once():
    team, person = TeamFactory(), analyst()
    hidden = StatementFactory(incident=IncidentFactory(team=team))
    assert _incidents_about(person, statement=hidden.pk) == []

    person.teams.add(team)

    assert _incidents_about(User.objects.get(pk=person.pk), statement=hidden.pk) == list(hidden.incidents.all())


def test_a_person_whose_clearance_is_taken_sees_less_at_once():
    person = analyst()
    shown = StatementFactory()
    assert _incidents_about(person, statement=shown.pk)

    person.clearance = "CLEAR"

    assert _incidents_about(person, statement=shown.pk) == []


@pytest.mark.parametrize("nobody", [AnonymousUser(), User(is_active=False, role="editor", clearance="RED")])
def test_nobody_sees_nothing_and_the_database_is_not_asked(nobody):
    shown = StatementFactory()
    with CaptureQueriesContext(connection) as queries:
        assert _incidents_about(nobody, statement=shown.pk) == []
    assert asked_for(queries) == []


def test_a_query_can_know_nothing_of_a_person_but_how_they_see():
    """What is shared between people cannot be written from what is not part of how they see."""
    reader = reader_of(analyst(name="Ines Caldeira"))

    assert isinstance(reader, Reader)
    for private in ("pk", "id", "name", "username", "password", "teams_set"):
        assert not hasattr(reader, private)

    @prepared
    def of_one_person(user, incident):
        return Incident.objects.filter(created_by=user.pk, pk=incident)

    with pytest.raises(AttributeError):
        of_one_person(analyst(), incident=uuid.uuid4())


def test_a_key_that_is_not_asked_about_is_an_error():
    @prepared
    def of_everything(user, incident):
        return Incident.objects.visible_to(user)

    with pytest.raises(TypeError, match="asks nothing of incident"):
        of_everything(analyst(), incident=uuid.uuid4())


def test_only_so_many_are_kept_and_the_one_longest_unasked_goes():
    kept = Kept(most=2)
    for name in ("one", "other", "one", "third"):
        kept.get(name, lambda: None)

    assert len(kept) == 2
    assert ("one" in kept, "other" in kept, "third" in kept) == (True, False, True)


@pytest.mark.django_db(transaction=True)
def test_what_one_thread_wrote_another_asks_on_its_own_connection():
    shown, person = StatementFactory(), analyst()
    _incidents_about(person, statement=shown.pk)
    found = []

    def ask():
        found.extend(_incidents_about(person, statement=shown.pk))
        connection.close()

    other = threading.Thread(target=ask)
    other.start()
    other.join(timeout=60)

    assert found == list(shown.incidents.all())
