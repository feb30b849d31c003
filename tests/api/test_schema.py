"""The description of the export is the committed one, is true of every answer, and is shown without any other host."""

import re
from pathlib import Path

import pytest
import yaml
from django.test import Client
from drf_spectacular.renderers import OpenApiYamlRenderer
from jsonschema import Draft202012Validator, FormatChecker

from claims.api.schema import description
from claims.api.vocabularies import VOCABULARIES
from claims.release.make import withdraw_release
from claims.release.scopes import SCOPES
from tests.api.conftest import released, released_statement
from tests.factories import (
    CommentRequestFactory,
    FigureFactory,
    IncidentFactory,
    LinkFactory,
    OutsideNoteFactory,
    RequestEventFactory,
    StatementFactory,
    approve_finding,
    editor,
)

LISTS = ("links", "figures", "comment-requests", "notes", "parties", "sources", "places", "captures")
WRITTEN = "/api/v1/webhook-"  # partners may write here, and nowhere else: test_webhooks.py
FILES = {"/api/v1/exports/{dump}/{segment}/"}  # bytes, not JSON: test_exports.py
COMMITTED = Path(__file__).parent.parent.parent / "docs" / "openapi.yaml"


def strict(shape):
    """The same schema in which an object holds nothing that is not described."""
    if isinstance(shape, dict):
        shape = {name: strict(part) for name, part in shape.items()}
        return shape | {"additionalProperties": False} if "properties" in shape else shape
    return [strict(part) for part in shape] if isinstance(shape, list) else shape


def assert_true_of(response, path, method="get"):
    """Status, media type and every field of an answer stand in the description."""
    answers = description()["paths"][path][method]["responses"]
    assert str(response.status_code) in answers, f"{path} is not said to answer {response.status_code}"
    if response.status_code == 304:
        return
    shape = answers[str(response.status_code)]["content"][response["Content-Type"]]["schema"]
    whole = strict({"components": description()["components"]}) | shape
    errors = [
        f"{error.json_path}: {error.message}"
        for error in Draft202012Validator(whole, format_checker=FormatChecker()).iter_errors(response.json())
    ]
    assert errors == []


@pytest.fixture
def full_incident(db):
    return one_of_everything()


def one_of_everything():
    """An incident with one of everything, released, and two statements about it."""
    incident = IncidentFactory(
        workflow="approved", latitude=50.5432, longitude=30.2, place_precision="exact", summary="S"
    )
    approve_finding(incident, "could_not_confirm")
    approve_finding(incident, "in_progress")
    OutsideNoteFactory(incident=incident)
    RequestEventFactory(request=CommentRequestFactory(incident=incident))
    allegation = StatementFactory(workflow="approved", incident=incident)
    approve_finding(allegation, "corroborated")
    denial = StatementFactory(workflow="approved", incident=incident, kind="authenticity_claim")
    LinkFactory(from_statement=denial, to_statement=allegation, aspect="media_authenticity")
    FigureFactory(statement=denial, incident=incident)
    OutsideNoteFactory(incident=incident, statement=allegation)
    for record in (incident, allegation, denial):
        released(record)
    for row in allegation.assessments.latest("proposed_at").evidence.all():
        row.statement.workflow = "approved"
        row.statement.save()
        released(row.statement)
    return incident


def test_committed_description_is_the_present_one():
    """`manage.py spectacular --file docs/openapi.yaml --fail-on-warn` writes it anew."""
    assert COMMITTED.read_bytes() == OpenApiYamlRenderer().render(description())


def test_description_is_valid_openapi_with_a_secured_get_everywhere():
    schema = yaml.safe_load(COMMITTED.read_text())
    assert schema["openapi"] == "3.1.0"
    for path, methods in schema["paths"].items():
        if path.startswith(WRITTEN):
            continue
        assert list(methods) == ["get"], path
        (security,) = methods["get"]["security"]
        assert set(security["partnerToken"]) <= set(SCOPES), path
        assert {"200", "304", "400", "401"} <= set(methods["get"]["responses"]), path
        for parameter in methods["get"].get("parameters", []):
            assert parameter["in"] == "path" or parameter["description"], parameter["name"]


def test_every_field_is_explained():
    for name, shape in description()["components"]["schemas"].items():
        assert shape["description"], name
        for field, part in shape["properties"].items():
            assert part.get("description"), f"{name}.{field}"


def test_every_vocabulary_that_is_named_is_served():
    named = set(re.findall(r"[Vv]ocabulary `(\w+)`", COMMITTED.read_text().replace("\n", " ")))
    named |= set(re.findall(r"[Vv]ocabulary\s+`(\w+)`", COMMITTED.read_text()))
    assert named
    assert named <= set(VOCABULARIES)


@pytest.mark.django_db
def test_every_answer_is_as_described(everything, calling, full_incident):
    statement = full_incident.statements.filter(kind="allegation").get()
    addresses = {
        "/api/v1/incidents/": "incidents/",
        "/api/v1/incidents/{key}/": f"incidents/{full_incident.pk}/",
        "/api/v1/incidents/{key}/bundle/": f"incidents/{full_incident.pk}/bundle/",
        "/api/v1/incidents/{key}/history/": f"incidents/{full_incident.pk}/history/",
        "/api/v1/statements/": "statements/",
        "/api/v1/statements/{key}/history/": f"statements/{statement.pk}/history/",
        "/api/v1/statements/{key}/": f"statements/{statement.pk}/",
        **{f"/api/v1/{each}/": f"{each}/" for each in LISTS},
        "/api/v1/changes/": "changes/",
        "/api/v1/exports/": "exports/",
        "/api/v1/audit/head/": "audit/head/",
        "/api/v1/aggregates/monthly/": "aggregates/monthly/",
        "/api/v1/me/": "me/",
        "/api/v1/vocabularies/": "vocabularies/",
        "/api/v1/vocabularies/{name}/": "vocabularies/finding/",
    }
    assert set(addresses) | FILES == {path for path in description()["paths"] if not path.startswith(WRITTEN)}
    for path, address in addresses.items():
        for client in (everything, calling("AMBER", *(set(SCOPES) - {"ratings:read", "locations.exact:read"}))):
            response = client.get(address)
            assert response.status_code == 200
            if address.rstrip("/") in LISTS:
                assert response.json()["results"], path
            assert_true_of(response, path)
            again = client.get(address, headers={"If-None-Match": response["ETag"]})
            assert again.status_code == (200 if address == "me/" else 304)  # it counts the requests
            assert_true_of(again, path)
        assert_true_of(everything.get(address, {"no_such": "1"}), path)
        assert_true_of(Client().get(f"/api/v1/{address}"), path)


@pytest.mark.django_db
def test_the_full_case_reaches_every_part(everything, full_incident):
    """The test above proves nothing of a list that is empty."""
    bundle = everything.read(f"incidents/{full_incident.pk}/bundle/")
    incident = bundle["incident"]
    allegation = next(each for each in bundle["statements"] if each["kind"] == "allegation")
    other = next(each for each in bundle["statements"] if each["kind"] == "authenticity_claim")
    for name in ("notes", "assessments", "comment_requests", "exact_place", "under_review", "place"):
        assert incident[name], name
    for name in ("renderings", "accuses", "notes", "ratings", "assessments", "incidents"):
        assert allegation[name], name
    assert allegation["evidence"]["cited"]
    assert allegation["evidence"]["quotations"]
    assert other["media_item"]
    for name in ("figures", "links"):
        assert other[name], name
    assert bundle["casualties"]


@pytest.mark.django_db
@pytest.mark.parametrize("flag", ["victim_identity", "witness_identity", "sexual_violence", "precise_location"])
def test_withheld_answers_are_as_described(everything, flag):
    incident = released(handling=[flag])
    statement = released_statement(handling=[flag], incident=incident)
    assert_true_of(everything.get(f"incidents/{incident.pk}/bundle/"), "/api/v1/incidents/{key}/bundle/")
    assert_true_of(everything.get(f"statements/{statement.pk}/"), "/api/v1/statements/{key}/")


@pytest.mark.django_db
def test_refusals_are_as_described(calling):
    incident = released()
    withdraw_release(record=incident, by=editor(), code="error", reason="Wrong")
    client, path = calling(), "/api/v1/incidents/{key}/"
    assert_true_of(client.get(f"incidents/{incident.pk}/"), path)
    assert_true_of(client.get("incidents/nothing/"), path)
    assert_true_of(calling("GREEN", only=["statements:read"]).get("incidents/nothing/"), path)


def test_schema_is_served_without_a_token(client, db):
    response = client.get("/api/v1/schema/")
    assert response.status_code == 200
    assert yaml.safe_load(response.content)["info"]["version"] == "1.0.0"


@pytest.mark.parametrize("name", ["Incident", "Statement", "Bundle", "Changes"])
def test_each_object_has_a_json_schema_of_its_own(client, db, name):
    response = client.get(f"/api/v1/schema/{name}.json")
    assert response["Content-Type"] == "application/schema+json"
    shape = response.json()
    Draft202012Validator.check_schema(shape)
    assert "#/components" not in response.content.decode()
    assert list(Draft202012Validator(shape).iter_errors({})) != []


def test_a_document_meets_its_served_schema_and_a_broken_one_does_not(client, everything, full_incident):
    shape = client.get("/api/v1/schema/Bundle.json").json()
    validator = Draft202012Validator(shape, format_checker=FormatChecker())
    bundle = everything.read(f"incidents/{full_incident.pk}/bundle/")
    assert list(validator.iter_errors(bundle)) == []
    bundle["incident"]["finding"] = "verified"
    assert list(validator.iter_errors(bundle)) != []


def test_an_unknown_schema_is_not_there(client, db):
    assert client.get("/api/v1/schema/Nothing.json").status_code == 404


def test_docs_page_lists_everything_and_asks_no_other_host(client, db):
    response = client.get("/api/v1/docs/")
    assert response.status_code == 200
    text = response.content.decode()
    for path in description()["paths"]:
        assert path in text
    for name in description()["components"]["schemas"]:
        assert f'id="object-{name}"' in text
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", text)
    assert not re.findall(r"<script(?![^>]*\ssrc=\"/static/)[^>]*>", text)
    assert not re.findall(r"(?:src|href)=\"(?:https?:)?//", text)
    assert "default-src 'none'" in response["Content-Security-Policy"]
