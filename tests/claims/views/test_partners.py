"""Partners and their tokens: an administrator's pages. The plain token is seen once and by nobody else."""

import re
import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from claims.forms.partner import READABLE, WRITABLE, TokenForm
from claims.models import Partner, PartnerToken
from claims.release.scopes import SCOPES
from harmtracker.models import AuditEvent
from tests.claims.views.test_lists import signed_in, words_of
from tests.factories import PartnerFactory, PartnerTokenFactory, admin, analyst, editor, viewer

pytestmark = pytest.mark.django_db
TOKEN = {
    "ceiling": "GREEN", "scopes": ["incidents:read", "notes:read"], "manages": ["webhooks:manage"], "days": 30,
    "networks": "",
}  # fmt: skip


@pytest.fixture
def client():
    return signed_in(admin())


def page_of(partner):
    return reverse("partner", args=[partner.pk])


def issue(client, partner, **fields):
    return client.post(page_of(partner), TOKEN | fields)


@pytest.mark.parametrize("person", [viewer, analyst, editor])
def test_only_an_administrator_sees_or_changes_partners(person):
    token = PartnerTokenFactory()
    client = signed_in(person())
    assert client.get(reverse("partners")).status_code == 403
    assert client.post(reverse("partners"), {"name": "X", "ceiling": "GREEN"}).status_code == 403
    assert client.get(page_of(token.partner)).status_code == 403
    assert issue(client, token.partner).status_code == 403
    assert client.post(reverse("token-revoke", args=[token.pk])).status_code == 403
    assert client.post(reverse("partner-active", args=[token.partner.pk])).status_code == 403
    assert PartnerToken.objects.get().revoked_at is None
    assert Partner.objects.count() == 1


def test_a_partner_is_added_once(client):
    assert "No partners yet" in words_of(client.get(reverse("partners")))
    sent = {"name": "Human Rights Desk", "contact": "desk@example.org", "ceiling": "AMBER"}
    first = client.post(reverse("partners"), sent)
    assert first.url == page_of(Partner.objects.get())
    second = client.post(reverse("partners"), sent)
    assert second.status_code == 422
    assert "There is a partner of this name already." in words_of(second)
    assert "desk@example.org" in second.content.decode()


@pytest.mark.parametrize("sent", [{"name": " ", "ceiling": "GREEN"}, {"name": "X", "ceiling": "RED"}])
def test_a_partner_without_a_name_or_cleared_for_red_is_refused(client, sent):
    assert client.post(reverse("partners"), sent).status_code == 422
    assert not Partner.objects.exists()


def test_a_token_is_shown_this_once(client):
    partner = PartnerFactory()
    shown = issue(client, partner, networks="192.0.2.0/24, 198.51.100.7")
    plain = re.search(r'value="(ht_[0-9a-f]{12}_[\w-]+)"', shown.content.decode())[1]
    token = PartnerToken.objects.get()
    assert token.scopes == ["incidents:read", "notes:read", "webhooks:manage"]
    assert token.networks == ["192.0.2.0/24", "198.51.100.7/32"]
    assert shown["Cache-Control"] == "no-store, private"
    page = client.get(page_of(partner))
    assert plain.split("_", 2)[2] not in page.content.decode()
    assert str(token) in words_of(page)
    assert not any(plain.split("_", 2)[2] in str(event.changes) + event.reason for event in AuditEvent.objects.all())


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"ceiling": "AMBER"}, "above the partner's own ceiling"),
        ({"scopes": []}, "This field is required."),
        ({"scopes": ["everything"]}, "everything is not one of the available choices"),
        ({"days": 366}, "less than or equal to 365"),
        ({"networks": "the office"}, "the is no network"),
    ],
)
def test_a_token_that_would_open_too_much_is_refused(client, sent, says):
    answer = issue(client, PartnerFactory(), **sent)
    assert answer.status_code == 422
    assert says in words_of(answer)
    assert not PartnerToken.objects.exists()


def test_revoking_twice_is_revoking_once(client):
    token = PartnerTokenFactory()
    url = reverse("token-revoke", args=[token.pk])
    assert client.post(url).status_code == client.post(url).status_code == 302
    token.refresh_from_db()
    assert token.revoked_at is not None
    assert AuditEvent.objects.filter(verb="partner.token_revoked").count() == 1
    page = client.get(page_of(token.partner))
    assert "revoked by" in words_of(page)
    assert url not in page.content.decode()


def test_a_partner_is_shut_out_and_let_in_with_a_reason(client):
    partner = PartnerFactory()
    url = reverse("partner-active", args=[partner.pk])
    refused = client.post(url, {"version": partner.version, "is_active": "no", "reason": ""})
    assert refused.status_code == 422
    assert "Say why." in words_of(refused)
    assert client.post(url, {"version": 1, "is_active": "no", "reason": "Leak"}).status_code == 302
    partner.refresh_from_db()
    assert not partner.is_active
    stale = client.post(url, {"version": 1, "is_active": "yes", "reason": "Mended"})
    assert stale.status_code == 422
    assert "Mended" in stale.content.decode()
    assert stale.context["active_form"]["version"].value() == "2"
    assert client.post(url, {"version": 2, "is_active": "yes", "reason": "Mended"}).status_code == 302


def test_unknown_partners_and_tokens_are_404(client):
    assert client.get(reverse("partner", args=[uuid.uuid4()])).status_code == 404
    assert client.post(reverse("token-revoke", args=[uuid.uuid4()])).status_code == 404
    assert client.get(reverse("token-revoke", args=[PartnerTokenFactory().pk])).status_code == 405


def test_the_list_counts_tokens_in_force_in_a_fixed_number_of_queries(client, django_assert_num_queries):
    def count():
        with django_assert_num_queries(12, exact=False) as captured:
            client.get(reverse("partners"))
        return len(captured)

    token = PartnerTokenFactory()
    PartnerTokenFactory(partner=token.partner, expires_at=timezone.now() + timedelta(hours=1),
                        created_at=timezone.now() - timedelta(days=3))  # fmt: skip
    one = count()
    for _each in range(9):
        PartnerTokenFactory()
    assert count() == one
    rows = {row.name: row.living for row in client.get(reverse("partners")).context["partners"]}
    assert rows[token.partner.name] == 2


def test_queries_of_one_partner_do_not_grow_with_its_tokens(client, django_assert_num_queries):
    partner = PartnerFactory()

    def count(number):
        for _each in range(number):
            PartnerTokenFactory(partner=partner)
        with django_assert_num_queries(12, exact=False) as captured:
            client.get(page_of(partner))
        return len(captured)

    assert count(1) == count(9)


def test_every_scope_stands_in_the_form_in_words_and_what_writes_by_itself():
    assert [*READABLE, *WRITABLE] == list(SCOPES)
    form = str(TokenForm())
    assert (
        form.index("What changed, in order (changes:read)") < form.index("May also") < form.index("(webhooks:manage)")
    )
