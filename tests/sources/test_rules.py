"""What must stay true of people, parties, sources and captures, tried by writing straight into the tables."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.db.models import F
from django.utils import timezone
from psycopg.errors import ForeignKeyViolation

from harmtracker.models import User
from sources.models import Blob, Capture, CaptureComparison, Citation, Copy, Party, PartyName
from tests.factories import (
    AffiliationFactory,
    BlobFactory,
    CaptureFactory,
    ComparisonFactory,
    CopyFactory,
    PartyFactory,
    SourceFactory,
    TeamFactory,
    UserFactory,
    analyst,
    capture_under_way,
)
from tests.refusals import refused_by, refused_with

NOW = datetime(2022, 4, 3, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def _twice(make, *same):
    """A second row with the same ``same``."""
    first = make()
    make(**{name: getattr(first, name) for name in same})


def _spelt(**fields):
    return PartyName.objects.create(**({"party": PartyFactory(name="Name"), "folded": "x", "text": "x"} | fields))


def _citation(**fields):
    fields = {"citing": SourceFactory(), "cited": SourceFactory(), "address": "https://t.me/1"} | fields
    return Citation.objects.create(created_by=analyst(), **fields)


def _cited_twice():
    first = _citation()
    _citation(citing=first.citing, cited=first.cited)


def _to_itself(make, first, second):
    one = (SourceFactory if first != "party" else PartyFactory)()
    make(**{first: one, second: one})


BREAKS = [
    ("user_role_known", lambda: UserFactory(role="chief")),
    ("user_clearance_known", lambda: UserFactory(clearance="ULTRA")),
    ("harmtracker_user_username_key", lambda: _twice(UserFactory, "username")),
    ("harmtracker_team_name_key", lambda: _twice(TeamFactory, "name")),
    ("blob_named_by_sha256", lambda: BlobFactory(sha256="A" * 64)),
    ("blob_named_by_sha256", lambda: BlobFactory(sha256="ab/../cd")),
    ("blob_destroyed_with_reason", lambda: BlobFactory(destroyed_at=NOW)),
    ("blob_destroyed_with_reason", lambda: BlobFactory(destroyed_reason="a court")),
    ("party_kind_known", lambda: PartyFactory(kind="enemy")),
    ("party_has_name", lambda: PartyFactory(name="")),
    ("party_not_own_merge", lambda: Party.objects.filter(pk=PartyFactory().pk).update(merged_into=F("id"))),
    ("sources_party_ref_key", lambda: _twice(PartyFactory, "ref")),
    ("party_name_kind_known", lambda: _spelt(kind="slur")),
    ("party_name_once", lambda: _spelt(text="Name")),
    ("affiliation_not_to_itself", lambda: _to_itself(AffiliationFactory, "party", "body")),
    ("affiliation_in_order", lambda: AffiliationFactory(since=date(2022, 1, 2), until=date(2022, 1, 1))),
    ("affiliation_kind_known", lambda: AffiliationFactory(kind="likes")),
    ("affiliation_once", lambda: _twice(AffiliationFactory, "party", "body")),  # since is null twice
    ("affiliation_withdrawn_with_reason", lambda: AffiliationFactory(withdrawn_at=NOW, withdrawn_by=UserFactory())),
    ("source_kind_known", lambda: SourceFactory(kind="rumour")),
    ("source_visit_policy_known", lambda: SourceFactory(visit_policy="by night")),
    ("source_workflow_known", lambda: SourceFactory(workflow="published")),
    ("source_address_has_key", lambda: SourceFactory(address_key="")),
    ("source_address_has_key", lambda: SourceFactory(submitted_address="", address_key="https://a.example")),
    ("source_published_in_order", lambda: SourceFactory(published_start=timezone.now(), published_end=NOW)),
    ("source_published_in_order", lambda: SourceFactory(published_start=NOW)),
    ("source_published_in_order", lambda: SourceFactory(published_end=NOW)),
    ("sources_source_ref_key", lambda: _twice(SourceFactory, "ref")),
    ("citation_once", _cited_twice),
    ("citation_not_of_itself", lambda: _to_itself(_citation, "citing", "cited")),
    ("capture_number_once", lambda: _twice(CaptureFactory, "source", "number")),
    ("capture_obtained_known", lambda: CaptureFactory(obtained="stolen")),
    ("capture_outcome_with_time", lambda: CaptureFactory(finished_at=None)),
    ("capture_outcome_with_time", lambda: CaptureFactory(outcome="fine")),
    ("capture_outcome_with_time", lambda: capture_under_way(finished_at=NOW)),
    ("capture_text_is_hashed", lambda: CaptureFactory(text_sha256="")),
    ("capture_text_is_hashed", lambda: CaptureFactory(text_sha256="x" * 64)),
    ("capture_text_is_hashed", lambda: CaptureFactory(walker_version=None)),
    ("capture_text_is_hashed", lambda: CaptureFactory(text="", text_sha256="0" * 64)),
    ("capture_text_has_body", lambda: CaptureFactory(body=None)),
    ("comparison_has_note", lambda: ComparisonFactory(note="")),
    ("copy_once", lambda: _twice(CopyFactory, "derived", "original")),
    ("copy_not_of_itself", lambda: _to_itself(CopyFactory, "derived", "original")),
    ("copy_kind_known", lambda: CopyFactory(kind="theft")),
    ("copy_state_known", lambda: CopyFactory(confirmed=True, state="probable")),
    ("copy_decided_by_a_person", lambda: CopyFactory(state="confirmed")),
    ("copy_decided_by_a_person", lambda: CopyFactory(state="confirmed", decided_at=NOW)),
    ("copy_decided_by_a_person", lambda: CopyFactory(state="dismissed", decided_at=NOW)),
    ("copy_decided_by_a_person", lambda: CopyFactory(decided_at=NOW)),
]


@pytest.mark.parametrize(("rule", "attempt"), BREAKS, ids=[f"{rule}-{n}" for n, (rule, _) in enumerate(BREAKS)])
def test_the_table_refuses(rule, attempt):
    with refused_by(rule):
        attempt()


def test_the_one_who_pasted_a_text_cannot_compare_it():
    capture = CaptureFactory(obtained="pasted")
    with refused_by("comparison_by_second_person"):
        CaptureComparison.objects.bulk_create(
            [CaptureComparison(capture=capture, note="same", created_by=capture.requested_by)]
        )
    ComparisonFactory(capture=capture)


@pytest.mark.parametrize(
    "change",
    [
        {"text": "other words"},
        {"outcome": "gone"},
        {"outcome": "", "finished_at": None},
        {"title": "Other"},
        {"body": None, "text": "", "text_sha256": ""},
        {"flags": [{"start": 0, "end": 9, "flag": "hidden"}]},
    ],
    ids="+".join,
)
def test_a_capture_with_an_outcome_never_changes(change):
    capture = CaptureFactory()
    with refused_with("a capture with an outcome never changes"):
        Capture.objects.filter(pk=capture.pk).update(**change)


@pytest.mark.parametrize("field", ["source", "number", "obtained", "requested_by", "created_at", "reason"])
def test_how_a_capture_came_about_never_changes_even_while_under_way(field):
    capture = capture_under_way()
    other = {
        "source": SourceFactory, "number": lambda: 9, "obtained": lambda: "uploaded", "requested_by": analyst,
        "created_at": lambda: NOW, "reason": lambda: "because",
    }[field]()  # fmt: skip
    with refused_with("how and by whom a capture was made never changes"):
        Capture.objects.filter(pk=capture.pk).update(**{field: other})


def test_sealed_bytes_of_a_capture_under_way_are_never_replaced():
    capture = capture_under_way()
    Capture.objects.filter(pk=capture.pk).update(body=BlobFactory())
    for other in (BlobFactory(), None):
        with refused_with("sealed bytes are never replaced"):
            Capture.objects.filter(pk=capture.pk).update(body=other)


@pytest.mark.parametrize("make", [CaptureFactory, capture_under_way])
def test_a_capture_is_never_deleted(make):
    capture = make()
    with refused_with("a capture is never deleted"):
        Capture.objects.filter(pk=capture.pk)._raw_delete("default")


def test_a_blob_row_is_only_ever_marked_as_destroyed():
    blob = BlobFactory()
    rows = Blob.objects.filter(pk=blob.pk)
    for change in ({"size": 1}, {"created_at": NOW}, {"sha256": "0" * 64}):
        with refused_with("a blob never changes"):
            rows.update(**change)
    with refused_with("a blob row is never deleted"):
        rows._raw_delete("default")
    rows.update(destroyed_at=NOW, destroyed_reason="an order of the court")
    with refused_with("a blob never changes"):
        rows.update(destroyed_at=None, destroyed_reason="")


def _origins(*sources):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(DISTINCT sources_origin(id)) FROM unnest(%s::uuid[]) id", [[s.pk for s in sources]]
        )
        return cursor.fetchone()[0]


def test_confirmed_copies_make_one_origin_and_suggestions_do_not():
    first, second, third = (SourceFactory() for _ in range(3))
    CopyFactory(derived=second, original=first, confirmed=True)
    suggestion = CopyFactory(derived=third, original=second)
    assert _origins(first, second, third) == 2
    Copy.objects.filter(pk=suggestion.pk).update(state="confirmed", decided_at=NOW, decided_by=analyst())
    assert _origins(first, second, third) == 1


@pytest.mark.parametrize(
    ("day", "acts"),
    [("2019-05-20", True), ("2022-04-03", True), ("2019-05-19", False), ("2024-05-21", False), (None, True)],
)
def test_a_holder_acts_for_the_office_and_what_it_belongs_to_while_holding_it(day, acts):
    holder, office, state = PartyFactory(kind="person"), PartyFactory(kind="office"), PartyFactory(kind="state")
    AffiliationFactory(party=holder, body=office, kind="holds", since=date(2019, 5, 20), until=date(2024, 5, 20))
    AffiliationFactory(party=office, body=state)
    assert _acts_for(holder, state, day) is acts
    assert _acts_for(state, holder, day) is False


def _acts_for(party, body, day):
    with connection.cursor() as cursor:
        cursor.execute("SELECT sources_acts_for(%s, %s, %s::date)", [party.pk, body.pk, day])
        return cursor.fetchone()[0]


def test_people_are_kept_while_the_record_names_them():
    person = analyst()
    CaptureFactory(requested_by=person, source=SourceFactory())
    with refused_with("requested_by_id", ForeignKeyViolation):
        User.objects.filter(pk=person.pk)._raw_delete("default")
