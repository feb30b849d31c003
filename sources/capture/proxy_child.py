"""The proxy child: for one rendering, the only way of a browser to the outside, and it leads through the guard.

It listens on loopback under a port of its own while the rendering lasts, and serves one account of this machine alone.
Names are resolved, checked and connected to by the guard, never by the browser. What is encrypted passes unread.
"""

from __future__ import annotations

import json
import math
import select
import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sources.addresses import Address, AddressRefused, Doors, parse
from sources.capture import child, guard
from sources.capture.frames import PORT
from sources.capture.guard import Stopped, Trace

MOST_AT_ONCE: Final = 40  # connections of the browser
MOST_HOSTS: Final = 100  # a page with its advertisements needs some thirty
LOOK_EVERY: Final = 0.1  # seconds between two looks whether the rendering is over
HEAD_SECONDS: Final = 5
SILENT_SECONDS: Final = 10  # a connection on which nothing moves for so long is closed
PIECE: Final = 64 * 1024
STACK: Final = 256 * 1024
OF_THE_HOP: Final = (b"proxy-", b"connection:", b"keep-alive:", b"upgrade:", b"te:")
REFUSAL: Final = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
OPENED: Final = b"HTTP/1.1 200 Connection established\r\n\r\n"
MODES: Final = select.POLLIN | select.POLLHUP | select.POLLERR


@dataclass(frozen=True, slots=True)
class Rules:
    """What one rendering may do. `account`: number of the one account that is served. `lasts_while`: a folder."""

    doors: Doors
    seconds: float
    connect_seconds: float
    head_bytes: int
    body_bytes: int
    account: int
    lasts_while: Path


@dataclass(slots=True)
class _Visited:
    """A host and port the browser asked for: how often, where it led to, bytes that came, why it was refused."""

    asked: int = 0
    connected: str = ""
    received: int = 0
    refusal: str = ""


@dataclass(slots=True)
class _Way:
    """What the connections of one rendering share."""

    rules: Rules
    port: int
    deadline: float
    is_over: threading.Event = field(default_factory=threading.Event)
    visited: dict[str, _Visited] = field(default_factory=dict)
    received: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def visit_to(self, authority: str) -> _Visited:
        """The entry of a host and port. Raises Stopped for one host too many."""
        with self.lock:
            if authority not in self.visited and len(self.visited) >= MOST_HOSTS:
                raise Stopped("url.invalid", "too many hosts")
            entry = self.visited.setdefault(authority, _Visited())
            entry.asked += 1
            return entry

    def count(self, entry: _Visited, received: int) -> None:
        """Put down bytes that came. Raises Stopped (size.streamed) over the cap of the whole rendering."""
        with self.lock:
            entry.received += received
            self.received += received
            if self.received > self.rules.body_bytes:
                self.is_over.set()
                raise Stopped("size.streamed")


def work(request: bytes) -> bytes:
    """Serve until the folder is gone or time is up; the answer is JSON: what was asked for, and what came of it."""
    asked = json.loads(request)
    doors = Doors(frozenset(asked["ports"]), frozenset(asked["loopback"]))
    limits = {name: asked[name] for name in ("seconds", "connect_seconds", "head_bytes", "body_bytes", "account")}
    rules = Rules(doors=doors, lasts_while=Path(asked["lasts_while"]), **limits)
    threading.stack_size(STACK)
    with socket.create_server(("127.0.0.1", 0), backlog=MOST_AT_ONCE) as listening:
        port = listening.getsockname()[1]
        way = _Way(rules, port, time.monotonic() + rules.seconds)
        child.piece(PORT, str(port).encode())
        _serve(listening, way)
    return json.dumps({host: _told(entry) for host, entry in way.visited.items()}).encode()


def _told(entry: _Visited) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in _Visited.__slots__}


def _serve(listening: socket.socket, way: _Way) -> None:
    listening.settimeout(LOOK_EVERY)
    serving: list[threading.Thread] = []
    while way.rules.lasts_while.exists() and time.monotonic() < way.deadline and not way.is_over.is_set():
        serving = [thread for thread in serving if thread.is_alive()]
        try:
            browser, (_host, its_port) = listening.accept()
        except TimeoutError:
            continue
        if len(serving) >= MOST_AT_ONCE or account_behind(its_port, way.port) != way.rules.account:
            browser.close()
            continue
        serving.append(threading.Thread(target=_answer, args=(browser, way), daemon=True))
        serving[-1].start()
    way.is_over.set()
    for thread in serving:
        thread.join(2 * LOOK_EVERY)


def account_behind(its_port: int, our_port: int) -> int | None:
    """The number of the account whose connection from loopback this is, as the kernel says; None if it does not."""
    ends = [f"0100007F:{its_port:04X}", f"0100007F:{our_port:04X}"]
    try:
        lines = Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]
    except OSError:
        return None
    return next((int(parts[7]) for parts in map(str.split, lines) if parts[1:3] == ends), None)


def _answer(browser: socket.socket, way: _Way) -> None:
    """One request of the browser: a tunnel, or a page without encryption. Whatever fails ends this request only."""
    with browser, suppress(OSError):
        browser.settimeout(HEAD_SECONDS)
        head, begun = _head_of(browser, way.rules.head_bytes)
        method, _, rest = head.partition(b"\r\n")[0].partition(b" ")
        target = rest.rpartition(b" ")[0].decode("latin-1")
        is_tunnel = method == b"CONNECT"
        try:
            site, entry = _way_out(f"https://{target}/" if is_tunnel else target, way, is_tunnel=is_tunnel)
        except (Stopped, AddressRefused):
            browser.sendall(REFUSAL)
            return
        with site:
            browser.settimeout(SILENT_SECONDS)
            left = math.inf if is_tunnel else _length_of(head)
            if is_tunnel:
                browser.sendall(OPENED)
            else:
                site.sendall(_passed_on(head, method, parse(target, way.rules.doors)))
            with suppress(Stopped):
                _relay(browser, site, way, entry, begun, left)


def _head_of(browser: socket.socket, most: int) -> tuple[bytes, bytes]:
    """The head of a request, and what came of its body already. Raises OSError when it is none."""
    received = b""
    while b"\r\n\r\n" not in received:
        some = browser.recv(PIECE)
        if not some or len(received) > most:
            raise ConnectionAbortedError
        received += some
    head, _, begun = received.partition(b"\r\n\r\n")
    return head, begun


def _way_out(href: str, way: _Way, *, is_tunnel: bool) -> tuple[socket.socket, _Visited]:
    """A connection to where the browser wants to go, and its entry. Raises Stopped, AddressRefused; both on record."""
    entry = _Visited()
    try:
        entry = way.visit_to(_authority_in(href))
        address = parse(href, way.rules.doors)
        if address.is_secure != is_tunnel:  # https goes through a tunnel, or we would have to read it
            raise Stopped("url.scheme")
        trace = Trace()
        site = guard.connect(
            address.host,
            address.port,
            way.rules.doors,
            connect_seconds=way.rules.connect_seconds,
            deadline=way.deadline,
            trace=trace,
        )
    except (Stopped, AddressRefused) as refused:
        entry.refusal = refused.code
        raise
    entry.connected = trace.connected
    return site, entry


def _authority_in(href: str) -> str:
    """Host and port as asked for, for the record: also of an address that is no address."""
    return href.partition("://")[2].partition("/")[0][:300]


def _passed_on(head: bytes, method: bytes, address: Address) -> bytes:
    """The request as the site gets it: the target without the host, nothing meant for us, one answer and no more."""
    lines = head.split(b"\r\n")[1:]
    kept = [line for line in lines if not line.lower().startswith(OF_THE_HOP)]
    first = method + b" " + address.target.encode() + b" HTTP/1.1"
    return b"\r\n".join([first, *kept, b"Connection: close", b"", b""])


def _length_of(head: bytes) -> int:
    """How many bytes of a body follow the head of a request."""
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length" and value.strip().isdigit():
            return int(value.strip()[:12])
    return 0


def _relay(browser: socket.socket, site: socket.socket, way: _Way, entry: _Visited, begun: bytes, left: float) -> None:
    """Hand on what comes until one side hangs up. Of the browser's no more than `left` bytes, `begun` the first.

    So a second request in one connection, which may be for another host, reaches nobody.
    """
    left -= _send(site, begun, left)
    waiting = select.poll()
    for end in (browser, site):
        end.settimeout(SILENT_SECONDS)
        waiting.register(end, select.POLLIN)
    moved = time.monotonic()
    while not way.is_over.is_set() and time.monotonic() < min(moved + SILENT_SECONDS, way.deadline):
        ready = {number for number, mode in waiting.poll(LOOK_EVERY * 1000) if mode & MODES}
        if not ready:
            continue
        moved = time.monotonic()
        if site.fileno() in ready:
            some = site.recv(PIECE)
            if not some:
                return
            way.count(entry, len(some))
            browser.sendall(some)
        if browser.fileno() in ready:
            some = browser.recv(PIECE)
            if not some:
                return
            left -= _send(site, some, left)


def _send(site: socket.socket, some: bytes, left: float) -> int:
    """Send at most `left` bytes; how many."""
    kept = some[: int(min(left, len(some)))]
    site.sendall(kept)
    return len(kept)


if __name__ == "__main__":
    child.main(work, may_connect=True)
