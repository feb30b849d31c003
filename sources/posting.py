"""Sending a message to an address of somebody else's choosing: guarded like a visit, in a child that can be killed."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.conf import settings

from sources.addresses import Doors
from sources.capture import child
from sources.capture.waits import seconds_asked

MODULE: Final = "sources.capture.post_child"
GRACE_SECONDS: Final = 1.0  # the child gives up by itself; this much later it is killed
CPU_SECONDS: Final = 10
MEMORY_BYTES: Final = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Posted:
    """What came of a message. `code` is "ok" when anything was answered, else the Outcome code of what stopped it.

    `status`: of the answer, whatever it was; redirects are not followed. `retry_after`: seconds it asked us to wait.
    `seconds`: how long it took. `detail`: a few words for the log, not for people.
    """

    code: str
    status: int | None = None
    retry_after: int | None = None
    seconds: float = 0.0
    detail: str = ""


def post(href: str, body: str, headers: Mapping[str, str], *, doors: Doors | None = None) -> Posted:
    """Post `body` to an address. Every failure is a code; nothing is raised for what the other side does.

    Nothing of an answer but status and headers is read: no receiver can keep us busy with what it says.
    """
    doors = doors or Doors.from_settings()
    seconds = settings.WEBHOOK_DEADLINE_SECONDS
    request = {
        "href": href,
        "headers": dict(headers),
        "body": body,
        "seconds": seconds,
        "connect_seconds": settings.FETCH_CONNECT_SECONDS,
        "ports": sorted(doors.ports),
        "loopback": sorted(doors.loopback),
    }
    bounds = child.Bounds(seconds + GRACE_SECONDS, CPU_SECONDS, MEMORY_BYTES)
    begun, asked_at = time.monotonic(), datetime.now(UTC)
    try:
        told = _told(child.run(MODULE, json.dumps(request).encode(), bounds))
    except child.ChildFailed as failed:
        code = "time.total" if isinstance(failed, child.ChildTimedOut) else "worker.lost"
        return Posted(code, seconds=time.monotonic() - begun, detail=failed.detail)
    return Posted(
        told["code"],
        told["status"],
        seconds_asked(told["retry_after"], told["date"], asked_at),
        time.monotonic() - begun,
        told["detail"],
    )


def _told(answer: bytes) -> dict[str, Any]:
    """The answer of the child. One that makes no sense is a crash (ChildCrashed): a receiver's bytes were in there."""
    try:
        told: dict[str, Any] = json.loads(answer)
        texts = (told["code"], told["detail"], told["retry_after"], told["date"])
        status = told["status"]
        if not all(isinstance(text, str) for text in texts) or not (status is None or 100 <= status <= 999):
            raise ValueError
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise child.ChildCrashed("answered nonsense") from error
    return told
