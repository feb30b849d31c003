"""Messages to partners: which are made, what is sent, and what becomes of them when the receiver fails."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.test import override_settings
from django.utils import timezone
from jsonschema import FormatChecker, validate
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from claims.actions.marking import change_marking
from claims.actions.partner import create_partner, issue_token, revoke_token
from claims.actions.webhook import (
    change_endpoint,
    create_endpoint,
    pause_endpoint,
    resume_endpoint,
    rotate_secret,
    send_again,
    send_test,
)
from claims.api.schema import json_schema
from claims.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from claims.release.make import withdraw_release
from claims.webhooks import noting
from claims.webhooks.noting import note_changes
from harmtracker import jobs
from harmtracker.errors import NotAllowed, Refused
from harmtracker.models import AuditEvent, HostTurn, Job
from tests.api.conftest import released, released_statement
from tests.factories import admin, editor
from tests.small_web import receiving

pytestmark = pytest.mark.django_db
READS = ["incidents:read", "statements:read", "webhooks:manage"]


@pytest.fixture
def receiver(web_ports):
    with receiving(web_ports[0]) as running:
        yield running


@pytest.fixture
def partner(db):
    return create_partner(name="An agency", by=admin(), ceiling="AMBER")


@pytest.fixture
def token(partner):
    return a_token(partner)


def a_token(partner, ceiling="AMBER", scopes=READS):
    return issue_token(partner=partner, scopes=scopes, ceiling=ceiling, by=admin())[0]


@pytest.fixture
def endpoint(token, receiver):
    return create_endpoint(token=token, address=receiver.address)[0]


def deliver():
    """What the clock does within a minute: messages are made, and each endpoint is sent what is due."""
    note_changes()
    HostTurn.objects.all().delete()
    jobs.work("webhooks")


def later(**passed):
    """So much time passes, for what is sent."""
    span = timedelta(**passed)
    for model, names in (
        (WebhookEndpoint, ("failing_since", "rests_until", "earlier_until")),
        (WebhookDelivery, ("first_tried_at", "next_at", "ended_at")),
    ):
        for row in model.objects.all():
            for name in names:
                if (moment := getattr(row, name)) is not None:
                    setattr(row, name, moment - span)
            row.save()


class TestWhatIsTold:
    def test_a_release_is_told_signed_and_says_nothing_of_its_content(self, token, receiver):
        _endpoint, secret = create_endpoint(token=token, address=receiver.address)
        incident = released(title="Killings on Yablunska")
        deliver()
        [(headers, body)] = receiver.got
        event = Webhook(secret).verify(body, headers)
        assert (event["type"], event["data"]["id"]) == ("incident.upsert", str(incident.pk))
        assert (set(event), set(event["data"])) == ({"type", "timestamp", "data"}, {"id", "change_seq"})
        validate(event, json_schema("WebhookMessage"), format_checker=FormatChecker())
        assert headers["webhook-id"] == WebhookDelivery.objects.get().message_id
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(body.replace(b"upsert", b"upserd"), headers)

    def test_a_withdrawal_reaches_every_partner_that_has_an_endpoint(self, web_ports):
        incident = released(tlp="GREEN")
        with receiving(web_ports[1]) as one, receiving(web_ports[2]) as two:
            for receiver, name in ((one, "One"), (two, "Two")):
                of = create_partner(name=name, by=admin(), ceiling="GREEN")
                create_endpoint(token=a_token(of, "GREEN"), address=receiver.address)
            withdraw_release(record=incident, by=editor(), code="legal_removal", reason="Asked by a court")
            deliver()
            for receiver in (one, two):
                [event] = receiver.events
                assert (event["type"], event["id"]) == ("incident.tombstone", str(incident.pk))
                assert event["reason"] == "legal_removal"
                assert "court" not in str(event)

    def test_what_the_token_could_never_see_is_not_told_in_any_way(self, partner, receiver):
        token = a_token(partner, "GREEN", ["incidents:read", "webhooks:manage"])
        create_endpoint(token=token, address=receiver.address)
        hidden = released(tlp="AMBER")
        released_statement(tlp="CLEAR")
        withdraw_release(record=hidden, by=editor(), code="error", reason="Wrong")
        deliver()
        assert {event["type"].split(".")[0] for event in receiver.events} <= {"incident"}
        assert str(hidden.pk) not in str(receiver.events)

    def test_a_raised_marking_is_a_tombstone_to_whom_it_hides_the_record(self, partner, receiver):
        incident = released(tlp="GREEN")
        create_endpoint(token=a_token(partner, "GREEN"), address=receiver.address)
        raised = {"tlp": "AMBER", "handling": [], "expected_version": incident.version, "reason": "Named"}
        change_marking(record=incident, by=editor(), **raised)
        deliver()
        [event] = receiver.events
        assert (event["type"], event["reason"]) == ("incident.tombstone", "out_of_scope")

    def test_only_types_that_were_asked_for(self, token, receiver):
        create_endpoint(token=token, address=receiver.address, types=["incident.tombstone"])
        incident = released()
        deliver()
        assert receiver.got == []
        withdraw_release(record=incident, by=editor(), code="error", reason="Wrong")
        deliver()
        assert [event["type"] for event in receiver.events] == ["incident.tombstone"]

    def test_nothing_of_before_and_each_change_once(self, token, receiver):
        released()
        create_endpoint(token=token, address=receiver.address)
        later_one = released()
        for _ in range(3):
            deliver()
        assert [event["id"] for event in receiver.events] == [str(later_one.pk)]

    def test_no_more_wait_than_may_and_the_rest_follows(self, endpoint, receiver, monkeypatch):
        monkeypatch.setattr(noting, "MOST_WAITING", 2)
        made = [released() for _ in range(5)]
        assert note_changes() == 2
        assert note_changes() == 0
        for _ in range(3):
            deliver()
        assert [event["id"] for event in receiver.events] == [str(incident.pk) for incident in made]

    def test_a_token_that_ended_ends_what_is_told_and_another_takes_it_up(self, partner, endpoint, receiver):
        revoke_token(token=endpoint.token, by=admin())
        incident = released()
        deliver()
        assert receiver.got == []
        change_endpoint(endpoint=endpoint, token=a_token(partner))
        deliver()
        assert [event["id"] for event in receiver.events] == [str(incident.pk)]

    def test_a_token_that_sees_less_redirects_nothing_it_could_not_see(self, partner, endpoint, web_ports):
        """Else a token for GREEN would learn at its own address what changes above."""
        high, low = released(tlp="AMBER"), released(tlp="GREEN")
        note_changes()
        with receiving(web_ports[1]) as other:
            change_endpoint(endpoint=endpoint, token=a_token(partner, "GREEN"), address=other.address)
            deliver()
            assert [event["id"] for event in other.events] == [str(low.pk)]
        assert not endpoint.deliveries.filter(record_id=high.pk).exists()


class TestFailures:
    def attempt(self):
        return WebhookAttempt.objects.latest("at", "id")

    @pytest.mark.parametrize(
        ("status", "outcome"), [(500, "fault"), (429, "too_often"), (404, "refused"), (302, "redirected")]
    )
    def test_what_was_not_taken_is_sent_again_under_its_number(self, endpoint, receiver, status, outcome):
        released()
        receiver.status, receiver.headers = status, {"Location": "https://elsewhere.example/"}
        deliver()
        assert (self.attempt().outcome, self.attempt().status) == (outcome, status)
        delivery, endpoint = WebhookDelivery.objects.get(), WebhookEndpoint.objects.get()
        assert (delivery.state, endpoint.failed_count) == ("waiting", 1)
        assert timedelta(seconds=40) < delivery.next_at - self.attempt().at < timedelta(seconds=100)
        deliver()
        assert len(receiver.got) == 1, "it rests"
        receiver.status = 204
        later(minutes=2)
        deliver()
        first, second = (headers["webhook-id"] for headers, _body in receiver.got)
        assert first == second
        assert [body for _headers, body in receiver.got] == [receiver.got[0][1]] * 2
        endpoint.refresh_from_db()
        assert (endpoint.failed_count, endpoint.failing_since) == (0, None)
        assert endpoint.last_success_at

    def test_a_wish_to_wait_is_respected(self, endpoint, receiver):
        released()
        receiver.status, receiver.headers = 429, {"Retry-After": "7200"}
        deliver()
        wait = WebhookEndpoint.objects.get().rests_until - self.attempt().at
        assert timedelta(minutes=120) <= wait < timedelta(minutes=125)

    def test_each_wait_is_twice_as_long_as_the_one_before(self, endpoint, receiver):
        released()
        receiver.status = 500
        deliver()
        first = timezone.now()
        WebhookEndpoint.objects.update(rests_until=first, failed_count=5)
        WebhookDelivery.objects.update(next_at=first, tried_count=5)
        deliver()
        for moment in (WebhookEndpoint.objects.get().rests_until, WebhookDelivery.objects.get().next_at):
            assert timedelta(minutes=32 * 0.7) < moment - first < timedelta(minutes=32 * 1.3)

    def test_after_a_day_the_last_attempt_and_then_a_pause_that_is_told(self, endpoint, receiver):
        released()
        receiver.status = 500
        deliver()
        later(hours=23, minutes=50)
        WebhookEndpoint.objects.update(failed_count=10)
        WebhookDelivery.objects.update(tried_count=10)
        deliver()
        last = WebhookDelivery.objects.get().next_at - timezone.now()
        assert timedelta() < last <= timedelta(minutes=10)
        later(minutes=11)
        deliver()
        endpoint.refresh_from_db()
        assert (endpoint.pause_cause, WebhookDelivery.objects.get().state) == ("dead", "given_up")
        assert AuditEvent.objects.filter(verb="webhook.paused", about__contains=[endpoint.partner_id]).count() == 1
        receiver.status = 200
        more = released()
        deliver()
        assert len(receiver.got) == 3
        resume_endpoint(endpoint=endpoint, by=admin())
        deliver()
        assert [event["id"] for event in receiver.events[3:]] == [str(more.pk)]

    def test_gone_pauses_at_once(self, endpoint, receiver):
        released()
        receiver.status = 410
        deliver()
        endpoint.refresh_from_db()
        assert endpoint.pause_cause == "gone"
        assert WebhookDelivery.objects.get().state == "waiting"

    def test_one_message_nobody_takes_holds_up_no_other(self, endpoint, receiver):
        released()
        receiver.status = 500
        deliver()
        receiver.status = 200
        second = released()
        WebhookEndpoint.objects.update(rests_until=timezone.now())
        deliver()
        assert receiver.events[-1]["id"] == str(second.pk)
        assert WebhookDelivery.objects.filter(state="waiting").count() == 1

    def test_an_address_that_leads_inside_is_not_connected_to(self, endpoint, receiver, settings):
        released()
        settings.FETCH_ALLOWED_LOOPBACK = []
        deliver()
        assert receiver.got == []
        assert (self.attempt().outcome, self.attempt().status) == ("blocked", None)

    def test_a_receiver_that_is_not_there(self, endpoint, web_ports):
        WebhookEndpoint.objects.update(address=f"http://127.0.0.1:{web_ports[3]}/hook")
        released()
        deliver()
        assert self.attempt().outcome == "not_reached"

    def test_one_that_does_not_answer_holds_up_no_other(self, endpoint, receiver, web_ports):
        receiver.is_held.set()
        of = create_partner(name="Another", by=admin(), ceiling="GREEN")
        with receiving(web_ports[1]) as other:
            create_endpoint(token=a_token(of, "GREEN"), address=other.address)
            for _ in range(3):
                released(tlp="GREEN")
            note_changes()
            with override_settings(WEBHOOK_DEADLINE_SECONDS=0.5):
                jobs.work("webhooks", most=1)
            assert other.got == []
            jobs.work("webhooks")
            receiver.is_held.clear()
            assert len(other.got) == 3
        ended = WebhookAttempt.objects.filter(delivery__endpoint=endpoint).values_list("outcome", flat=True)
        assert list(ended) == ["too_slow"]

    def test_nothing_secret_is_kept_or_logged(self, token, receiver, caplog):
        endpoint, secret = create_endpoint(token=token, address=receiver.address)
        second = rotate_secret(endpoint=endpoint, token=token)
        released()
        receiver.status = 500
        deliver()
        kept = [*WebhookEndpoint.objects.values(), *AuditEvent.objects.values(), *Job.objects.values(), caplog.text]
        for each in (secret, second):
            assert not any(each.removeprefix("whsec_") in str(row) for row in kept)

    def test_old_messages_are_forgotten(self, endpoint):
        released()
        deliver()
        later(days=31)
        note_changes()
        assert not WebhookDelivery.objects.exists()


class TestSecrets:
    def test_both_secrets_sign_for_a_day(self, token, receiver):
        endpoint, first = create_endpoint(token=token, address=receiver.address)
        second = rotate_secret(endpoint=endpoint, token=token)
        assert first != second
        send_test(endpoint=endpoint, by=token)
        deliver()
        headers, body = receiver.got[0]
        assert Webhook(first).verify(body, headers) == Webhook(second).verify(body, headers)
        later(hours=25)
        send_test(endpoint=endpoint, by=token)
        deliver()
        headers, body = receiver.got[1]
        assert Webhook(second).verify(body, headers)["type"] == "test"
        with pytest.raises(WebhookVerificationError):
            Webhook(first).verify(body, headers)

    def test_another_pepper_makes_other_secrets(self, token, receiver, settings):
        _endpoint, secret = create_endpoint(token=token, address=receiver.address)
        settings.TOKEN_PEPPER = configured.TOKEN_PEPPER + "x"
        released()
        deliver()
        headers, body = receiver.got[0]
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(body, headers)


class TestByHand:
    def test_sent_again_at_once_under_its_number(self, endpoint, receiver, token):
        released()
        deliver()
        send_again(delivery=WebhookDelivery.objects.get(), by=token)
        deliver()
        first, second = (headers["webhook-id"] for headers, _body in receiver.got)
        assert first == second
        assert WebhookAttempt.objects.count() == 2

    def test_a_test_that_waits_is_the_one(self, endpoint, receiver, token):
        assert send_test(endpoint=endpoint, by=token) == send_test(endpoint=endpoint, by=token)
        deliver()
        assert len(receiver.got) == 1
        assert send_test(endpoint=endpoint, by=token).state == "waiting"

    def test_paused_it_is_sent_nothing_and_catches_up(self, endpoint, receiver, token):
        pause_endpoint(endpoint=endpoint, by=token)
        incident = released()
        deliver()
        with pytest.raises(Refused):
            send_test(endpoint=endpoint, by=token)
        assert receiver.got == []
        resume_endpoint(endpoint=endpoint, by=token)
        deliver()
        assert [event["id"] for event in receiver.events] == [str(incident.pk)]

    def test_the_pause_of_the_house_is_not_the_partners_to_end(self, endpoint, token):
        pause_endpoint(endpoint=endpoint, by=admin())
        with pytest.raises(Refused):
            resume_endpoint(endpoint=endpoint, by=token)
        resume_endpoint(endpoint=endpoint, by=admin())
        assert endpoint.pause_cause == ""

    def test_only_the_house_and_tokens_of_this_partner_with_the_scope(self, endpoint, partner):
        other = a_token(create_partner(name="Another", by=admin(), ceiling="GREEN"), "GREEN")
        for by in (other, a_token(partner, scopes=READS[:2]), editor()):
            with pytest.raises(NotAllowed):
                pause_endpoint(endpoint=endpoint, by=by)


def test_the_receiver_of_the_partner_guide_takes_what_we_send_and_nothing_else(token, receiver):
    guide = (Path(__file__).parents[2] / "docs" / "partners.md").read_text(encoding="utf-8")
    names = {}
    exec(guide.partition("## Being told")[2].split("```python")[1].split("```")[0], names)
    verified = names["verified"]
    endpoint, first = create_endpoint(token=token, address=receiver.address)
    second = rotate_secret(endpoint=endpoint, token=token)
    send_test(endpoint=endpoint, by=token)
    deliver()
    headers, body = receiver.got[0]
    assert verified(first, headers, body) == verified(second, headers, body) == json.loads(body)
    for wrong in (
        (second, headers, body + b" "),
        ("whsec_" + "A" * 44, headers, body),
        (second, headers | {"webhook-timestamp": "1649000000"}, body),
        (second, headers | {"webhook-id": "msg_other"}, body),
    ):
        with pytest.raises(ValueError, match="not from there"):
            verified(*wrong)
