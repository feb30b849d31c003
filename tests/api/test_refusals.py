"""What the export refuses, and that it refuses alike what a partner may not tell apart."""

import pytest
from django.test import Client
from django.utils import timezone

from claims.actions.marking import change_marking
from claims.api.answers import LONGEST_ADDRESS
from claims.release.make import withdraw_release
from harmtracker.gunicorn_settings import limit_request_line
from harmtracker.identity import new_id
from tests.api.conftest import released, released_statement
from tests.factories import PASSWORD, IncidentFactory, StatementFactory, analyst, editor

pytestmark = pytest.mark.django_db

PROBLEM = "application/problem+json"


def test_unreleased_above_the_ceiling_unknown_and_malformed_are_one_and_the_same(calling):
    """Byte for byte, so that nothing can be told from a refusal."""
    client = calling("GREEN")
    hidden = released(tlp="AMBER")
    held = released(tlp="GREEN")
    held.handling = ["sub_judice"]
    held.save()
    keys = [hidden.pk, held.pk, IncidentFactory(workflow="approved", tlp="GREEN").pk, new_id(), "nonsense",
            str(released_statement(tlp="GREEN").pk), str(released(tlp="GREEN").pk).upper(), "%00"]  # fmt: skip
    answers = [client.get(f"incidents/{key}/") for key in keys]
    answers += [client.get(f"incidents/{key}/bundle/") for key in keys]
    answers += [client.get("vocabularies/none/"), client.get("no-such-thing/"), client.get("incidents/a/b/c")]
    assert {(answer.status_code, answer.content, answer["Content-Type"]) for answer in answers} == {
        (404, answers[0].content, PROBLEM)
    }
    names = {name for answer in answers for name, _value in answer.items()} - {"X-Request-ID"}
    assert all(set(dict(answer.items())) - {"X-Request-ID"} == names for answer in answers)


@pytest.mark.parametrize(
    ("path", "asked", "name"),
    [
        ("incidents/", "speaker=x", "speaker"),
        ("incidents/", "format=json", "format"),
        ("incidents/", "kind=denial", "kind"),
        ("incidents/", "finding=true", "finding"),
        ("incidents/", "Finding=refuted", "Finding"),
        ("incidents/", "finding=refuted&finding=verified", "finding"),
        ("incidents/", "limit=0", "limit"),
        ("incidents/", "limit=501", "limit"),
        ("incidents/", "limit=٣", "limit"),
        ("incidents/", "limit=-1", "limit"),
        ("incidents/", "cursor=made-up", "cursor"),
        ("incidents/", "place=Bucha", "place"),
        ("incidents/", "occurred_after=yesterday", "occurred_after"),
        ("incidents/", "occurred_after=2022-02-30", "occurred_after"),
        ("incidents/", "updated_after=2022-04-03T10:00:00", "updated_after"),
        ("statements/", "party=%00", "party"),
        ("statements/", "q=%E9t%E9", "q"),
        ("statements/", "kind=lie", "kind"),
        ("me/", "token=ht_1_2", "token"),
        ("vocabularies/", "name=tlp", "name"),
    ],
)
def test_parameter_that_is_unknown_or_wrong_is_named(calling, path, asked, name):
    response = calling().get(f"{path}?{asked}")
    assert (response.status_code, response["Content-Type"]) == (400, PROBLEM)
    assert response.json()["parameter"] == name


def test_too_long_an_address_is_refused_in_our_own_words(calling):
    for path in (f"statements/?q={'x' * 4000}", f"statements/{'x' * 4000}/"):
        answer = calling().get(path)
        assert (answer.status_code, answer["Content-Type"]) == (414, "application/problem+json")
    assert limit_request_line > LONGEST_ADDRESS
    assert calling().get(f"statements/?q={'x' * 3900}").json()["parameter"] == "q"


def test_unknown_parameter_of_a_single_record_is_refused_too(calling):
    assert calling().get(f"incidents/{released().pk}/?limit=1").json()["parameter"] == "limit"


def test_cursor_opens_only_the_list_it_was_given_for(calling):
    for _each in range(2):
        released(tlp="GREEN")
    client = calling()
    cursor = client.read("incidents/", {"limit": 1})["next"].split("cursor=")[1].split("&")[0]
    for path in (f"incidents/?cursor={cursor}&finding=unverified", f"statements/?cursor={cursor}"):
        assert client.get(path).json()["parameter"] == "cursor"
    assert calling("GREEN").get(f"incidents/?cursor={cursor}").json()["parameter"] == "cursor"
    assert client.get(f"incidents/?cursor={cursor}&limit=5").status_code == 200
    assert client.get(f"incidents/?cursor={cursor[:-1]}").json()["parameter"] == "cursor"  # somebody meddled with it


def test_withdrawn_record_says_so_to_those_who_could_see_it(calling):
    incident = released(tlp="AMBER")
    withdraw_release(record=incident, by=editor(), code="error", reason="Our secret reason")
    response = calling("AMBER").get(f"incidents/{incident.pk}/")
    assert (response.status_code, response["Content-Type"]) == (410, PROBLEM)
    tombstone = response.json()
    assert (tombstone["id"], tombstone["reason"]) == (str(incident.pk), "error")
    assert tombstone["withdrawn_at"]
    assert "secret" not in response.content.decode()
    assert incident.title not in response.content.decode()
    assert calling("AMBER").get(f"incidents/{incident.pk}/bundle/").status_code == 410
    assert calling("GREEN").get(f"incidents/{incident.pk}/").status_code == 404
    assert calling("AMBER").read("incidents/")["results"] == []


def test_tombstone_is_hidden_when_the_record_is_restricted_afterwards(calling):
    incident = released(tlp="GREEN")
    withdraw_release(record=incident, by=editor(), code="withdrawn", reason="Because")
    change_marking(record=incident, expected_version=1, by=analyst(), tlp="AMBER", handling=[])
    assert calling("GREEN").get(f"incidents/{incident.pk}/").status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_nothing_is_written_through_the_export(calling, method):
    client = calling()
    headers = {"Authorization": f"Bearer {client.plaintext}"}
    response = getattr(client, method)("/api/v1/incidents/", headers=headers)
    assert (response.status_code, response["Content-Type"]) == (405, PROBLEM)
    assert response["Allow"] == "GET, HEAD"


def test_head_answers_like_get_without_the_body(calling):
    client, incident = calling(), released()
    headers = {"Authorization": f"Bearer {client.plaintext}"}
    response = client.head(f"/api/v1/incidents/{incident.pk}/", headers=headers)
    whole = client.get(f"incidents/{incident.pk}/")
    assert (response.status_code, response.content) == (200, b"")
    assert response["ETag"] == whole["ETag"]
    assert response["Content-Length"] == str(len(whole.content))


def test_other_formats_are_refused(calling):
    response = calling().get("incidents/", headers={"Accept": "text/html"})
    assert (response.status_code, response["Content-Type"]) == (406, PROBLEM)


def test_etag_saves_what_did_not_change(calling):
    client, incident = calling(), released()
    first = client.get(f"incidents/{incident.pk}/")
    assert not first["ETag"].startswith("W/")
    again = client.get(f"incidents/{incident.pk}/", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    change_marking(record=incident, expected_version=1, by=analyst(), tlp="AMBER", handling=["victim_identity"])
    assert client.get(f"incidents/{incident.pk}/", headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_etag_differs_between_scopes(calling):
    incident = released()
    assert (
        calling().get(f"incidents/{incident.pk}/")["ETag"]
        != (calling("AMBER", "notes:read").get(f"incidents/{incident.pk}/")["ETag"])
    )


def test_answers_are_private_and_carry_no_cookie(calling):
    response = calling().get("incidents/")
    assert not response.cookies
    assert response["Cache-Control"] == "private, no-cache"
    assert {"Accept", "Accept-Language", "Authorization"} <= {part.strip() for part in response["Vary"].split(",")}


def test_signed_in_person_needs_a_token_and_stays_signed_in():
    by = editor()
    client = Client()
    assert client.login(username=by.username, password=PASSWORD)
    response = client.get("/api/v1/incidents/")
    assert response.status_code == 401
    assert "Clear-Site-Data" not in response


def test_statement_removed_from_the_record_is_gone_at_once(calling):
    statement = released_statement()
    client = calling()
    assert client.get(f"statements/{statement.pk}/").status_code == 200
    type(statement).objects.filter(pk=statement.pk).update(
        lifecycle="removed", lifecycle_at=timezone.now(), lifecycle_by=editor(), lifecycle_reason="Invented"
    )
    assert client.get(f"statements/{statement.pk}/").status_code == 404


def test_unreleased_statement_is_not_found(calling):
    assert calling().get(f"statements/{StatementFactory(workflow='approved').pk}/").status_code == 404
