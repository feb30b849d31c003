"""Whole lists in one answer: the same records as the pages, in forms that the field's own readers take."""

import csv
import io
import json
import re
import socket

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from jsonschema import Draft202012Validator

from claims.actions.partner import revoke_token
from claims.api import streams, tables
from claims.api.layers import feature
from claims.api.streams import Revoked
from claims.models import PartnerRead, PartnerToken
from harmtracker.models import AuditEvent
from tests.api.conftest import released, released_statement
from tests.api.test_restricted_later import mark
from tests.databases import superuser
from tests.factories import IncidentFactory, PartyFactory, PlaceFactory, admin

pytestmark = pytest.mark.django_db
NDJSON, CSV, GEOJSON = "application/x-ndjson", "text/csv", "application/geo+json"
DEGREES = [{"type": "number", "minimum": -most, "maximum": most} for most in (180, 90)]
POINT = {"type": "object", "required": ["type", "coordinates"], "properties": {
    "type": {"const": "Point"},
    "coordinates": {"type": "array", "minItems": 2, "maxItems": 2, "prefixItems": DEGREES}}}  # fmt: skip
# RFC 7946: longitude before latitude, WGS 84 and no other system, a key for each feature.
LAYER = {"type": "object", "required": ["type", "features"], "not": {"required": ["crs"]}, "properties": {
    "type": {"const": "FeatureCollection"},
    "features": {"items": {
        "type": "object", "required": ["type", "geometry", "properties", "id"],
        "properties": {"type": {"const": "Feature"}, "id": {"type": "string"},
                       "geometry": {"anyOf": [{"type": "null"}, POINT]},
                       "properties": {"type": "object"}}}}}}  # fmt: skip


@pytest.fixture
def bulk(calling):
    return calling("AMBER", "bulk:read")


def streamed(client, path, media_type, **asked):
    response = client.get(path, asked, headers={"Accept": media_type})
    assert response.status_code == 200, response.content
    assert response["Content-Type"] == media_type
    return b"".join(response.streaming_content).decode()


def lines(client, path, **asked):
    return [json.loads(line) for line in streamed(client, path, NDJSON, **asked).splitlines()]


def rows(client, path, **asked):
    return list(csv.DictReader(io.StringIO(streamed(client, path, CSV, **asked), newline="")))


def pinned(latitude, longitude, **fields):
    """An approved incident with an exact point."""
    point = {"latitude": latitude, "longitude": longitude, "place_precision": "exact"}
    return IncidentFactory(workflow="approved", **(point | fields))


def test_lines_are_the_documents_of_the_pages_and_their_count(bulk):
    for _each in range(3):
        released()
    *documents, end = lines(bulk, "incidents/")
    assert documents == bulk.read("incidents/")["results"]
    assert end == {"object": "end", "count": 3, "max_change_seq": AuditEvent.objects.latest("sequence").sequence}


def test_a_list_comes_whole_where_queries_are_noted(bulk):
    released()
    with CaptureQueriesContext(connection):  # Django notes them with DEBUG too
        assert len(lines(bulk, "incidents/")) == 2


def test_more_than_a_batch_comes_whole_and_in_order(bulk, monkeypatch):
    monkeypatch.setattr("claims.api.ready.FIRST", 2)
    statements = sorted(str(released_statement(kind="testimony").pk) for _each in range(5))
    *documents, end = lines(bulk, "statements/")
    assert [each["id"] for each in documents] == statements
    assert end["count"] == 5


def test_filters_and_todays_markings_hold_for_streams_as_for_pages(bulk):
    party = PartyFactory()
    kept, hidden = (released_statement(kind="testimony", party=party) for _each in range(2))
    released_statement(kind="testimony")
    mark(hidden, handling=["witness_identity"])
    *documents, _end = lines(bulk, "statements/", party=str(party.pk))
    assert [each["id"] for each in documents] == [str(kept.pk)]


def test_a_statement_has_its_words_and_links_in_its_row(bulk):
    statement = released_statement(kind="testimony")
    (row,) = rows(bulk, "statements/")
    rendering = statement.renderings.get()
    assert (row["words"], row["words_fidelity"]) == (rendering.text, rendering.fidelity)
    assert row["party"] == statement.party.name


@pytest.mark.parametrize("text", ["=cmd()", "+1", "-1", "@SUM", "\tx", "\rx", "\x01=1", "\x1f\n+1"])
def test_no_cell_is_a_formula(bulk, text):
    released(IncidentFactory(workflow="approved", title="Title", summary=text + " in words"))
    (row,) = rows(bulk, "incidents/")
    assert row["summary"] == f"'{text} in words"


def test_numbers_below_zero_stay_numbers():
    assert tables.inert(-30.2) == -30.2


def test_the_map_layer_is_valid_and_a_withheld_point_is_null(bulk):
    released(pinned(50.54321987, 30.2))
    hidden = released(pinned(50.5, 30.2))
    mark(hidden, handling=["precise_location"])
    released(pinned(-17.8, -179.99, place=PlaceFactory(name="Beside the antimeridian")))
    text = streamed(bulk, "incidents/", GEOJSON)
    assert not re.search(r"coordinates[^]]*\.\d{6}", text)
    layer = json.loads(text)
    validator = Draft202012Validator(LAYER)
    assert list(validator.iter_errors(layer)) == []
    shapes = {each["id"]: each["geometry"] for each in layer["features"]}
    assert shapes.pop(str(hidden.pk)) is None
    assert [each["coordinates"] for each in shapes.values()] == [[30.2, 50.54], [-179.99, -17.8]]
    first = layer["features"][0]
    for broken in (
        layer | {"crs": {"type": "name"}},
        layer | {"features": [first | {"geometry": {"type": "Point", "coordinates": [30.2, 500]}}]},
        layer | {"features": [first | {"geometry": {"type": "Point", "coordinates": [30.2]}}]},
        layer | {"features": [{name: value for name, value in first.items() if name != "geometry"}]},
    ):
        assert not validator.is_valid(broken)


def test_the_exact_point_needs_its_scope_and_has_five_decimals(calling):
    incident = released(
        IncidentFactory(workflow="approved", latitude=50.54321987, longitude=30.20000044, place_precision="exact")
    )
    client = calling("AMBER", "bulk:read", "locations.exact:read")
    shape = json.loads(streamed(client, "incidents/", GEOJSON))["features"][0]
    assert shape["geometry"]["coordinates"] == [30.2, 50.54322]
    assert feature(client.read(f"incidents/{incident.pk}/")) == shape


def test_an_empty_list_is_whole_in_every_form(bulk):
    assert lines(bulk, "incidents/")[0]["count"] == 0
    assert rows(bulk, "incidents/") == []
    assert json.loads(streamed(bulk, "incidents/", GEOJSON))["features"] == []


def test_streams_need_their_scope_have_no_pages_and_statements_no_map(calling, bulk):
    refused = calling("AMBER").get("incidents/", headers={"Accept": NDJSON})
    assert (refused.status_code, refused.json()["scope"]) == (403, "bulk:read")
    for name, value in (("limit", "5"), ("cursor", "x")):
        refused = bulk.get("incidents/", {name: value}, headers={"Accept": CSV})
        assert (refused.status_code, refused.json()["parameter"]) == (400, name)
    assert bulk.get("statements/", headers={"Accept": GEOJSON}).status_code == 406
    assert bulk.get("me/", headers={"Accept": CSV}).status_code == 406


@pytest.fixture
def one_at_a_time(monkeypatch):
    """Streams read and send each record by itself."""
    monkeypatch.setattr("claims.api.ready.FIRST", 1)
    monkeypatch.setattr("claims.api.ready.MOST", 1)
    monkeypatch.setattr(streams, "BLOCK", 1)


def test_a_token_revoked_in_mid_stream_breaks_off_without_an_end(bulk, one_at_a_time):
    for _each in range(3):
        released()
    response = bulk.get("incidents/", headers={"Accept": NDJSON})
    pieces = iter(response.streaming_content)
    assert b'"object":"incident"' in next(pieces)
    revoke_token(token=PartnerToken.objects.get(), by=admin(), reason="Lost")
    with pytest.raises(Revoked):
        list(pieces)


@pytest.mark.django_db(transaction=True)
def test_a_database_gone_in_mid_stream_is_seen_by_the_missing_end(bulk, one_at_a_time):
    for _each in range(3):
        released()
    pieces = iter(bulk.get("incidents/", headers={"Accept": NDJSON}).streaming_content)
    came = [next(pieces)]
    with superuser() as server:
        server.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
    with pytest.raises(OperationalError):
        came += pieces
    connection.close()
    assert b'"object":"incident"' in came[0]
    assert b'"object":"end"' not in b"".join(came)
    assert lines(bulk, "incidents/")[-1]["count"] == 3  # and there it is again


def test_a_reader_who_stops_reading_holds_us_for_a_while_only(bulk, monkeypatch):
    monkeypatch.setattr(streams, "PATIENCE_SECONDS", 0.1)
    released()
    ours, theirs = socket.socketpair()
    with ours, theirs:
        response = bulk.get("incidents/", headers={"Accept": NDJSON}, **{"gunicorn.socket": ours})
        whole = b"".join(response.streaming_content)
        with pytest.raises(TimeoutError):
            while True:
                ours.sendall(whole)  # nobody reads at the other end


def test_one_read_is_on_record_for_a_stream(bulk):
    released()
    streamed(bulk, "incidents/", CSV, finding="unverified")
    read = PartnerRead.objects.get()
    assert (read.endpoint, read.query, read.status) == ("incidents/", {"finding": "unverified"}, 200)


def test_head_of_a_stream_has_no_body(bulk):
    released()
    response = bulk.head("/api/v1/incidents/", headers={"Accept": CSV, "Authorization": f"Bearer {bulk.plaintext}"})
    assert (response.status_code, response["Content-Type"]) == (200, CSV)
    assert b"".join(response.streaming_content) == b""


def test_a_mirror_may_begin_with_a_stream(calling):
    client = calling("AMBER", "bulk:read", "changes:read")
    first = released()
    end = lines(client, "incidents/")[-1]
    second = released()
    changes = client.read("changes/", {"after": end["max_change_seq"]})["changes"]
    assert [each["id"] for each in changes] == [str(second.pk)]
    assert first.pk != second.pk


def test_no_mirror_begins_with_the_past(bulk):
    released()
    today = timezone.now().date().isoformat()
    end = lines(bulk, "incidents/", as_of=today)[-1]
    assert end == {"object": "end", "count": 1, "max_change_seq": None}
