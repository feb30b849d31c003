"""The work ledger: asking for work, doing it, and saying what came of it. Whose turn it is: harmtracker/turns.py.

A Job row is written in the same transaction as its cause, with a NOTIFY; the ``relay`` process turns rows into Celery
wake-ups. No request ever talks to the broker, so a dead or frozen broker cannot delay or lose a save. A wake-up says
only that a lane has work; which job is done next is decided in the database.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from harmtracker import audit
from harmtracker.errors import Refused
from harmtracker.models import Job, JobStep, Lane, Priority, User
from harmtracker.permissions import require
from harmtracker.turns import claim_next


@dataclass(frozen=True)
class Kind:
    """A kind of work: the lane it waits in, the function that does it, and how often it is tried.

    The function takes the Job and may run twice for one job. It is named, not imported: the apps stand on this one.
    """

    lane: Lane
    function: str
    attempts: int = 3


KINDS: Final[dict[str, Kind]] = {
    "capture.fetch": Kind(Lane.FETCH, "sources.tasks.fetch"),
    "capture.render": Kind(Lane.FETCH, "sources.tasks.render"),
    "capture.read": Kind(Lane.PARSE, "sources.tasks.read"),
    "capture.compared": Kind(Lane.CLAIMS, "sources.tasks.compare"),
    "capture.sealed": Kind(Lane.CLAIMS, "claims.tasks.capture_sealed"),
    "copy.confirmed": Kind(Lane.CLAIMS, "claims.tasks.copy_confirmed"),
    "links.hand_in": Kind(Lane.UPKEEP, "sources.tasks.hand_in_links"),
    "recheck.sweep": Kind(Lane.UPKEEP, "sources.tasks.visit_due"),
    "recheck.hasten": Kind(Lane.CLAIMS, "claims.tasks.hasten_visits"),
    "embargoes.ended": Kind(Lane.CLAIMS, "claims.tasks.end_embargoes"),
    "documents.write_out": Kind(Lane.CLAIMS, "claims.tasks.write_out", attempts=1),
    "news.mail": Kind(Lane.CLAIMS, "claims.tasks.mail_news"),
    "dumps.make": Kind(Lane.UPKEEP, "claims.tasks.dump"),
    "dumps.package": Kind(Lane.UPKEEP, "claims.tasks.package"),
    "dumps.mend": Kind(Lane.CLAIMS, "claims.tasks.mend_dumps"),
    "evidence.stamp": Kind(Lane.UPKEEP, "sources.tasks.stamp"),
    "evidence.verify": Kind(Lane.UPKEEP, "sources.tasks.verify", attempts=1),
    "jobs.forget": Kind(Lane.UPKEEP, "sources.tasks.forget"),
    "webhooks.note": Kind(Lane.CLAIMS, "claims.tasks.note_changes"),
    "webhooks.send": Kind(Lane.WEBHOOKS, "claims.tasks.send_webhooks"),
}
# What these were done for stands on pages of the record, so they are never forgotten.
OF_RECORDS: Final = ("capture.", "copy.", "links.")

# One wake-up does several jobs, yet ends soon: other lanes may wait for the same process.
JOBS_PER_WAKE_UP: Final = 20
SECONDS_PER_WAKE_UP: Final = 2.0
AFTER_A_FAULT: Final = timedelta(minutes=1)
FAULT: Final = _("The program itself failed at this. Its log says where; tell whoever runs this installation.")

_running: ContextVar[bool] = ContextVar("inside_a_job", default=False)


class TryAgain(Exception):
    """The work cannot be done now. ``sentence`` says why, for a person; it is tried again after ``wait``."""

    def __init__(self, sentence: object, wait: timedelta) -> None:
        super().__init__(str(sentence))
        self.sentence = str(sentence)
        self.wait = wait


def enqueue(
    kind: str,
    key: str,
    *,
    payload: dict[str, Any] | None = None,
    by: User | None = None,
    delay: timedelta | None = None,
    lane: Lane | None = None,
    priority: Priority = Priority.PERSON,
    host: str = "",
) -> Job:
    """Ask for work inside the caller's transaction. Asking twice for the same (kind, key) gives the same row.

    ``lane`` is that of the kind unless given; ``host`` is the host whose turn the job takes, if it takes one.
    """
    told = KINDS[kind]
    with transaction.atomic():
        job, made = Job.objects.get_or_create(
            kind=kind,
            key=key,
            defaults={
                "lane": lane or told.lane,
                "priority": priority,
                "host": host,
                "max_attempts": told.attempts,
                "payload": payload or {},
                "requested_by": by,
                "due_at": Now() + (delay or timedelta()),
            },
        )
        if made:
            ring(job.lane)
    return job


def ring(lane: str) -> None:
    """Tell the relay, once this transaction is committed, that a lane has work."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify('jobs', %s)", [str(lane)])


def retry(job: Job, *, by: User) -> None:
    """Give a dead job a fresh set of attempts, at a person's wish. One in quarantine stays there: see release."""
    retry_all(Job.objects.filter(pk=job.pk), by=by, priority=Priority.PERSON)


def retry_all(rows: QuerySet[Job], *, by: User, priority: Priority = Priority.BULK) -> int:
    """Give those of ``rows`` that are dead a fresh set of attempts; how many there were."""
    with transaction.atomic():
        dead = list(rows.filter(state=Job.State.DEAD).select_for_update().values_list("pk", "lane"))
        Job.objects.filter(pk__in=[key for key, _lane in dead]).update(
            state=Job.State.QUEUED,
            attempts=0,
            deaths=0,
            due_at=Now(),
            finished_at=None,
            requested_by=by,
            priority=priority,
        )
        for lane in {lane for _key, lane in dead}:
            ring(lane)
    return len(dead)


def release(job: Job, *, by: User) -> None:
    """Let a job out of quarantine: a person looked at it. Raises Refused when it is not there, or no longer."""
    require(by, "operations.run")
    with audit.recording():
        freed = Job.objects.filter(pk=job.pk, state=Job.State.QUARANTINED).update(
            state=Job.State.QUEUED, attempts=0, deaths=0, due_at=Now(), finished_at=None
        )
        if not freed:
            raise Refused(_("This work is not in quarantine any more."))
        audit.record("job.released", subject=job, by=by, changes={"work": [None, f"{job.kind} {job.key}"]})
        ring(job.lane)


def step(job: Job, name: str, detail: str = "") -> None:
    """Record that the job reached a step (``fetching``, ``reading``), with a few words for the page."""
    JobStep.objects.create(job=job, name=name, detail=detail[:200])


def finish(job: Job) -> None:
    """The work is done. A worker that outlived its lease ends nothing: the job belongs to whoever took it next."""
    _held(job).update(state=Job.State.DONE, lease_until=None, finished_at=Now(), last_error="")


def fail(job: Job, error: str, *, retry_in: timedelta | None = None) -> None:
    """The attempt failed: run again after ``retry_in`` while attempts are left, else the job is dead."""
    again = retry_in is not None and job.attempts < job.max_attempts
    _held(job).update(
        state=Job.State.QUEUED if again else Job.State.DEAD,
        lease_until=None,
        last_error=error[:2000],
        due_at=Now() + (retry_in or timedelta()),
        finished_at=None if again else Now(),
    )


def go_on(job: Job, payload: dict[str, Any], *, is_done: bool) -> None:
    """Part of the work is done, and ``payload`` says so. Unless it was the last part it waits for its next turn."""
    with transaction.atomic():
        if is_done:
            _held(job).update(payload=payload)
        elif _held(job).update(
            state=Job.State.QUEUED, attempts=0, lease_until=None, payload=payload, due_at=Now(), last_error=""
        ):
            ring(job.lane)


def _held(job: Job) -> QuerySet[Job]:
    """The row, as long as it is this very attempt's: its beginning tells attempts apart, their number starts anew."""
    return Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, started_at=job.started_at)


def do(job: Job) -> None:
    """Do a claimed job and put down how it ended. What is no error of this list is ours: kept, retried and raised."""
    try:
        with running():
            import_string(KINDS[job.kind].function)(job)
    except TryAgain as again:
        fail(job, again.sentence, retry_in=again.wait)
    except Refused as refused:
        fail(job, str(refused.message))
    except Exception:  # whatever it is: the ledger has to say that the attempt failed before the error goes on
        fail(job, str(FAULT), retry_in=AFTER_A_FAULT)
        raise
    else:
        finish(job)


def work(lane: str, *, most: int = JOBS_PER_WAKE_UP) -> bool:
    """Do jobs of a lane, one after the other, as their turn comes; whether there may be more.

    Ends when there is nothing to take, after ``most`` jobs, or when no other shall be begun for lack of time.
    """
    until = time.monotonic() + SECONDS_PER_WAKE_UP
    for number in range(most):
        if number and time.monotonic() > until:
            return True
        job = claim_next(lane)
        if job is None:
            return False
        do(job)
    return True


def forget(age: timedelta) -> int:
    """Drop done jobs that came round by the clock and are older than ``age``; how many. Those of people stay."""
    kinds = [kind for kind in KINDS if not kind.startswith(OF_RECORDS)]
    gone, _per_table = Job.objects.filter(
        requested_by=None, state=Job.State.DONE, finished_at__lt=Now() - age, steps=None, kind__in=kinds
    ).delete()
    return gone


@contextmanager
def running() -> Iterator[None]:
    """Marks the code inside as background work: it can set no finding, release nothing and change no marking."""
    token = _running.set(True)
    try:
        yield
    finally:
        _running.reset(token)


def in_background() -> bool:
    """True inside ``running()``. Actions that only people may take refuse then; database triggers do so as well."""
    return _running.get()
