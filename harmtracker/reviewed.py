"""How much of what each person sent for review was read, and how much came back: a base for the share that is read."""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db.models import Count, OuterRef, Q, Subquery
from django.utils import timezone

from harmtracker.models import AuditEvent
from harmtracker.models.audit_event import PASSED, SENT_FOR_REVIEW, steps_called

LOOKED_BACK: Final = timedelta(days=90)
COME_BACK: Final = steps_called("changes_requested")
READ: Final = (*steps_called("approved"), *steps_called("set_aside"), *COME_BACK)
ENDS_WAITING: Final = (*READ, *SENT_FOR_REVIEW, *steps_called("step_undone"))


@dataclass(frozen=True)
class Reviewed:
    """Of what one person sent for review in the last 90 days: ``read`` by an editor, of these ``came_back`` with
    changes to make, and ``passed`` without a second reader.
    """

    read: int = 0
    came_back: int = 0
    passed: int = 0


def reviewed_lately() -> dict[uuid.UUID, Reviewed]:
    """By the key of the person who sent it. One query."""
    later = AuditEvent.objects.filter(subject_id=OuterRef("subject_id"), sequence__gt=OuterRef("sequence"))
    # The next step decides: sent twice with nothing between is read once.
    next_step = later.filter(verb__in=ENDS_WAITING).order_by("sequence").values("verb")[:1]
    sent = AuditEvent.objects.filter(
        verb__in=[*SENT_FOR_REVIEW, *PASSED], at__gte=timezone.now() - LOOKED_BACK, actor_id__isnull=False
    )
    counted = (
        sent.order_by()
        .annotate(next_step=Subquery(next_step))
        .values("actor_id")
        .annotate(
            read=Count("pk", filter=Q(verb__in=SENT_FOR_REVIEW, next_step__in=READ)),
            came_back=Count("pk", filter=Q(verb__in=SENT_FOR_REVIEW, next_step__in=COME_BACK)),
            passed=Count("pk", filter=Q(verb__in=PASSED)),
        )
    )
    counts = counted.values_list("actor_id", "read", "came_back", "passed")
    return {actor: Reviewed(*numbers) for actor, *numbers in counts if actor is not None}
