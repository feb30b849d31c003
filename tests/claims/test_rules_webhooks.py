"""What the database refuses of endpoints, messages and attempts, whatever wrote it."""

import pytest
from django.utils import timezone

from claims.models import WebhookAttempt
from harmtracker.identity import new_id
from tests.factories_of_webhooks import WebhookDeliveryFactory, WebhookEndpointFactory
from tests.refusals import refused_by

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        ("webhook_endpoint_types_known", {"types": ["incident.eaten"]}),
        ("webhook_endpoint_types_known", {"types": ["test"]}),
        ("webhook_endpoint_types_known", {"types": []}),
        ("webhook_endpoint_paused_for_a_cause", {"paused_at": NOW}),
        ("webhook_endpoint_paused_for_a_cause", {"pause_cause": "gone"}),
        ("webhook_endpoint_paused_for_a_cause", {"pause_cause": "bored", "paused_at": NOW}),
        ("webhook_endpoint_earlier_secret_ends", {"earlier_salt": "1"}),
        ("webhook_endpoint_earlier_secret_ends", {"earlier_until": NOW}),
        ("webhook_endpoint_failing_since", {"failed_count": 1}),
        ("webhook_endpoint_failing_since", {"failing_since": NOW}),
    ],
)
def test_endpoint(rule, fields):
    with refused_by(rule):
        WebhookEndpointFactory(**fields)


def test_a_partner_has_one_endpoint_at_an_address():
    first = WebhookEndpointFactory()
    with refused_by("webhook_endpoint_once"):
        WebhookEndpointFactory(partner=first.partner)
    assert WebhookEndpointFactory().address == first.address


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        ("webhook_delivery_is_of_a_change", {"record_id": None}),
        ("webhook_delivery_is_of_a_change", {"change_seq": None}),
        ("webhook_delivery_is_of_a_change", {"type": "test"}),
        ("webhook_delivery_waits_or_ended", {"next_at": None}),
        ("webhook_delivery_waits_or_ended", {"state": "taken"}),
        ("webhook_delivery_waits_or_ended", {"state": "taken", "ended_at": NOW, "next_at": NOW}),
        ("webhook_delivery_waits_or_ended", {"state": "lost", "ended_at": NOW, "next_at": None}),
        ("webhook_delivery_type_known", {"type": "incident.eaten"}),
    ],
)
def test_delivery(rule, fields):
    with refused_by(rule):
        WebhookDeliveryFactory(**fields)


def test_a_change_is_told_to_an_endpoint_once():
    first = WebhookDeliveryFactory()
    with refused_by("webhook_delivery_once"):
        WebhookDeliveryFactory(endpoint=first.endpoint, record_id=first.record_id)
    WebhookDeliveryFactory(endpoint=first.endpoint, record_id=new_id())
    for _ in range(2):
        WebhookDeliveryFactory(endpoint=first.endpoint, type="test", record_id=None, change_seq=None)


def test_attempt():
    with refused_by("webhook_attempt_outcome_known"):
        WebhookAttempt.objects.create(delivery=WebhookDeliveryFactory(), outcome="perhaps", seconds=1)
