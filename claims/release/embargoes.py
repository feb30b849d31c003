"""Embargoes end by the clock, with nobody at work: what partners read changes then, and the stream has to say so."""

from typing import Any, Final

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Now

from claims.models import Mention
from claims.release.marks import MARKED
from harmtracker import audit
from harmtracker.markings import Flag
from harmtracker.models import AuditEvent

ENDED: Final = "marking.embargo_ended"


def note_ended() -> int:
    """Put on record, once each, the embargoes that have ended on what released records name; how many there were.

    It changes no marking: it says that the time has passed. A trigger makes the changes for partners of it.
    """
    ended = [record for model in MARKED.values() for record in _ended(model)]
    if ended:
        with audit.recording():
            for record in ended:
                audit.record(ENDED, subject=record, by=None)
    return len(ended)


def _ended(model: type[Any]) -> QuerySet[Any]:
    noted = AuditEvent.objects.filter(verb=ENDED, subject_id=OuterRef("pk"), at__gte=OuterRef("embargo_until"))
    rows: QuerySet[Any] = model._base_manager.filter(
        Exists(Mention.objects.filter(named_id=OuterRef("pk"))),
        ~Exists(noted),
        handling__contains=[Flag.EMBARGO],
        embargo_until__lte=Now(),
    )
    return rows
