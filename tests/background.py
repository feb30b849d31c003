"""A real worker and a real relay on the test database."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from django.conf import settings

from harmtracker.celery import app as celery
from harmtracker.embedded.paths import PROJECT

_handed_out: set[int] = set()


def free_ports(count: int) -> list[int]:
    """Free ports of loopback below those the kernel hands out by itself, so that nobody takes them meanwhile.

    None is given twice in one process: a port stays free until somebody listens on it.
    """
    found: list[int] = []
    while len(found) < count:
        port = secrets.randbelow(12000) + 20000
        with socket.socket() as probe:
            if port not in _handed_out and probe.connect_ex(("127.0.0.1", port)) != 0:
                _handed_out.add(port)
                found.append(port)
    return found


def allowed(ports: list[int]) -> list[str]:
    return [f"127.0.0.1:{port}" for port in ports]


def _unread() -> int:
    """How many wake-ups of this run no worker has taken."""
    with celery.connection_for_read() as connection:
        channel = connection.default_channel
        return sum(channel.queue_declare(lane).message_count for lane in settings.JOB_LIMITS)


def _in_hand() -> set[bytes]:
    """The wake-ups of this run that a worker has taken and not ended."""
    with celery.connection_for_read() as connection:
        channel = connection.default_channel
        # The client puts the prefix of this run before the keys of some commands, and this is none of them.
        return set(channel.client.hkeys(f"{channel.global_keyprefix}{channel.unacked_key}"))


class Background:
    """A worker and a relay on the test database, as they run in the product."""

    # Without gossip and mingle a worker is ready at once; it needs no other.
    COMMANDS = {
        "worker": ["-m", "celery", "-A", "harmtracker", "worker", "-c", "4", "-l", "info", "--without-gossip",
                   "--without-mingle", "-Q", "fetch,recheck,parse,claims,upkeep,webhooks"],
        "relay": ["manage.py", "relay"],
    }  # fmt: skip
    READY = {"worker": " ready.", "relay": "relay is listening"}

    def __init__(self, folder: Path, database: str, environment: dict[str, str]) -> None:
        self.folder = folder
        self.evidence_root = folder / "evidence"
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self._held = False
        self._lost: set[bytes] = set()  # what died with a worker stands with the broker until its time-out
        self._environment = (
            os.environ
            | {
                "HARMTRACKER_TEST_DATABASE": database,
                "HARMTRACKER_TEST_RUN": settings.RUN,
                "DJANGO_SETTINGS_MODULE": "tests.settings",
                "EVIDENCE_ROOT": str(self.evidence_root),
                "PYTHONPATH": str(PROJECT),
            }
            | environment
        )

    def start(self, *names: str) -> None:
        """Start the parts named (both, if none is) and wait until they are ready."""
        wanted = names or tuple(self.COMMANDS)
        for name in wanted:
            # A file, not a pipe: nobody reads the pipe while the tests run, and a full one would stop the worker.
            with (self.folder / f"{name}.log").open("wb") as log:
                self.processes[name] = subprocess.Popen(
                    [sys.executable, *self.COMMANDS[name]],
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    stdin=subprocess.DEVNULL,
                    start_new_session=True,
                    cwd=PROJECT,
                    env=self._environment | {"HARMTRACKER_PROCESS": name},
                )
        for name in wanted:
            self.wait_for(name, self.READY[name])

    def stop(self) -> None:
        self.go_on()
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self.processes.clear()

    def kill(self, name: str) -> None:
        """kill -9 of a part with all its children, as when its machine loses power."""
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if name == "worker":
            self._lost |= _in_hand()

    def hold(self) -> None:
        """Let nobody take what others commit: the relay wakes nobody, and the worker stops with nothing in hand."""
        if self._held:
            return
        self._signal("relay", signal.SIGSTOP)
        until = time.monotonic() + 60
        while True:
            # Stopped first and asked then: in the middle of its work it would keep its locks.
            self._signal("worker", signal.SIGSTOP)
            if "worker" not in self.processes or not (_unread() or _in_hand() - self._lost):
                break
            self._signal("worker", signal.SIGCONT)
            if time.monotonic() > until:
                raise RuntimeError(f"The worker does not come to rest:\n{self.log()}")
            time.sleep(0.02)
        self._held = True

    def go_on(self) -> None:
        for name in self.COMMANDS if self._held else ():
            self._signal(name, signal.SIGCONT)
        self._held = False

    def _signal(self, name: str, number: int) -> None:
        if name in self.processes:
            os.killpg(self.processes[name].pid, number)

    def log(self, name: str = "worker") -> str:
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def wait_for(self, name: str, words: str, seconds: float = 120.0) -> None:
        """Wait until a part has logged these words."""
        until = time.monotonic() + seconds
        while words not in self.log(name):
            if time.monotonic() > until or self.processes[name].poll() is not None:
                raise RuntimeError(f"The {name} did not say {words!r}:\n{self.log(name)}")
            time.sleep(0.05)
