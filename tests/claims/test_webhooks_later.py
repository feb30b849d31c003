"""Messages whose record was restricted, or that were dropped, between the moment they were made and that of sending."""

import pytest

from claims.actions.merge_incident import merge_incident
from claims.actions.webhook import create_endpoint
from claims.models import WebhookAttempt, WebhookDelivery
from claims.webhooks import sending
from claims.webhooks.noting import note_changes
from harmtracker.models import Job
from sources.posting import Posted
from tests.api.conftest import released
from tests.api.test_restricted_later import mark
from tests.claims.test_webhooks import deliver, partner, receiver, token  # noqa: F401  # three are fixtures
from tests.factories import editor
from tests.factories_of_webhooks import WebhookEndpointFactory

pytestmark = pytest.mark.django_db


def test_a_message_does_not_lead_to_what_was_hidden_since(token, receiver):  # noqa: F811
    gone, became = (released(tlp="GREEN") for _each in range(2))
    create_endpoint(token=token, address=receiver.address, types=["incident.tombstone"])
    merge_incident(duplicate=gone, into=became, reason="x", expected_version=gone.version, by=editor())
    note_changes()
    assert WebhookDelivery.objects.get().into == became.pk
    mark(became, tlp="AMBER_STRICT")
    deliver()
    assert {event["id"] for event in receiver.events} == {str(gone.pk), str(became.pk)}
    assert "into" not in str(receiver.events)


def test_a_message_dropped_while_it_is_sent_has_nothing_put_down(monkeypatch, token):  # noqa: F811
    def drop_it(*_told):
        WebhookDelivery.objects.all().delete()
        return Posted("ok", 204)

    monkeypatch.setattr(sending, "post", drop_it)
    WebhookEndpointFactory(token=token, partner=token.partner)
    released()
    deliver()
    assert not WebhookDelivery.objects.exists()
    assert not WebhookAttempt.objects.exists()
    assert Job.objects.get(kind="webhooks.send").state == Job.State.DONE
