"""What runs inside a child process: one job after the other, each under limits of its own.

The limits, the refusals and the clean slate between two jobs are here; what the work is, its module says.
Imports no Django.
"""

from __future__ import annotations

import ctypes
import gc
import json
import math
import os
import resource
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable
from typing import Any, Final

from sources.capture import cage
from sources.capture.frames import ANSWER, BEGUN, HEADER, JOB, PROGRESS, READY

OUT_OF_MEMORY: Final = 71
PIECE: Final = 256 * 1024
MOST_OPEN_FILES: Final = 128
SPARE_FILES: Final = 16  # more than these left open by jobs, and the process ends
SECONDS_AFTER: Final = 5  # the parent kills at its deadline; this much later the child ends by itself
PROGRESS_EVERY: Final = 0.25  # seconds between two words about the same step
DEATH_SIGNAL: Final = 1  # PR_SET_PDEATHSIG
NO_NEW_PRIVILEGES: Final = 38  # PR_SET_NO_NEW_PRIVS
TIMERS: Final = (signal.ITIMER_REAL, signal.ITIMER_VIRTUAL, signal.ITIMER_PROF)
ALARM: Final = frozenset({signal.SIGALRM})

STARTING: Final = ("subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.system", "pty.")
CONNECTING: Final = ("socket.",)


class _Voice:
    """The way to the parent, once there is one, and what was said over it last."""

    def __init__(self) -> None:
        self.outgoing: int | None = None
        self.job = 0
        self.last_step: object = None
        self.last_time = 0.0

    def send(self, kind: bytes, payload: bytes | bytearray | memoryview = b"") -> None:
        """Write one frame whole: an alarm that went off inside it would leave half a frame behind."""
        if self.outgoing is None:
            return
        try:
            signal.pthread_sigmask(signal.SIG_BLOCK, ALARM)
            _write(self.outgoing, HEADER.pack(kind, self.job, len(payload)))
            _write(self.outgoing, payload)
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, ALARM)


_voice: Final = _Voice()


def progress(told: dict[str, Any]) -> None:
    """Tell whoever waits how far the job is: a "step" and what belongs to it. A few times a second at most."""
    now = time.monotonic()
    if told.get("step") == _voice.last_step and now - _voice.last_time < PROGRESS_EVERY:
        return
    _voice.last_step, _voice.last_time = told.get("step"), now
    _voice.send(PROGRESS, json.dumps(told).encode())


def piece(kind: bytes, content: bytes | bytearray | memoryview) -> None:
    """Hand a piece of the result over at once, so that it is not lost should this process be killed."""
    _voice.send(kind, content)


def main(work: Callable[[bytes], bytes], *, may_connect: bool = False) -> None:
    """Do jobs until the parent hangs up. `may_connect`: whether this process may open sockets at all.

    A job that raises ends the process, for nobody knows what it left behind.
    """
    memory, parent = int(sys.argv[1]), int(sys.argv[2])
    _end_with(parent)
    _limit(memory)
    incoming, _voice.outgoing = _own_pipes()
    sys.dont_write_bytecode = True  # what a job imports later could not be written any more
    _refuse(STARTING if may_connect else STARTING + CONNECTING)
    cage.close(may_connect=may_connect)
    gc.freeze()
    slate = _Slate()
    _voice.send(READY)
    while len(header := _read(incoming, JOB.size)) == JOB.size:
        _voice.job, length, seconds, cpu_seconds = JOB.unpack(header)
        request = _read(incoming, length)
        if len(request) < length:
            return
        signal.setitimer(signal.ITIMER_REAL, seconds + SECONDS_AFTER)
        _allow_cpu(cpu_seconds)
        _voice.send(BEGUN)
        try:
            answer = work(request)
        except MemoryError:
            os._exit(OUT_OF_MEMORY)
        del request
        slate.wipe()
        _voice.send(ANSWER, answer)
        del answer
        if slate.is_stained:
            os._exit(0)


def _end_with(parent: int) -> None:
    """Have the kernel end us with our parent, however it ends, and never let us gain rights."""
    try:
        prctl = ctypes.CDLL(None).prctl
    except (OSError, AttributeError):  # no Linux: the pipe that closes ends us between two jobs
        return
    prctl(DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
    prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    if os.getppid() != parent:  # it ended before we asked
        os._exit(0)


def _limit(memory: int) -> None:
    """Limits for the whole life. Files cannot grow at all: nothing that works here has anything to write."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (MOST_OPEN_FILES, MOST_OPEN_FILES))


def _allow_cpu(seconds: int) -> None:
    """Let the process use so many CPU seconds from now on; the kernel ends it (SIGXCPU) when they are used up."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = math.ceil(used.ru_utime + used.ru_stime) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


def _own_pipes() -> tuple[int, int]:
    """Our two pipes under numbers nobody prints to: what a library prints goes to standard error."""
    incoming, outgoing = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    os.close(nothing)
    return incoming, outgoing


def _refuse(events: tuple[str, ...]) -> None:
    """Refuse whole families of acts for the rest of this process's life: an audit hook cannot be taken out again.

    It holds for everything that goes through Python, so a library that wants to download finds no socket.
    """

    def look(event: str, _arguments: tuple[object, ...]) -> None:
        if event.startswith(events):
            raise PermissionError(f"{event} is not for this process")

    sys.addaudithook(look)


class _Slate:
    """How the process was before its first job, and how it is made so again after each."""

    def __init__(self) -> None:
        self._environment = dict(os.environ)
        self._folder = os.getcwd()  # noqa: PTH109
        self._umask = os.umask(0)
        os.umask(self._umask)
        self._handlers = {number: signal.getsignal(number) for number in signal.valid_signals()}
        self._mask = signal.pthread_sigmask(signal.SIG_BLOCK, ())
        self._path = list(sys.path)
        self._recursion = sys.getrecursionlimit()
        self._filters = list(warnings.filters)
        self._threads = threading.active_count()
        self._files = _open_files()

    def wipe(self) -> None:
        """Undo what a job may have changed of its process. What modules keep is theirs to keep free of jobs."""
        for timer in TIMERS:
            signal.setitimer(timer, 0)
        os.environ.clear()
        os.environ.update(self._environment)
        os.chdir(self._folder)
        os.umask(self._umask)
        for number, handler in self._handlers.items():
            if handler is not None and signal.getsignal(number) is not handler:
                signal.signal(number, handler)
        signal.pthread_sigmask(signal.SIG_SETMASK, self._mask)
        sys.path[:] = self._path
        sys.setrecursionlimit(self._recursion)
        warnings.filters[:] = self._filters  # type: ignore[index]
        if "socket" in sys.modules:
            sys.modules["socket"].setdefaulttimeout(None)

    @property
    def is_stained(self) -> bool:
        """Whether a job left behind what cannot be undone: a thread that still runs, files that are still open."""
        return threading.active_count() > self._threads or _open_files() > self._files + SPARE_FILES


def _open_files() -> int:
    try:
        return len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    except OSError:
        return 0


def _read(source: int, length: int) -> bytes:
    """Exactly `length` bytes, fewer only when the parent hung up."""
    received = bytearray()
    while len(received) < length:
        some = os.read(source, min(PIECE, length - len(received)))
        if not some:
            break
        received += some
    return bytes(received)


def _write(target: int, content: bytes | bytearray | memoryview) -> None:
    left = memoryview(content)
    while left:
        left = left[os.write(target, left[:PIECE]) :]
