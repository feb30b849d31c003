"""What was lately approved without a second reader, for editors."""

from datetime import timedelta
from typing import Any, Final

from django.db.models import QuerySet
from django.db.models.functions import Now

from claims.queries.conversation import page_of
from claims.queries.news import may_be_told
from harmtracker.models import AuditEvent, User
from harmtracker.models.audit_event import PASSED
from harmtracker.prepared import prepared

SHOWN_FOR: Final = timedelta(days=30)
LOOKED_AT: Final = 100
MOST_SHOWN: Final = 10


def passed_lately(user: User) -> list[Any]:
    """The newest events of records that passed unread, as far as this person may see the records; each with ``url``."""
    found = _passed(user)
    for event in found:
        event.url = page_of(event.subject_ref)
    return found


@prepared
def _passed(user: User) -> QuerySet[Any]:
    newest = AuditEvent.objects.filter(verb__in=PASSED, at__gte=Now() - SHOWN_FOR).order_by("-at")
    rows = AuditEvent.objects.filter(pk__in=newest.values("pk")[:LOOKED_AT]).filter(may_be_told(user))
    return rows.order_by("-sequence")[:MOST_SHOWN]
