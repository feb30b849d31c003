"""The demonstration site: a few pages written for this software, served on 127.0.0.1 and nowhere else.

Run as ``python -m claims.demo.site --port N``. The first case is captured from here as from any site, so the program
shows its whole way from a link to a quotation without a connection to the world. Imports no Django.
"""

import argparse
import contextlib
import errno
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

HOST = "127.0.0.1"
PAGES = Path(__file__).parent / "pages"
BIND_SECONDS = 20.0  # how long to wait for a port that whoever loads the first case may still hold


@dataclass(frozen=True)
class Answer:
    """What a path answers with: a page's file name, a status, and for a redirect where it leads."""

    page: str = ""
    status: HTTPStatus = HTTPStatus.OK
    location: str = ""


REPORT = "/meridian/2022/04/03/bucha-images"
COPY = "/northline/world/bucha-images-leaders"
MINISTRY = "/channel/ministry/2022-04-03"
TRANSCRIPT = "/meridian/transcripts/2022-04-03-interview"
HOSPITAL = "/meridian/2022/03/10/mariupol-hospital"
DIGEST = "/meridian/digest/counts"
UNLOGGED = "/meridian/2022/04/04/reactions"
SOFT_404 = "/northline/world/taken-down"
BROKEN = "/northline/world/broken"
MOVED = "/northline/moved"

ANSWERS: dict[str, Answer] = {
    "/": Answer("index.html"),
    REPORT: Answer("report.html"),
    COPY: Answer("copy.html"),
    MINISTRY: Answer("ministry.html"),
    TRANSCRIPT: Answer("transcript.html"),
    HOSPITAL: Answer("hospital.html"),
    DIGEST: Answer("digest.html"),
    UNLOGGED: Answer("reactions.html"),
    SOFT_404: Answer("taken-down.html"),  # says that it is not there, with status 200
    BROKEN: Answer("broken.html", HTTPStatus.INTERNAL_SERVER_ERROR),
    MOVED: Answer(status=HTTPStatus.MOVED_PERMANENTLY, location=REPORT),
}
MISSING = Answer("missing.html", HTTPStatus.NOT_FOUND)


class Handler(BaseHTTPRequestHandler):
    """Answers GET and HEAD for the paths in ``ANSWERS``; a path is looked up, never joined to a folder."""

    server_version = "demonstration"
    sys_version = ""
    timeout = 10

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's own word
        """Say nothing: nobody reads the log of this site."""

    def _answer(self, *, with_body: bool) -> None:
        answer = ANSWERS.get(urlsplit(self.path).path, MISSING)
        body = (PAGES / answer.page).read_bytes() if answer.page else b""
        self.send_response(answer.status)
        if answer.location:
            self.send_header("Location", answer.location)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if with_body:
            self.wfile.write(body)


class Site(ThreadingHTTPServer):
    """The site as a server; a visit never keeps it from ending."""

    daemon_threads = True


def is_up(port: int) -> bool:
    """Whether something listens on the site's port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


@contextlib.contextmanager
def served(port: int, *, wait_seconds: float = 5.0) -> Iterator[None]:
    """Have the site up meanwhile: the one that runs already or is just starting, else one in a thread of our own."""
    until = time.monotonic() + wait_seconds
    while not is_up(port) and time.monotonic() < until:
        time.sleep(0.1)
    try:
        site = None if is_up(port) else Site((HOST, port), Handler)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        site = None  # it came up in this very moment
    if site is None:
        yield
        return
    thread = threading.Thread(target=site.serve_forever, args=(0.1,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        site.shutdown()
        thread.join()
        site.server_close()


def main() -> None:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser(description="The demonstration site, on 127.0.0.1 only.")
    parser.add_argument("--port", type=int, required=True)
    port = parser.parse_args().port
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with contextlib.suppress(KeyboardInterrupt), _bound(port) as site:
        site.serve_forever()


def _bound(port: int) -> Site:
    """The server on its port, waiting for one that loads the first case to let go of it."""
    until = time.monotonic() + BIND_SECONDS
    while True:
        try:
            return Site((HOST, port), Handler)
        except OSError as error:
            if error.errno != errno.EADDRINUSE or time.monotonic() > until:
                raise
            time.sleep(0.2)


if __name__ == "__main__":
    main()
