"""Issuing tokens, and every way in which one does not open the export."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from claims.actions.partner import create_partner, issue_token, revoke_token, set_partner_active
from claims.models import PartnerRead, PartnerToken
from harmtracker.errors import NotAllowed, Refused, StaleRecord
from harmtracker.models import AuditEvent
from tests.api.conftest import released
from tests.factories import admin, analyst, editor, viewer

pytestmark = pytest.mark.django_db


def issue(partner, **fields):
    return issue_token(
        **({"partner": partner, "scopes": ["incidents:read"], "ceiling": "GREEN", "by": admin()} | fields)
    )


def call(authorization, path="/api/v1/me/", **extra):
    headers = {} if authorization is None else {"Authorization": authorization}
    return Client().get(path, headers=headers, **extra)


def test_token_opens_the_export_and_only_its_hmac_is_kept(partner):
    token, plaintext = issue(partner)
    assert plaintext.startswith(f"ht_{token.public_id}_")
    secret = plaintext.removeprefix(f"ht_{token.public_id}_")
    assert call(f"Bearer {plaintext}").json()["partner"] == partner.name
    row = PartnerToken.objects.values().get(pk=token.pk)
    assert not any(secret in str(value) for value in row.values())
    assert not any(secret in str(event) for event in AuditEvent.objects.values())


def test_me_says_what_the_token_may_do(partner):
    token, plaintext = issue(partner, networks=["127.0.0.0/8"])
    me = call(f"Bearer {plaintext}").json()
    assert (me["scopes"], me["ceiling"], me["networks"]) == (["incidents:read"], "GREEN", ["127.0.0.0/8"])
    assert me["token"] == f"ht_{token.public_id}"
    assert me["issued_at"] < me["expires_at"]
    requests = me["requests"]
    assert (requests["used"], requests["per_minute"] - requests["left"]) == (1, 1)


@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer", "Bearer ", "Bearer ht_", "Bearer ht_000000000000_x", "Basic aHQ6eA==", "Bearer " + "x" * 9000,
     "Bearer ht_\u0000_x"],
)  # fmt: skip
def test_no_valid_token_no_answer(authorization):
    response = call(authorization)
    assert (response.status_code, response["Content-Type"]) == (401, "application/problem+json")
    assert response["WWW-Authenticate"].startswith("Bearer")
    assert not PartnerRead.objects.exists()


def test_wrong_secret_and_unknown_id_are_refused_alike(partner):
    token, plaintext = issue(partner)
    wrong = call(f"Bearer ht_{token.public_id}_{'x' * 43}")
    unknown = call(f"Bearer ht_{'0' * 12}_{'x' * 43}")
    changed = call(f"Bearer {plaintext}x")
    prefixed = call(f"Bearer {plaintext.replace('ht_', 'hx_', 1)}")
    assert wrong.content == unknown.content == changed.content == prefixed.content
    assert wrong.status_code == 401


def test_token_in_the_address_is_refused(partner):
    _token, plaintext = issue(partner)
    assert call(None, f"/api/v1/me/?token={plaintext}").status_code == 401
    assert call(None, f"/api/v1/me/?access_token={plaintext}").status_code == 401


def test_revoked_token_is_refused_at_once(partner):
    token, plaintext = issue(partner)
    revoke_token(token=token, by=admin(), reason="Lost laptop")
    response = call(f"Bearer {plaintext}")
    assert (response.status_code, response.json()["detail"]) == (401, "The token was revoked.")


def test_expired_token_is_refused(partner):
    token, plaintext = issue(partner)
    PartnerToken.objects.filter(pk=token.pk).update(
        created_at=timezone.now() - timedelta(days=2), expires_at=timezone.now() - timedelta(seconds=1)
    )
    assert call(f"Bearer {plaintext}").json()["detail"] == "The token has expired."


def test_closed_partner_is_shut_out_at_once(partner):
    _token, plaintext = issue(partner)
    set_partner_active(partner=partner, is_active=False, expected_version=1, by=admin(), reason="Contract ended")
    assert call(f"Bearer {plaintext}").status_code == 401


@pytest.mark.parametrize(
    ("address", "status"),
    [("192.0.2.7", 200), ("192.0.3.7", 401), ("2001:db8::1", 401), ("not an address", 401)],
)
def test_token_works_from_its_networks_only(partner, address, status):
    _token, plaintext = issue(partner, networks=["192.0.2.0/24"])
    assert call(f"Bearer {plaintext}", REMOTE_ADDR=address).status_code == status


def test_caller_cannot_claim_another_address(partner, settings):
    _token, plaintext = issue(partner, networks=["192.0.2.0/24"])
    forged = {"REMOTE_ADDR": "203.0.113.9", "HTTP_X_FORWARDED_FOR": "192.0.2.7"}
    assert call(f"Bearer {plaintext}", **forged).status_code == 401


def test_use_is_noted_once_a_minute(partner):
    token, plaintext = issue(partner)
    call(f"Bearer {plaintext}")
    token.refresh_from_db()
    first = token.last_used_at
    call(f"Bearer {plaintext}")
    token.refresh_from_db()
    assert token.last_used_at == first
    PartnerToken.objects.filter(pk=token.pk).update(last_used_at=first - timedelta(minutes=2))
    call(f"Bearer {plaintext}")
    token.refresh_from_db()
    assert token.last_used_at > first


@pytest.mark.parametrize(
    ("path", "scope"),
    [
        ("statements/", "statements:read"),
        ("statements/nothing/", "statements:read"),
        ("incidents/nothing/bundle/", "statements:read"),
    ],
)
def test_missing_scope_is_named(calling, path, scope):
    response = calling("GREEN", only=["incidents:read"]).get(path)
    assert (response.status_code, response["Content-Type"]) == (403, "application/problem+json")
    assert response.json()["scope"] == scope


def test_part_outside_the_scope_is_absent(calling):
    incident = released(tlp="GREEN")
    assert not {"notes", "evidence", "ratings", "exact_place"} & set(calling("GREEN").read(f"incidents/{incident.pk}/"))


# ---- Issuing ----


@pytest.mark.parametrize("person", [viewer, analyst, editor])
def test_only_an_admin_manages_partners(partner, person):
    with pytest.raises(NotAllowed):
        create_partner(name="Another", by=person())
    with pytest.raises(NotAllowed):
        issue(partner, by=person())
    token, _plaintext = issue(partner)
    with pytest.raises(NotAllowed):
        revoke_token(token=token, by=person())


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"scopes": []}, "scopes"),
        ({"scopes": ["everything:read"]}, "scopes"),
        ({"ceiling": "RED"}, "ceiling"),
        ({"ceiling": "BLUE"}, "ceiling"),
        ({"days": 366}, "days"),
        ({"days": 0}, "days"),
        ({"networks": ["the office"]}, "networks"),
    ],
)
def test_token_that_would_open_too_much_is_refused(partner, fields, field):
    with pytest.raises(Refused) as refused:
        issue(partner, **fields)
    assert refused.value.field == field
    assert not PartnerToken.objects.exists()


def test_token_is_not_above_its_partner():
    partner = create_partner(name="Small", by=admin(), ceiling="GREEN")
    with pytest.raises(Refused) as refused:
        issue(partner, ceiling="AMBER")
    assert refused.value.field == "ceiling"


def test_partner_is_entered_once_and_has_a_name():
    create_partner(name="An agency", by=admin())
    with pytest.raises(Refused, match="already"):
        create_partner(name="An agency", by=admin())
    with pytest.raises(Refused, match="name"):
        create_partner(name="  ", by=admin())
    with pytest.raises(Refused):
        create_partner(name="Red", by=admin(), ceiling="RED")


def test_revoking_twice_changes_nothing(partner):
    token, _plaintext = issue(partner)
    revoke_token(token=token, by=admin())
    first = token.revoked_at
    revoke_token(token=token, by=admin())
    assert token.revoked_at == first
    assert AuditEvent.objects.filter(verb="partner.token_revoked").count() == 1


def test_stale_page_closes_no_partner(partner):
    set_partner_active(partner=partner, is_active=False, expected_version=1, by=admin(), reason="Ended")
    with pytest.raises(StaleRecord):
        set_partner_active(partner=partner, is_active=True, expected_version=1, by=admin(), reason="Again")
