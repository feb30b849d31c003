"""Another program and all that it started: what they have in use together, and their end.

A browser is many processes. Some leave the group they were started in, some their session, so they are also found by
whose children they are.
"""

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

PARENT, SESSION = 1, 3
"""Columns of /proc/PID/stat after the name."""
KIB: Final = 1024
PASSES: Final = 2
"""Of a killing: what was born during the first is met by the second, and nobody is left to give birth to more."""


def has_ended(process: subprocess.Popen[bytes]) -> bool:
    """Whether it ended by itself, without reaping it: what it left behind is found by its number."""
    return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def family_of(session: int) -> list[int]:
    """The processes of a session and all that descend from them; none where the system does not tell."""
    left = list(_everybody())
    found = {number for number, _parent, its_session in left if its_session == session}
    is_growing = bool(found)
    while is_growing:
        born = {number for number, parent, _session in left if parent in found} - found
        found |= born
        is_growing = bool(born)
    return sorted(found)


def memory_of(session: int) -> int:
    """Bytes that a family has in use; what several of them share is counted once."""
    return sum(_share_of(number) for number in family_of(session))


def kill_family(process: subprocess.Popen[bytes]) -> None:
    """End it and everything it started. It is reaped last, so that its number is nobody else's meanwhile."""
    for _pass in range(PASSES):
        for number in family_of(process.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _everybody() -> Iterator[tuple[int, int, int]]:
    """Number, parent and session of every process."""
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it ended while we looked
            fields = status.read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
            if len(fields) > SESSION:
                yield int(status.parent.name), int(fields[PARENT]), int(fields[SESSION])


def _share_of(number: int) -> int:
    """Bytes a process has in use, its share of what several use together; 0 where the system does not tell."""
    try:
        told = Path(f"/proc/{number}/smaps_rollup").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0
    shares = [line.split()[1] for line in told.splitlines() if line.startswith("Pss:")]
    return int(shares[0]) * KIB if shares else 0
