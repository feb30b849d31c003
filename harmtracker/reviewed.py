"""How much of what each person sent for review was read, and how much came back: a base for the share that is read."""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db.models import Count, OuterRef, Subquery
from django.utils import timezone

from harmtracker.models import AuditEvent
from harmtracker.models.audit_event import COME_BACK, ENDS_WAITING, PASSED, READ, SENT_FOR_REVIEW

LOOKED_BACK: Final = timedelta(days=90)


@dataclass(frozen=True)
class Reviewed:
    """Of what one person sent for review in the last 90 days: ``read`` by an editor, of these ``came_back`` with
    changes to make, and ``passed`` without a second reader.
    """

    read: int = 0
    came_back: int = 0
    passed: int = 0

    def with_more(self, verb: str, next_step: str | None, number: int) -> "Reviewed":
        """The same with so many more that were sent with this verb and of which this came next."""
        was_read = verb in SENT_FOR_REVIEW and next_step in READ
        return Reviewed(
            self.read + number * was_read,
            self.came_back + number * (was_read and next_step in COME_BACK),
            self.passed + number * (verb in PASSED),
        )


def reviewed_lately() -> dict[uuid.UUID, Reviewed]:
    """By the key of the person who sent it. One query."""
    later = AuditEvent.objects.filter(subject_id=OuterRef("subject_id"), sequence__gt=OuterRef("sequence"))
    # The next step decides: sent twice with nothing between is read once.
    next_step = later.filter(verb__in=ENDS_WAITING).order_by("sequence").values("verb")[:1]
    sent = AuditEvent.objects.filter(
        verb__in=[*SENT_FOR_REVIEW, *PASSED], at__gte=timezone.now() - LOOKED_BACK, actor_id__isnull=False
    )
    # Grouped by what came next too, so that it is looked up once for each that was sent and not for each count.
    counts = (
        sent.order_by()
        .values("actor_id", "verb", next_step=Subquery(next_step))
        .annotate(number=Count("pk"))
        .values_list("actor_id", "verb", "next_step", "number")
    )
    found: dict[uuid.UUID, Reviewed] = {}
    for actor, verb, step, number in counts:
        if actor is not None:
            found[actor] = found.get(actor, Reviewed()).with_more(verb, step, number)
    return found
