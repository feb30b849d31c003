"""Counts by month are of what the caller reads, as it reads it, and of nothing else."""

from datetime import UTC, datetime

import pytest

from claims.api.ready import refresh
from tests.api.conftest import released, released_statement
from tests.api.test_restricted_later import mark
from tests.factories import IncidentFactory, PlaceFactory

pytestmark = pytest.mark.django_db


def of_march(**fields):
    return IncidentFactory(
        workflow="approved", occurred="2022-03", occurred_start=datetime(2022, 2, 28, 22, tzinfo=UTC),
        occurred_end=datetime(2022, 3, 31, 21, tzinfo=UTC), occurred_precision="month", occurred_zone="Europe/Kyiv",
        **fields)  # fmt: skip


def counted(client, by):
    answer = client.read("aggregates/monthly/", {"by": by})
    assert answer["total"] == sum(each["count"] for each in answer["counts"])
    return {(each["month"], each["value"]): each["count"] for each in answer["counts"]}


def test_counts_are_of_what_is_read_and_of_the_month_where_it_happened(calling):
    region = PlaceFactory(adm1_code="UA-32")
    march, other = released(of_march(place=region, means="shelling")), released(of_march(place=region, means="mine"))
    released(tlp="AMBER_STRICT")
    of_march()  # released to nobody
    undated = released(
        IncidentFactory(
            workflow="approved", occurred="2022", occurred_start=datetime(2022, 1, 1, tzinfo=UTC),
            occurred_end=datetime(2023, 1, 1, tzinfo=UTC), occurred_precision="year", place=None)
    )  # fmt: skip
    client = calling("AMBER")
    assert counted(client, "incidents.finding") == {(None, "unverified"): 1, ("2022-03", "unverified"): 2}
    assert counted(client, "incidents.adm1") == {(None, None): 1, ("2022-03", "UA-32"): 2}
    assert counted(client, "incidents.means")["2022-03", "mine"] == 1
    mark(other, handling=["military_sensitive"])  # withholds the means: it counts as not known, at once
    assert counted(client, "incidents.means") == {
        (None, undated.means): 1, ("2022-03", "shelling"): 1, ("2022-03", None): 1}  # fmt: skip
    mark(march, tlp="AMBER_STRICT")
    assert counted(client, "incidents.adm1") == {(None, None): 1, ("2022-03", "UA-32"): 1}


def test_after_a_change_only_the_stretch_it_lies_in_is_counted_anew(calling, monkeypatch):
    monkeypatch.setattr("claims.api.ready.FIRST", 1)
    monkeypatch.setattr("claims.api.ready.MOST", 1)
    statements = sorted((released_statement(kind="testimony") for _each in range(3)), key=lambda each: each.pk)
    client, refreshed = calling(), []

    def total():
        return sum(counted(client, "statements.kind").values())

    def watched(kind, caller, stretch):
        refreshed.append((stretch.after, stretch.last))
        return refresh(kind, caller, stretch)

    monkeypatch.setattr("claims.api.aggregates.PATIENCE", -1)
    waiting = [client.get("aggregates/monthly/", {"by": "statements.kind"}).status_code for _stretch in range(3)]
    assert waiting == [503, 503, 503]  # each goes on where the one before was given up
    monkeypatch.setattr("claims.api.aggregates.PATIENCE", 20)
    monkeypatch.setattr("claims.api.counted.refresh", watched)
    assert total() == 3
    assert refreshed == [(statements[2].pk, None)]
    refreshed.clear()
    assert (total(), refreshed) == (3, [])
    mark(statements[1], tlp="AMBER_STRICT")
    assert (total(), refreshed) == (2, [(statements[0].pk, statements[1].pk)])
    released_statement(kind="testimony")
    assert total() == 3


def test_each_kind_needs_its_scope_and_what_is_not_ready_is_asked_for_again(calling, monkeypatch):
    released_statement(kind="testimony")
    assert list(counted(calling(), "statements.kind").values()) == [1]
    refused = calling("AMBER", only=["incidents:read"]).get("aggregates/monthly/", {"by": "statements.kind"})
    assert (refused.status_code, refused.json()["scope"]) == (403, "statements:read")
    assert calling().get("aggregates/monthly/", {"by": "statements.means"}).json()["parameter"] == "by"
    monkeypatch.setattr("claims.api.aggregates.PATIENCE", -1)
    waiting = calling().get("aggregates/monthly/")
    assert (waiting.status_code, waiting["Retry-After"]) == (503, "60")
