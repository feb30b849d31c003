"""Fetching a link: one guarded visit in a child process that is killed at its deadline."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from sources.addresses import Doors
from sources.capture import child
from sources.capture.outcomes import Outcome
from sources.capture.visit import Hop, Limits

GRACE_SECONDS = 1.5  # for starting the interpreter and handing the body over


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a visit brought. `outcome` is OK only for a 2xx with its whole body; that is not yet a capture.

    `href`: where it ended, after redirects. `body`: unpacked bytes, kept even when the visit failed midway.
    `wire_length` and `wire_sha256`: the body as it came. `detail`: a few words for the log, not for people.
    """

    submitted: str
    href: str
    outcome: Outcome
    started_at: datetime
    hops: tuple[Hop, ...] = ()
    media_type: str = ""
    charset: str = ""
    wire_length: int = 0
    wire_sha256: str = ""
    body: bytes = field(default=b"", repr=False)
    detail: str = ""

    @property
    def status(self) -> int | None:
        """HTTP status of the last hop that answered, if any."""
        return next((hop.status for hop in reversed(self.hops) if hop.status is not None), None)

    def header(self, name: str) -> str:
        """A header of the last hop, "" if absent."""
        pairs = self.hops[-1].headers if self.hops else []
        return next((value for key, value in pairs if key.lower() == name.lower()), "")

    @property
    def retry_after(self) -> int | None:
        """Seconds the site asked us to wait, if it said so in seconds; at most a day."""
        value = self.header("retry-after").strip()
        return min(int(value[:9]), 86_400) if value.isdecimal() else None

    def manifest(self) -> dict[str, Any]:
        """All but the body, fit for JSON: what the capture keeps on record of the visit."""
        return {
            "submitted": self.submitted,
            "href": self.href,
            "outcome": str(self.outcome),
            "started_at": self.started_at.isoformat(),
            "hops": [asdict(hop) for hop in self.hops],
            "media_type": self.media_type,
            "charset": self.charset,
            "wire_length": self.wire_length,
            "wire_sha256": self.wire_sha256,
            "decoded_length": len(self.body),
        }


def limits_from_settings() -> Limits:
    """The limits of this installation."""
    from django.conf import settings

    return Limits(
        total_seconds=settings.FETCH_DEADLINE_SECONDS,
        connect_seconds=settings.FETCH_CONNECT_SECONDS,
        header_bytes=settings.FETCH_MAX_HEADER_BYTES,
        body_bytes=settings.FETCH_MAX_BODY_BYTES,
        ratio=settings.FETCH_MAX_RATIO,
        redirects=settings.FETCH_MAX_REDIRECTS,
    )


def fetch(href: str, limits: Limits | None = None, doors: Doors | None = None) -> Fetched:
    """Visit a link in a child process. Every failure is an outcome; nothing is raised for a hostile site."""
    limits = limits or limits_from_settings()
    doors = doors or Doors.from_settings()
    started_at = datetime.now(UTC)
    request = {
        "href": href,
        "limits": asdict(limits),
        "ports": sorted(doors.ports),
        "loopback": sorted(doors.loopback),
    }
    bounds = child.Bounds(limits.total_seconds + GRACE_SECONDS, limits.cpu_seconds, limits.memory_bytes)
    try:
        answer = child.run("sources.capture.fetch_child", json.dumps(request).encode(), bounds)
    except child.ChildTimedOut as failed:
        return Fetched(href, href, Outcome.TIME_TOTAL, started_at, detail=failed.detail)
    except child.ChildOutOfMemory as failed:
        return Fetched(href, href, Outcome.SIZE_DECODED, started_at, detail=failed.detail)
    except child.ChildCrashed as failed:
        return Fetched(href, href, Outcome.HTTP_BROKEN, started_at, detail=failed.detail)
    head, _, body = answer.partition(b"\n")
    return _fetched(href, started_at, json.loads(head), body)


def _fetched(submitted: str, started_at: datetime, told: dict[str, Any], body: bytes) -> Fetched:
    return Fetched(
        submitted=submitted,
        href=told["href"],
        outcome=Outcome(told["code"]),
        started_at=started_at,
        hops=tuple(Hop(**hop) for hop in told["hops"]),
        media_type=told["media_type"],
        charset=told["charset"],
        wire_length=told["wire_length"],
        wire_sha256=told["wire_sha256"],
        body=body,
        detail=told["detail"],
    )
