"""What was out at a moment, through today's eyes; and when a record was released and withdrawn."""

from datetime import timedelta

import pytest
from django.utils import timezone

from claims.actions.incident import IncidentFields, edit_incident
from claims.release.make import withdraw_release
from tests.api.conftest import released, released_statement
from tests.api.test_restricted_later import mark
from tests.factories import PartyFactory, analyst, editor

pytestmark = pytest.mark.django_db


def now():
    return timezone.now().isoformat().replace("+00:00", "Z")


def titles(client, **asked):
    return [each["title"] for each in client.read("incidents/", asked)["results"]]


def retitle(incident, title):
    incident.refresh_from_db()
    given = IncidentFields(title=title)
    edit_incident(incident=incident, given=given, expected_version=incident.version, by=analyst())
    incident.refresh_from_db()
    released(incident)


@pytest.fixture
def changed(calling):
    """An incident released under one title, and later under another: it, the moments before, between and after."""
    moments = [now()]
    incident = released(title="First")
    moments.append(now())
    retitle(incident, "Second")
    moments.append(now())
    return incident, moments


def test_each_moment_has_the_version_that_was_out_then(calling, changed):
    incident, (before, between, after) = changed
    client = calling()
    assert [titles(client, as_of=each) for each in (before, between, after)] == [[], ["First"], ["Second"]]
    assert client.read(f"incidents/{incident.pk}/", {"as_of": between})["title"] == "First"
    assert client.get(f"incidents/{incident.pk}/", {"as_of": before}).status_code == 404
    assert titles(client) == ["Second"]


def test_a_day_means_its_end_and_what_is_to_come_cannot_be_asked(calling, changed):
    client, today = calling(), timezone.now().date()
    assert titles(client, as_of=today.isoformat()) == ["Second"]
    assert titles(client, as_of=(today - timedelta(days=1)).isoformat()) == []
    for ahead in ((today + timedelta(days=2)).isoformat(), "2999-01-01T00:00:00Z", "soon"):
        refused = client.get("incidents/", {"as_of": ahead})
        assert (refused.status_code, refused.json()["parameter"]) == (400, "as_of")


def test_a_marking_raised_today_is_raised_at_every_date(calling, changed):
    incident, (_before, between, _after) = changed
    mark(incident, tlp="AMBER_STRICT")
    assert titles(calling("AMBER"), as_of=between) == []
    assert titles(calling("AMBER_STRICT"), as_of=between) == ["First"]


def test_a_name_withheld_today_is_withheld_at_every_date(calling):
    party = PartyFactory()
    statement = released_statement(kind="testimony", party=party)
    then = now()
    mark(party, tlp="AMBER_STRICT")
    assert calling().read(f"statements/{statement.pk}/", {"as_of": then})["party"] is None


@pytest.mark.parametrize("code", ["legal_removal", "error", "withdrawn", "deleted"])
def test_what_was_withdrawn_to_protect_is_out_at_no_date(calling, changed, code):
    incident, (_before, between, after) = changed
    withdraw_release(record=incident, by=editor(), code=code, reason="x")
    client = calling()
    assert [titles(client, as_of=each) for each in (between, after, now())] == [[], [], []]
    retitle(incident, "Third")
    assert [titles(client, as_of=each) for each in (between, after, now())] == [[], [], ["Third"]]


@pytest.mark.parametrize("code", ["out_of_scope", "merged"])
def test_what_went_for_no_such_reason_was_out_until_then(calling, changed, code):
    incident, (_before, between, after) = changed
    withdraw_release(record=incident, by=editor(), code=code, reason="x")
    client = calling()
    assert [titles(client, as_of=each) for each in (between, after, now())] == [["First"], ["Second"], []]
    assert client.get(f"incidents/{incident.pk}/").status_code == 410


def test_filters_and_pages_work_in_the_past(calling):
    statements = sorted(str(released_statement(kind="testimony").pk) for _each in range(3))
    then = now()
    released_statement(kind="testimony")
    client = calling()
    first = client.read("statements/", {"as_of": then, "kind": "testimony", "limit": 2})
    second = client.read(first["next"])
    assert [each["id"] for each in first["results"] + second["results"]] == statements
    assert second["next"] is None
    assert client.read("statements/", {"as_of": then, "kind": "denial"})["results"] == []


def test_a_cursor_belongs_to_its_moment(calling):
    for _each in range(3):
        released()
    client, then = calling(), now()
    cursor = client.read("incidents/", {"as_of": then, "limit": 1})["next"].split("cursor=")[1].split("&")[0]
    assert client.get("incidents/", {"cursor": cursor, "limit": 1}).status_code == 400


def test_the_past_and_updated_after_exclude_each_other(calling):
    refused = calling().get("incidents/", {"as_of": now(), "updated_after": "2022-04-03"})
    assert (refused.status_code, refused.json()["parameter"]) == (400, "updated_after")


def test_a_history_tells_releases_and_withdrawals_and_nothing_else(calling, changed):
    incident, _moments = changed
    withdraw_release(record=incident, by=editor(), code="out_of_scope", reason="A secret reason")
    retitle(incident, "Third")
    client = calling()
    told = client.read(f"incidents/{incident.pk}/history/")["releases"]
    assert [each["reason"] for each in told] == [None, "out_of_scope", None]
    assert [each["version"] for each in told] == sorted((each["version"] for each in told), reverse=True)
    assert "secret" not in str(told)
    assert client.get(f"statements/{incident.pk}/history/").status_code == 404


def test_a_history_has_no_release_the_ceiling_never_reached(calling):
    incident = released(tlp="AMBER")
    incident.refresh_from_db()
    mark(incident, tlp="GREEN", reason="x")
    retitle(incident, "Second")
    assert len(calling("GREEN").read(f"incidents/{incident.pk}/history/")["releases"]) == 1
    assert len(calling("AMBER").read(f"incidents/{incident.pk}/history/")["releases"]) == 2
