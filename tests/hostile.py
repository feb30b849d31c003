"""A web site on loopback that does what hostile and broken sites do, and a canary nothing forbidden may touch."""

import gzip
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import brotli

ARTICLE = """<!doctype html><html lang="en"><head><title>Ministry denies</title>
<meta property="article:published_time" content="2022-04-04T09:30:00+03:00"></head>
<body><nav><a href="/">Front page</a></nav><article><h1>Ministry denies</h1>
<p>The ministry said on Monday that nobody was harmed while its troops held the town.</p>
<blockquote>The pictures were \N{GRINNING FACE} arranged.</blockquote>
<p>Residents told another story, and <a href="post">the statement itself</a> names no witness.</p>
</article></body></html>"""
CYRILLIC = (
    "<html><head><meta charset=windows-1251><title>Буча</title></head><body><p>Никто не пострадал.</p></body></html>"
)
CHUNK = b"x" * 65_536


class _Handler(BaseHTTPRequestHandler):
    """Answers /name with the method `name`."""

    protocol_version = "HTTP/1.1"
    server: "Site._Server"

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.close_connection = True
        name = self.path.strip("/").split("?")[0].split("/")[0].replace("-", "_") or "front"
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

    def send_to(self, location: str, status: int = 302) -> None:
        self.answer(b"", status, Location=location)

    def front(self) -> None:
        self.answer(b"<title>All the news</title><p>One</p>")

    def article(self) -> None:
        self.answer(ARTICLE.encode())

    def hangs_up(self) -> None:
        """Says so beforehand, as most servers do when asked to close."""
        self.answer(ARTICLE.encode(), Connection="close")

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
        self.answer(b"", 429, Retry_After="120")

    def moved(self) -> None:
        self.send_to("/article")

    def home(self) -> None:
        self.send_to("/")

    def loop(self) -> None:
        self.send_to("/loop")

    def ring(self) -> None:
        self.send_to("/ring-b" if self.path == "/ring" else "/ring")

    def ring_b(self) -> None:
        self.ring()

    def many(self) -> None:
        step = int(self.path.rpartition("/")[2] or 0) if self.path.count("/") > 1 else 0
        self.send_to(f"/many/{step + 1}")

    def inward(self) -> None:
        self.send_to(f"http://127.0.0.1:{self.server.canary_port}/secret")

    def inward_spelt(self) -> None:
        self.send_to(f"http://2130706433:{self.server.canary_port}/secret")

    def to_file(self) -> None:
        self.send_to("file:///etc/passwd")

    def large(self) -> None:
        self._stream(60 * 16)

    def large_silent(self) -> None:
        self._stream(60 * 16, announce=False)

    def _stream(self, chunks: int, *, announce: bool = True) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        if announce:
            self.send_header("Content-Length", str(chunks * len(CHUNK)))
        self.end_headers()
        for _ in range(chunks):
            self.wfile.write(CHUNK)

    def drip(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self._drip(b"<p>slowly ")

    def drip_headers(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        self._drip(b"a")

    def _drip(self, drop: bytes) -> None:
        until = time.monotonic() + 20
        while time.monotonic() < until and not self.server.is_over.is_set():
            self.wfile.write(drop)
            self.wfile.flush()
            time.sleep(0.05)

    def many_headers(self) -> None:
        self.wfile.write(
            b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: %s\r\n" % (n, b"a" * 2000) for n in range(50)) + b"\r\n"
        )

    def long_header(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 70_000 + b"\r\n\r\n")

    def odd_header(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Odd: a\0b\xff\r\n\r\n<p>words")

    def nothing(self) -> None:
        self.answer(b"", 204)

    def not_http(self) -> None:
        self.wfile.write(b"SSH-2.0-OpenSSH_9\r\n\r\n")

    def silent(self) -> None:
        """Hang up without a word."""

    def packed(self) -> None:
        self.answer(gzip.compress(ARTICLE.encode()), Content_Encoding="gzip")

    def packed_brotli(self) -> None:
        self.answer(brotli.compress(ARTICLE.encode()), Content_Encoding="br")

    def bomb(self) -> None:
        self.answer(bombs()["gzip"], Content_Encoding="gzip")

    def bomb_doubled(self) -> None:
        self.answer(bombs()["doubled"], Content_Encoding="gzip, gzip")

    def bomb_brotli(self) -> None:
        self.answer(bombs()["brotli"], Content_Encoding="br")

    def packed_cut(self) -> None:
        self.answer(gzip.compress(ARTICLE.encode())[:-60], Content_Encoding="gzip")

    def packed_not(self) -> None:
        self.answer(ARTICLE.encode(), Content_Encoding="gzip")

    def packed_strangely(self) -> None:
        self.answer(b"(\xb5/\xfd", Content_Encoding="lzma")

    def lying_length(self) -> None:
        self.answer(ARTICLE.encode(), Content_Length=str(len(ARTICLE.encode()) + 5000))

    def announced(self) -> None:
        self.answer(b"x", Content_Length="99999999999")

    def wrong_charset(self) -> None:
        self.answer(CYRILLIC.encode("windows-1251"), media_type="text/html; charset=iso-8859-1")

    def controls(self) -> None:
        self.answer("<title>a\0b</title><p>one\0 two \u202egnihton\u202c &#xD800;</p>".encode())

    def picture(self) -> None:
        self.answer(b"\x89PNG\r\n\x1a\n" + b"\0" * 50, media_type="image/png")

    def pdf(self) -> None:
        self.answer(empty_pdf(), media_type="application/pdf")


@cache
def bombs() -> dict[str, bytes]:
    """Sixty million noughts, packed in each way. Made once: packing them takes a second of its own."""
    noughts = bytes(60_000_000)
    packed = gzip.compress(noughts)
    return {"gzip": packed, "doubled": gzip.compress(packed), "brotli": brotli.compress(noughts, quality=5)}


def empty_pdf() -> bytes:
    """A PDF of one page with no words on it, like a scan."""
    import io

    from pypdf import PdfWriter

    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


@dataclass
class Site:
    """The running site: `pair` is what the setting must allow, `asked` the paths that were asked for."""

    port: int
    asked: list[str]
    canary: "Canary"

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
            self.is_over = threading.Event()
            super().__init__(("127.0.0.1", 0), _Handler)


@dataclass
class Canary:
    """A listener on loopback. Any connection to it means that a guard failed."""

    port: int
    touched: list[str] = field(default_factory=list)


@contextmanager
def canary() -> Iterator[Canary]:
    """Listens on every IPv4 address of this machine until the block ends."""
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
    bombs()
    with canary() as bird:
        server = Site._Server(bird.port)
        serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        serving.start()
        try:
            yield Site(server.server_port, server.asked, bird)
        finally:
            server.is_over.set()
            server.shutdown()
            server.server_close()
            serving.join()
