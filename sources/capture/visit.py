"""One visit to a link: guarded hops, no cookies, no Referer, every size and time capped.

Runs inside the fetching child process and imports no Django; outcomes are therefore codes (text) here.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, field
from typing import Final

from sources.addresses import Address, AddressRefused, Doors, join, parse
from sources.capture import guard
from sources.capture.guard import Answer, Stopped
from sources.capture.unpack import PIECE, Unpacker

MOVED: Final = frozenset({301, 302, 303, 307, 308})
NAMED: Final = frozenset({401, 403, 404, 410, 429, 451})
MOST_IN_ONE_HEADER: Final = 2000  # characters kept of one header on record


@dataclass(frozen=True, slots=True)
class Limits:
    """What one visit may take. The numbers and their measurements stand in the trust note."""

    total_seconds: float = 30.0
    connect_seconds: float = 5.0
    header_bytes: int = 64 * 1024
    body_bytes: int = 25 * 1024 * 1024
    ratio: int = 100
    redirects: int = 5
    memory_bytes: int = 512 * 1024 * 1024
    cpu_seconds: int = 30
    user_agent: str = "Mozilla/5.0 (compatible; harmtracker; keeps evidence of published statements)"


@dataclass(frozen=True, slots=True)
class Hop:
    """One request of a visit, as it went. `status` is None when no answer came; then `refusal` says why."""

    url: str
    status: int | None = None
    resolved: list[str] = field(default_factory=list)
    connected: str = ""
    certificate_sha256: str = ""
    headers: list[list[str]] = field(default_factory=list)
    refusal: str = ""


@dataclass(slots=True)
class Visit:
    """What came of a visit. `body` is unpacked; `wire_*` describe it as it came over the wire."""

    hops: list[Hop] = field(default_factory=list)
    code: str = "ok"
    detail: str = ""
    href: str = ""
    media_type: str = ""
    charset: str = ""
    wire_length: int = 0
    wire_sha256: str = ""
    body: bytes = b""


def visit(href: str, limits: Limits, doors: Doors) -> Visit:
    """Fetch a link, following at most `limits.redirects` redirects. Never raises: the code says how it ended."""
    made = Visit(href=href)
    deadline = time.monotonic() + limits.total_seconds
    try:
        answer = _follow(href, limits, doors, deadline, made)
        _take_body(answer, limits, deadline, made)
        made.code = code_of_status(answer.response.status)
    except AddressRefused as refused:
        made.hops.append(Hop(made.href, refusal=refused.code))
        made.code = refused.code
    except Stopped as stopped:
        made.code, made.detail = stopped.code, stopped.detail
    return made


def code_of_status(status: int) -> str:
    """The outcome code of an HTTP status that is the end of a visit."""
    if 200 <= status < 300:
        return "ok"
    if status in NAMED:
        return f"http.{status}"
    if 400 <= status < 500:
        return "http.4xx"
    return "http.5xx" if 500 <= status < 600 else "http.broken"


def _follow(href: str, limits: Limits, doors: Doors, deadline: float, made: Visit) -> Answer:
    """Go from hop to hop until an answer is no redirect. Each hop is parsed and guarded afresh."""
    seen: set[str] = set()
    previous: Address | None = None
    while True:
        made.href = href
        address = parse(href, doors)
        if previous and previous.is_secure and not address.is_secure:
            raise _refuse_hop(made, "redirect.downgrade")
        if address.href in seen:
            raise _refuse_hop(made, "redirect.loop")
        if len(seen) > limits.redirects:
            raise _refuse_hop(made, "redirect.toomany")
        seen.add(address.href)
        answer = _knock(address, limits, doors, deadline, made)
        location = answer.response.headers.get("location")
        if answer.response.status not in MOVED or not location:
            return answer
        guard.close(answer)
        previous, href = address, join(address.href, _readable(location))


def _refuse_hop(made: Visit, code: str) -> Stopped:
    made.hops.append(Hop(made.href, refusal=code))
    return Stopped(code)


def _readable(location: str) -> str:
    """A Location header as it was meant: servers send UTF-8, which arrives read as Latin-1."""
    try:
        return location.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return location


def _knock(address: Address, limits: Limits, doors: Doors, deadline: float, made: Visit) -> Answer:
    """Ask at one address and put the hop on record, refused or not. Raises Stopped."""
    headers = {
        "User-Agent": limits.user_agent,
        "Accept": "text/html,application/xhtml+xml,application/pdf;q=0.9,text/plain;q=0.8,*/*;q=0.1",
        "Accept-Encoding": "gzip, br",
        "Connection": "close",
    }
    try:
        answer = guard.ask(address, doors, headers=headers, connect_seconds=limits.connect_seconds, deadline=deadline)
    except Stopped as stopped:
        made.hops.append(Hop(address.href, refusal=stopped.code))
        raise
    pairs = list(answer.response.headers.items())
    kept = [[name[:200], value.replace("\0", "")[:MOST_IN_ONE_HEADER]] for name, value in pairs[:100]]
    made.hops.append(
        Hop(
            address.href,
            status=answer.response.status,
            resolved=list(answer.resolved),
            connected=answer.connected,
            certificate_sha256=answer.certificate_sha256,
            headers=kept,
        )
    )
    if sum(len(name) + len(value) + 4 for name, value in pairs) > limits.header_bytes:
        guard.close(answer)
        raise Stopped("size.headers")
    return answer


def _take_body(answer: Answer, limits: Limits, deadline: float, made: Visit) -> None:
    """Read and unpack the body under its caps; what came before a stop is kept in `made`. Raises Stopped."""
    headers = answer.response.headers
    made.media_type, made.charset = split_content_type(headers.get("content-type", ""))
    announced = headers.get("content-length", "")
    digest = hashlib.sha256()
    try:
        if announced.isdecimal() and int(announced[:20]) > limits.body_bytes:
            raise Stopped("size.header", announced[:20])
        unpacker = Unpacker(headers.get("content-encoding", ""), most=limits.body_bytes, ratio=limits.ratio)
        try:
            while piece := guard.read_some(answer, PIECE, deadline):
                digest.update(piece)
                unpacker.feed(piece)
        finally:
            made.body, made.wire_length, made.wire_sha256 = (
                bytes(unpacker.body),
                unpacker.wire_length,
                digest.hexdigest(),
            )
        if made.wire_length and not unpacker.is_complete:
            raise Stopped("body.truncated", "packed stream without its end")
    finally:
        guard.close(answer)


def split_content_type(header: str) -> tuple[str, str]:
    """Media type and charset of a Content-Type header, lower case, "" where absent."""
    media_type, _, parameters = header.partition(";")
    charset = ""
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            charset = value.strip().strip("\"'").lower()[:40]
    return media_type.strip().lower()[:100], charset
