"""The fetching child: one visit for each job. Hops and bytes go to the parent as they come; the answer is JSON."""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from importlib.metadata import version
from typing import Final, override

from sources.addresses import Address, AddressRefused, Doors, parse
from sources.capture import child
from sources.capture.alarm import within
from sources.capture.frames import BODY, HOP_BEGINS, HOP_ENDS, WIRE
from sources.capture.guard import TLS_LIBRARY, Stopped
from sources.capture.robots import DISALLOWED, Robots, Wish
from sources.capture.unpack import ZSTD_LIBRARY
from sources.capture.visit import Hop, Limits, Visit, visit

SHORTEST_LOOK: Final = 0.2  # seconds; with less left the site's robots.txt is not asked for

VERSIONS: Final = {
    **{name: version(name) for name in ("urllib3", "ada-url", "brotli", "protego")},
    "zstd": ZSTD_LIBRARY,
    "tls": TLS_LIBRARY,
}
_robots: Final = Robots()


class _Streamed(Visit):
    """A visit that keeps no bytes: every piece leaves this process at once, so none is lost with it."""

    received: int = 0

    @override
    def begin_hop(self, hop: Hop) -> None:
        super().begin_hop(hop)
        child.piece(HOP_BEGINS, json.dumps(asdict(hop)).encode())
        child.progress({"step": "connecting", "address": hop.url[:300]})

    @override
    def end_hop(self, hop: Hop) -> None:
        super().end_hop(hop)
        child.piece(HOP_ENDS, json.dumps(asdict(hop)).encode())

    @override
    def take_wire(self, piece: bytes) -> None:
        child.piece(WIRE, piece)

    @override
    def take_body(self, piece: bytes) -> None:
        child.piece(BODY, piece)
        self.received += len(piece)
        child.progress({"step": "downloading", "bytes": self.received})


def work(request: bytes) -> bytes:
    """Make the visit that the request names; the deadline also interrupts headers that drip in."""
    asked = json.loads(request)
    limits = Limits(**asked["limits"])
    doors = Doors(frozenset(asked["ports"]), frozenset(asked["loopback"]))
    deadline = time.monotonic() + limits.total_seconds
    made = _Streamed(href=asked["href"])
    wishes: list[Wish] = []

    def may_visit(address: Address) -> bool:
        wishes.append(_robots.wish(address, limits, doors, deadline - time.monotonic()))
        return wishes[-1].robots != DISALLOWED

    try:
        with within(limits.total_seconds):
            visit(asked["href"], limits, doors, made, may_visit if asked["obey_robots"] else None)
    except Stopped as stopped:  # the alarm went off outside the visit proper
        made.code, made.detail = stopped.code, stopped.detail
    wish = wishes[-1] if wishes else _look_around(made, limits, doors, deadline - time.monotonic())
    told = {
        "code": made.code,
        "detail": made.detail,
        "href": made.href,
        "robots": wish.robots,
        "crawl_delay": wish.crawl_delay,
        "versions": VERSIONS,
    }
    return json.dumps(told).encode()


def _look_around(made: Visit, limits: Limits, doors: Doors, seconds: float) -> Wish:
    """What the site asks of robots, for the record: after the visit, in what is left of its time."""
    reached = [hop for hop in made.hops if hop.status is not None]
    if not reached or seconds < SHORTEST_LOOK:
        return Wish()
    try:
        return _robots.wish(parse(reached[-1].url, doors), limits, doors, seconds)
    except AddressRefused:
        return Wish()


if __name__ == "__main__":
    child.main(work, may_connect=True)
