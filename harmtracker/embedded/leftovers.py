"""Ending what one run of the program started, wherever it has gone, and nothing else.

Every process of a run inherits a random mark in its environment; the kernel shows the environment a process was
started with, so neither a reused process id nor a lost parent can mislead us.
"""

import contextlib
import os
import signal
import time
from pathlib import Path

MARK = "HARMTRACKER_RUN_MARK"


def started_at(pid: int) -> str:
    """When the process began, in the kernel's clock ticks; empty if there is no such process or it is dead.

    With the id it names one process for ever: ids are used again, ids with their start time are not.
    """
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] in "ZX" else fields[19]


def marked(mark: str) -> list[int]:
    """The ids of the living processes started under `mark`, without our own."""
    wanted = f"{MARK}={mark}".encode()
    found = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit() or int(folder.name) == os.getpid():
            continue
        try:
            environment = (folder / "environ").read_bytes()
        except OSError:  # another user's, or gone
            continue
        if wanted in environment.split(b"\0") and started_at(int(folder.name)):
            found.append(int(folder.name))
    return found


def end_marked(mark: str, *, patience: float = 5.0) -> int:
    """Ask every process under `mark` to end, after `patience` seconds force it; returns how many there were."""
    seen: set[int] = set()
    until = time.monotonic() + patience
    forced = False
    while left := marked(mark):
        late = time.monotonic() > until
        for pid in left:
            if pid not in seen or (late and not forced):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL if late else signal.SIGTERM)
        seen.update(left)
        forced = late
        if late and time.monotonic() > until + patience:
            break  # in the kernel's hands; the next start looks again
        time.sleep(0.05)
    return len(seen)
