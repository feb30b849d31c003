"""Manners of HTTP that clients and proxies rely on: weights of formats, conditional requests, pages of today."""

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from claims.api import tokens
from tests.api.conftest import released

pytestmark = pytest.mark.django_db

PROBLEM = "application/problem+json"


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("application/json;q=0.5, text/csv", "text/csv"),
        ("text/csv;q=0.2, application/json;q=0.9", "application/json"),
        ("application/json;q=0, */*;q=0.1", "application/ld+json"),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#expanded"', "application/ld+json"),
        ("text/html, */*;q=0.8", "application/json"),
        ("application/json;q=0", None),
        ("", None),
    ],
)
def test_the_format_with_the_most_weight_is_sent(calling, accept, chosen):
    response = calling("AMBER", "bulk:read").get("incidents/", headers={"Accept": accept})
    assert (response.status_code, response["Content-Type"]) == (
        (200, chosen) if chosen else (406, "application/problem+json")
    )


def test_an_etag_that_a_proxy_called_weak_is_the_same_and_304_says_nothing_of_an_empty_page(calling):
    client = calling()
    held = client.get("incidents/")
    answer = client.get("incidents/", headers={"If-None-Match": f'"x", W/{held["ETag"]}'})
    assert (answer.status_code, answer["ETag"]) == (304, held["ETag"])
    assert answer["Content-Length"] == str(len(held.content))
    assert "Content-Type" not in answer
    headers = {"If-None-Match": held["ETag"], "Authorization": f"Bearer {client.plaintext}"}
    assert client.head("/api/v1/incidents/", headers=headers)["Content-Length"] == answer["Content-Length"]


def test_the_pages_of_today_are_of_one_moment(calling):
    made = [released() for _each in range(3)]
    client = calling()
    found, page = [], client.read("incidents/", {"as_of": timezone.now().date().isoformat(), "limit": 1})
    while page:
        found += [each["id"] for each in page["results"]]
        page = client.read(page["next"]) if page["next"] else None
    assert found == sorted(str(each.pk) for each in made)


def test_a_number_nobody_was_given_leads_to_the_dumps(calling):
    """Else a mirror that is ahead of a record restored from a copy would wait in silence, and miss what comes."""
    released()
    client = calling("AMBER", "changes:read")
    head = client.read("changes/")["next_after"]
    assert client.read("changes/", {"after": head})["next_after"] == head
    ahead = client.get("changes/", {"after": head + 1})
    assert (ahead.status_code, ahead.json()["parameter"]) == (410, "after")
    assert ahead.json()["dumps"] in ahead["Link"]


def test_what_does_not_go_together_is_refused_before_a_stream_begins(calling):
    released()
    asked = "incidents/?as_of=2022-05-01&updated_after=2022-01-01"
    for accept in ("application/x-ndjson", "application/json"):
        refused = calling("AMBER", "bulk:read").get(asked, headers={"Accept": accept})
        assert (refused.status_code, refused.json()["parameter"]) == (400, "updated_after")


def test_pages_without_a_token_say_by_which_method():
    for address in ("context.jsonld", "docs/", "schema/"):
        refused = Client(enforce_csrf_checks=True).post(f"/api/v1/{address}")
        assert (refused.status_code, "GET" in refused["Allow"]) == (405, True), address


def test_without_its_database_it_says_when_to_ask_again_and_nothing_else(calling, monkeypatch):
    client = calling()
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION pg_temp.gone() RETURNS text LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'secret words' USING ERRCODE = 'cannot_connect_now'; END $$"
        )
    monkeypatch.setattr(tokens, "CALLED", "SELECT pg_temp.gone(), %s::text, %s::text, %s::bool, %s::text")
    answer = client.get("statements/")
    assert (answer.status_code, answer["Retry-After"], answer["Content-Type"]) == (503, "30", PROBLEM)
    assert b"secret" not in answer.content


@pytest.mark.parametrize("path", ["/api/v1/", "/api/v1/statements", "/api/v2/statements/"])
def test_an_address_there_is_not_is_a_problem_to_a_program(calling, path):
    told = Client().get(path, headers={"Authorization": f"Bearer {calling().plaintext}"})
    assert (told.status_code, told["Content-Type"]) == (404, PROBLEM)


def test_another_host_is_refused_in_a_problem(calling):
    answer = calling().get("me/", headers={"Host": "evil.example"})
    assert (answer.status_code, answer["Content-Type"]) == (400, PROBLEM)
