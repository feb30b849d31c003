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

from harmtracker import turns, wake_ups
from harmtracker.models import Lane

logger = logging.getLogger("harmtracker.relay")

SWEEP_SECONDS = 1.0


class Command(BaseCommand):
    """LISTENs for new work on a connection of its own, and sweeps for what nobody was told about.

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
            swept_at = self.sweep()
            while True:
                left = swept_at + SWEEP_SECONDS - time.monotonic()
                # Everything heard so far in one go: many jobs of one lane are one reason to wake it.
                heard = {note.payload for note in listener.connection.notifies(timeout=max(left, 0), stop_after=1)}
                self.wake(dict.fromkeys(heard & set(Lane.values), 1))
                if time.monotonic() >= swept_at + SWEEP_SECONDS:
                    swept_at = self.sweep()
        finally:
            listener.close()

    def sweep(self) -> float:
        """Wake lanes with work: missed notices, delayed retries, hosts whose turn came, jobs of dead workers.

        When it was done, on the monotonic clock.
        """
        turns.count_deaths()
        self.wake(turns.lanes_with_work())
        return time.monotonic()

    def wake(self, lanes: dict[str, int]) -> None:
        """Wake each lane for so many jobs; with the broker down they stay in the ledger for the next sweep."""
        for lane, count in lanes.items():
            try:
                wake_ups.send(lane, count)
            except BrokerError as error:
                self._in_trouble("broker", error)
                return
            self._well_again("broker")

    def _in_trouble(self, part: str, error: Exception) -> None:
        if self._trouble != part:
            logger.error("the %s does not answer; the ledger keeps the work: %s", part, error)
        self._trouble = part

    def _well_again(self, part: str) -> None:
        if self._trouble == part:
            logger.warning("the %s answers again", part)
            self._trouble = ""
