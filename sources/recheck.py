"""Visiting again: the visits that have come due, and the people who keep a source from being visited."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import F
from django.db.models.functions import Least, Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from harmtracker import audit
from harmtracker.errors import Refused
from harmtracker.models import Job, User
from harmtracker.permissions import require
from sources import intake
from sources.addresses import AddressRefused
from sources.capture.outcomes import Outcome
from sources.capture.storing import store
from sources.models import Capture, Source
from sources.models.capture import Cause, Obtained
from sources.models.source import VisitPolicy

MOST_AT_ONCE: Final = 60
"""Visits asked for in one sweep; what is due beyond them is asked for in the next, a minute later."""

UNTIL_ITS_END_SAYS: Final = timedelta(days=1)
LONGEST_REASON: Final = 300
RELEASED: Final = timedelta(days=1)
RELEASED_LONG_AGO: Final = timedelta(days=7)
LONG_AGO: Final = timedelta(days=30)


def visit_due() -> int:
    """Ask for the visits that have come due, the longest overdue first; how many. Asking twice asks for no more."""
    due = Source.objects.filter(watch=True, visit_policy=VisitPolicy.PUBLIC_LINK, recheck_after__lte=Now())
    overdue = due.order_by("recheck_after").values_list("pk", flat=True)[:MOST_AT_ONCE]
    return sum(_visit_again(due.filter(pk=key).select_for_update(skip_locked=True).first()) for key in overdue)


def hasten(sources: Iterable[tuple[UUID, datetime]]) -> int:
    """See that sources on which released statements rest are visited soon: (key of the source, released since when).

    At least daily in the first month after the release, then weekly. How many visits were brought forward.
    """
    hastened = 0
    for key, since in sources:
        most = RELEASED if timezone.now() - since < LONG_AGO else RELEASED_LONG_AGO
        at_latest = Now() + most
        hastened += Source.objects.filter(pk=key, recheck_after__gt=at_latest).update(
            recheck_after=Least(F("recheck_after"), at_latest)
        )
    return hastened


def watch_source(*, source: Source, watch: bool, reason: str, by: User) -> None:
    """Stop visiting a source on the schedule, for a reason, or go on with it. Raises Refused without a reason."""
    require(by, "source.watch")
    reason = reason.strip()[:LONGEST_REASON]
    with audit.recording():
        held = Source.objects.select_for_update().get(pk=source.pk)
        if held.watch == watch:
            return
        if not watch and not reason:
            raise Refused(_("Say why it shall not be visited again."), field="reason")
        Source.objects.filter(pk=source.pk).update(watch=watch, unwatched_reason="" if watch else reason)
        audit.record(
            "source.watched" if watch else "source.unwatched",
            subject=source,
            by=by,
            changes={"watch": [held.watch, watch]},
            reason=reason,
        )
    source.refresh_from_db(fields=["watch", "unwatched_reason"])


def _visit_again(source: Source | None) -> bool:
    """One transaction for each source, so that an event of the chain waits for nothing else."""
    if source is None:
        return False
    with audit.recording():
        under_way = source.captures.filter(outcome="", obtained=Obtained.FETCHED).first()
        is_free = under_way is None or _is_given_up(under_way)
        # The end of the visit puts down the next one; should it never end, this does.
        Source.objects.filter(pk=source.pk).update(recheck_after=Now() + UNTIL_ITS_END_SAYS)
        if not is_free:
            return False
        if under_way is not None:
            store(under_way, Outcome.WORKER_LOST)
        try:
            intake.add_capture(source, by=None, cause=Cause.RECHECK, obtained=Obtained.FETCHED)
        except AddressRefused:  # the doors of this installation are others now
            Source.objects.filter(pk=source.pk).update(recheck_after=None)
            return False
    return True


def _is_given_up(capture: Capture) -> bool:
    """Whether nobody works on this capture any more. In quarantine it waits for a person."""
    jobs = Job.objects.filter(kind__in=intake.CAPTURE_KINDS, key=str(capture.pk)).order_by("-created_at")
    newest = jobs.first()
    return newest is None or newest.state in (Job.State.DEAD, Job.State.DONE)
