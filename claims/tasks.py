"""What the worker does for claims, one function for each kind of work (harmtracker/jobs.py has the table)."""

from claims.quote_checks import check_quotations
from claims.rechecks import released_sources
from harmtracker.models import Job
from sources import recheck
from sources.models import Capture


def capture_sealed(job: Job) -> None:
    """A capture was stored: look for the quotations from its source again."""
    check_quotations(Capture.objects.select_related("source").get(pk=job.key))


def hasten_visits(job: Job) -> None:
    """See that what partners rely on is looked at often enough."""
    recheck.hasten(released_sources())
