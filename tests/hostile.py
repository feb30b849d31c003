"""A web site on loopback that does what hostile and broken sites do, and a canary nothing forbidden may touch."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.hostile_pages import CYRILLIC, PageTricks, empty_pdf
from tests.hostile_wire import WireTricks

__all__ = ["ARTICLE", "CYRILLIC", "Canary", "Site", "canary", "empty_pdf", "hostile_site"]

ARTICLE = """<!doctype html><html lang="en"><head><title>Ministry denies</title>
<meta property="article:published_time" content="2022-04-04T09:30:00+03:00"></head>
<body><nav><a href="/">Front page</a></nav><article><h1>Ministry denies</h1>
<p>The ministry said on Monday that nobody was harmed while its troops held the town.</p>
<blockquote>The pictures were \N{GRINNING FACE} arranged.</blockquote>
<p>Residents told another story, and <a href="post">the statement itself</a> names no witness.</p>
</article></body></html>"""


class _Handler(WireTricks, PageTricks, BaseHTTPRequestHandler):
    """Answers /name with the method `name`."""

    protocol_version = "HTTP/1.1"
    server: "Site._Server"

    def do_GET(self) -> None:
        (self.server.asked_robots if self.path == "/robots.txt" else self.server.asked).append(self.path)
        self._do()

    def do_POST(self) -> None:
        """What was sent is kept; it is answered like a visit to the same path."""
        self.server.posted.append((self.headers, self.rfile.read(int(self.headers["Content-Length"]))))
        self._do()

    def _do(self) -> None:
        self.close_connection = True
        name = self.path.strip("/").split("?")[0].split("/")[0].replace("-", "_").replace(".", "_") or "front"
        with suppress(BrokenPipeError, ConnectionResetError):  # the visitor hung up, as it should
            getattr(self, name, self.missing)()

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""

    def answer(
        self, body: bytes, status: int = 200, media_type: str = "text/html; charset=utf-8", **headers: str
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        headers.setdefault("Content_Length", str(len(body)))
        for header, value in headers.items():
            self.send_header(header.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def front(self) -> None:
        self.answer(b"<title>All the news</title><p>One</p>")

    def article(self) -> None:
        self.answer(ARTICLE.encode())

    def hangs_up(self) -> None:
        """Says so beforehand, as most servers do when asked to close."""
        self.answer(ARTICLE.encode(), Connection="close")

    def robots_txt(self) -> None:
        """What the test put there: a body, or a status."""
        wish = self.server.robots
        if callable(wish):
            wish(self)
        elif isinstance(wish, int):
            self.answer(b"", wish)
        else:
            self.answer(wish, media_type="text/plain")

    def missing(self) -> None:
        self.answer(b"<title>Not found</title><p>Not found</p>", 404)

    def gone(self) -> None:
        self.answer(b"gone", 410)

    def broken(self) -> None:
        self.answer(b"<p>Internal error</p>", 500)

    def forbidden(self) -> None:
        self.answer(b"<p>No.</p>", 403)

    def challenge(self) -> None:
        self.answer(b"<title>Just a moment...</title><p>Enable JavaScript and cookies to continue</p>", 403)

    def slow_down(self) -> None:
        """With the wait in seconds or, as `until`, as a date; by its clock it is 1994."""
        until = self.asked_for.get("until", "120").encode()
        self.wfile.write(b"HTTP/1.1 429 Slow\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nRetry-After: %s\r\n\r\n" % until)

    def nothing(self) -> None:
        self.answer(b"", 204)

    def hook(self) -> None:
        """Takes what is sent, or answers with the status asked for, and `to` as the place it lies now."""
        status = int(self.path.split("?")[0].partition("/hook/")[2] or 204)
        self.answer(b"", status, **({"Location": self.asked_for["to"]} if "to" in self.asked_for else {}))


@dataclass
class Site:
    """The running site: `pair` is what the setting must allow, `asked` the paths that were asked for.

    What it was asked for /robots.txt stands in `server.asked_robots`; `server.robots` is what it answers.
    """

    port: int
    asked: list[str]
    canary: "Canary"
    server: "Site._Server"

    @property
    def pair(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str) -> str:
        return f"http://{self.pair}/{path}"

    class _Server(ThreadingHTTPServer):
        daemon_threads = False
        block_on_close = True

        def __init__(self, canary_port: int) -> None:
            self.canary_port = canary_port
            self.asked: list[str] = []
            self.asked_robots: list[str] = []
            self.posted: list[tuple[Message, bytes]] = []
            self.robots: object = 404
            self.article = ARTICLE.encode()
            self.is_over = threading.Event()
            super().__init__(("127.0.0.1", 0), _Handler)


@dataclass
class Canary:
    """A listener on loopback. Any connection to it means that a guard failed."""

    port: int
    touched: list[str] = field(default_factory=list)


@contextmanager
def canary() -> Iterator[Canary]:
    """Listens on every address of this machine until the block ends, of both families where it has both."""
    if socket.has_dualstack_ipv6():
        listening = socket.create_server(("", 0), family=socket.AF_INET6, dualstack_ipv6=True)
    else:
        listening = socket.create_server(("", 0))
    bird = Canary(listening.getsockname()[1])
    listening.settimeout(0.05)
    over = threading.Event()

    def watch() -> None:
        while not over.is_set():
            try:
                caught, whence = listening.accept()
            except TimeoutError:
                continue
            bird.touched.append(str(whence))
            caught.close()

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield bird
    finally:
        time.sleep(0.1)
        over.set()
        watching.join()
        listening.close()


@contextmanager
def hostile_site() -> Iterator[Site]:
    """The site on a port of its own, with its canary."""
    with canary() as bird, served(bird) as site:
        yield site


@contextmanager
def served(bird: Canary) -> Iterator[Site]:
    """The site on a port of its own; ``bird`` is the canary it leads visitors to."""
    server = Site._Server(bird.port)
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    serving.start()
    try:
        yield Site(server.server_port, server.asked, bird, server)
    finally:
        server.is_over.set()
        server.shutdown()
        server.server_close()
        serving.join()
