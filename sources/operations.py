"""Is it well? The work ledger, what failed, and the checks of what is kept, as far as the reader may see the sources.

Work on a capture counts only where its source is shown to the reader; work of the clock counts for everybody.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import Case, Count, Exists, Min, OuterRef, Q, QuerySet, Subquery, UUIDField, When
from django.db.models.functions import Cast, Now
from django.utils.translation import gettext_lazy as _

from harmtracker import audit, jobs
from harmtracker.errors import Refused
from harmtracker.models import HostTurn, Job, Lane, LanePause, User
from harmtracker.permissions import require
from sources import intake
from sources.capture.outcomes import Outcome
from sources.models import Capture, IntegrityRun, Source, TimeStamp
from sources.models.capture import Cause, Obtained
from sources.models.source import VisitPolicy
from sources.shown import sources_shown_to

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

SPAN: Final = timedelta(days=7)
MOST_CAUSES: Final = 12
MOST_HOSTS: Final = 10
MOST_JOBS: Final = 50
MOST_AGAIN: Final = 500
"""Captures that one press tries again; what is beyond them is left for the next press."""

CAPTURED: Final = [outcome for outcome in Outcome if outcome.is_captured]
WAITING: Final = (Job.State.QUEUED, Job.State.RUNNING)
GIVEN_UP: Final = (Job.State.DEAD, Job.State.QUARANTINED)


@dataclass(frozen=True)
class LaneState:
    """One lane: jobs waiting and running, since when the oldest is due, and who stopped it."""

    lane: Lane
    queued: int
    running: int
    oldest: datetime | None
    pause: LanePause | None


@dataclass(frozen=True)
class Failures:
    """Captures of the last week that ended one way, or at one host; ``of`` is the largest such number."""

    code: str
    words: StrOrPromise
    count: int
    sources: int
    of: int


@dataclass(frozen=True)
class GivenUp:
    """A job nobody does any more, with the capture it was for, if it was for one."""

    job: Job
    capture: Capture | None
    words: StrOrPromise


def shown_jobs(user: User) -> QuerySet[Job]:
    """Jobs this reader may know of: those for captures of sources shown to them, and those of the clock."""
    is_capture = Q(kind__startswith="capture.", key__regex=r"^[0-9a-f-]{36}$")
    shown = Capture.objects.filter(pk=OuterRef("capture_key"), source__in=sources_shown_to(user))
    rows = Job.objects.annotate(capture_key=Case(When(is_capture, then=Cast("key", UUIDField()))))
    own = Q(requested_by=user) | Q(requested_by=None)
    return rows.filter(Q(Exists(shown)) | (Q(capture_key=None) & own))


def lanes(user: User) -> list[LaneState]:
    """Every lane, in the order of a capture's way."""
    counted = shown_jobs(user).filter(state__in=WAITING).order_by().values("lane", "state")
    rows = counted.annotate(n=Count("pk"), due=Min("due_at"))
    found = {(row["lane"], row["state"]): (row["n"], row["due"]) for row in rows}
    pauses = {pause.lane: pause for pause in LanePause.objects.select_related("paused_by")}
    states = []
    for lane in Lane:
        queued, oldest = found.get((lane, Job.State.QUEUED), (0, None))
        running, _since = found.get((lane, Job.State.RUNNING), (0, None))
        states.append(LaneState(lane, queued, running, oldest, pauses.get(lane)))
    return states


def failures_by_cause(user: User) -> list[Failures]:
    """How captures of the last week failed, the commonest first."""
    rows = _failed(user).values("outcome").annotate(n=Count("pk"), s=Count("source", distinct=True)).order_by("-n")
    return _failures((row["outcome"], Outcome(row["outcome"]).label, row["n"], row["s"]) for row in rows[:MOST_CAUSES])


def failures_by_host(user: User) -> list[Failures]:
    """At which hosts captures of the last week failed, the commonest first."""
    rows = _failed(user).exclude(source__host="").values("source__host")
    counted = rows.annotate(n=Count("pk"), s=Count("source", distinct=True)).order_by("-n", "source__host")
    told = ((row["source__host"], row["source__host"], row["n"], row["s"]) for row in counted[:MOST_HOSTS])
    return _failures(told)


def given_up(user: User) -> list[GivenUp]:
    """What nobody does any more, in quarantine first, the newest first."""
    rows = list(shown_jobs(user).filter(state__in=GIVEN_UP).order_by("-state", "-finished_at")[:MOST_JOBS])
    keys = [row.capture_key for row in rows if row.capture_key]  # type: ignore[attr-defined]  # annotated
    captures = Capture.objects.filter(pk__in=keys).select_related("source").defer("text", "reading", "hops", "links")
    held = {str(capture.pk): capture for capture in captures}
    return [GivenUp(row, held.get(row.key), _error(row.last_error)) for row in rows]


def resting_hosts(user: User) -> list[HostTurn]:
    """Hosts that asked for a pause, where the reader sees a source of theirs."""
    hosts = sources_shown_to(user).exclude(host="").values("host")
    asked = HostTurn.objects.filter(next_at__gt=Now(), host__in=hosts).exclude(because="")
    return list(asked.order_by("next_at")[:MOST_HOSTS])


def newest_checks() -> list[IntegrityRun]:
    """The newest checks of everything that is kept."""
    return list(IntegrityRun.objects.order_by("-started_at")[:3])


def newest_stamp() -> TimeStamp | None:
    """The newest time-stamp over manifests."""
    return TimeStamp.objects.defer("token").order_by("-stamped_at").first()


def ask_for_check(*, by: User) -> Job:
    """Have everything that is kept checked now. One that waits or runs already is the one."""
    require(by, "operations.run")
    under_way = Job.objects.filter(kind="evidence.verify", state__in=WAITING).first()
    if under_way is not None:
        return under_way
    with audit.recording():
        asked = Job.objects.filter(kind="evidence.verify").count()
        job = jobs.enqueue("evidence.verify", f"asked {asked + 1} by {by.pk}", by=by)
        audit.record("evidence.check_asked", subject=job, by=by)
    return job


def retry_given_up(*, job: Job, by: User) -> None:
    """Give one dead job new attempts, or let it out of quarantine."""
    require(by, "operations.run")
    if job.state == Job.State.QUARANTINED:
        jobs.release(job, by=by)
    else:
        jobs.retry(job, by=by)


def retry_all_given_up(*, by: User) -> int:
    """Give every dead job the person may know of new attempts; how many. What is in quarantine stays there."""
    require(by, "operations.run")
    keys = list(shown_jobs(by).filter(state=Job.State.DEAD).values_list("pk", flat=True)[:MOST_AGAIN])
    return jobs.retry_all(Job.objects.filter(pk__in=keys), by=by)


def capture_all_again(*, outcome: str, by: User) -> int:
    """Visit again all sources whose newest capture ended this way in the last week, behind whatever people wait for.

    How many visits were asked for, ``MOST_AGAIN`` at most. Raises Refused for what is no outcome of a failure.
    """
    require(by, "operations.run")
    if outcome not in Outcome.values or outcome in CAPTURED:
        raise Refused(_("Choose how the captures failed."))
    newest = Capture.objects.filter(source=OuterRef("pk")).order_by("-number")
    failed = sources_shown_to(by).exclude(submitted_address="").filter(visit_policy=VisitPolicy.PUBLIC_LINK)
    failed = failed.annotate(
        ended=Subquery(newest.values("outcome")[:1]), ended_at=Subquery(newest.values("finished_at")[:1])
    )
    again: QuerySet[Source] = failed.filter(ended=outcome, ended_at__gte=Now() - SPAN).order_by("created_at")
    chosen = list(again[:MOST_AGAIN])
    for source in chosen:
        intake.capture_again(source=source, by=by, cause=Cause.BULK)
    return len(chosen)


def _failed(user: User) -> QuerySet[Capture]:
    ended = Capture.objects.filter(source__in=sources_shown_to(user), finished_at__gte=Now() - SPAN)
    return ended.filter(obtained=Obtained.FETCHED).exclude(outcome__in=CAPTURED).order_by()


def _failures(rows: Iterable[tuple[str, StrOrPromise, int, int]]) -> list[Failures]:
    told = list(rows)
    most = max((count for _code, _words, count, _sources in told), default=0)
    return [Failures(code, words, count, sources, most) for code, words, count, sources in told]


def _error(text: str) -> StrOrPromise:
    """What a job says of its end: a sentence as it stands, a code as its outcome's label."""
    return Outcome(text).label if text in Outcome.values else text
