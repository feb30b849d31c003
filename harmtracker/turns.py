"""Whose turn it is: people before scheduled visits before many at once, people in turns, no host hurried.

All on the database's clock. Claims of lanes that share their places are made one after the other, so that what is
counted before a job is taken still holds when it is.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from harmtracker import audit
from harmtracker.errors import Refused
from harmtracker.models import HostTurn, Job, Lane, LanePause, Priority, User
from harmtracker.permissions import require

LOCK: Final = 4716  # beside 4711 (audit chain) to 4715 (handing in)
LOST: Final = "worker.lost"
LONGEST_REASON: Final = 300
DEATHS_BEFORE_QUARANTINE: Final = 2

SLOWEST_PACE: Final = 60
"""Seconds between two visits that a site may ask for; with a longer pause a page would never be visited again."""

VISITS: Final = (Lane.FETCH, Lane.RECHECK)


def claim_next(lane: str) -> Job | None:
    """Take the job of this lane whose turn it is, counting the attempt; None when there is none to take now.

    A paused lane gives nothing, and neither does a host that is being visited or has asked for a pause. Nobody holds
    all the places of a lane: one stays free for whoever comes next.
    """
    count_deaths()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, Lane.values.index(_together(lane)[0])])
        if LanePause.objects.filter(lane=lane).exists():
            return None
        places = _Places(lane)
        for priority, person in _takers(lane):
            if not places.are_free_for(priority, person):
                continue
            free = _waiting(lane).filter(priority=priority, requested_by=person).exclude(host__in=places.hosts)
            job = free.order_by("due_at", "id").select_for_update(skip_locked=True).first()
            if job is not None:
                return _take(job)
    return None


def count_deaths() -> int:
    """Take running jobs whose lease ran out from the workers that were lost over them; how many there were.

    The job waits again, is dead when its attempts are used up, and goes into quarantine after the second death.
    """
    deadly = Q(deaths__gte=DEATHS_BEFORE_QUARANTINE - 1)
    used_up = Q(attempts__gte=F("max_attempts"))
    return Job.objects.filter(state=Job.State.RUNNING, lease_until__lt=Now()).update(
        state=Case(
            When(deadly, then=Value(Job.State.QUARANTINED)),
            When(used_up, then=Value(Job.State.DEAD)),
            default=Value(Job.State.QUEUED),
        ),
        finished_at=Case(When(deadly | used_up, then=Now()), default=None),
        deaths=F("deaths") + 1,
        lease_until=None,
        last_error=LOST,
    )


def lanes_with_work() -> dict[str, int]:
    """How many jobs of each lane could be taken now, as far as pauses and hosts are concerned."""
    paused = LanePause.objects.filter(lane=OuterRef("lane"))
    ready = Job.objects.filter(state=Job.State.QUEUED, due_at__lte=Now()).exclude(host__in=_hosts_not_free())
    counted = ready.exclude(Exists(paused)).values("lane").annotate(count=Count("pk"))
    return {row["lane"]: row["count"] for row in counted}


def pause_lane(*, lane: str, reason: str, by: User) -> None:
    """Start nothing in this lane until somebody resumes it. Raises Refused without a reason. Twice changes nothing."""
    require(by, "operations.run")
    reason = reason.strip()[:LONGEST_REASON]
    if not reason:
        raise Refused(_("Say why this work shall wait."), field="reason")
    with audit.recording():
        pause, made = LanePause.objects.get_or_create(lane=Lane(lane), defaults={"reason": reason, "paused_by": by})
        if made:
            audit.record("lane.paused", subject=pause, by=by, changes={"lane": [None, lane]}, reason=reason)


def resume_lane(*, lane: str, by: User) -> None:
    """Let a paused lane go on. Doing it twice changes nothing."""
    require(by, "operations.run")
    with audit.recording():
        pause = LanePause.objects.filter(lane=lane).select_for_update().first()
        if pause is None:
            return
        audit.record("lane.resumed", subject=pause, by=by, changes={"lane": [lane, None]})
        pause.delete()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify('jobs', %s)", [lane])


def hold_host(host: str, wait: timedelta, because: str) -> None:
    """Leave a host alone for a while, because it asked for it. A longer pause already set stays as it is."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO harmtracker_hostturn AS held (host, next_at, delay, because)"
            " VALUES (%s, statement_timestamp() + make_interval(secs => %s), 0, %s)"
            " ON CONFLICT (host) DO UPDATE SET next_at = excluded.next_at, because = excluded.because"
            " WHERE held.next_at < excluded.next_at",
            [host, wait.total_seconds(), because],
        )


def set_pace(host: str, seconds: int) -> None:
    """Keep this many seconds between the beginnings of two visits to a host: what its robots.txt asks for."""
    HostTurn.objects.filter(host=host).exclude(delay=seconds).update(delay=seconds)


def forget_hosts() -> int:
    """Drop hosts whose turn came long ago; how many."""
    gone, _per_table = HostTurn.objects.filter(next_at__lt=Now() - timedelta(days=1)).delete()
    return gone


@dataclass(frozen=True)
class Waiting:
    """Why a queued job does not run: jobs ahead of it, a moment it waits for, a host's wish, or a paused lane.

    ``ahead`` are keys of jobs: whoever tells a person how many there are counts those the person may see.
    """

    ahead: tuple[str, ...] = ()
    until: datetime | None = None
    host_because: str = ""
    pause: LanePause | None = None


def why_waiting(job: Job) -> Waiting:
    """What a queued job waits for, for its page."""
    pause = LanePause.objects.filter(lane=job.lane).select_related("paused_by").first()
    if pause is not None:
        return Waiting(pause=pause)
    turn = HostTurn.objects.filter(host=job.host, next_at__gt=Now()).exclude(because="").first() if job.host else None
    if turn is not None and turn.next_at > job.due_at:
        return Waiting(until=turn.next_at, host_because=turn.because)
    if Job.objects.filter(pk=job.pk, due_at__gt=Now()).exists():
        return Waiting(until=job.due_at)
    return Waiting(ahead=keys_ahead_of(job))


# Everyone with a job waiting in a lane, and the order of their turns: by priority; then who has fewest jobs running,
# whose newest began longest ago, and who waits longest. Written as it is because subqueries in a grouping are counted
# for every row: of five thousand it took four seconds.
PEOPLE: Final = """
  SELECT taker.priority, taker.who, row_number() OVER (
    ORDER BY taker.priority, coalesce(running.runs, 0), served.newest NULLS FIRST, taker.since) AS turn
  FROM (
    SELECT priority, requested_by_id AS who, min(due_at) AS since FROM harmtracker_job
    WHERE state = 'queued' AND lane = %(lane)s AND due_at <= statement_timestamp() GROUP BY 1, 2
  ) taker
  LEFT JOIN (
    SELECT requested_by_id AS who, count(*) AS runs FROM harmtracker_job
    WHERE state = 'running' AND lane = %(lane)s GROUP BY 1
  ) running ON running.who = taker.who
  LEFT JOIN LATERAL (
    SELECT started_at AS newest FROM harmtracker_job
    WHERE lane = %(lane)s AND requested_by_id = taker.who AND started_at IS NOT NULL
    ORDER BY started_at DESC LIMIT 1
  ) served ON true
"""
TAKERS: Final = f"WITH people AS MATERIALIZED ({PEOPLE}) SELECT priority, who FROM people ORDER BY turn"  # noqa: S608  # nosec B608
AHEAD: Final = f"""
WITH people AS MATERIALIZED ({PEOPLE}), waiting AS (
  SELECT id, key, priority, requested_by_id AS who,
         row_number() OVER (PARTITION BY priority, requested_by_id ORDER BY due_at, id) AS nth
  FROM harmtracker_job WHERE state = 'queued' AND lane = %(lane)s AND due_at <= statement_timestamp()
), in_order AS (
  SELECT waiting.id, waiting.key, (waiting.priority, waiting.nth, people.turn) AS place
  FROM waiting JOIN people ON people.priority = waiting.priority AND people.who IS NOT DISTINCT FROM waiting.who
)
SELECT key FROM in_order WHERE place < (SELECT place FROM in_order WHERE id = %(job)s)
"""  # noqa: S608  # nosec B608


def keys_ahead_of(job: Job) -> tuple[str, ...]:
    """Keys of the jobs of its lane that are taken before this one, if nothing new comes: in the turns of claim_next."""
    with connection.cursor() as cursor:
        cursor.execute(AHEAD, {"lane": job.lane, "job": job.pk})
        return tuple(key for (key,) in cursor.fetchall())


def _together(lane: str) -> tuple[str, ...]:
    """The lanes that share their places with this one."""
    return VISITS if lane in VISITS else (lane,)


def _waiting(lane: str) -> QuerySet[Job]:
    return Job.objects.filter(state=Job.State.QUEUED, lane=lane, due_at__lte=Now())


def _takers(lane: str) -> list[tuple[int, Any]]:
    """(priority, person) of everyone with a job waiting, in the order of their turns."""
    with connection.cursor() as cursor:
        cursor.execute(TAKERS, {"lane": lane})
        return [(priority, person) for priority, person in cursor.fetchall()]


class _Places:
    """Who holds the places of a lane, and of those it shares them with, and which hosts are not free."""

    def __init__(self, lane: str) -> None:
        together = _together(lane)
        self._places = {
            Lane.FETCH: settings.VISITS_AT_ONCE,
            Lane.PARSE: settings.READS_AT_ONCE,
            Lane.WEBHOOKS: settings.SENDS_AT_ONCE,
        }.get(Lane(together[0]), 0)
        # What began longer ago than a task may take has lost its worker: it holds no place until its lease ends.
        longest = timedelta(seconds=settings.JOB_LIMITS[lane].hard)
        running = Job.objects.filter(state=Job.State.RUNNING, lane__in=together, started_at__gt=Now() - longest)
        held = list(running.values_list("priority", "requested_by"))
        self._taken = len(held)
        self._unhurried = sum(priority != Priority.PERSON for priority, _person in held)
        self._of_person = Counter(person for _priority, person in held)
        self.hosts = list(_hosts_not_free())

    def are_free_for(self, priority: int, person: Any) -> bool:
        """Whether there is a place, and for a single person or for what nobody waits for: one besides the last."""
        if not self._places:
            return True
        most = max(1, self._places - 1)
        if priority != Priority.PERSON and self._unhurried >= most:
            return False
        return self._taken < self._places and self._of_person[person] < most


def _hosts_not_free() -> QuerySet[Job, str]:
    """Hosts under visit now, and those whose next turn lies ahead."""
    visited = Job.objects.filter(state=Job.State.RUNNING, lease_until__gt=Now()).exclude(host="")
    ahead = HostTurn.objects.filter(next_at__gt=Now())
    return visited.order_by().values_list("host", flat=True).union(ahead.values_list("host", flat=True))


def _take(job: Job) -> Job:
    lease = timedelta(seconds=settings.JOB_LIMITS[job.lane].lease)
    Job.objects.filter(pk=job.pk).update(
        state=Job.State.RUNNING, attempts=F("attempts") + 1, started_at=Now(), lease_until=Now() + lease
    )
    if job.host:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO harmtracker_hostturn AS held (host, next_at, delay, because)"
                " VALUES (%(host)s, statement_timestamp() + make_interval(secs => %(pace)s), 0, '')"
                " ON CONFLICT (host) DO UPDATE SET because = '',"
                " next_at = statement_timestamp() + make_interval(secs => greatest(%(pace)s, held.delay))",
                {"host": job.host, "pace": settings.FETCH_HOST_DELAY_SECONDS},
            )
    job.refresh_from_db()
    return job
