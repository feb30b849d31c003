"""The fetching child: one visit. Reads a JSON request, writes one line of JSON and then the body."""

from __future__ import annotations

import json
import signal
from dataclasses import asdict
from types import FrameType

from sources.addresses import Doors
from sources.capture import child
from sources.capture.guard import Stopped
from sources.capture.visit import Limits, visit


def work(request: bytes) -> bytes:
    """Make the visit that the request names; the deadline also interrupts headers that drip in."""
    asked = json.loads(request)
    limits = Limits(**asked["limits"])
    doors = Doors(frozenset(asked["ports"]), frozenset(asked["loopback"]))
    signal.signal(signal.SIGALRM, _deadline_passed)
    signal.setitimer(signal.ITIMER_REAL, limits.total_seconds)
    made = visit(asked["href"], limits, doors)
    signal.setitimer(signal.ITIMER_REAL, 0)
    body, made.body = made.body, b""
    return json.dumps({**asdict(made), "body": None}).encode() + b"\n" + body


def _deadline_passed(_signal: int, _frame: FrameType | None) -> None:
    raise Stopped("time.total", "deadline")


if __name__ == "__main__":
    child.main(work)
