"""Fetching a link: one guarded visit in a child process that is killed at its deadline."""

from __future__ import annotations

import hashlib
import json
import platform
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final

from sources.addresses import Doors
from sources.capture import child
from sources.capture.frames import BODY, HOP_BEGINS, HOP_ENDS, WIRE
from sources.capture.outcomes import Outcome
from sources.capture.visit import Hop, Limits, split_content_type
from sources.capture.waits import seconds_asked

MODULE: Final = "sources.capture.fetch_child"
FETCHER_VERSION: Final = 2  # raise it when a visit is made or recorded differently
GRACE_SECONDS: Final = 1.0  # the child ends the visit itself; this much later it is killed
ROBOTS: Final = frozenset({"allowed", "disallowed", "unknown"})


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a visit brought. `outcome` is OK only for a 2xx with its whole body; that is not yet a capture.

    `href`: where it ended, after redirects. `body`: unpacked bytes, kept even when the visit failed midway.
    `wire_body`: the bytes as they came (chunks joined), b"" when they are the body; `wire_length` and `wire_sha256`
    are of what came in either case. `robots`: whether the site asks robots to stay away ("allowed", "disallowed",
    "unknown"); `crawl_delay`: the seconds it asks for between two visits. `limits`, `doors` and `versions`: what was
    in force and what did the work. `detail`: a few words for the log, not for people.
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
    wire_body: bytes = field(default=b"", repr=False)
    finished_at: datetime | None = None
    robots: str = "unknown"
    crawl_delay: float | None = None
    limits: dict[str, Any] = field(default_factory=dict, repr=False)
    doors: dict[str, list[Any]] = field(default_factory=dict, repr=False)
    versions: dict[str, str] = field(default_factory=dict, repr=False)

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
        """Seconds the site asked us to wait, in seconds or as a date by its own clock; at most a day."""
        return seconds_asked(self.header("retry-after"), self.header("date"), self.started_at)

    def manifest(self) -> dict[str, Any]:
        """All but the bytes, fit for JSON: what the capture keeps on record of the visit."""
        return {
            "submitted": self.submitted,
            "href": self.href,
            "outcome": str(self.outcome),
            "detail": self.detail,
            "started_at": self.started_at.isoformat(),
            "finished_at": self.finished_at.isoformat() if self.finished_at else None,
            "hops": [asdict(hop) for hop in self.hops],
            "media_type": self.media_type,
            "charset": self.charset,
            "wire_length": self.wire_length,
            "wire_sha256": self.wire_sha256,
            "decoded_length": len(self.body),
            "decoded_sha256": hashlib.sha256(self.body).hexdigest(),
            "robots": self.robots,
            "crawl_delay": self.crawl_delay,
            "limits": self.limits,
            "doors": self.doors,
            "versions": self.versions,
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


def obeys_robots() -> bool:
    """Whether this installation turns back where robots are asked to (setting FETCH_ROBOTS)."""
    from django.conf import settings

    return bool(settings.FETCH_ROBOTS == "obey")


def fetch(
    href: str,
    limits: Limits | None = None,
    doors: Doors | None = None,
    *,
    on_progress: child.Told | None = None,
    for_person: bool = True,
) -> Fetched:
    """Visit a link in a child process. Every failure is an outcome; nothing is raised for a hostile site.

    `on_progress` gets {"step": "connecting", "address"} and {"step": "downloading", "bytes"}, a few a second.
    `for_person`: somebody asked for this very page, so what the site asks of robots is recorded and not obeyed.
    """
    limits = limits or limits_from_settings()
    doors = doors or Doors.from_settings()
    started_at = datetime.now(UTC)
    opened: dict[str, list[Any]] = {"ports": sorted(doors.ports), "loopback": sorted(doors.loopback)}
    request = {
        "href": href,
        "limits": asdict(limits),
        **opened,
        "obey_robots": not for_person and obeys_robots(),
    }
    bounds = child.Bounds(limits.total_seconds + GRACE_SECONDS, limits.cpu_seconds, limits.memory_bytes)
    received = _Received(limits)
    try:
        answer = child.run(
            MODULE, json.dumps(request).encode(), bounds, on_progress=on_progress, on_piece=received.take
        )
        told = _told(answer)
    except child.ChildFailed as failed:
        told = {"href": received.last_url or href, "code": _outcome_of(failed), "detail": failed.detail}
    return Fetched(
        submitted=href,
        started_at=started_at,
        finished_at=datetime.now(UTC),
        href=told["href"],
        outcome=Outcome(told["code"]),
        detail=told["detail"],
        robots=told.get("robots", "unknown"),
        crawl_delay=told.get("crawl_delay"),
        limits=asdict(limits),
        doors=opened,
        versions={"fetcher": str(FETCHER_VERSION), "python": platform.python_version(), **told.get("versions", {})},
        **received.fields(told["code"]),
    )


def _told(answer: bytes) -> dict[str, Any]:
    """The answer of the child. One that makes no sense is a crash (ChildCrashed): hostile bytes were in there."""
    try:
        told: dict[str, Any] = json.loads(answer)
        Outcome(told["code"])
        texts = (told["href"], told["detail"], told["robots"], *told["versions"].values())
        if not all(isinstance(text, str) for text in texts) or told["robots"] not in ROBOTS:
            raise ValueError
        told["crawl_delay"] = None if told["crawl_delay"] is None else float(told["crawl_delay"])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise child.ChildCrashed("answered nonsense") from error
    return told


def _outcome_of(failed: child.ChildFailed) -> Outcome:
    """What a child that did not answer means. One that crashed says nothing of the site: the fault is ours."""
    if isinstance(failed, child.ChildTimedOut):
        return Outcome.TIME_TOTAL
    return Outcome.SIZE_DECODED if isinstance(failed, child.ChildOutOfMemory) else Outcome.WORKER_LOST


class _Received:
    """Hops and bytes as the child sends them; all of it is kept, whatever becomes of the child."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.hops: list[Hop] = []
        self.body = bytearray()
        self.wire_body = bytearray()

    def take(self, kind: bytes, piece: bytes) -> None:
        """A piece from the child. One that a visit within its limits cannot bring is a crash (ChildCrashed)."""
        if kind in (BODY, WIRE):
            taken = self.body if kind == BODY else self.wire_body
            if len(taken) + len(piece) > self._limits.body_bytes:
                raise child.ChildCrashed("sent more than a visit may bring")
            taken += piece
        else:
            self._take_hop(kind, piece)

    def _take_hop(self, kind: bytes, piece: bytes) -> None:
        try:
            if kind == HOP_ENDS:
                self.hops.pop()
            elif kind != HOP_BEGINS or len(self.hops) > self._limits.redirects + 1:
                raise ValueError
            self.hops.append(Hop(**json.loads(piece)))
        except (ValueError, TypeError, IndexError, RecursionError) as error:
            raise child.ChildCrashed("sent a hop that is none") from error

    @property
    def last_url(self) -> str:
        """The address asked last, "" if none was."""
        return self.hops[-1].url if self.hops else ""

    def fields(self, code: str) -> dict[str, Any]:
        """What a Fetched takes from here; a request that nobody ended was ended by `code`."""
        if self.hops and self.hops[-1].status is None and not self.hops[-1].refusal:
            self.hops[-1] = replace(self.hops[-1], refusal=code)
        pairs = self.hops[-1].headers if self.hops else []
        content_type = next((value for name, value in pairs if name.lower() == "content-type"), "")
        media_type, charset = split_content_type(content_type)
        wire = self.wire_body or self.body
        return {
            "hops": tuple(self.hops),
            "media_type": media_type,
            "charset": charset,
            "wire_length": len(wire),
            "wire_sha256": hashlib.sha256(wire).hexdigest(),
            "body": bytes(self.body),
            "wire_body": bytes(self.wire_body),
        }
