"""What a partner reads, shown to the administrator as that partner, and what it has read."""

import pytest
from django.urls import reverse

from claims.actions.partner import create_partner, issue_token
from claims.models import PartnerRead, PartnerToken
from tests.api.conftest import PartnerClient, released, released_statement
from tests.api.test_restricted_later import mark
from tests.claims.views.test_lists import signed_in, words_of
from tests.factories import IncidentFactory, PartnerFactory, TeamFactory, admin, editor

pytestmark = pytest.mark.django_db


@pytest.fixture
def client():
    return signed_in(admin())


def pulling(ceiling="AMBER", scopes=("incidents:read", "statements:read")):
    partner = create_partner(name="An agency", by=admin(), ceiling="AMBER_STRICT")
    _token, plain = issue_token(partner=partner, scopes=list(scopes), ceiling=ceiling, by=admin())
    return partner, PartnerClient(plain)


def sees(client, partner, **asked):
    answer = client.get(reverse("partner-sees", args=[partner.pk]), asked)
    assert answer.status_code == 200
    return words_of(answer)


def test_it_shows_what_the_export_sends_and_nothing_else(client):
    partner, puller = pulling("GREEN")
    shown = released(IncidentFactory(workflow="approved", tlp="GREEN", title="Shelling of a market"))
    released(IncidentFactory(workflow="approved", tlp="AMBER", title="Above the ceiling"))
    words = sees(client, partner)
    assert puller.read("incidents/")["results"][0]["sentence"] in words
    assert shown.ref in words
    assert "Above the ceiling" not in words


def test_what_is_withheld_from_the_partner_is_withheld_here(client):
    partner, _puller = pulling()
    statement = released_statement(kind="testimony")
    assert statement.party.name in sees(client, partner, kind="statement")
    mark(statement.party, handling=["witness_identity"])
    assert statement.party.name not in sees(client, partner, kind="statement")


def test_an_administrator_sees_no_record_of_a_team_that_is_not_theirs(client):
    partner, puller = pulling()
    mark(released(IncidentFactory(workflow="approved", title="Of one team")), team=TeamFactory())
    assert puller.read("incidents/")["results"]
    assert "Of one team" not in sees(client, partner)


def test_a_token_without_records_and_a_partner_without_tokens_are_said_to_be_so(client):
    partner, _puller = pulling(scopes=["changes:read"])
    assert "This token opens no records" in sees(client, partner)
    PartnerToken.objects.update(revoked_at="2022-04-01T00:00Z", revoked_by=admin())
    assert "No token in use" in sees(client, partner, token="no-such", kind="rumour")


def test_a_damaged_address_leads_to_the_first_page(client):
    partner, _puller = pulling()
    released_statement(kind="testimony")
    assert "This address is damaged" in sees(client, partner, cursor="x")


def test_every_answer_stands_in_what_it_has_read(client):
    partner, puller = pulling()
    assert "Nothing read yet" in words_of(client.get(reverse("partner-reads", args=[partner.pk])))
    incident = released(IncidentFactory(workflow="approved", tlp="AMBER"))
    puller.read(f"incidents/{incident.pk}/")
    puller.get("statements/", {"kind": "rumour"})
    words = words_of(client.get(reverse("partner-reads", args=[partner.pk])))
    assert incident.ref in words
    assert "kind: rumour" in words
    assert "400" in words
    assert PartnerRead.objects.count() == 2  # looking is no reading of the partner's


def test_of_another_partner_nothing_is_shown(client):
    _partner, puller = pulling()
    puller.get("incidents/", {"q": "market"})
    other = PartnerFactory()
    assert "market" not in words_of(client.get(reverse("partner-reads", args=[other.pk])))


@pytest.mark.parametrize("page", ["partner-reads", "partner-sees"])
def test_nobody_else_comes_in(page):
    partner = PartnerFactory()
    assert signed_in(editor()).get(reverse(page, args=[partner.pk])).status_code == 403
