"""The parent's side of one child process: hands it jobs, takes its frames, ends it.

Imports no Django, and no multiprocessing: a prefork worker's processes may not use that.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sources.capture.child_side import OUT_OF_MEMORY
from sources.capture.frames import ANSWER, BEGUN, HEADER, JOB, LARGEST, OURS, PROGRESS, READY

ROOT: Final = Path(__file__).resolve().parents[2]
START_SECONDS: Final = 20  # for starting an interpreter on a busy machine; no hostile byte is near it yet
AFTERMATH_SECONDS: Final = 1.0  # for reading what a killed child had already written
LOOK_EVERY: Final = 0.5  # seconds between two looks at the memory of a child that works in silence
PIECE: Final = 256 * 1024
LONGEST_COMPLAINT: Final = 4_000
READABLE: Final = select.POLLIN | select.POLLHUP | select.POLLERR

type Told = Callable[[dict[str, Any]], None]
type Given = Callable[[bytes, bytes], None]


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
    """Died of something else, or did not speak as agreed."""


class NeverBegan(ChildFailed):
    """Ended while it waited, before it had read the job: the job may be given to another child."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Limits of one job: wall-clock seconds, CPU seconds, bytes of address space."""

    seconds: float
    cpu_seconds: int
    memory_bytes: int


class Child:
    """One running process. After any exception it must be ended: nobody knows what it is doing."""

    def __init__(self, module: str, memory_bytes: int, environment: dict[str, str]) -> None:
        """Start `python -m module`; it loads what it needs while we go on. The first job waits until it is ready."""
        self.jobs = 0
        self._is_ready = False
        self._peak = 0
        self._process = subprocess.Popen(
            [sys.executable, "-s", "-m", module, str(memory_bytes), str(os.getpid())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            cwd=ROOT,
            env=environment,
            start_new_session=True,
        )
        self._end = weakref.finalize(self, _end, self._process, os.getpid())
        self._received = bytearray()
        self._complaint = bytearray()
        self._outgoing: list[memoryview] = []
        self._pipes = [pipe.fileno() for pipe in _pipes_of(self._process)]
        for pipe in self._pipes:
            os.set_blocking(pipe, False)
        self._says_no_more = False

    @property
    def is_waiting(self) -> bool:
        """Whether the process runs and is silent, as one that waits for a job must be."""
        stdout = select.poll()
        stdout.register(self._pipes[1], select.POLLIN)
        return self._process.poll() is None and not self._received and not stdout.poll(0)

    @property
    def memory(self) -> tuple[int, int]:
        """Bytes of memory in use now, and at most so far; noughts where the system does not tell."""
        try:
            status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii", errors="replace")
        except OSError:
            return 0, self._peak
        told = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
        now, most = (int(told.get(name, "0").split()[0]) * 1024 for name in ("VmRSS", "VmHWM"))
        self._peak = max(self._peak, most)
        return now, self._peak

    def ask(self, request: bytes, bounds: Bounds, on_progress: Told | None, on_piece: Given | None) -> bytes:
        """Have one job done. Pieces and progress are handed on as they come. Raises ChildFailed.

        A child stopped on time still hands on every piece that it had sent before.
        """
        self._wait_until_ready()
        self.jobs += 1
        del self._complaint[:]
        order = JOB.pack(self.jobs, len(request), bounds.seconds, bounds.cpu_seconds)
        self._outgoing = [memoryview(order), memoryview(request)]
        has_begun = False
        try:
            for kind, payload in self._frames(time.monotonic() + bounds.seconds):
                if kind == ANSWER:
                    return payload
                has_begun = has_begun or kind == BEGUN
                _hand_on(kind, payload, on_progress, on_piece)
        except ChildTimedOut:
            self._peak = self.memory[1]
            self._kill()
            for kind, payload in self._frames(time.monotonic() + AFTERMATH_SECONDS):
                _hand_on(kind, payload, None, on_piece)
            raise
        except ChildCrashed:
            if has_begun or self.jobs == 1:
                raise
        if not has_begun and self.jobs > 1:
            raise NeverBegan
        raise self._failure()

    def _wait_until_ready(self) -> None:
        if not self._is_ready:
            self._is_ready = any(kind == READY for kind, _payload in self._frames(time.monotonic() + START_SECONDS))
        if not self._is_ready:
            raise self._failure()

    def end(self) -> None:
        """Kill the process and whatever it started, and close its pipes."""
        self._end()

    def forget(self) -> None:
        """In a process forked from its owner: close our copies of the pipes and leave the child to its owner."""
        self._end.detach()
        self._process.returncode = 0  # or Popen would complain of a process that is not ours
        for pipe in _pipes_of(self._process):
            pipe.close()

    def _frames(self, deadline: float) -> Iterator[tuple[bytes, bytes]]:
        """Frames of the job in hand until the child closes its pipe. Raises ChildTimedOut, ChildCrashed."""
        while True:
            frame = self._take_frame()
            if frame:
                yield frame
            elif not self._pump(deadline):
                return

    def _take_frame(self) -> tuple[bytes, bytes] | None:
        if len(self._received) < HEADER.size:
            return None
        kind, job, length = HEADER.unpack_from(self._received)
        if not (kind in OURS or kind.islower()) or job != self.jobs or length > LARGEST:
            raise ChildCrashed("wrote rubbish")
        end = HEADER.size + length
        if len(self._received) < end:
            return None
        payload = bytes(memoryview(self._received)[HEADER.size : end])
        del self._received[:end]
        return kind, payload

    def _pump(self, deadline: float) -> bool:
        """Wait until bytes can move and move them. False when the child has closed its pipe."""
        stdin, stdout, stderr = self._pipes
        left = deadline - time.monotonic()
        if left <= 0:
            raise ChildTimedOut
        waiting = select.poll()
        waiting.register(stdout, select.POLLIN)
        if not self._says_no_more:
            waiting.register(stderr, select.POLLIN)
        if self._outgoing:
            waiting.register(stdin, select.POLLOUT)
        ready = dict(waiting.poll(min(left, LOOK_EVERY) * 1000 + 1))
        if not ready:
            self._peak = self.memory[1]
        if ready.get(stderr, 0) & READABLE:
            self._listen(stderr)
        if stdin in ready:
            self._hand_over(stdin)
        if ready.get(stdout, 0) & READABLE:
            some = os.read(stdout, PIECE)
            self._received += some
            return bool(some)
        return True

    def _listen(self, stderr: int) -> None:
        some = os.read(stderr, PIECE)
        self._says_no_more = not some
        self._complaint += some
        del self._complaint[:-LONGEST_COMPLAINT]

    def _hand_over(self, stdin: int) -> None:
        try:
            written = os.write(stdin, self._outgoing[0][:PIECE])
        except BrokenPipeError:  # it ended; its other pipe will say so
            self._outgoing = []
            return
        self._outgoing[0] = self._outgoing[0][written:]
        self._outgoing = [part for part in self._outgoing if part]

    def _kill(self) -> None:
        if self._process.returncode is None:
            os.killpg(self._process.pid, signal.SIGKILL)

    def _failure(self) -> ChildFailed:
        """What it died of, once it has closed its pipe."""
        try:
            code = self._process.wait(AFTERMATH_SECONDS)
        except subprocess.TimeoutExpired:
            return ChildCrashed("closed its pipe and went on")
        while not self._says_no_more:
            try:
                self._listen(self._pipes[2])
            except BlockingIOError:  # something it started holds the other end
                break
        tail = self._complaint.decode("utf-8", "replace")[-500:]
        if code in (-signal.SIGXCPU, -signal.SIGALRM):
            return ChildTimedOut(tail)
        if code == OUT_OF_MEMORY:
            return ChildOutOfMemory(tail)
        return ChildCrashed(f"ended with {code}: {tail}")


def _hand_on(kind: bytes, payload: bytes, on_progress: Told | None, on_piece: Given | None) -> None:
    if kind == PROGRESS and on_progress:
        told = _object(payload)
        on_progress(told)
    elif kind.islower() and on_piece:
        on_piece(kind, payload)


def _object(payload: bytes) -> dict[str, Any]:
    try:
        told = json.loads(payload)
    except ValueError as error:
        raise ChildCrashed("told no JSON") from error
    if not isinstance(told, dict):
        raise ChildCrashed("told no object")
    return told


def _pipes_of(process: subprocess.Popen[bytes]) -> list[Any]:
    return [process.stdin, process.stdout, process.stderr]


def _end(process: subprocess.Popen[bytes], owner: int) -> None:
    """Kill, reap and close; also at the end of the thread or program that started it. Not for a forked copy."""
    if os.getpid() == owner:
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    for pipe in _pipes_of(process):
        pipe.close()
