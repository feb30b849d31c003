"""Runs a module of ours in a process of its own that can be killed, under memory, CPU and wall-clock limits.

A thread cannot be stopped and C code ignores a soft limit, so what touches hostile bytes runs here. Starting an
interpreter costs more than reading a page, so each thread of each process keeps one child per module, warm, and
gives it one job after the other; a child that met a limit, died or spoke rubbish is killed and replaced. The
child gets next to no environment: no secret of ours is in its reach. Imports no Django.
"""

from __future__ import annotations

import os
import threading
import weakref
from typing import Final

from sources.capture.child_process import (
    Bounds,
    Child,
    ChildCrashed,
    ChildFailed,
    ChildOutOfMemory,
    ChildTimedOut,
    Given,
    NeverBegan,
    Told,
)
from sources.capture.child_side import main, piece, progress

__all__ = [
    "Bounds", "ChildCrashed", "ChildFailed", "ChildOutOfMemory", "ChildTimedOut", "Given", "Told", "end_all", "main",
    "peak_bytes", "piece", "progress", "run",
]  # fmt: skip

MOST_JOBS: Final = 100  # then a fresh process, whatever libraries have piled up in the old one
FORESEEN: Final = 30  # so many jobs before that its successor starts: loading takes as long as reading a hundred pages
SHARE_KEPT: Final = 3  # a child that still holds a third of its memory after a job is not used again
ENVIRONMENT: Final = {
    "LANG": "C.UTF-8",
    "OPENBLAS_NUM_THREADS": "1",  # numeric libraries reserve memory for every core at once
    "OMP_NUM_THREADS": "1",
    "RES_OPTIONS": "timeout:2 attempts:2",  # a resolver that waits cannot be interrupted, so it waits less
}
# Where this machine keeps the authorities it trusts, where a moved Python finds its own library, and whether compiled
# modules may be kept: a child that has to compile its libraries takes three times as long to load.
PASSED_ON: Final = ("SSL_CERT_FILE", "SSL_CERT_DIR", "LD_LIBRARY_PATH", "PYTHONDONTWRITEBYTECODE")


class _Warm(threading.local):
    """The children of this thread that wait for work, by module and memory, and those that will follow them."""

    def __init__(self) -> None:
        self.children: dict[tuple[str, int], Child] = {}
        self.heirs: dict[tuple[str, int], Child] = {}


_warm: Final = _Warm()
_all: Final[weakref.WeakSet[Child]] = weakref.WeakSet()
_peaks: Final[dict[str, int]] = {}


def run(
    module: str,
    request: bytes,
    bounds: Bounds,
    *,
    on_progress: Told | None = None,
    on_piece: Given | None = None,
) -> bytes:
    """Have `module` (one that ends in `child.main`) answer a request in a child process. Raises ChildFailed.

    SIGKILL reaches the whole group at `bounds.seconds`, counted from when the child is ready; the child also has an
    alarm of its own, should we be killed first. `on_progress` gets what the child tells of its progress, `on_piece`
    (kind, bytes) every piece of the result it sent, also when it was then stopped.
    """
    held = _warm.children.pop((module, bounds.memory_bytes), None)
    if held and not held.is_waiting:
        held.end()
    elif held:
        try:
            return _ask(held, module, request, bounds, on_progress, on_piece)
        except NeverBegan:
            pass  # it ended while it waited, which says nothing of this job
    return _ask(_start(module, bounds), module, request, bounds, on_progress, on_piece)


def peak_bytes(module: str) -> int:
    """The most memory any child of this module took so far, as seen by this process; 0 if none ran."""
    return _peaks.get(module, 0)


def end_all(module: str = "") -> None:
    """End the children of this thread, or only those of one module. The next job starts a fresh one."""
    for waiting in (_warm.children, _warm.heirs):
        for key in [key for key in waiting if module in ("", key[0])]:
            waiting.pop(key).end()


def _start(module: str, bounds: Bounds) -> Child:
    """A fresh child; it may have begun to load what it needs when the need for it was foreseen."""
    heir = _warm.heirs.pop((module, bounds.memory_bytes), None)
    if heir:
        return heir
    passed_on = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    started = Child(module, bounds.memory_bytes, ENVIRONMENT | passed_on)
    _all.add(started)
    return started


def _ask(
    process: Child, module: str, request: bytes, bounds: Bounds, on_progress: Told | None, on_piece: Given | None
) -> bytes:
    key = (module, bounds.memory_bytes)
    is_fit = False
    try:
        answer = process.ask(request, bounds, on_progress, on_piece)
        is_fit = _is_fit(process, module, bounds)
    finally:
        if not is_fit:
            _peaks[module] = max(peak_bytes(module), process.memory[1])
            process.end()
        if process.jobs and (not is_fit or process.jobs == MOST_JOBS - FORESEEN):
            _warm.heirs[key] = _start(module, bounds)
    if not is_fit:
        return answer
    if key in _warm.children:  # a job that was done while this one waited
        process.end()
    else:
        _warm.children[key] = process
    return answer


def _is_fit(process: Child, module: str, bounds: Bounds) -> bool:
    """Whether a child may take another job after this one."""
    now, most = process.memory
    _peaks[module] = max(peak_bytes(module), most)
    return process.jobs < MOST_JOBS and now < bounds.memory_bytes // SHARE_KEPT


def _forget_all() -> None:
    """A forked process starts with no children: its parent's are not its own."""
    for process in _all:
        process.forget()
    _all.clear()
    _warm.children.clear()
    _warm.heirs.clear()


os.register_at_fork(after_in_child=_forget_all)
