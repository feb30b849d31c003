"""Work that comes round by the clock: one job for each kind and slot of time, however often it is asked for."""

from datetime import timedelta
from typing import Final

from django.db import connection, transaction

from harmtracker import jobs
from harmtracker.models import Job

LOCK: Final = 4717  # beside 4716 (turns)

EVERY: Final[dict[str, timedelta]] = {
    "recheck.sweep": timedelta(minutes=1),
    "recheck.hasten": timedelta(hours=1),
    "evidence.stamp": timedelta(hours=1),
    "evidence.verify": timedelta(days=1),
    "jobs.forget": timedelta(days=1),
    "embargoes.ended": timedelta(minutes=1),
    "news.mail": timedelta(minutes=10),
    "documents.write_out": timedelta(minutes=5),
    "dumps.make": timedelta(days=1),
    "dumps.mend": timedelta(minutes=1),
    "webhooks.note": timedelta(minutes=1),
}
"""How long a slot of each kind is. Beat asks once a minute, so a beat that was away misses no slot for long."""


def fall_due(kind: str) -> Job | None:
    """Ask for the job of this slot; None while an earlier one of the kind still waits or runs. Raises KeyError."""
    every = EVERY[kind]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, list(EVERY).index(kind)])
        if Job.objects.filter(kind=kind, state__in=[Job.State.QUEUED, Job.State.RUNNING]).exists():
            return None
        cursor.execute(
            "SELECT to_char(date_bin(make_interval(secs => %s), statement_timestamp(), 'epoch') AT TIME ZONE 'UTC',"
            " 'YYYY-MM-DD\"T\"HH24:MI')",
            [every.total_seconds()],
        )
        return jobs.enqueue(kind, cursor.fetchone()[0])
