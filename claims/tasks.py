"""What the worker does for claims, one function for each kind of work (harmtracker/jobs.py has the table)."""

from claims.alarms import after_capture, after_copy_decided
from claims.api import dumps
from claims.api.ready import keep_ready, readers_of_dumps
from claims.models import DumpSegment
from claims.news_mail import send_news
from claims.rechecks import released_sources
from claims.release.embargoes import note_ended
from claims.webhooks import noting, sending
from harmtracker import jobs
from harmtracker.models import Job
from sources import recheck
from sources.models import Capture, Copy


def capture_sealed(job: Job) -> None:
    """A capture was stored: look for the quotations from its source again, and tell whom it concerns."""
    after_capture(Capture.objects.select_related("source").get(pk=job.key))


def copy_confirmed(job: Job) -> None:
    """An editor confirmed a copy (the key: it and its version): look for the quotations of each source in the other."""
    copy, _version = job.key.split()
    after_copy_decided(Copy.objects.get(pk=copy))


def hasten_visits(job: Job) -> None:
    """See that what partners rely on is looked at often enough."""
    recheck.hasten(released_sources())


def mail_news(job: Job) -> None:
    """Send news to those who asked for it by mail and have not read it."""
    send_news()


def end_embargoes(job: Job) -> None:
    """Tell the stream of changes which embargoes have ended."""
    note_ended()


def write_out(job: Job) -> None:
    """Write out what partners read, so that none of them waits for it."""
    keep_ready()


def dump(job: Job) -> None:
    """Write everything partners read into files they can fetch and check offline: each ceiling in a job of its own.

    All of them in one might take longer than a job of this lane may.
    """
    for reader in readers_of_dumps():
        if "ceiling" not in job.payload:
            jobs.enqueue(job.kind, f"{job.key} {reader.ceiling}", payload={"ceiling": reader.ceiling})
        elif job.payload["ceiling"] == reader.ceiling:
            dumps.make_newest(reader)


def package(job: Job) -> None:
    """Make the Data Package of a dump anew (the key: of the file it replaces)."""
    dumps.make_package_anew(DumpSegment.objects.get(pk=job.key))


def mend_dumps(job: Job) -> None:
    """Make the files anew from which something had to be taken out."""
    dumps.mend()


def note_changes(job: Job) -> None:
    """Make messages to partners of what changed."""
    noting.note_changes()


def send_webhooks(job: Job) -> None:
    """Send what waits for one endpoint of a partner."""
    sending.send_waiting(job)
