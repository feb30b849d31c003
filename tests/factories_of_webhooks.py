"""Rows of what partners are sent, for tests that do not set them up at the door partners use."""

from factory import LazyFunction, SubFactory
from factory.django import DjangoModelFactory

from claims.models import WebhookDelivery, WebhookEndpoint
from harmtracker.identity import new_id
from tests.factories import PartnerFactory, PartnerTokenFactory


class WebhookEndpointFactory(DjangoModelFactory):
    """An endpoint that wants word of incidents, told of everything so far."""

    class Meta:
        model = WebhookEndpoint

    partner = SubFactory(PartnerFactory)
    token = SubFactory(PartnerTokenFactory)
    address = "https://partner.example/hook"
    types = LazyFunction(lambda: ["incident.upsert", "incident.tombstone"])
    salt = "0" * 64
    change_seq = 0


class WebhookDeliveryFactory(DjangoModelFactory):
    """Word of an incident, not sent yet."""

    class Meta:
        model = WebhookDelivery

    endpoint = SubFactory(WebhookEndpointFactory)
    type = "incident.upsert"
    record_id = LazyFunction(new_id)
    change_seq = 1
