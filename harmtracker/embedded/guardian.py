"""The companion of a running demonstration: announces it, keeps its servers up, and clears up if it is killed.

A kill -9 of the program would leave its web, worker and servers running. This process watches the program and
ends what it left. Run as `python -m harmtracker.embedded.guardian PID PORT SITE_ADDRESS`.
"""

import contextlib
import importlib
import importlib.util
import os
import signal
import sys
import time
import urllib.error
import urllib.request

from harmtracker.embedded import EmbeddedError, Servers, place
from harmtracker.embedded.leftovers import MARK, end_marked, started_at
from harmtracker.secrets_file import SECRETS_FILE

FIRST_ANSWER_SECONDS = 60.0
PATIENCE_SECONDS = 3.0


class ProgramEndedError(Exception):
    """The program we accompany is gone."""


class Guardian:
    """Watches over one run of the demonstration until it ends."""

    def __init__(self, program: int, port: int, site: str) -> None:
        self._program = program
        self._born = started_at(program)
        self._address = f"http://127.0.0.1:{port}/"
        self._site = site
        self._servers = Servers(
            place(), database=not os.environ.get("DATABASE_URL"), broker=not os.environ.get("REDIS_URL")
        )

    def watch(self) -> None:
        """Return when the program has ended, everything it left behind ended too."""
        try:
            self._wait_for_first_answer()
            self._announce()
            while True:
                self._pause()
                self._keep_servers_up()
        except ProgramEndedError:
            end_marked(os.environ[MARK])
        finally:
            # What a killed program forked shares its hold on the servers, and ends a moment after what it watched.
            is_alone = started_at(self._program) != self._born
            self._servers.stop(patience=PATIENCE_SECONDS if is_alone else 0.0)

    def _pause(self, seconds: float = 1.0) -> None:
        time.sleep(seconds)
        if not self._born or started_at(self._program) != self._born:
            raise ProgramEndedError

    def _keep_servers_up(self) -> None:
        if self._servers.listen():
            return
        try:
            self._servers.start()
        except EmbeddedError as error:
            sys.stderr.write(f"{error}\n")

    def _wait_for_first_answer(self) -> None:
        self._servers.start()
        until = time.monotonic() + FIRST_ANSWER_SECONDS
        while not self._answers():
            self._pause(0.1)
            if time.monotonic() > until:
                sys.stderr.write(f"No answer at {self._address} yet; see .local/demo.log.\n")
                until += FIRST_ANSWER_SECONDS

    def _answers(self) -> bool:
        try:
            # Plain http, to the port we were given.
            with urllib.request.urlopen(self._address, timeout=5):  # noqa: S310  # nosec B310
                return True
        except urllib.error.HTTPError:
            return True  # a refusal is an answer too
        except OSError:
            return False

    def _announce(self) -> None:
        lines = self._load_first_case()
        self._pause(0)
        sys.stdout.write("\n".join([self._address, "", *lines, "", "Ctrl-C stops everything; the data stay.", ""]))
        sys.stdout.flush()

    def _load_first_case(self) -> list[str]:
        """Let the first case be entered once, by people, through the actions; returns what to tell the visitor."""
        if os.environ.get("DATABASE_URL"):
            return ["No demonstration accounts or records: DATABASE_URL names a database of your own."]
        if importlib.util.find_spec("claims.demo") is None:
            return ["There is no first case to show in this version."]
        import django

        django.setup()
        loader = importlib.import_module("claims.demo")
        return list(loader.load_once(SECRETS_FILE, self._site, self._address))


def main() -> None:
    """Ctrl-C is the program's to answer; it ends us when it is done."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _program_ended)
    program, port, site = sys.argv[1:]
    in_order = False
    try:
        Guardian(int(program), int(port), site).watch()
        in_order = True
    finally:
        if not in_order:  # a demonstration nobody announces and guards is none
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(program), signal.SIGTERM)


def _program_ended(*_: object) -> None:
    raise ProgramEndedError


if __name__ == "__main__":
    main()
