"""What the worker does for sources. A task takes a job's id, loads, calls one function and returns."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task

from harmtracker import jobs
from harmtracker.errors import Refused
from sources.capture import pipeline


@shared_task(name="sources.capture")
def capture(job_id: str) -> None:
    """Do one capture. May run twice: the job is claimed, and the outcome stored, once."""
    job = jobs.claim(job_id)
    if job is None:
        return
    try:
        with jobs.running():
            pipeline.run(job)
    except pipeline.TryAgain as again:
        jobs.fail(job, str(again.outcome.sentence), retry_in=timedelta(seconds=again.seconds))
    except Refused as refused:
        jobs.fail(job, str(refused.message))
    else:
        jobs.finish(job)
