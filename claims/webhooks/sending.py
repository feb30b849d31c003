"""Sending what waits for one endpoint, oldest first, and putting down what came of it.

A message is sent before that is put down: whoever is killed in between has it sent again, under the same number. After
a failure the whole endpoint rests, ever longer, and so does the message; the next attempt is with the one that waits
longest, so that one message nobody takes holds up no other. Each endpoint has a job of its own.
"""

import json
import logging
import secrets
import time
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from claims.api.tokens import caller_with
from claims.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from claims.models.webhooks import DeliveryOutcome, DeliveryState, PauseCause
from claims.webhooks.noting import in_use, seen_by, told_today
from claims.webhooks.signing import signatures
from harmtracker import audit, jobs
from harmtracker.models import Job
from sources.posting import Posted, post

log = logging.getLogger(__name__)

SECONDS_AT_ONCE: Final = 20  # then it is another endpoint's turn
FIRST_WAIT: Final = timedelta(minutes=1)
LONGEST_TRIED: Final = timedelta(hours=24)
SPREAD: Final = 0.25  # of a wait, either way: receivers that failed together are not hit together
USER_AGENT: Final = "harmtracker-webhooks/1"
PAUSED: Final = "webhook.paused"

# What is no answer at all; by the first part of the outcome's code, or all of it.
UNANSWERED: Final = {
    "ssrf.blocked": DeliveryOutcome.BLOCKED,
    "url": DeliveryOutcome.BLOCKED,
    "dns": DeliveryOutcome.NO_NAME,
    "tcp": DeliveryOutcome.NOT_REACHED,
    "tls": DeliveryOutcome.NOT_SECURE,
    "time": DeliveryOutcome.TOO_SLOW,
    "worker": DeliveryOutcome.LOST,
}


def send_waiting(job: Job) -> None:
    """Send what is due at the job's endpoint until something fails, or it is another's turn."""
    until = time.monotonic() + SECONDS_AT_ONCE
    while delivery := _next(job.payload["endpoint"]):
        if time.monotonic() > until:
            jobs.go_on(job, job.payload, is_done=False)
            return
        endpoint = delivery.endpoint
        posted = post(endpoint.address, body_of(delivery), headers_of(delivery))
        if posted.code != "ok":
            log.warning("webhook %s: %s", delivery.message_id, posted.code)
        if not _put_down(delivery, posted):
            return


def body_of(delivery: WebhookDelivery) -> str:
    """What is sent: that something changed, and nothing of what it says. The same each time, unless restricted.

    ``type``, ``timestamp`` and ``data``, as Standard Webhooks recommends; a test has no data.
    """
    data: dict[str, Any] = {}
    if delivery.record_id is not None:
        data |= {"id": str(delivery.record_id), "change_seq": delivery.change_seq}
    if delivery.reason:
        data["reason"] = delivery.reason
    if delivery.into is not None:
        data["into"] = str(delivery.into)
    told = {"type": delivery.type, "timestamp": delivery.made_at.isoformat(), "data": data}
    return json.dumps(told, separators=(",", ":"))


def headers_of(delivery: WebhookDelivery) -> dict[str, str]:
    """The headers of an attempt made now."""
    endpoint, now = delivery.endpoint, int(time.time())
    salts = [endpoint.salt]
    if endpoint.earlier_until is not None and endpoint.earlier_until > timezone.now():
        salts.append(endpoint.earlier_salt)
    return {
        "Content-Type": "application/json",
        "User-Agent": USER_AGENT,
        "Connection": "close",
        "webhook-id": delivery.message_id,
        "webhook-timestamp": str(now),
        "webhook-signature": signatures(endpoint.pk, salts, delivery.message_id, now, body_of(delivery)),
    }


def outcome_of(posted: Posted) -> DeliveryOutcome:
    """What came of an attempt."""
    if posted.status is None:
        by_part = UNANSWERED.get(posted.code.partition(".")[0], DeliveryOutcome.UNREADABLE)
        return UNANSWERED.get(posted.code, by_part)
    exact = {410: DeliveryOutcome.GONE, 429: DeliveryOutcome.TOO_OFTEN}
    by_hundred = {
        2: DeliveryOutcome.TAKEN,
        3: DeliveryOutcome.REDIRECTED,
        4: DeliveryOutcome.REFUSED,
        5: DeliveryOutcome.FAULT,
    }
    return exact.get(posted.status) or by_hundred.get(posted.status // 100, DeliveryOutcome.UNREADABLE)


def _next(endpoint_key: str) -> WebhookDelivery | None:
    """The message that waits longest at an endpoint that does not rest, with today's eyes."""
    rested = in_use().filter(Q(rests_until=None) | Q(rests_until__lte=Now()), pk=endpoint_key)
    endpoint = rested.select_related("token__partner").first()
    if endpoint is None:
        return None
    eyes = caller_with(endpoint.token)
    due = WebhookDelivery.objects.select_related("endpoint").filter(
        seen_by(eyes), endpoint=endpoint, state=DeliveryState.WAITING, next_at__lte=Now()
    )
    return next(iter(told_today(due.order_by("next_at", "id")[:1], eyes)), None)


def _put_down(delivery: WebhookDelivery, posted: Posted) -> bool:
    """Put down how an attempt ended; whether it was taken. What was deleted meanwhile has nothing to be put down."""
    outcome = outcome_of(posted)
    with audit.recording():
        endpoint = WebhookEndpoint.objects.select_for_update().filter(pk=delivery.endpoint_id).first()
        if endpoint is None or not WebhookDelivery.objects.filter(pk=delivery.pk).exists():
            return False
        WebhookAttempt.objects.create(
            delivery=delivery, outcome=outcome, status=posted.status, seconds=round(posted.seconds, 3)
        )
        now = timezone.now()
        if outcome == DeliveryOutcome.TAKEN:
            _taken(delivery, endpoint, now)
        else:
            _not_taken(delivery, endpoint, now, posted.retry_after or 0)
            _pause_if_hopeless(endpoint, outcome, now)
    return outcome == DeliveryOutcome.TAKEN


def _taken(delivery: WebhookDelivery, endpoint: WebhookEndpoint, now: datetime) -> None:
    WebhookDelivery.objects.filter(pk=delivery.pk).update(
        state=DeliveryState.TAKEN, ended_at=now, next_at=None, tried_count=delivery.tried_count + 1
    )
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(
        failed_count=0, failing_since=None, rests_until=None, last_success_at=now
    )


def _not_taken(delivery: WebhookDelivery, endpoint: WebhookEndpoint, now: datetime, asked: int) -> None:
    """The message is tried again until a day has passed since its first attempt; the endpoint rests as well."""
    tried, first = delivery.tried_count + 1, delivery.first_tried_at or now
    again = _next_attempt(now, tried, first, asked)
    ended: dict[str, Any] = {"state": DeliveryState.GIVEN_UP, "ended_at": now} if again is None else {}
    WebhookDelivery.objects.filter(pk=delivery.pk).update(
        tried_count=tried, first_tried_at=first, next_at=again, **ended
    )
    endpoint.failed_count, endpoint.failing_since = endpoint.failed_count + 1, endpoint.failing_since or now
    endpoint.rests_until = _next_attempt(now, endpoint.failed_count, endpoint.failing_since, asked)
    endpoint.save(update_fields=["failed_count", "failing_since", "rests_until"])


def _next_attempt(now: datetime, tried: int, first: datetime, asked: int) -> datetime | None:
    """When to try again after ``tried`` attempts since ``first``; ``asked``: seconds the receiver wants to be left.

    Twice as long each time, and once more when a day is over; None after that.
    """
    last = first + LONGEST_TRIED
    if now >= last:
        return None
    spread = secrets.SystemRandom().uniform(1 - SPREAD, 1 + SPREAD)
    wait: timedelta = min(FIRST_WAIT * 2 ** min(tried - 1, 12) * spread, LONGEST_TRIED)
    return min(now + max(wait, timedelta(seconds=asked)), last)


def _pause_if_hopeless(endpoint: WebhookEndpoint, outcome: DeliveryOutcome, now: datetime) -> None:
    """Send no more where nothing is wanted, or where nothing was taken for a day. What waits goes on waiting."""
    if outcome == DeliveryOutcome.GONE:
        cause = PauseCause.GONE
    elif endpoint.failing_since is not None and now >= endpoint.failing_since + LONGEST_TRIED:
        cause = PauseCause.DEAD
    else:
        return
    if endpoint.pause_cause:
        return
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(pause_cause=cause, paused_at=now)
    audit.record(PAUSED, subject=endpoint, by=None, reason=str(cause.label), about=[endpoint.partner_id])
