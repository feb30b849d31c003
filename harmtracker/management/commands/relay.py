"""Turns rows of the work ledger into Celery wake-ups, so that no request ever waits for the broker."""

import logging
import signal
import sys
import time
from typing import Any

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, connections
from kombu.exceptions import OperationalError as BrokerError
from psycopg import Error as PostgresError

from harmtracker import jobs
from harmtracker.models import Job

logger = logging.getLogger("harmtracker.relay")

IDLE_SECONDS = 2.0
# A job woken but not yet taken (all workers busy) is not woken again sooner than this.
WAKE_AGAIN_SECONDS = 30.0


class Command(BaseCommand):
    """LISTENs for new jobs on a connection of its own; when idle it sweeps for those nobody was told about.

    Needs a direct connection: a transaction pooler does not pass notifications on.
    """

    help = "Wake workers for the jobs in the ledger."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        try:
            Relay().run()
        except KeyboardInterrupt:
            sys.exit(130)


class Relay:
    """Each trouble is logged once when it comes and once when it goes; nothing is lost meanwhile."""

    def __init__(self) -> None:
        self._woken: dict[str, float] = {}
        self._trouble = ""

    def run(self) -> None:
        """Work until the process is told to end."""
        while True:
            try:
                self._listen()
            except (OperationalError, InterfaceError, PostgresError) as error:
                self._in_trouble("database", error)
                connections.close_all()
                time.sleep(1)

    def _listen(self) -> None:
        listener = connections.create_connection("default")
        listener.ensure_connection()
        try:
            listener.connection.execute("LISTEN jobs")
            logger.info("relay is listening")
            self._well_again("database")
            self.sweep()
            while True:
                heard = [note.payload for note in listener.connection.notifies(timeout=IDLE_SECONDS, stop_after=1)]
                if heard:
                    self.wake(list(Job.objects.filter(pk__in=heard)))
                else:
                    self.sweep()
        finally:
            listener.close()

    def sweep(self) -> None:
        """Wake what is due and was not told of lately: missed notices, delayed retries, jobs of dead workers."""
        now = time.monotonic()
        self._woken = {key: at for key, at in self._woken.items() if now - at < WAKE_AGAIN_SECONDS}
        self.wake([job for job in jobs.due(100) if _attempt(job) not in self._woken])

    def wake(self, due: list[Job]) -> None:
        """Send one wake-up for each; with the broker down they stay in the ledger for the next sweep."""
        for job in due:
            try:
                jobs.wake(job)
            except BrokerError as error:
                self._in_trouble("broker", error)
                return
            self._woken[_attempt(job)] = time.monotonic()
            self._well_again("broker")

    def _in_trouble(self, part: str, error: Exception) -> None:
        if self._trouble != part:
            logger.error("the %s does not answer; the ledger keeps the work: %s", part, error)
        self._trouble = part

    def _well_again(self, part: str) -> None:
        if self._trouble == part:
            logger.warning("the %s answers again", part)
            self._trouble = ""


def _attempt(job: Job) -> str:
    return f"{job.pk}/{job.attempts}"
