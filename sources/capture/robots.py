"""What a site asks of robots: its robots.txt, fetched through the same guard, read and remembered for an hour.

Nothing here can fail a capture: whatever goes wrong, the answer is "unknown". Imports no Django (fetching child).
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Final

from protego import Protego

from sources.addresses import Address, AddressRefused, Doors, join
from sources.capture.alarm import within
from sources.capture.guard import Stopped
from sources.capture.visit import Limits, visit

AGENT: Final = "harmtracker"  # the product's name in its User-Agent, which rules address it by
MOST_BYTES: Final = 500 * 1024  # RFC 9309 asks for at least that much; the rest is not read
MOST_SECONDS: Final = 3.0
REMEMBERED_SECONDS: Final = 3600
MOST_REMEMBERED: Final = 200  # sites
LONGEST_LINE: Final = 2_000
LONGEST_DELAY: Final = 86_400.0

ALLOWED: Final = "allowed"
DISALLOWED: Final = "disallowed"
UNKNOWN: Final = "unknown"

# RFC 9309, 2.3.1.3: a site that has no such file asks for nothing.
NONE_THERE: Final = frozenset({"http.401", "http.403", "http.404", "http.410", "http.451", "http.4xx"})
# The beginning of a file that is longer than it should be still says something.
READ_IN_PART: Final = frozenset({"ok", "size.streamed", "size.decoded", "body.truncated"})


@dataclass(frozen=True, slots=True)
class Wish:
    """What a site asks for one page: "allowed", "disallowed" or "unknown", and seconds between two visits."""

    robots: str = UNKNOWN
    crawl_delay: float | None = None


@dataclass(frozen=True, slots=True)
class _Known:
    """What was found at one site. `rules` is None where it asks for nothing or could not be asked."""

    until: float
    rules: Protego | None
    is_known: bool


class Robots:
    """The wishes of sites, remembered by scheme, host and port for as long as this object lives, an hour at most."""

    def __init__(self) -> None:
        self._known: dict[str, _Known] = {}

    def wish(self, address: Address, limits: Limits, doors: Doors, seconds: float = MOST_SECONDS) -> Wish:
        """What the site of this address asks for this page. Takes `seconds` at most and raises nothing."""
        try:
            with within(min(seconds, MOST_SECONDS)):
                known = self._site(address, limits, doors)
                if not known.rules:
                    return Wish(ALLOWED if known.is_known else UNKNOWN)
                may = known.rules.can_fetch(address.href, AGENT)
                delay = known.rules.crawl_delay(AGENT)
                return Wish(ALLOWED if may else DISALLOWED, None if delay is None else min(delay, LONGEST_DELAY))
        except (Stopped, AddressRefused, MemoryError, ValueError, RecursionError):
            return Wish()

    def _site(self, address: Address, limits: Limits, doors: Doors) -> _Known:
        place = join(address.href, "/robots.txt")
        known = self._known.get(place)
        if known is None or known.until < time.monotonic():
            while len(self._known) >= MOST_REMEMBERED:
                self._known.pop(next(iter(self._known)))
            # Should the site be too slow or its file too much for us, it is not asked again for every page.
            self._known[place] = _Known(time.monotonic() + REMEMBERED_SECONDS, None, is_known=False)
            known = self._known[place] = _ask(place, limits, doors)
        return known


def _ask(place: str, limits: Limits, doors: Doors) -> _Known:
    modest = replace(limits, total_seconds=MOST_SECONDS, connect_seconds=2.0, body_bytes=MOST_BYTES)
    made = visit(place, modest, doors)
    rules = Protego.parse(_rules_in(bytes(made.body))) if made.code in READ_IN_PART else None
    is_known = rules is not None or made.code in NONE_THERE
    return _Known(time.monotonic() + REMEMBERED_SECONDS, rules, is_known)


def _rules_in(body: bytes) -> str:
    """The lines of a robots.txt that can be rules: no real one is longer than an address may be."""
    lines = body.decode("utf-8-sig", "replace").replace("\0", "").splitlines()
    return "\n".join(line for line in lines if len(line) <= LONGEST_LINE)
