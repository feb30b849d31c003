"""Making messages: from the stream of changes, with the eyes of the token that set the endpoint up.

An endpoint keeps its place in the stream. One that is paused, whose token has ended, or that already has as many
messages waiting as it may, stays where it is; each record stands in the stream at its newest number only, so it
catches up with few messages, and nothing is lost.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from claims.api.changes import changes_for, could_see
from claims.api.tokens import Caller, caller_with
from claims.models import PublishedRecord, WebhookDelivery, WebhookEndpoint
from claims.models.release import WithdrawalReason
from claims.models.webhooks import DeliveryState, EventType
from harmtracker import jobs
from harmtracker.identity import new_id
from harmtracker.markings import up_to
from harmtracker.models import Job, Priority

SEND: Final = "webhooks.send"
MOST_WAITING: Final = 1_000  # messages of one endpoint
AT_ONCE: Final = 500
KEPT: Final = timedelta(days=30)  # after it ended, a message stays on the page so long
TOMBSTONE_OF: Final[dict[str, str]] = {
    EventType.INCIDENT_UPSERT: EventType.INCIDENT_TOMBSTONE,
    EventType.STATEMENT_UPSERT: EventType.STATEMENT_TOMBSTONE,
}


def in_use() -> QuerySet[WebhookEndpoint]:
    """Endpoints that are told of changes now: not paused, and opened by a token that still opens the export."""
    return WebhookEndpoint.objects.filter(
        pause_cause="", token__revoked_at=None, token__expires_at__gt=Now(), partner__is_active=True
    )


def note_changes() -> int:
    """Make messages of what changed, and ask for the sending of all that are due; how many were made."""
    WebhookDelivery.objects.filter(ended_at__lt=Now() - KEPT).delete()
    made = sum(_note(key) for key in in_use().values_list("pk", flat=True))
    due = WebhookDelivery.objects.filter(endpoint=OuterRef("pk"), state=DeliveryState.WAITING, next_at__lte=Now())
    rested = Q(rests_until=None) | Q(rests_until__lte=Now())
    for endpoint in in_use().filter(rested, Exists(due)):
        ask_to_send(endpoint)
    return made


def ask_to_send(endpoint: WebhookEndpoint, *, priority: Priority = Priority.BULK) -> None:
    """Have what waits for this endpoint sent. What is already asked for is enough, unless a person waits for it.

    The endpoint is the host whose turn the job takes: nobody is sent two messages at once.
    """
    host = str(endpoint.pk)
    waiting = Job.objects.filter(kind=SEND, host=host, state=Job.State.QUEUED, priority__lte=priority)
    if not waiting.exists():
        jobs.enqueue(SEND, f"{host} {new_id()}", payload={"endpoint": host}, priority=priority, host=host)


def seen_by(caller: Caller) -> Q:
    """Messages this caller may know of: tests, and those of records it could see at some time."""
    return Q(type=EventType.TEST) | Q(could_see(caller))


def told_today(rows: Iterable[WebhookDelivery], caller: Caller) -> list[WebhookDelivery]:
    """These messages, unsaved, as ``changes/`` would tell this caller of their records today.

    They were made with the eyes of one token at one moment: another has other eyes, and later markings count. So what
    this caller sees no more is a tombstone, and nobody is led to what a record became where that is hidden.
    """
    rows = list(rows)
    keys = [key for row in rows for key in (row.record_id, row.into) if key is not None]
    records = PublishedRecord.objects.filter(record_id__in=keys).select_related("withdrawal")
    held = {record.record_id: record for record in records}
    within = {key for key, each in held.items() if not each.is_held and each.tlp in up_to(caller.ceiling)}
    for row in rows:
        row.into = row.into if row.into in within and held[row.into].withdrawal is None else None
        if row.type in TOMBSTONE_OF and row.record_id not in within:
            withdrawal = held[row.record_id].withdrawal if row.record_id in held else None
            row.type = TOMBSTONE_OF[row.type]
            row.reason = withdrawal.code if withdrawal else WithdrawalReason.OUT_OF_SCOPE
    return rows


def _note(key: Any) -> int:
    """Messages for one endpoint, and how far it was told, in one transaction."""
    made = 0
    with transaction.atomic():
        locked = in_use().select_for_update(of=("self",), skip_locked=True)
        endpoint = locked.select_related("token__partner").filter(pk=key).first()
        if endpoint is None:
            return 0
        room = MOST_WAITING - endpoint.deliveries.filter(state=DeliveryState.WAITING).count()
        while room > 0:
            page = changes_for(caller_with(endpoint.token), _place(endpoint) | {"limit": min(room, AT_ONCE)})
            rows = [row for row in (_message(endpoint, each) for each in page["changes"]) if row.type in endpoint.types]
            WebhookDelivery.objects.bulk_create(rows, ignore_conflicts=True)
            made, room = made + len(rows), room - len(rows)
            last = page["last"]
            endpoint.change_seq = last.seq if last else page["next_after"]
            endpoint.after_id = last.record_id if last else None
            if last is None:
                break
        WebhookEndpoint.objects.filter(pk=key).update(change_seq=endpoint.change_seq, after_id=endpoint.after_id)
    return made


def _place(endpoint: WebhookEndpoint) -> dict[str, Any]:
    return {"after": endpoint.change_seq} | ({"after_id": endpoint.after_id} if endpoint.after_id else {})


def _message(endpoint: WebhookEndpoint, change: dict[str, Any]) -> WebhookDelivery:
    return WebhookDelivery(
        endpoint=endpoint,
        type=f"{change['type']}.{change['op']}",
        record_id=change["id"],
        change_seq=change["change_seq"],
        reason=change.get("reason", ""),
        into=change.get("into"),
    )
