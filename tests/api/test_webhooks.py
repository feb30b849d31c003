"""Webhooks at the door partners use: what they may write, and every refusal."""

import json

import pytest
from django.db.models.functions import Now
from django.test import Client

from claims.actions.merge_incident import merge_incident
from claims.actions.partner import create_partner, issue_token
from claims.api import webhooks
from claims.api.schema import description
from claims.models import PartnerRead, WebhookEndpoint
from claims.release.make import withdraw_release
from claims.release.scopes import SCOPES
from claims.webhooks.noting import note_changes
from harmtracker.models import AuditEvent, Job
from tests.api.conftest import released
from tests.api.test_restricted_later import mark
from tests.api.test_schema import WRITTEN, assert_true_of
from tests.factories import admin, editor
from tests.factories_of_webhooks import WebhookDeliveryFactory

pytestmark = pytest.mark.django_db
ADDRESS = "https://partner.example/hook"
READS = ["incidents:read", "statements:read", "webhooks:manage"]
PATHS = {
    "webhook-endpoints/": "/api/v1/webhook-endpoints/",
    "webhook-endpoints/{}/": "/api/v1/webhook-endpoints/{key}/",
    "webhook-endpoints/{}/secret/": "/api/v1/webhook-endpoints/{key}/secret/",
    "webhook-endpoints/{}/test/": "/api/v1/webhook-endpoints/{key}/test/",
    "webhook-deliveries/": "/api/v1/webhook-deliveries/",
    "webhook-deliveries/{}/replay/": "/api/v1/webhook-deliveries/{key}/replay/",
}


class Partner:
    """Asks with one token, and holds every answer against the description."""

    def __init__(self, partner, scopes=READS, ceiling="AMBER"):
        self.token, self.plain = issue_token(partner=partner, scopes=scopes, ceiling=ceiling, by=admin())

    @property
    def headers(self):
        return {"Authorization": f"Bearer {self.plain}"} if self.plain else {}

    def ask(self, method, pattern, key="", body=None, query="", **options):
        headers = self.headers | ({"If-Match": "*"} if method == "patch" else {}) | options.pop("headers", {})
        content = {"data": json.dumps(body), "content_type": "application/json"} if body is not None else {}
        address = f"/api/v1/{pattern.format(key)}{query}"
        response = getattr(Client(), method)(address, headers=headers, **(content | options))
        if response.status_code not in (204, 405):
            assert_true_of(response, PATHS[pattern], method)
        return response

    def make(self, **body):
        response = self.ask("post", "webhook-endpoints/", body={"address": ADDRESS} | body)
        assert response.status_code == 201, response.content
        return response.json()


@pytest.fixture
def agency(partner):
    return Partner(partner)


@pytest.fixture
def stranger(db):
    return Partner(create_partner(name="A stranger", by=admin(), ceiling="AMBER"))


def test_an_endpoint_is_made_read_changed_and_deleted_and_its_secret_shown_once(agency):
    made = agency.make()
    secret = made.pop("secret")
    assert secret.startswith("whsec_")
    assert made["types"] == ["incident.upsert", "incident.tombstone", "statement.upsert", "statement.tombstone"]
    key = made["id"]
    read = agency.ask("get", "webhook-endpoints/{}/", key)
    assert read.json() == made
    changed = agency.ask("patch", "webhook-endpoints/{}/", key, {"types": ["statement.tombstone"], "paused": True})
    assert changed.json()["types"] == ["statement.tombstone"]
    assert changed.json()["paused"]["cause"] == "partner"
    assert agency.ask("patch", "webhook-endpoints/{}/", key, {"paused": False}).json()["paused"] is None
    other = agency.ask("post", "webhook-endpoints/{}/secret/", key)
    assert other["Cache-Control"] == "no-store"
    assert other.json()["secret"] != secret
    assert agency.ask("get", "webhook-endpoints/").json()["results"][0]["id"] == key
    assert agency.ask("delete", "webhook-endpoints/{}/", key).status_code == 204
    assert agency.ask("delete", "webhook-endpoints/{}/", key).status_code == 404
    written = AuditEvent.objects.filter(verb__startswith="webhook.").order_by("sequence")
    assert [event.verb.partition(".")[2] for event in written] == [
        "created", "changed", "paused", "resumed", "secret_changed", "deleted",
    ]  # fmt: skip
    assert {event.actor_name for event in written} == {str(agency.token)}
    assert not any(each in str(PartnerRead.objects.values()) for each in (secret, other.json()["secret"]))


def test_a_change_says_which_version_it_changes(agency):
    key = agency.make()["id"]
    read = agency.ask("get", "webhook-endpoints/{}/", key)["ETag"]
    WebhookEndpoint.objects.update(last_success_at=Now())  # a message was taken: nobody's words are written over

    def change(etag, **sent):
        return agency.ask("patch", "webhook-endpoints/{}/", key, sent, headers={"If-Match": etag})

    changed = change(read, types=["statement.tombstone"])
    assert (changed.status_code, changed["ETag"]) == (200, agency.ask("get", "webhook-endpoints/{}/", key)["ETag"])
    for stale in (read, f"W/{changed['ETag']}", "nonsense", ""):
        refused = change(stale, paused=True)
        assert (refused.status_code, refused.json()["type"]) == (412, "urn:harmtracker:problem:stale")
    assert change(f'"other", {changed["ETag"]}', paused=True).status_code == 200
    assert change(changed["ETag"], types=["incident.upsert"]).status_code == 412
    needed = Client().patch(f"/api/v1/webhook-endpoints/{key}/", "{}", "application/json", headers=agency.headers)
    assert needed.status_code == 428
    assert agency.ask("get", "webhook-endpoints/{}/", key).json()["types"] == ["statement.tombstone"]


def test_deleting_heeds_the_version_where_one_is_named(agency):
    key = agency.make()["id"]

    def delete(etag):
        return agency.ask("delete", "webhook-endpoints/{}/", key, headers={"If-Match": etag})

    read = agency.ask("get", "webhook-endpoints/{}/", key)["ETag"]
    agency.ask("patch", "webhook-endpoints/{}/", key, {"types": ["statement.tombstone"]})
    assert delete(read).status_code == 412
    assert delete(agency.ask("get", "webhook-endpoints/{}/", key)["ETag"]).status_code == 204


@pytest.mark.parametrize("method, body", [("patch", {"paused": True}), ("delete", None)])
def test_an_endpoint_that_another_deletes_meanwhile_is_not_found(agency, monkeypatch, method, body):
    key, read = agency.make()["id"], webhooks.Endpoint.one

    def deleted_meanwhile(view, key):
        found = read(view, key)
        WebhookEndpoint.objects.all().delete()
        return found

    monkeypatch.setattr(webhooks.Endpoint, "one", deleted_meanwhile)
    assert agency.ask(method, "webhook-endpoints/{}/", key, body).status_code == 404


def test_a_token_sees_and_changes_its_own_partners_endpoints_only(agency, stranger):
    key = agency.make()["id"]
    delivery = WebhookDeliveryFactory(endpoint_id=key, type="test", record_id=None, change_seq=None)
    unknown = stranger.ask("get", "webhook-endpoints/{}/", "01a204ec-07fb-7711-a815-f767d323e417")
    assert unknown.status_code == 404
    for method, pattern, body in (
        ("get", "webhook-endpoints/{}/", None),
        ("patch", "webhook-endpoints/{}/", {"paused": True}),
        ("delete", "webhook-endpoints/{}/", None),
        ("post", "webhook-endpoints/{}/secret/", None),
        ("post", "webhook-endpoints/{}/test/", None),
    ):
        answer = stranger.ask(method, pattern, key, body)
        assert (answer.status_code, answer.content) == (404, unknown.content), pattern
    assert stranger.ask("post", "webhook-deliveries/{}/replay/", delivery.message_id).status_code == 404
    assert stranger.ask("get", "webhook-endpoints/").json()["results"] == []
    assert stranger.ask("get", "webhook-deliveries/").json()["results"] == []
    assert stranger.ask("get", "webhook-deliveries/", query=f"?endpoint={key}").json()["results"] == []


def test_every_address_that_is_written_to_is_tried_here():
    assert set(PATHS.values()) == {path for path in description()["paths"] if path.startswith(WRITTEN)}


def test_without_the_scope_nothing_and_without_a_token_less(partner):
    other = Partner(partner, [scope for scope in SCOPES if scope != "webhooks:manage"])
    answers = [
        other.ask("get", "webhook-endpoints/"),
        other.ask("post", "webhook-endpoints/", body={"address": ADDRESS}),
        other.ask("get", "webhook-deliveries/"),
    ]
    assert {(answer.status_code, answer.json()["scope"]) for answer in answers} == {(403, "webhooks:manage")}
    other.plain = ""
    assert other.ask("post", "webhook-endpoints/", body={"address": ADDRESS}).status_code == 401
    assert not WebhookEndpoint.objects.exists()


@pytest.mark.parametrize(
    ("body", "at_fault"),
    [
        ({"address": "http://partner.example/"}, "address"),
        ({"address": "https://10.0.0.1/"}, "address"),
        ({"address": "https://a:b@partner.example/"}, "address"),
        ({"address": "https://partner.example/" + "a" * 1000}, "address"),
        ({"address": "https://partner.example/\0"}, "address"),
        ({"address": 5}, "address"),
        ({"types": ["incident.upsert"]}, "address"),
        ({"address": ADDRESS, "types": ["test"]}, "types"),
        ({"address": ADDRESS, "types": ["incident.upsert", "incident.upsert"]}, "types"),
        ({"address": ADDRESS, "types": []}, "types"),
        ({"address": ADDRESS, "types": "incident.upsert"}, "types"),
        ({"address": ADDRESS, "secret": "whsec_mine"}, "secret"),
    ],
)
def test_what_is_wrong_with_a_body_is_named(agency, body, at_fault):
    response = agency.ask("post", "webhook-endpoints/", body=body)
    assert (response.status_code, response.json()["parameter"]) == (400, at_fault)
    assert not WebhookEndpoint.objects.exists()


@pytest.mark.parametrize(
    ("sent", "media_type", "status"),
    [("{", "application/json", 400), ('{"address":"a","address":"b"}', "application/json", 400),
     ("[]", "application/json", 400), ("[" * 9000, "application/json", 400), ("\xff", "application/json", 400),
     ("{}", "text/plain", 415), ("a" * 20_000, "application/json", 413)],
)  # fmt: skip
def test_a_body_that_is_no_small_json_object(agency, sent, media_type, status):
    content = {"data": sent.encode("latin-1"), "content_type": media_type}
    response = agency.ask("post", "webhook-endpoints/", **content)
    assert response.status_code == status


def test_types_need_the_scope_that_reads_them(partner):
    narrow = Partner(partner, ["incidents:read", "webhooks:manage"])
    assert narrow.make()["types"] == ["incident.upsert", "incident.tombstone"]
    body = {"address": ADDRESS + "/2", "types": ["statement.upsert"]}
    assert narrow.ask("post", "webhook-endpoints/", body=body).json()["parameter"] == "types"
    blind = Partner(partner, ["figures:read", "webhooks:manage"])
    assert blind.ask("post", "webhook-endpoints/", body={"address": ADDRESS + "/3"}).status_code == 400


def test_no_second_at_an_address_and_no_more_than_five(agency, stranger):
    agency.make()
    assert agency.ask("post", "webhook-endpoints/", body={"address": ADDRESS}).status_code == 409
    keys = [agency.make(address=f"{ADDRESS}/{number}")["id"] for number in range(4)]
    most = agency.ask("post", "webhook-endpoints/", body={"address": f"{ADDRESS}/more"})
    assert (most.status_code, most.json()["type"]) == (409, "urn:harmtracker:problem:most")
    assert agency.ask("patch", "webhook-endpoints/{}/", keys[0], {"address": ADDRESS}).status_code == 409
    stranger.make()


def test_deliveries_are_listed_filtered_paged_and_replayed(agency):
    key = agency.make()["id"]
    made = [released() for _ in range(3)]
    note_changes()
    page = agency.ask("get", "webhook-deliveries/", query="?limit=2").json()
    assert [each["record"] for each in page["results"]] == [str(made[2].pk), str(made[1].pk)]
    rest = agency.ask("get", "webhook-deliveries/", query="?" + page["next"].partition("?")[2]).json()
    assert [each["record"] for each in rest["results"]] == [str(made[0].pk)]
    for query, count in (
        ("?state=waiting", 3), ("?state=taken", 0), ("?outcome=fault", 0), (f"?endpoint={key}&state=waiting", 3),
    ):  # fmt: skip
        assert len(agency.ask("get", "webhook-deliveries/", query=query).json()["results"]) == count, query
    for wrong in ("?state=lost", "?endpoint=1", "?after=3", "?cursor=made-up"):
        assert agency.ask("get", "webhook-deliveries/", query=wrong).status_code == 400
    number = page["results"][0]["id"]
    again = agency.ask("post", "webhook-deliveries/{}/replay/", number)
    assert (again.status_code, again.json()["id"]) == (202, number)
    assert Job.objects.filter(kind="webhooks.send").count() == 1
    for unknown in ("msg_1", number.upper(), number.removeprefix("msg_")):
        assert agency.ask("post", "webhook-deliveries/{}/replay/", unknown).status_code == 404


def test_a_narrower_token_of_the_same_partner_learns_of_no_record_above_it(agency, partner):
    agency.make()
    hidden, shown = released(tlp="AMBER"), released(tlp="GREEN")
    note_changes()
    low = Partner(partner, ceiling="GREEN")
    listed = low.ask("get", "webhook-deliveries/")
    assert [each["record"] for each in listed.json()["results"]] == [str(shown.pk)]
    everything = agency.ask("get", "webhook-deliveries/").json()["results"]
    [number] = [each["id"] for each in everything if each["record"] == str(hidden.pk)]
    assert low.ask("post", "webhook-deliveries/{}/replay/", number).status_code == 404


def test_nobody_is_led_to_what_a_record_became_where_that_is_hidden_by_now(agency, partner):
    agency.make(types=["incident.tombstone"])
    gone, became = released(tlp="GREEN"), released(tlp="GREEN")
    merge_incident(duplicate=gone, into=became, reason="x", expected_version=gone.version, by=editor())
    note_changes()
    low = Partner(partner, ceiling="GREEN")
    mark(became, tlp="AMBER")
    listed = [each.ask("get", "webhook-deliveries/").json()["results"] for each in (agency, low)]
    assert [[each["into"] for each in results] for results in listed] == [[str(became.pk)], [None]]
    number = listed[1][0]["id"]
    assert low.ask("post", "webhook-deliveries/{}/replay/", number).json()["into"] is None


def test_what_a_token_sees_no_more_is_a_tombstone_to_it_as_in_the_changes(agency, partner):
    agency.make()
    raised, withdrawn = released(tlp="GREEN"), released(tlp="GREEN")
    low = Partner(partner, ["incidents:read", "changes:read", "webhooks:manage"], "GREEN")
    note_changes()
    mark(raised, tlp="AMBER")
    withdraw_release(record=withdrawn, by=editor(), code="error", reason="Wrong")
    note_changes()

    def told(reader):
        rows = reader.ask("get", "webhook-deliveries/").json()["results"]
        return {(each["record"], each["change_seq"]): (each["type"].split(".")[1], each["reason"]) for each in rows}

    changes = Client().get("/api/v1/changes/", headers=low.headers).json()["changes"]
    newest = {(each["id"], each["change_seq"]): (each["op"], each["reason"]) for each in changes}
    assert newest.items() <= told(low).items()
    assert {told for (record, _seq), told in told(low).items() if record == str(raised.pk)} == {
        ("tombstone", "out_of_scope")
    }
    assert {told for (record, _seq), told in told(agency).items() if record == str(raised.pk)} == {("upsert", None)}
    assert sorted(told for (record, _seq), told in told(low).items() if record == str(withdrawn.pk)) == [
        ("tombstone", "error"), ("upsert", None),
    ]  # fmt: skip


def test_a_paused_endpoint_is_sent_no_test(agency):
    key = agency.make()["id"]
    tested = agency.ask("post", "webhook-endpoints/{}/test/", key)
    assert (tested.status_code, tested.json()["type"]) == (202, "test")
    agency.ask("patch", "webhook-endpoints/{}/", key, {"paused": True})
    refused = agency.ask("post", "webhook-endpoints/{}/test/", key)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:harmtracker:problem:paused")
    for wrong in ({"paused": "yes"}, {"paused": None}, {"is_paused": True}):
        assert agency.ask("patch", "webhook-endpoints/{}/", key, wrong).status_code == 400


def test_other_methods_are_refused_by_name(agency):
    assert agency.ask("put", "webhook-endpoints/", body={})["Allow"] == "GET, HEAD, POST"
    assert agency.ask("get", "webhook-endpoints/{}/secret/", "x")["Allow"] == "POST"
