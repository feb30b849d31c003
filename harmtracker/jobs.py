"""The work ledger: asking for work, taking it, and saying what came of it.

A Job row is written in the same transaction as its cause, with a NOTIFY; the ``relay`` process turns rows into Celery
wake-ups. No request ever talks to the broker, so a dead or frozen broker cannot delay or lose a save.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now

from harmtracker.models import Job, JobStep, User

# Kind of job -> the Celery task that does it. The queue follows from the task's name (settings).
TASKS: dict[str, str] = {
    "capture.run": "sources.capture",
    "capture.sealed": "claims.capture_sealed",
}

_running: ContextVar[bool] = ContextVar("inside_a_job", default=False)


def enqueue(
    kind: str,
    key: str,
    *,
    payload: dict[str, Any] | None = None,
    by: User | None = None,
    delay: timedelta | None = None,
) -> Job:
    """Ask for work inside the caller's transaction. Asking twice for the same (kind, key) gives the same row."""
    if kind not in TASKS:
        raise KeyError(kind)
    with transaction.atomic():
        job, made = Job.objects.get_or_create(
            kind=kind,
            key=key,
            defaults={"payload": payload or {}, "requested_by": by, "due_at": Now() + (delay or timedelta())},
        )
        if made:
            _notify(job)
    return job


def retry(job: Job, *, by: User) -> None:
    """Give a dead job a fresh set of attempts, at a person's wish."""
    with transaction.atomic():
        Job.objects.filter(pk=job.pk, state=Job.State.DEAD).update(
            state=Job.State.QUEUED, attempts=0, due_at=Now(), finished_at=None, requested_by=by
        )
        _notify(job)


def claim(job_id: uuid.UUID | str) -> Job | None:
    """Take a job for this worker, counting the attempt; None when it is not due, taken, done or dead.

    One conditional UPDATE on the database's clock: two workers woken for the same job cannot both get it, and a job
    whose worker died is taken again once its lease has run out. A job with no attempts left is marked dead.
    """
    free = Q(state=Job.State.QUEUED, due_at__lte=Now()) | Q(state=Job.State.RUNNING, lease_until__lt=Now())
    lease = Now() + timedelta(seconds=settings.JOB_LEASE_SECONDS)
    taken = Job.objects.filter(free, pk=job_id, attempts__lt=F("max_attempts")).update(
        state=Job.State.RUNNING, attempts=F("attempts") + 1, lease_until=lease
    )
    if taken:
        return Job.objects.get(pk=job_id)
    Job.objects.filter(free, pk=job_id, attempts__gte=F("max_attempts")).update(
        state=Job.State.DEAD, lease_until=None, finished_at=Now(), last_error="worker.lost"
    )
    return None


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


def _held(job: Job) -> QuerySet[Job]:
    return Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, attempts=job.attempts)


def due(limit: int = 100) -> list[Job]:
    """Jobs nobody is working on: queued and due, or running with a lease that ran out."""
    return list(
        Job.objects.filter(
            Q(state=Job.State.QUEUED, due_at__lte=Now()) | Q(state=Job.State.RUNNING, lease_until__lt=Now())
        ).order_by("due_at")[:limit]
    )


def wake(job: Job) -> None:
    """Tell Celery that there is work. Raises kombu's OperationalError when the broker cannot be reached."""
    from harmtracker.celery import app

    app.send_task(TASKS[job.kind], args=[str(job.pk)], retry=False, ignore_result=True)


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


def _notify(job: Job) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify('jobs', %s)", [str(job.pk)])
