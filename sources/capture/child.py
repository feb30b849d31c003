"""Runs a module of ours in a process of its own that can be killed, under memory, CPU and wall-clock limits.

A thread cannot be stopped and C code ignores a soft limit, so what touches hostile bytes runs here. The child
gets next to no environment: no secret of ours is in its reach. Imports no Django.
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
OUT_OF_MEMORY: Final = 71
ENVIRONMENT: Final = {"LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
# Where this machine keeps the authorities it trusts, and where a moved Python finds its own library.
PASSED_ON: Final = ("SSL_CERT_FILE", "SSL_CERT_DIR", "LD_LIBRARY_PATH")
LARGEST_FILE: Final = 1024 * 1024


class ChildFailed(Exception):
    """The child did not answer; `detail` is the tail of what it said, for the log."""

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail)
        self.detail = detail


class ChildTimedOut(ChildFailed):
    """Stopped on wall clock or CPU time."""


class ChildOutOfMemory(ChildFailed):
    """Stopped on memory."""


class ChildCrashed(ChildFailed):
    """Died of something else."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Limits of one child: wall-clock seconds, CPU seconds, bytes of address space."""

    seconds: float
    cpu_seconds: int
    memory_bytes: int


def run(module: str, request: bytes, bounds: Bounds) -> bytes:
    """Run `python -m module` with `request` on its standard input; what it wrote. Raises ChildFailed.

    SIGKILL reaches the whole group at `bounds.seconds`; the child also has an alarm of its own, should we be
    killed first.
    """
    limits = [str(bounds.memory_bytes), str(bounds.cpu_seconds), str(bounds.seconds + 5)]
    with subprocess.Popen(
        [sys.executable, "-s", "-m", module, *limits],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        env=ENVIRONMENT | {name: os.environ[name] for name in PASSED_ON if name in os.environ},
        start_new_session=True,
    ) as process:
        try:
            written, complaint = process.communicate(request, timeout=bounds.seconds)
        except subprocess.TimeoutExpired as error:
            raise ChildTimedOut from error
        finally:
            _kill_group(process)
    return _judge_end(process.returncode, written, complaint)


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    """End the child and whatever it started; it leads a group of its own."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)


def _judge_end(code: int, written: bytes, complaint: bytes) -> bytes:
    if code == 0:
        return written
    tail = complaint.decode("utf-8", "replace")[-500:]
    if code in (-signal.SIGXCPU, -signal.SIGKILL, -signal.SIGALRM):
        raise ChildTimedOut(tail)
    if code == OUT_OF_MEMORY:
        raise ChildOutOfMemory(tail)
    raise ChildCrashed(f"ended with {code}: {tail}")


def main(work: Callable[[bytes], bytes]) -> None:
    """The child's side: put on the limits, read the request, do the work, write the answer."""
    memory, cpu, seconds = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        answer = work(sys.stdin.buffer.read())
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()
