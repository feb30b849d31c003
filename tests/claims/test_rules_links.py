"""The rules of links between statements (domain note, "Links between statements"), each tried by SQL."""

import itertools
from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from claims.models import Link
from tests.factories import (
    AffiliationFactory,
    CaptureFactory,
    CopyFactory,
    IncidentFactory,
    LinkFactory,
    PartyFactory,
    RenderingFactory,
    SourceFactory,
    StatementFactory,
    analyst,
)
from tests.refusals import refused_by

NOW = datetime(2022, 4, 3, tzinfo=UTC)
SAME_VOICE = ["corrects", "retracts", "supersedes"]
pytestmark = pytest.mark.django_db


def said(day, **fields):
    """A statement said on that day of April 2022."""
    start, end = datetime(2022, 4, day, tzinfo=UTC), datetime(2022, 4, day + 1, tzinfo=UTC)
    return StatementFactory(**({"kind": "announcement", "said_start": start, "said_end": end} | fields))


def pair(**fields):
    """An earlier and a later statement of one party about one incident."""
    shared = {"party": PartyFactory(), "incident": IncidentFactory()} | fields
    return said(3, **shared), said(4, **shared)


def link(later, earlier, type_="supports", **fields):
    return LinkFactory(from_statement=later, to_statement=earlier, type=type_, **fields)


def _again(**fields):
    """A second link with the same ends, kind and aspect."""
    first = LinkFactory()
    return link(first.from_statement, first.to_statement, "denies", **fields)


def _itself():
    statement = StatementFactory()
    return link(statement, statement)


def _contradicts(swapped=False, **fields):
    first, second = sorted(pair(), key=lambda statement: statement.pk, reverse=swapped)
    return link(first, second, "contradicts", **({"basis": "editorial", "reason": "both cannot be"} | fields))


BREAKS = [
    ("link_once", _again),
    ("link_not_to_itself", _itself),
    ("link_type_known", lambda: LinkFactory(type="dislikes")),
    ("link_aspect_known", lambda: LinkFactory(aspect="mood")),
    ("link_basis_known", lambda: LinkFactory(basis="hunch")),
    ("link_editorial_has_reason", lambda: LinkFactory(basis="editorial")),
    ("link_contradicts_ordered", lambda: _contradicts(swapped=True)),
    ("link_contradicts_ordered", lambda: _contradicts(basis="explicit")),
    *[
        ("link_removed_with_reason", lambda fields=fields: LinkFactory(**fields))
        for fields in [{"removed_at": NOW}, {"removed_reason": "x"}, {"removed_at": NOW, "removed_reason": "x"}]
    ],
]


@pytest.mark.parametrize(("rule", "attempt"), BREAKS, ids=[f"{rule}-{n}" for n, (rule, _) in enumerate(BREAKS)])
def test_the_table_refuses(rule, attempt):
    with refused_by(rule):
        attempt()


def test_what_the_table_accepts():
    _contradicts()
    _again(aspect="number")
    LinkFactory(basis="editorial", reason="both speak of the same street")


def test_a_removed_link_stays_and_makes_room_for_another():
    first = LinkFactory()
    rows = Link.objects.filter(pk=first.pk)
    rows.update(removed_at=NOW, removed_by=analyst(), removed_reason="misread")
    link(first.from_statement, first.to_statement, "denies")
    with refused_by("link_once"):
        rows.update(removed_at=None, removed_by=None, removed_reason="")


@pytest.mark.parametrize("field", ["from_statement", "to_statement", "type"])
def test_the_ends_and_the_kind_of_a_link_never_change(field):
    made = LinkFactory()
    value = "rebuts" if field == "type" else StatementFactory()
    with refused_by("link_ends_fixed"):
        Link.objects.filter(pk=made.pk).update(**{field: value})


def test_removing_a_link_cannot_smuggle_in_other_ends():
    made = LinkFactory()
    with refused_by("link_ends_fixed"):
        Link.objects.filter(pk=made.pk).update(
            type="refutes", removed_at=NOW, removed_by=analyst(), removed_reason="x"
        )  # fmt: skip


@pytest.mark.parametrize("type_", SAME_VOICE)
class TestOnlyTheSameVoice:
    def test_another_party_cannot(self, type_):
        incident = IncidentFactory()
        with refused_by("link_same_voice"):
            link(said(4, incident=incident), said(3, incident=incident), type_)

    def test_the_same_party_can(self, type_):
        earlier, later = pair()
        assert link(later, earlier, type_).pk

    def test_whoever_acts_for_it_on_that_day_can_in_both_directions(self, type_):
        incident, ministry, spokesman = IncidentFactory(), PartyFactory(), PartyFactory(kind="person")
        AffiliationFactory(
            party=spokesman, body=ministry, kind="acts_for", since=date(2022, 4, 4), until=date(2022, 4, 5)
        )
        by_ministry, by_spokesman = said(3, incident=incident, party=ministry), said(
            4, incident=incident, party=spokesman
        )  # fmt: skip
        link(by_spokesman, by_ministry, type_)
        link(said(5, incident=incident, party=ministry), by_spokesman, type_)

    @pytest.mark.parametrize("day", [3, 6])
    def test_one_who_acted_for_it_on_other_days_cannot(self, type_, day):
        incident, ministry, spokesman = IncidentFactory(), PartyFactory(), PartyFactory(kind="person")
        AffiliationFactory(party=spokesman, body=ministry, since=date(2022, 4, 4), until=date(2022, 4, 5))
        with refused_by("link_same_voice"):
            link(said(day, incident=incident, party=spokesman), said(2, incident=incident, party=ministry), type_)

    def test_an_earlier_statement_cannot_act_on_a_later_one(self, type_):
        earlier, later = said(3, **(shared := _shared())), said(5, **shared)
        with refused_by("link_not_earlier"):
            link(earlier, later, type_)

    def test_overlapping_or_unknown_dates_are_no_obstacle(self, type_):
        shared = _shared()
        nowhen = {"said": "", "said_start": None, "said_end": None, "said_precision": "unknown"}
        link(said(3, **shared), said(4, **shared), type_)  # ends when the other begins
        link(StatementFactory(kind="announcement", **shared, **nowhen), said(9, **shared), type_)


def _shared():
    return {"party": PartyFactory(), "incident": IncidentFactory()}


def test_the_day_is_that_of_the_place_where_it_was_said():
    """Half past midnight on 4 April in Kyiv is still 3 April in UTC; the spokesman began on the 4th."""
    incident, ministry, spokesman = IncidentFactory(), PartyFactory(), PartyFactory(kind="person")
    AffiliationFactory(party=spokesman, body=ministry, since=date(2022, 4, 4))
    at_night = {
        "said_start": datetime(2022, 4, 3, 21, 30, tzinfo=UTC),
        "said_end": datetime(2022, 4, 3, 21, tzinfo=UTC),
    }
    at_night["said_end"] = datetime(2022, 4, 3, 21, 31, tzinfo=UTC)
    spoken = said(3, incident=incident, party=spokesman, said_zone="Europe/Kyiv", **at_night)
    assert link(spoken, said(2, incident=incident, party=ministry), "corrects").pk


@pytest.mark.parametrize("type_", [*SAME_VOICE, "repeats"])
@pytest.mark.parametrize("length", [2, 3])
def test_no_circles(type_, length):
    shared = _shared()
    around = [said(3, **shared) for _ in range(length)]
    for earlier, later in itertools.pairwise(around):
        link(later, earlier, type_)
    with refused_by("link_no_circle"):
        link(around[0], around[-1], type_)


def test_a_circle_is_found_when_a_removed_link_comes_back_and_when_written_in_bulk():
    shared = _shared()
    first, second = said(3, **shared), said(3, **shared)
    removed = link(first, second, "repeats")
    Link.objects.filter(pk=removed.pk).update(removed_at=NOW, removed_by=analyst(), removed_reason="x")
    link(second, first, "repeats")
    with refused_by("link_no_circle"):
        Link.objects.filter(pk=removed.pk).update(removed_at=None, removed_by=None, removed_reason="")
    third = said(3, **shared)
    with refused_by("link_no_circle"):
        Link.objects.bulk_create([
            Link(from_statement=a, to_statement=b, type="repeats", aspect="other", basis="explicit")
            for a, b in ((third, first), (first, third))
        ])  # fmt: skip


def test_supporting_each_other_is_no_circle():
    earlier, later = pair()
    link(later, earlier)
    link(earlier, later)


@pytest.mark.parametrize("kind", ["denial", "allegation", "characterization", "testimony"])
def test_only_a_finding_by_a_body_refutes(kind):
    target = StatementFactory()
    with refused_by("link_refutes_by_finding"):
        link(StatementFactory(kind=kind, incident=target.incidents.get()), target, "refutes")
    link(StatementFactory(kind="finding", incident=target.incidents.get()), target, "refutes")


class TestCorroborates:
    def test_a_party_does_not_corroborate_itself(self):
        earlier, later = pair()
        with refused_by("link_corroborates_other_party"):
            link(later, earlier, "corroborates")

    @pytest.mark.parametrize("from_body", [True, False])
    def test_nor_does_one_that_acts_for_it(self, from_body):
        incident, body, member = IncidentFactory(), PartyFactory(), PartyFactory()
        AffiliationFactory(party=member, body=body)
        by_body, by_member = said(3, incident=incident, party=body), said(3, incident=incident, party=member)
        ends = (by_body, by_member) if from_body else (by_member, by_body)
        with refused_by("link_corroborates_other_party"):
            link(*ends, "corroborates")

    def test_nor_do_words_of_one_source(self):
        incident, capture = IncidentFactory(), CaptureFactory()
        with refused_by("link_corroborates_other_origin"):
            link(
                said(4, incident=incident, capture=capture), said(3, incident=incident, capture=capture), "corroborates"
            )

    def test_nor_do_copies_of_copies(self):
        incident, (first, between, last) = IncidentFactory(), (SourceFactory() for _ in range(3))
        CopyFactory(derived=between, original=first, confirmed=True)
        CopyFactory(derived=between, original=last, confirmed=True)
        ends = [said(3, incident=incident, capture=CaptureFactory(source=source)) for source in (first, last)]
        with refused_by("link_corroborates_other_origin"):
            link(*ends, "corroborates")

    def test_one_shared_source_among_several_is_enough_to_refuse(self):
        incident, shared = IncidentFactory(), CaptureFactory()
        first, second = said(3, incident=incident), said(3, incident=incident, capture=shared)
        also = RenderingFactory(statement=first, capture=shared)
        with refused_by("link_corroborates_other_origin"):
            link(first, second, "corroborates")
        type(also).objects.filter(pk=also.pk).update(
            withdrawn_at=timezone.now(), withdrawn_by=analyst(), withdrawn_reason="another speaker"
        )
        assert link(first, second, "corroborates").pk

    def test_another_party_from_another_source_does(self):
        incident = IncidentFactory()
        assert link(said(4, incident=incident), said(3, incident=incident), "corroborates").pk


def test_an_explicit_link_needs_a_shared_incident():
    with refused_by("link_shares_incident"):
        link(said(4), said(3))
    link(said(4), said(3), basis="editorial", reason="the same unit")
    shared = IncidentFactory()
    link(said(4, incidents=[shared]), said(3, incidents=[shared]))


def test_an_editorial_link_cannot_become_explicit_without_a_shared_incident():
    made = link(said(4), said(3), basis="editorial", reason="the same unit")
    with refused_by("link_shares_incident"):
        Link.objects.filter(pk=made.pk).update(basis="explicit")
