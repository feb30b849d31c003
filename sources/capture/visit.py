"""One visit to a link: guarded hops, no cookies, no Referer, every size and time capped.

Runs inside the fetching child process and imports no Django; outcomes are therefore codes (text) here.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from sources.addresses import Address, AddressRefused, Doors, join, parse
from sources.capture import guard
from sources.capture.guard import Answer, Stopped, Trace
from sources.capture.unpack import ENCODINGS, PIECE, Unpacker

MOVED: Final = frozenset({301, 302, 303, 307, 308})
NAMED: Final = frozenset({401, 403, 404, 410, 429, 451})


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
    """One request of a visit, as it went. `status` is None when no answer came; then `refusal` says why.

    `at`: when it began (UTC, ISO 8601). `resolved`: every address of the name; `tried`: those a connection was
    attempted to; `connected`: the one that took it. `tls`: the version agreed on. `status_line` and `headers` are
    for reading: without NUL. `head`: both as they came, byte for byte, in base64, also when they broke off.
    Hops are kept as JSON and made again from it: a new field needs a default.
    """

    url: str
    status: int | None = None
    resolved: list[str] = field(default_factory=list)
    connected: str = ""
    certificate_sha256: str = ""
    headers: list[list[str]] = field(default_factory=list)
    refusal: str = ""
    at: str = ""
    tried: list[str] = field(default_factory=list)
    tls: str = ""
    status_line: str = ""
    head: str = ""

    @property
    def raw_head(self) -> bytes:
        """Status line and headers as they came, the empty line after them included."""
        return base64.b64decode(self.head)


@dataclass(slots=True)
class Visit:
    """What came of a visit. `body` is unpacked; `wire_body` is what came, empty unless the body came packed.

    Hops and bytes arrive through the methods below, each as soon as it is there.
    """

    hops: list[Hop] = field(default_factory=list)
    code: str = "ok"
    detail: str = ""
    href: str = ""
    body: bytearray = field(default_factory=bytearray)
    wire_body: bytearray = field(default_factory=bytearray)

    def begin_hop(self, hop: Hop) -> None:
        """A request is about to be made."""
        self.hops.append(hop)

    def end_hop(self, hop: Hop) -> None:
        """What is known of the request that began last, once it was answered or given up."""
        self.hops[-1] = hop

    def take_wire(self, piece: bytes) -> None:
        """A piece of a packed body as it came."""
        self.wire_body += piece

    def take_body(self, piece: bytes) -> None:
        """A piece of the body, unpacked."""
        self.body += piece


def visit(
    href: str,
    limits: Limits,
    doors: Doors,
    made: Visit | None = None,
    may_visit: Callable[[Address], bool] | None = None,
) -> Visit:
    """Fetch a link, following at most `limits.redirects` redirects. Never raises: the code says how it ended.

    `made` is where it is put down. `may_visit` is asked before each hop; its no ends the visit (robots.disallow).
    """
    made = made or Visit()
    made.href = href
    deadline = time.monotonic() + limits.total_seconds
    try:
        answer = _follow(href, limits, doors, deadline, made, may_visit)
        _take_body(answer, limits, deadline, made)
        made.code = code_of_status(answer.response.status)
    except AddressRefused as refused:
        made.begin_hop(Hop(made.href, refusal=refused.code, at=_now()))
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


def _follow(
    href: str,
    limits: Limits,
    doors: Doors,
    deadline: float,
    made: Visit,
    may_visit: Callable[[Address], bool] | None,
) -> Answer:
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
        if may_visit and not may_visit(address):
            raise _refuse_hop(made, "robots.disallow")
        seen.add(address.href)
        answer = _knock(address, limits, doors, deadline, made)
        location = answer.response.headers.get("location")
        if answer.response.status not in MOVED or not location:
            return answer
        guard.close(answer)
        previous, href = address, join(address.href, _readable(location))


def _refuse_hop(made: Visit, code: str) -> Stopped:
    made.begin_hop(Hop(made.href, refusal=code, at=_now()))
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
        "Accept-Encoding": ENCODINGS,
        "Connection": "close",
    }
    trace, at = Trace(), _now()
    made.begin_hop(Hop(address.href, at=at))
    try:
        answer = guard.ask(
            address,
            doors,
            headers=headers,
            connect_seconds=limits.connect_seconds,
            deadline=deadline,
            most_head=limits.header_bytes,
            trace=trace,
        )
    except Stopped as stopped:
        made.end_hop(_hop(address, at, trace, refusal=stopped.code))
        raise
    made.end_hop(_hop(address, at, trace, answer=answer))
    return answer


def _hop(address: Address, at: str, trace: Trace, *, answer: Answer | None = None, refusal: str = "") -> Hop:
    """The record of one request, from what its trace holds."""
    pairs = answer.response.headers.items() if answer else ()
    return Hop(
        address.href,
        status=answer.response.status if answer else None,
        resolved=trace.resolved,
        connected=trace.connected,
        certificate_sha256=trace.certificate_sha256,
        headers=[[name, value.replace("\0", "")] for name, value in pairs],
        refusal=refusal,
        at=at,
        tried=trace.tried,
        tls=trace.tls,
        status_line=_status_line(bytes(trace.head)) if answer else "",
        head=base64.b64encode(trace.head).decode("ascii"),
    )


def _status_line(head: bytes) -> str:
    """The last status line: a server may send "100 Continue" and its headers before the answer proper."""
    blocks = head.replace(b"\r\n", b"\n").strip(b"\n").split(b"\n\n")
    return blocks[-1].split(b"\n")[0].decode("latin-1").replace("\0", "").strip()


def _take_body(answer: Answer, limits: Limits, deadline: float, made: Visit) -> None:
    """Read and unpack the body under its caps; what came before a stop is kept in `made`. Raises Stopped."""
    headers = answer.response.headers
    announced = headers.get("content-length", "")
    received = 0
    try:
        if announced.isdecimal() and int(announced[:20]) > limits.body_bytes:
            raise Stopped("size.header", announced[:20])
        unpacker = Unpacker(
            headers.get("content-encoding", ""), most=limits.body_bytes, ratio=limits.ratio, take=made.take_body
        )
        while piece := guard.read_some(answer, PIECE, deadline):
            kept = piece[: limits.body_bytes - received]
            received += len(kept)
            if unpacker.is_packed:
                made.take_wire(kept)
            unpacker.feed(kept)
            if len(kept) < len(piece):
                raise Stopped("size.streamed")
        if received and not unpacker.is_complete:
            raise Stopped("body.truncated", "packed stream without its end")
    finally:
        guard.close(answer)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def split_content_type(header: str) -> tuple[str, str]:
    """Media type and charset of a Content-Type header, lower case, "" where absent."""
    media_type, _, parameters = header.partition(";")
    charset = ""
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            charset = value.strip().strip("\"'").lower()[:40]
    return media_type.strip().lower()[:100], charset
