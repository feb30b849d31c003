"""Messages to partners with the real worker: one is sent by itself, and a worker that is killed loses none."""

import time
from datetime import timedelta

import pytest
from django.db.models.functions import Now

from claims.actions.partner import create_partner, issue_token
from claims.actions.webhook import create_endpoint, send_test
from claims.models import WebhookDelivery
from harmtracker.models import Job
from tests.factories import admin
from tests.small_web import receiving

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_worker_killed_in_the_middle_of_a_message_has_it_sent_again_under_its_number(worker, web_ports):
    partner = create_partner(name="An agency", by=admin(), ceiling="AMBER")
    scopes = ["incidents:read", "webhooks:manage"]
    token, _plain = issue_token(partner=partner, scopes=scopes, ceiling="AMBER", by=admin())
    with receiving(web_ports[0]) as receiver:
        receiver.is_held.set()
        endpoint, _secret = create_endpoint(token=token, address=receiver.address)
        delivery = send_test(endpoint=endpoint, by=token)
        assert receiver.has_some.wait(60), worker.log("worker")
        worker.kill("worker")
        receiver.is_held.clear()
        delivery.refresh_from_db()
        assert (delivery.state, delivery.attempts.count()) == ("waiting", 0)
        # Its lease would run out in a minute.
        Job.objects.filter(kind="webhooks.send").update(lease_until=Now() - timedelta(seconds=1))
        worker.start("worker")
        until = time.monotonic() + 60
        while WebhookDelivery.objects.get().state == "waiting" and time.monotonic() < until:
            time.sleep(0.05)
        assert WebhookDelivery.objects.get().state == "taken", worker.log("worker") + worker.log("relay")
        assert [headers["webhook-id"] for headers, _body in receiver.got] == [delivery.message_id] * 2
        assert Job.objects.get(kind="webhooks.send").deaths == 1
