"""Merging parties and places that are held twice: everything that named the duplicate names the one that stays."""

import random
import threading

import pytest
from django.db import connection
from django.test import Client

from claims.actions.marking import change_marking
from claims.actions.merge_incident import merge_incident
from claims.actions.merge_party import merge_party
from claims.actions.merge_place import merge_place
from claims.lookups import parties_named, places_named
from claims.models import Accusation, Change, Incident, Place, PlaceName, Statement
from claims.release.make import release_statement
from harmtracker.errors import NotAllowed, Refused, StaleRecord
from harmtracker.models import AuditEvent
from sources.models import Affiliation, Party, PartyName, Source
from sources.names import fold
from tests.factories import (
    AffiliationFactory,
    CommentRequestFactory,
    IncidentFactory,
    LinkFactory,
    OutsideNoteFactory,
    PartyFactory,
    PlaceFactory,
    QuoteCheckFactory,
    SourceFactory,
    StatementFactory,
    TeamFactory,
    analyst,
    editor,
    viewer,
)

pytestmark = pytest.mark.django_db
KINDS = [
    ("parties", PartyFactory, merge_party),
    ("places", PlaceFactory, merge_place),
    ("incidents", IncidentFactory, merge_incident),
]


def merged(duplicate, into, **more):
    action = {Party: merge_party, Place: merge_place, Incident: merge_incident}[type(duplicate)]
    given = {"reason": "One ministry", "expected_version": duplicate.version, "by": editor()} | more
    return action(duplicate=duplicate, into=into, **given)


def named(model, record, **names):
    return model.objects.create(**{record._meta.model_name: record}, **names)


def test_every_row_that_pointed_to_the_duplicate_points_to_the_one_that_stays():
    duplicate, into = PartyFactory(name="MoD"), PartyFactory(name="Ministry of Defence")
    said = StatementFactory(party=duplicate)
    behalf = StatementFactory(on_behalf_of=duplicate)
    accusing = StatementFactory(accused=[duplicate])
    note, source = OutsideNoteFactory(party=duplicate), SourceFactory(publisher=duplicate)
    asked, asking = CommentRequestFactory(party=duplicate), CommentRequestFactory(asked_by=duplicate)
    member = AffiliationFactory(body=duplicate)
    office = AffiliationFactory(party=duplicate)
    earlier = PartyFactory(merged_into=duplicate)

    assert merged(duplicate, into) == into

    left = {
        (relation.related_model._meta.label, relation.field.name)
        for relation in Party._meta.get_fields(include_hidden=True)
        if relation.auto_created
        and not relation.concrete
        and relation.related_model._base_manager.filter(**{relation.field.name: duplicate}).exists()
    }
    assert left <= {("sources.PartyName", "party")}, "these still point to the duplicate"
    for record, field in (
        (said, "party"), (behalf, "on_behalf_of"), (note, "party"), (source, "publisher"), (asked, "party"),
        (asking, "asked_by"), (member, "body"), (office, "party"), (earlier, "merged_into"), (duplicate, "merged_into"),
    ):  # fmt: skip
        record.refresh_from_db()
        assert getattr(record, field) == into, (record, field)
    assert accusing.accuses.get().party == into
    assert said.version == 2
    event = AuditEvent.objects.get(verb="party.merged")
    assert (event.subject_id, event.reason) == (duplicate.pk, "One ministry")
    assert event.changes["merged_into"] == [None, into.ref]
    assert event.changes["statement.party"] == [[said.ref], into.ref]


def test_its_names_become_names_of_the_one_that_stays_and_its_reference_leads_there():
    duplicate, into = PartyFactory(name="MoD"), PartyFactory(name="Ministry of Defence")
    for text in ("Минобороны", "Ministry of Defence"):
        named(PartyName, duplicate, text=text, folded=fold(text))
    merged(duplicate, into)
    reader = viewer(clearance="AMBER")
    assert {"MoD", "Минобороны"} <= set(into.names.values_list("text", flat=True))
    assert list(parties_named(reader, "mod")) == [into]
    assert list(parties_named(reader, "Минобороны")) == [into]
    assert list(parties_named(reader, duplicate.ref.lower())) == [into]


def test_a_statement_that_accuses_both_accuses_one_in_both_wordings():
    duplicate, into = PartyFactory(), PartyFactory()
    statement = StatementFactory(accused=[duplicate, into])
    Accusation.objects.filter(party=duplicate).update(wording="the marines")
    merged(duplicate, into)
    row = statement.accuses.get()
    assert (row.party, row.wording) == (into, "as said; the marines")


@pytest.mark.parametrize("end", ["party", "body"])
def test_a_tie_held_by_both_stays_once_and_lasts_as_long_as_the_longer(end):
    duplicate, into, other = PartyFactory(), PartyFactory(), PartyFactory()
    far = "body" if end == "party" else "party"
    shared = {far: other, "kind": "belongs_to", "since": "2020-01-01"}
    Affiliation.objects.create(**shared, **{end: into}, until="2021-01-01")
    Affiliation.objects.create(**shared, **{end: duplicate}, until=None)
    Affiliation.objects.create(**{end: duplicate, far: into}, kind="belongs_to")
    merged(duplicate, into)
    tie = Affiliation.objects.get()
    assert (getattr(tie, end), getattr(tie, far), tie.until) == (into, other, None)


def test_a_pseudonym_goes_along_and_two_that_differ_are_refused():
    hidden = {"handling": ["witness_identity"]}
    into = PartyFactory(**hidden)
    merged(PartyFactory(pseudonym="Witness A", **hidden), into, by=editor(flags=["witness_identity"]))
    into.refresh_from_db()
    assert into.pseudonym == "Witness A"
    with pytest.raises(Refused, match="Witness B and the other Witness A"):
        merged(PartyFactory(pseudonym="Witness B", **hidden), into)


def test_incidents_at_the_duplicate_lie_at_the_place_that_stays():
    duplicate, into = PlaceFactory(), PlaceFactory()
    named(PlaceName, duplicate, text="Буча", folded=fold("Буча"))
    incident = IncidentFactory(place=duplicate)
    merged(duplicate, into)
    incident.refresh_from_db()
    assert (incident.place, incident.version) == (into, 2)
    assert list(places_named(viewer(clearance="AMBER"), duplicate.ref)) == [into]
    assert "Буча" in into.names.values_list("text", flat=True)
    assert AuditEvent.objects.get(verb="place.merged").about == [into.pk, incident.pk]


@pytest.mark.parametrize(("_noun", "make", "_action"), KINDS)
def test_into_itself_twice_in_a_circle_or_without_a_reason_is_refused(_noun, make, _action):
    first, second, third = make(), make(), make()
    with pytest.raises(Refused, match="not merged into itself"):
        merged(first, first)
    with pytest.raises(Refused, match="Say why"):
        merged(first, second, reason=" ")
    merged(first, second)
    with pytest.raises(Refused, match="already"):
        merged(first, third)
    with pytest.raises(Refused, match="itself"):
        merged(second, first)
    assert type(first).objects.filter(merged_into=None).count() == 2


@pytest.mark.parametrize(("_noun", "make", "_action"), KINDS)
def test_the_wrong_role_and_a_stale_version_merge_nothing(_noun, make, _action):
    duplicate, into = make(), make()
    with pytest.raises(NotAllowed):
        merged(duplicate, into, by=analyst())
    with pytest.raises(StaleRecord):
        merged(duplicate, into, expected_version=7)
    duplicate.refresh_from_db()
    assert duplicate.merged_into is None
    assert not AuditEvent.objects.filter(verb__endswith="merged").exists()


@pytest.mark.parametrize(("_noun", "make", "_action"), KINDS)
@pytest.mark.parametrize("marking", [{"tlp": "AMBER_STRICT"}, {"handling": ["minor"]}, {"team": True}])
def test_what_is_marked_more_strictly_is_not_merged_into_what_more_people_see(_noun, make, _action, marking):
    marking = marking | ({"team": TeamFactory()} if "team" in marking else {})
    strict, open_one = make(tlp="AMBER"), make(tlp="AMBER")
    type(strict).objects.filter(pk=strict.pk).update(**marking)
    strict.refresh_from_db()
    with pytest.raises(Refused, match="marked more strictly"):
        merged(strict, open_one)
    merged(open_one, strict)


def test_a_party_that_would_corroborate_itself_is_not_merged():
    duplicate, into = PartyFactory(), PartyFactory()
    incident = IncidentFactory()
    ends = [StatementFactory(party=each, incident=incident) for each in (duplicate, into)]
    LinkFactory(from_statement=ends[0], to_statement=ends[1], type="corroborates")
    with pytest.raises(Refused, match=ends[0].ref):
        merged(duplicate, into)


def test_any_merges_leave_as_many_statements_incidents_and_sources_as_before():
    chance = random.Random(4)
    parties = [PartyFactory() for _each in range(6)]
    for _each in range(12):
        StatementFactory(
            party=chance.choice(parties), accused=chance.sample(parties, 2), on_behalf_of=chance.choice(parties)
        )
    counted = [(model, model.objects.count()) for model in (Statement, Incident, Source, Party, Place)]
    while len(parties) > 1:
        duplicate, into = chance.sample(parties, 2)
        duplicate.refresh_from_db()
        merged(duplicate, into)
        parties.remove(duplicate)
        spoken = sum(party.statements.count() for party in parties)
        assert spoken == Statement.objects.count()
        assert [(model, model.objects.count()) for model, _before in counted] == counted
    assert Accusation.objects.count() == Statement.objects.count()


def test_raising_the_one_that_stays_reaches_what_partners_read_of_the_duplicate():
    by = editor(clearance="AMBER_STRICT")
    within = {"workflow": "approved", "tlp": "GREEN"}
    duplicate, into = PartyFactory(tlp="GREEN"), PartyFactory(tlp="GREEN")
    statement = StatementFactory(**within, party=duplicate, incident=IncidentFactory(**within))
    QuoteCheckFactory(rendering=statement.renderings.get())
    release_statement(statement=statement, expected_version=1, by=by, confirmed_unassessed=True)
    merged(duplicate, into, by=by)
    told = Change.objects.filter(record_id=statement.pk)
    before = told.count()

    into.refresh_from_db()
    change_marking(record=into, expected_version=into.version, by=by, tlp="AMBER", handling=["witness_identity"])

    duplicate.refresh_from_db()
    assert (duplicate.tlp, duplicate.handling) == ("AMBER", ["witness_identity"])
    assert told.count() == before + 1


@pytest.fixture
def chief(client):
    user = editor(clearance="AMBER")
    client.force_login(user)
    return user


def post(client, noun, duplicate, into, **more):
    sent = {"into": into, "version": duplicate.version, "reason": "One ministry", "is_sure": "on"} | more
    return client.post(f"/{noun}/{duplicate.ref}/merge/", sent)


@pytest.mark.parametrize(("noun", "make", "_action"), KINDS)
def test_an_editor_merges_on_a_page_and_the_old_address_leads_on(client, chief, noun, make, _action):
    duplicate, into = make(), make()
    assert f"/{noun}/{duplicate.ref}/merge/" in client.get(duplicate.get_absolute_url()).content.decode()
    assert client.get(f"/{noun}/{duplicate.ref}/merge/").status_code == 200

    assert post(client, noun, duplicate, into.ref).url == into.get_absolute_url()

    answer = client.get(duplicate.get_absolute_url())
    assert (answer.status_code, answer.url) == (302, into.get_absolute_url())
    assert post(client, noun, duplicate, make().ref, version=2).status_code == 422


@pytest.mark.parametrize(("noun", "make", "_action"), KINDS)
@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"is_sure": ""}, "This field is required."),
        ({"reason": ""}, "This field is required."),
        ({"version": 9}, "Someone saved this record"),
        ({"into": "XX-ZZZZZZZ"}, "No record you can see"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_merged(client, chief, noun, make, _action, more, words):
    duplicate, into = make(), make()
    answer = post(client, noun, duplicate, **({"into": into.ref} | more))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    duplicate.refresh_from_db()
    assert duplicate.merged_into is None


@pytest.mark.parametrize(("noun", "make", "_action"), KINDS)
def test_what_the_editor_does_not_see_is_no_target_and_leads_nowhere(client, chief, noun, make, _action):
    hidden = make(team=TeamFactory())
    duplicate, other = make(), make(merged_into=hidden)
    assert post(client, noun, duplicate, hidden.ref).status_code == 422
    nothing = client.get(f"/{noun}/XX-ZZZZZZZ/")
    led = client.get(other.get_absolute_url())
    assert led.status_code == nothing.status_code == 404


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("noun", "make", "_action"), KINDS)
def test_two_editors_merging_in_opposite_directions_at_once_close_no_circle(noun, make, _action):
    one, other = make(), make()
    clients = [Client(), Client()]
    for client in clients:
        client.force_login(editor(clearance="AMBER"))
    answers = []

    def press(client, duplicate, into):
        try:
            answers.append(post(client, noun, duplicate, into.ref).status_code)
        finally:
            connection.close()

    pairs = zip(clients, [(one, other), (other, one)], strict=True)
    presses = [threading.Thread(target=press, args=[client, *pair]) for client, pair in pairs]
    for each in presses:
        each.start()
    for each in presses:
        each.join(timeout=60)
    assert sorted(answers) == [302, 422]
    assert make._meta.model.objects.filter(pk__in=[one.pk, other.pk], merged_into=None).count() == 1
