"""Who sees which record: one queryset decides, and this is its table (domain note, "Who sees what")."""

import itertools

import pytest
from django.contrib.auth.models import AnonymousUser

from harmtracker.markings import TLP_ORDER
from tests.factories import (
    CommentRequestFactory,
    IncidentFactory,
    MediaItemFactory,
    OutsideNoteFactory,
    PartyFactory,
    PlaceFactory,
    SourceFactory,
    StatementFactory,
    TeamFactory,
    UserFactory,
    viewer,
)

pytestmark = pytest.mark.django_db
WITH_WORKFLOW = {"incident": IncidentFactory, "statement": StatementFactory, "source": SourceFactory}
REFERENCE = {"party": PartyFactory}
ROLES = ["viewer", "analyst", "editor", "admin"]


def _expected(role, clearance, tlp, team, named, workflow):
    """The sentence of the domain note, word by word and without the code under test."""
    if role == "viewer" and workflow not in (None, "approved"):
        return False
    if tlp == "RED":
        return named
    return TLP_ORDER.index(tlp) <= TLP_ORDER.index(clearance) and (team in ("none", "own") or named)


CLEARANCES = [None, "CLEAR", "AMBER_STRICT", "RED"]


def _parts(make):
    """What records of a kind may share, so that it is not made anew for each of them."""
    shared = {"created_by": UserFactory()}
    if make is StatementFactory:
        whole = StatementFactory(accused=[])
        capture = whole.renderings.get().capture
        return shared | {"party": whole.party, "incident": whole.incidents.get(), "accused": [], "capture": capture}
    return shared | {SourceFactory: {"publisher": PartyFactory()}, IncidentFactory: {"place": None}}.get(make, {})


@pytest.mark.parametrize("table", WITH_WORKFLOW | REFERENCE)
def test_the_whole_table(table):
    make = (WITH_WORKFLOW | REFERENCE)[table]
    own, foreign = TeamFactory(), TeamFactory()
    people = [
        UserFactory(role=role, teams=[own], **({"clearance": clearance} if clearance else {}))
        for role, clearance in itertools.product(ROLES, CLEARANCES)
    ]
    shared, records = _parts(make), {}
    workflows = ["draft", "approved"] if table in WITH_WORKFLOW else [None]
    for tlp, (label, team), named, workflow in itertools.product(
        TLP_ORDER, [("none", None), ("own", own), ("foreign", foreign)], [False, True], workflows
    ):
        fields = shared | {"tlp": tlp, "team": team, "named": people if named else []}
        record = make(**(fields | ({"workflow": workflow} if workflow else {})))
        records[record.pk] = (tlp, label, named, workflow)
    for person in people:
        expected = {key for key, marks in records.items() if _expected(person.role, person.clearance, *marks)}
        seen = make._meta.model.objects.filter(pk__in=records).visible_to(person)
        assert set(seen.values_list("pk", flat=True)) == expected, (person.role, person.clearance)
        assert seen.count() == len(expected)  # no join counts a record twice


@pytest.mark.parametrize(("role", "clearance"), [("viewer", "GREEN"), ("analyst", "AMBER"), ("editor", "AMBER")])
def test_clearance_unless_said_otherwise(role, clearance):
    assert UserFactory(role=role).clearance == clearance


@pytest.mark.parametrize(
    ("person", "record", "sees"),
    [
        ({"role": "viewer"}, {"tlp": "GREEN", "workflow": "approved"}, True),
        ({"role": "viewer"}, {"tlp": "GREEN", "workflow": "in_review"}, False),
        ({"role": "viewer"}, {"tlp": "AMBER", "workflow": "approved"}, False),
        ({"role": "viewer", "clearance": "AMBER"}, {"tlp": "AMBER", "workflow": "approved"}, True),
        ({"role": "analyst"}, {"tlp": "AMBER", "workflow": "set_aside"}, True),
        ({"role": "analyst"}, {"tlp": "AMBER_STRICT"}, False),
        ({"role": "admin", "clearance": "RED"}, {"tlp": "RED"}, False),
        ({"role": "editor", "is_active": False}, {"tlp": "CLEAR", "workflow": "approved"}, False),
    ],
)
def test_by_example(person, record, sees):
    incident = IncidentFactory(**record)
    assert type(incident).objects.visible_to(UserFactory(**person)).exists() is sees


def test_being_named_opens_a_team_and_red_and_nothing_else():
    person, team = UserFactory(role="analyst"), TeamFactory()
    seen = {
        "team": IncidentFactory(team=team, named=[person]),
        "red": IncidentFactory(tlp="RED", named=[person]),
        "red of a team": IncidentFactory(tlp="RED", team=team, named=[person]),
    }
    IncidentFactory(tlp="AMBER_STRICT", named=[person])
    IncidentFactory(tlp="RED", named=[UserFactory()])
    IncidentFactory(tlp="RED", created_by=person)
    assert set(type(seen["red"]).objects.visible_to(person)) == set(seen.values())


def test_a_named_viewer_still_sees_approved_records_only():
    person = viewer()
    IncidentFactory(tlp="RED", named=[person])
    approved = IncidentFactory(tlp="RED", named=[person], workflow="approved")
    assert list(type(approved).objects.visible_to(person)) == [approved]


ALL = {
    "party": PartyFactory, "place": PlaceFactory, "source": SourceFactory, "incident": IncidentFactory,
    "statement": StatementFactory, "media item": MediaItemFactory, "note": OutsideNoteFactory,
    "comment request": CommentRequestFactory,
}  # fmt: skip


@pytest.mark.parametrize("make", ALL.values(), ids=ALL)
def test_every_marked_record_obeys(make):
    record = make(tlp="CLEAR")
    make(tlp="RED", named=[UserFactory()])
    rows = type(record).objects.filter(created_by__isnull=False)
    assert record in rows.visible_to(UserFactory(role="editor", clearance="RED"))
    assert not rows.filter(tlp="RED").visible_to(UserFactory(role="editor", clearance="RED")).exists()
    assert not rows.visible_to(AnonymousUser()).exists()


def test_it_narrows_whatever_was_asked_before_and_composes():
    kept, dropped = IncidentFactory(title="kept"), IncidentFactory(title="dropped")
    person = UserFactory()
    rows = type(kept).objects.exclude(pk=dropped.pk).visible_to(person).filter(title__in=["kept", "dropped"])
    assert list(rows) == [kept]
