"""What the worker does for claims. A task takes a job's id, loads, calls one function and returns."""

from celery import shared_task

from claims.quote_checks import check_quotations
from harmtracker import jobs
from sources.models import Capture


@shared_task(name="claims.capture_sealed")
def capture_sealed(job_id: str) -> None:
    """A capture was sealed: look for the quotations from its source again. May run twice."""
    job = jobs.claim(job_id)
    if job is None:
        return
    with jobs.running():
        check_quotations(Capture.objects.select_related("source").get(pk=job.key))
    jobs.finish(job)
