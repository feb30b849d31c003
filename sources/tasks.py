"""What the worker does for sources, one function for each kind of work (harmtracker/jobs.py has the table)."""

from datetime import timedelta

from harmtracker import jobs, presence, turns
from harmtracker.models import Job
from sources import bulk, recheck
from sources.capture import rendering, storing, visiting
from sources.copies.suggest import look_for_copies
from sources.evidence.stamping import stamp_batch
from sources.evidence.verifying import run_check
from sources.models import Capture

A_WEEK = timedelta(days=7)


def fetch(job: Job) -> None:
    """Visit the link of a capture and seal what came."""
    visiting.visit(job)


def render(job: Job) -> None:
    """Have a browser load the page of a capture once more."""
    rendering.render_page(job)


def read(job: Job) -> None:
    """Read the sealed bytes of a capture and store its outcome."""
    storing.read(job)


def compare(job: Job) -> None:
    """Look for what the words of a capture are a copy of, and what is a copy of them."""
    look_for_copies(Capture.objects.select_related("source").get(pk=job.key))


def hand_in_links(job: Job) -> None:
    """Take the next of many links that a person handed in at once."""
    bulk.take_next(job)


def visit_due(job: Job) -> None:
    """Ask for the visits on the schedule that have come due."""
    recheck.visit_due()


def stamp(job: Job) -> None:
    """Have new manifests stamped with the time, if an authority is set."""
    stamp_batch()


def verify(job: Job) -> None:
    """Check everything that is kept against its hashes."""
    run_check(job.requested_by)


def forget(job: Job) -> None:
    """Drop what need not be remembered: rows of the clock, hosts nobody waits for, forms long closed."""
    jobs.forget(A_WEEK)
    turns.forget_hosts()
    presence.forget()
