"""The one module that opens connections to the outside. A test proves that no other module does.

A name is resolved once. If ANY of its addresses is not plainly public the name is refused, and the connection
is made to the very address that was checked, so a resolver that changes its mind in between gains nothing.
Imports no Django: it runs in the fetching child process.
"""

from __future__ import annotations

import errno
import hashlib
import http.client
import socket
import ssl
import sys
import time
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final, override

import urllib3.connection
import urllib3.exceptions

from sources.addresses import Address, Doors, is_plainly_public, literal_address

if TYPE_CHECKING:
    from urllib3.response import BaseHTTPResponse

MOST_TRIED: Final = 3  # addresses of one name; a site with more that are all dead is down
TLS_LIBRARY: Final = ssl.OPENSSL_VERSION
MOST_HEAD: Final = 64 * 1024  # bytes of status line and headers
EXPIRED: Final = 10  # X509_V_ERR_CERT_HAS_EXPIRED


class Stopped(Exception):
    """The visit ends here. `code` is an Outcome code; `detail` a few words for the log, never shown as such."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail


@dataclass(slots=True)
class Trace:
    """What is known of one request so far. It is filled in as the request goes, so that a failure loses nothing.

    `resolved`: every address of the name. `tried`: those a connection was attempted to, in order; `connected`: the
    one that took it. `tls`: the version agreed on. `certificate_sha256`: of the certificate the other side showed, also
    one that was refused. `head`: status line and headers, byte for byte as they came.
    """

    resolved: list[str] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)
    connected: str = ""
    tls: str = ""
    certificate_sha256: str = ""
    head: bytearray = field(default_factory=bytearray)


@dataclass(frozen=True, slots=True)
class Answer:
    """An open answer: headers are in, the body is still on the wire."""

    response: BaseHTTPResponse
    socket: socket.socket


def resolve(host: str, port: int) -> list[str]:
    """Every address of a name, in the resolver's order, as text. Raises Stopped (dns.*)."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    except socket.gaierror as error:
        missing = error.errno in (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME))
        raise Stopped("dns.nxdomain" if missing else "dns.temp", str(error)) from error
    except UnicodeError as error:  # a label over 63 characters
        raise Stopped("dns.nxdomain", "label too long") from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def checked_addresses(host: str, port: int, doors: Doors, trace: Trace | None = None) -> list[str]:
    """The addresses of a host, all of them plainly public, or the one exact loopback pair that is allowed.

    Raises Stopped: ssrf.blocked if even one address is not public, dns.* if there is none. `trace` keeps what the
    name resolved to even then.
    """
    literal = literal_address(host)
    is_allowed_pair = doors.allow_pair(host, port)
    addresses = [host] if is_allowed_pair else [str(literal)] if literal else resolve(host, port)
    if trace:
        trace.resolved[:] = addresses
    if is_allowed_pair:
        return addresses
    if not addresses:
        raise Stopped("dns.nxdomain", "no address")
    for address in addresses:
        parsed = literal_address(address)
        if parsed is None or not is_plainly_public(parsed):
            raise Stopped("ssrf.blocked", f"{host} is {address}")
    return addresses


def connect(
    host: str, port: int, doors: Doors, *, connect_seconds: float, deadline: float, trace: Trace
) -> socket.socket:
    """An open connection to a checked address of a host, nothing sent over it yet. Raises Stopped.

    `deadline` is on the monotonic clock. `trace` is filled in as far as it came.
    """
    refusal = Stopped("tcp.timeout")
    for address in checked_addresses(host, port, doors, trace)[:MOST_TRIED]:
        trace.tried.append(address)
        try:
            opened = _connect_to(address, port, connect_seconds, deadline)
        except OSError as error:
            refusal = _as_stopped(error)
        else:
            trace.connected = address
            return opened
    raise refusal


def _connect_to(address: str, port: int, connect_seconds: float, deadline: float) -> socket.socket:
    """Connect to a checked address given as digits, so that nothing is resolved a second time."""
    opened = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
    try:
        opened.settimeout(_seconds_left(deadline, at_most=connect_seconds))
        opened.connect((address, port))
        opened.settimeout(_seconds_left(deadline))
    except BaseException:
        opened.close()
        raise
    return opened


class _Head:
    """Stands before a connection's bytes while status line and headers are read, and keeps them, under a cap.

    Bytes are kept as they arrive, not line by line: a line that never ends is on record as far as it came.
    """

    def __init__(self, behind: Any, head: bytearray, most: int) -> None:
        self.behind = behind
        self._head = head
        self._most = most

    def readline(self, limit: int) -> bytes:
        """A line with its end, or `limit` bytes of it. Raises Stopped (size.headers) over the cap."""
        line = bytearray()
        while len(line) < limit and not line.endswith(b"\n"):
            waiting = self.behind.peek(1)
            if not waiting:
                break
            end = waiting.find(b"\n") + 1 or len(waiting)
            some = self.behind.read(min(end, limit - len(line)))
            line += some
            room = self._most - len(self._head)
            self._head += some[:room]
            if len(some) > room:
                raise Stopped("size.headers")
        return bytes(line)

    def close(self) -> None:
        """Hang up."""
        self.behind.close()


class _Recorded(http.client.HTTPResponse):
    """An answer whose status line and headers are kept as they came."""

    def __init__(self, opened: socket.socket, *rest: Any, head: bytearray, most: int, **named: Any) -> None:
        super().__init__(opened, *rest, **named)
        self._kept_in, self._most = head, most

    @override
    def begin(self) -> None:
        """Read status line and headers; http.client calls it once for each answer."""
        self.fp: Any = _Head(self.fp, self._kept_in, self._most)
        try:
            super().begin()
        finally:
            if isinstance(self.fp, _Head):
                self.fp = self.fp.behind


class _Guarded(urllib3.connection.HTTPConnection):
    """A connection that goes only to checked addresses. `deadline` is on the monotonic clock."""

    doors: Doors
    deadline: float
    connect_seconds: float
    trace: Trace

    @override
    def _new_conn(self) -> socket.socket:
        return connect(
            self.host.strip("[]"),
            self.port,
            self.doors,
            connect_seconds=self.connect_seconds,
            deadline=self.deadline,
            trace=self.trace,
        )


class _GuardedSecure(_Guarded, urllib3.connection.HTTPSConnection):
    """The same over TLS, the certificate checked against the name."""


def ask(
    address: Address,
    doors: Doors,
    *,
    headers: dict[str, str],
    connect_seconds: float,
    deadline: float,
    most_head: int = MOST_HEAD,
    trace: Trace | None = None,
    body: bytes | None = None,
) -> Answer:
    """Send one GET, or a POST with this `body`, and wait for the headers of the answer. Raises Stopped.

    Follows nothing. `trace` is filled in as far as the request came, whatever becomes of it.
    """
    trace = trace or Trace()
    connection = _connection(address, trace)
    connection.doors, connection.deadline, connection.connect_seconds = doors, deadline, connect_seconds
    connection.trace = trace
    recorded = partial(_Recorded, head=trace.head, most=most_head)
    connection.response_class = recorded  # type: ignore[assignment]
    try:
        return _ask(connection, address.target, headers, body)
    except (OSError, urllib3.exceptions.HTTPError, http.client.HTTPException) as error:
        connection.close()
        raise _as_stopped(error) from error
    except Stopped:
        connection.close()
        raise


def _ask(connection: _Guarded, target: str, headers: dict[str, str], body: bytes | None) -> Answer:
    method = "GET" if body is None else "POST"
    connection.request(method, target, body, headers, preload_content=False, decode_content=False)
    opened = connection.sock
    if isinstance(opened, ssl.SSLSocket):
        certificate = opened.getpeercert(binary_form=True)
        connection.trace.certificate_sha256 = hashlib.sha256(certificate).hexdigest() if certificate else ""
        connection.trace.tls = opened.version() or ""
    connection.timeout = _seconds_left(connection.deadline)
    return Answer(connection.getresponse(), opened)


def _connection(address: Address, trace: Trace) -> _Guarded:
    if not address.is_secure:
        return _Guarded(address.host, address.port)
    context = ssl.create_default_context()
    context.sslsocket_class = _telling(trace)
    return _GuardedSecure(address.host, address.port, ssl_context=context)


def _telling(trace: Trace) -> type[ssl.SSLSocket]:
    """A socket that puts the certificate of the other side on record also where it refuses it.

    The handshake ends with the refusal, so nothing of ours was sent over the connection. Python tells it from 3.13 on.
    """

    class Telling(ssl.SSLSocket):
        @override
        def do_handshake(self, block: bool = False) -> None:
            try:
                super().do_handshake(block)
            except ssl.SSLCertVerificationError:
                if sys.version_info >= (3, 13):
                    shown = self.get_unverified_chain()
                    trace.certificate_sha256 = hashlib.sha256(shown[0]).hexdigest() if shown else ""
                trace.tls = self.version() or ""
                raise

    return Telling


def read_some(answer: Answer, size: int, deadline: float) -> bytes:
    """At most `size` bytes as they came over the wire, b"" at the end. Raises Stopped, time.total included."""
    try:
        left = _seconds_left(deadline)
        if answer.socket.fileno() != -1:  # after "Connection: close" the last byte closes the socket
            answer.socket.settimeout(left)
        return answer.response.read1(size, decode_content=False)
    except (OSError, urllib3.exceptions.HTTPError, http.client.HTTPException) as error:
        stopped = _as_stopped(error)
        raise stopped if stopped.code == "time.total" else Stopped("body.truncated", stopped.detail) from error


def close(answer: Answer) -> None:
    """Hang up without reading the rest."""
    answer.response.close()
    answer.socket.close()


def _seconds_left(deadline: float, at_most: float | None = None) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise Stopped("time.total")
    return left if at_most is None else min(left, at_most)


def _as_stopped(error: Exception) -> Stopped:
    """The outcome a library's error stands for; library errors go no further than this module."""
    detail = f"{type(error).__name__}: {error}"[:300]
    if isinstance(error, urllib3.exceptions.SSLError) and isinstance(error.args[0], ssl.SSLError):
        return _as_stopped(error.args[0])
    if isinstance(error, ssl.SSLCertVerificationError):
        return Stopped("tls.expired" if error.verify_code == EXPIRED else "tls.invalid", detail)
    if isinstance(error, (ssl.SSLError, urllib3.exceptions.SSLError)):
        return Stopped("tls.invalid", detail)
    if isinstance(error, ConnectionRefusedError):
        return Stopped("tcp.refused", detail)
    if isinstance(error, urllib3.exceptions.ReadTimeoutError):
        return Stopped("time.total", detail)
    if isinstance(error, TimeoutError):
        return Stopped("tcp.timeout", detail)
    if isinstance(error, http.client.LineTooLong) or "got more than" in detail:
        return Stopped("size.headers", detail)
    if isinstance(error, OSError) and error.errno in (errno.EHOSTUNREACH, errno.ENETUNREACH):
        return Stopped("tcp.timeout", detail)
    if isinstance(error, (ConnectionError, http.client.RemoteDisconnected)):
        return Stopped("tcp.reset", detail)
    return Stopped("http.broken", detail)
