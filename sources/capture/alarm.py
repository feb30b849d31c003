"""A deadline that also interrupts what waits inside a library: headers that drip in, a pattern that never matches."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from sources.capture.guard import Stopped

SOONEST = 0.001  # a timer of nought seconds would be no timer


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raise Stopped (time.total) wherever the block is when its seconds are over. Blocks may stand in each other.

    For the main thread of a process, which is where signals arrive.
    """
    begun = time.monotonic()
    handler = signal.signal(signal.SIGALRM, _over)
    left, _interval = signal.setitimer(signal.ITIMER_REAL, max(seconds, SOONEST))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
        if left:
            signal.setitimer(signal.ITIMER_REAL, max(left - (time.monotonic() - begun), SOONEST))


def _over(_signal: int, _frame: FrameType | None) -> None:
    raise Stopped("time.total", "deadline")
