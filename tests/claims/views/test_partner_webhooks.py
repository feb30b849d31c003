"""The page that shows an administrator what a partner is told, and the few acts on it."""

import pytest
from django.urls import reverse
from django.utils import timezone

from claims.actions.partner import create_partner, issue_token
from claims.actions.webhook import create_endpoint
from claims.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from claims.webhooks.noting import note_changes
from harmtracker.models import Job
from tests.api.conftest import released
from tests.claims.views.test_lists import signed_in, words_of
from tests.factories import admin

pytestmark = pytest.mark.django_db
ADDRESS = "https://partner.example/hook"


@pytest.fixture
def partner(db):
    return create_partner(name="An agency", by=admin(), ceiling="AMBER")


@pytest.fixture
def endpoint(partner):
    scopes = ["incidents:read", "statements:read", "webhooks:manage"]
    token, _plain = issue_token(partner=partner, scopes=scopes, ceiling="AMBER", by=admin())
    return create_endpoint(token=token, address=ADDRESS)[0]


@pytest.fixture
def client():
    return signed_in(admin(clearance="GREEN"))


def page_of(partner, query=""):
    return reverse("partner-webhooks", args=[partner.pk]) + query


def told(number=1, **fields):
    made = [released(**({"tlp": "GREEN"} | fields)) for _ in range(number)]
    note_changes()
    return made


def test_it_says_how_to_begin_where_there_is_nothing(client, partner):
    assert "No endpoints" in words_of(client.get(page_of(partner)))
    assert page_of(partner) in client.get(reverse("partner", args=[partner.pk])).content.decode()


def test_endpoints_messages_and_attempts_stand_there_in_words(client, partner, endpoint):
    [incident] = told()
    WebhookAttempt.objects.create(delivery=WebhookDelivery.objects.get(), outcome="fault", status=503, seconds=0.25)
    page = client.get(page_of(partner))
    words = words_of(page)
    for each in (
        ADDRESS,
        "Messages are sent",
        "Statement no longer to be held",
        "Incident released or changed",
        "The receiver failed (503)",
        "Waiting",
    ):
        assert each in words, each
    assert incident.get_absolute_url() in page.content.decode()
    assert "whsec_" not in page.content.decode()


def test_a_record_the_administrator_may_not_see_is_not_named(client, partner, endpoint):
    [hidden] = told(tlp="AMBER")
    page = client.get(page_of(partner)).content.decode()
    assert "Incident released or changed" in page
    assert hidden.ref not in page
    assert str(hidden.pk) not in page


def test_messages_are_chosen_by_endpoint_and_state(client, partner, endpoint):
    told(2)
    taken = WebhookDelivery.objects.first()
    WebhookDelivery.objects.filter(pk=taken.pk).update(state="taken", ended_at=timezone.now(), next_at=None)
    for query, shown in (
        ("", 2), ("?state=taken", 1), (f"?endpoint={endpoint.pk}&state=waiting", 1), ("?state=given_up", 0),
        ("?endpoint=nonsense", 2),
    ):  # fmt: skip
        page = client.get(page_of(partner, query))
        assert page.content.decode().count('class="btn btn-s" aria-label="Send msg_') == shown, query
    assert "None of these" in words_of(client.get(page_of(partner, "?state=given_up")))


def test_a_message_is_sent_again_and_a_refusal_told(client, partner, endpoint):
    told()
    delivery = WebhookDelivery.objects.get()
    again = reverse("webhook-replay", args=[delivery.pk])
    assert client.post(again).url == page_of(partner)
    assert "It is sent again." in words_of(client.get(page_of(partner)))
    assert Job.objects.filter(kind="webhooks.send").exists()
    client.post(reverse("webhook-pause", args=[endpoint.pk]), {"paused": "yes"})
    client.post(again)
    assert "This endpoint is paused" in words_of(client.get(page_of(partner)))


def test_paused_and_resumed_in_words(client, partner, endpoint):
    pause = reverse("webhook-pause", args=[endpoint.pk])
    client.post(pause, {"paused": "yes"})
    assert "Paused by this organisation" in words_of(client.get(page_of(partner)))
    client.post(pause, {"paused": "no"})
    assert "Messages are sent" in words_of(client.get(page_of(partner)))
    WebhookEndpoint.objects.update(pause_cause="gone", paused_at=timezone.now())
    assert "It answered 410" in words_of(client.get(page_of(partner)))


def test_as_many_questions_for_one_message_as_for_many(client, partner, endpoint, django_assert_max_num_queries):
    told(5)
    for delivery in WebhookDelivery.objects.all():
        WebhookAttempt.objects.create(delivery=delivery, outcome="taken", status=204, seconds=0.1)
    with django_assert_max_num_queries(12):
        client.get(page_of(partner))
