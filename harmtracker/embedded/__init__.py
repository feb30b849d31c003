"""A real PostgreSQL and a real Valkey that start with the program and stop with its last user."""

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from harmtracker.embedded import postgres, valkey
from harmtracker.embedded.account import server_account
from harmtracker.embedded.locks import Seat, alone
from harmtracker.embedded.paths import SYSTEM_FOLDER, EmbeddedError, Place, make_folder, place

__all__ = ["EmbeddedError", "Place", "Servers", "place", "running"]


class Servers:
    """One user's hold on the servers of a place.

    `start` may be called by any number of processes, also while they run and after a kill -9 of either server;
    the last holder to `stop` stops them. A holder that was killed leaves them running, and the next one finds them.
    """

    def __init__(
        self, at: Place, *, database: bool = True, broker: bool = True, options: Mapping[str, str] | None = None
    ) -> None:
        self.place = at
        self._database = database
        self._broker = broker
        self._options = dict(options or {})
        self._seat: Seat | None = None

    def start(self) -> None:
        """Start what does not run. Raises EmbeddedError with words for the person at the keyboard."""
        account = server_account()
        self._make_base()
        with alone(self.place.base / "start.lock"):
            # Alone: between making a folder and handing it over it belongs to nobody another start would accept.
            for folder in (self.place.servers, self.place.run):
                make_folder(folder, mode=0o700, owner=(account.uid, account.gid))
            self._seat = self._seat or Seat(self.place.base / "users.lock")
            if self._database:
                postgres.start(self.place, account, self._options)
            if self._broker:
                valkey.start(self.place, account)

    def listen(self) -> bool:
        """Whether the servers we hold are up."""
        database = not self._database or postgres.listens(self.place)
        return database and (not self._broker or valkey.answers(self.place))

    def stop(self, *, patience: float = 0.0) -> None:
        """Leave; stops the servers if nobody else uses them, or within `patience` seconds no longer does."""
        if self._seat is None:
            return
        until = time.monotonic() + patience
        while not self._leave(wait_for_others=time.monotonic() < until):
            time.sleep(0.05)

    def _leave(self, *, wait_for_others: bool) -> bool:
        """Give up our hold, stopping the servers with the last one; False if others are left and we wait for them."""
        if self._seat is None:
            return True
        with alone(self.place.base / "start.lock"):
            if self._seat.is_last():
                valkey.stop(self.place)
                postgres.stop(self.place, server_account())
            elif wait_for_others:
                return False
            self._seat.leave()
        self._seat = None
        return True

    def _make_base(self) -> None:
        base = self.place.base
        if base.is_relative_to(SYSTEM_FOLDER):
            make_folder(SYSTEM_FOLDER)
        elif base.parent.name == ".local":
            make_folder(base.parent)
        make_folder(base)


@contextmanager
def running(at: Place, *, options: Mapping[str, str] | None = None) -> Iterator[Servers]:
    """Hold the servers of a place that the environment does not name: DATABASE_URL and REDIS_URL win over ours."""
    servers = Servers(
        at,
        database=not os.environ.get("DATABASE_URL"),
        broker=not os.environ.get("REDIS_URL"),
        options=options,
    )
    servers.start()
    try:
        yield servers
    finally:
        servers.stop()
