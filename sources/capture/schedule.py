"""When a page is visited next, put down with the outcome of a visit; and whether the page is gone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db.models.functions import Now

from harmtracker import audit
from sources.capture.gone import is_gone
from sources.capture.outcomes import Outcome
from sources.models import Capture, Source
from sources.models.capture import Cause, Obtained

SCHEDULE: Final = (
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(days=1),
    timedelta(days=3),
    timedelta(days=7),
)
MONTHLY: Final = timedelta(days=30)


def interval(step: int) -> timedelta:
    """How long after the newest visit the next one is, ``step`` visits having been made on the schedule."""
    return SCHEDULE[step] if step < len(SCHEDULE) else MONTHLY


def after(capture: Capture) -> None:
    """Put down when the page is visited next, in the transaction that stored the outcome of this visit.

    Only a source of which a visit once brought words is visited again; what was handed over changes nothing.
    """
    if capture.obtained != Obtained.FETCHED:
        return
    source = Source.objects.select_for_update().get(pk=capture.source_id)
    visits = Capture.objects.filter(source=source, obtained=Obtained.FETCHED).exclude(outcome="")
    if not visits.exclude(text="").exists() and not source.gone_at:
        return
    step = source.recheck_step + (capture.cause == Cause.RECHECK)
    ended = visits.values_list("outcome", "finished_at")
    gone_at = is_gone((Outcome(code), at) for code, at in ended if at)
    # Not an edit of the source: its version stays, and nobody's open form is put out of date.
    Source.objects.filter(pk=source.pk).update(
        recheck_after=Now() + interval(step), recheck_step=min(step, len(SCHEDULE)), gone_at=gone_at
    )
    if (gone_at is None) != (source.gone_at is None):
        audit.record(
            "source.gone" if gone_at else "source.back",
            subject=source,
            by=None,
            changes={"gone_at": [_written(source.gone_at), _written(gone_at)]},
        )


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
