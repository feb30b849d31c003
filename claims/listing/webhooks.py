"""What an administrator is shown of a partner's endpoints, and of the messages to them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from claims.models import Incident, Partner, Statement, WebhookAttempt, WebhookDelivery, WebhookEndpoint
from claims.models.webhooks import DeliveryState, EventType
from harmtracker.models import User

RECORDS: Final[dict[str, type[Any]]] = {"incident": Incident, "statement": Statement}


@dataclass(frozen=True)
class ShownEndpoint:
    """An endpoint, how many messages wait for it, and in words what it is told of and whether anything is sent there;
    ``is_well`` if so.
    """

    endpoint: WebhookEndpoint
    waiting: int
    told_of: Sequence[str]
    words: str
    is_well: bool


@dataclass(frozen=True)
class ShownDelivery:
    """A message with its attempts, the newest first, and the record it is about where the reader may see that one."""

    delivery: WebhookDelivery
    attempts: Sequence[WebhookAttempt]
    ref: str
    url: str


def endpoints_of(partner: Partner) -> list[ShownEndpoint]:
    """Every endpoint of a partner. One query."""
    waiting = Count("deliveries", filter=Q(deliveries__state=DeliveryState.WAITING))
    rows = WebhookEndpoint.objects.filter(partner=partner).select_related("token__partner").annotate(waiting=waiting)
    return [
        ShownEndpoint(each, each.waiting, [str(EventType(code).label) for code in each.types], *_state(each))
        for each in rows
    ]


def shown_deliveries(user: User, deliveries: Iterable[WebhookDelivery]) -> list[ShownDelivery]:
    """Messages as ``user`` may be shown them: of a record that one may not see, only that there was a message."""
    rows = list(deliveries)
    refs: dict[Any, tuple[str, str]] = {}
    for kind, model in RECORDS.items():
        keys = [row.record_id for row in rows if row.type.startswith(kind)]
        found = model.objects.visible_to(user).filter(pk__in=keys).values_list("pk", "ref")
        refs |= {key: (ref, reverse(kind, args=[ref])) for key, ref in found}
    return [ShownDelivery(row, list(reversed(row.attempts.all())), *refs.get(row.record_id, ("", ""))) for row in rows]


def _state(endpoint: WebhookEndpoint) -> tuple[str, bool]:
    if endpoint.pause_cause:
        return endpoint.get_pause_cause_display(), False
    if not endpoint.is_open:
        return _("Its token has ended. The partner has to write it with another one."), False
    failed = endpoint.failed_count
    if failed:
        words = ngettext(
            "One attempt failed; it is tried again.", "%(count)s attempts failed; it is tried again.", failed
        )
        return words % {"count": failed}, False
    return _("Messages are sent"), True
