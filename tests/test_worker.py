"""A real worker does what the ledger says, and a dead worker's job is not lost."""

import time
from datetime import timedelta

from django.db.models.functions import Now

from harmtracker import jobs
from harmtracker.models import Job


def attempts_of(job: Job, *, more_than: int, seconds: float = 15) -> int:
    """How often the job was tried, once a worker has taken it again."""
    until = time.monotonic() + seconds
    while job.attempts <= more_than and time.monotonic() < until:
        time.sleep(0.05)
        job.refresh_from_db()
    return job.attempts


def test_a_job_saved_here_is_taken_by_a_worker_there(worker) -> None:
    job = jobs.enqueue("capture.run", "00000000-0000-7000-8000-000000000000")
    assert attempts_of(job, more_than=0) == 1, worker.log("worker") + worker.log("relay")
    jobs.finish(job)  # there is no such capture, so the worker did not; nobody shall wait for it


def test_a_job_whose_worker_died_is_taken_again_when_its_lease_has_run_out(worker) -> None:
    # What a worker killed in the middle leaves behind: a running row whose lease nobody renews.
    lost = Job.objects.create(
        kind="capture.run",
        key="00000000-0000-7000-8000-000000000001",
        state=Job.State.RUNNING,
        attempts=1,
        due_at=Now(),
        lease_until=Now() + timedelta(seconds=1),
    )
    assert attempts_of(lost, more_than=1) == 2, worker.log("relay")
    jobs.finish(lost)
