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

from harmtracker.embedded.paths import PROJECT


def free_ports(count: int) -> list[int]:
    """Free ports of loopback below those the kernel hands out by itself, so that nobody takes them meanwhile."""
    found: list[int] = []
    while len(found) < count:
        port = secrets.randbelow(12000) + 20000
        with socket.socket() as probe:
            if port not in found and probe.connect_ex(("127.0.0.1", port)) != 0:
                found.append(port)
    return found


def allowed(ports: list[int]) -> list[str]:
    return [f"127.0.0.1:{port}" for port in ports]


class Background:
    """A worker and a relay on the test database, as they run in the product."""

    # Without gossip and mingle a worker is ready at once; it needs no other.
    COMMANDS = {
        "worker": ["-m", "celery", "-A", "harmtracker", "worker", "-c", "4", "-l", "info", "--without-gossip",
                   "--without-mingle", "-Q", "fetch,recheck,parse,claims,upkeep"],
        "relay": ["manage.py", "relay"],
    }  # fmt: skip
    READY = {"worker": " ready.", "relay": "relay is listening"}

    def __init__(self, folder: Path, database: str, environment: dict[str, str]) -> None:
        self.folder = folder
        self.evidence_root = folder / "evidence"
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
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

    def hold(self) -> None:
        """Let nobody be woken for what others commit. The relay alone wakes workers."""
        os.killpg(self.processes["relay"].pid, signal.SIGSTOP)

    def go_on(self) -> None:
        os.killpg(self.processes["relay"].pid, signal.SIGCONT)

    def log(self, name: str = "worker") -> str:
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def wait_for(self, name: str, words: str, seconds: float = 30.0) -> None:
        """Wait until a part has logged these words."""
        until = time.monotonic() + seconds
        while words not in self.log(name):
            if time.monotonic() > until or self.processes[name].poll() is not None:
                raise RuntimeError(f"The {name} did not say {words!r}:\n{self.log(name)}")
            time.sleep(0.05)
