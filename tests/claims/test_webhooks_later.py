"""What comes between the making of a message and its sending: restrictions, its end, and others that are in a hurry."""

import threading

import pytest
from django.db import connection, transaction

from claims.actions.merge_incident import merge_incident
from claims.actions.webhook import create_endpoint, delete_endpoint, send_test
from claims.models import WebhookAttempt, WebhookDelivery
from claims.webhooks.noting import ask_to_send, note_changes
from harmtracker.models import Job, Lane
from harmtracker.turns import claim_next
from tests.api.conftest import released
from tests.api.test_restricted_later import mark
from tests.claims.test_webhooks import deliver, partner, receiver, token  # noqa: F401  # three are fixtures
from tests.databases import until_one_waits_for_a_lock
from tests.factories import admin, editor
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


@pytest.mark.django_db(transaction=True)
def test_a_message_dropped_while_it_is_sent_has_nothing_put_down(token, receiver):  # noqa: F811
    def drop_it():
        WebhookDelivery.objects.all().delete()
        connection.close()

    receiver.before_answer = drop_it
    create_endpoint(token=token, address=receiver.address)
    incident = released()
    deliver()
    assert [event["id"] for event in receiver.events] == [str(incident.pk)]
    assert not WebhookDelivery.objects.exists()
    assert not WebhookAttempt.objects.exists()
    assert Job.objects.get(kind="webhooks.send").state == Job.State.DONE


@pytest.mark.django_db(transaction=True)
def test_an_endpoint_deleted_while_a_message_to_it_is_made_goes_with_that_message(token):  # noqa: F811
    """Deleting waits for who makes messages, and then finds them. It never fails on one it did not know of."""
    endpoint = WebhookEndpointFactory(token=token, partner=token.partner)
    done = []

    def delete():
        try:
            delete_endpoint(endpoint=endpoint, token=token)
            done.append("deleted")
        finally:
            connection.close()

    deleting = threading.Thread(target=delete)
    with transaction.atomic():
        send_test(endpoint=endpoint, by=token)
        deleting.start()
        until_one_waits_for_a_lock(deleting)
        assert done == []
    deleting.join(timeout=60)
    assert done == ["deleted"]
    assert not WebhookDelivery.objects.exists()


def test_a_partner_that_is_sent_tests_all_the_time_holds_up_no_other_and_our_own_people_do_not_wait(token):  # noqa: F811
    waiting = WebhookEndpointFactory()
    ask_to_send(waiting)
    hurried = [
        WebhookEndpointFactory(token=token, partner=token.partner, address=f"https://partner.example/{number}")
        for number in range(3)
    ]
    for endpoint in hurried:
        send_test(endpoint=endpoint, by=token)
    ours = WebhookEndpointFactory()
    send_test(endpoint=ours, by=admin())
    taken = [claim_next(Lane.WEBHOOKS).host for _each in range(2)]
    assert taken == [str(ours.pk), str(waiting.pk)]
