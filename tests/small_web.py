"""One page of a web of our own, or a receiver of messages, on a port of loopback that tests allow."""

import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@contextlib.contextmanager
def serving(page: str, port: int, *, status: int = 200, until: threading.Event | None = None) -> Iterator[str]:
    """Serve ``page`` at every path of ``127.0.0.1:port``; gives the address of one. ``until`` keeps answers back."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if until:
                until.wait(60)
            body = page.encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Keep the tests' output clean."""

    with _running(Handler, port):
        yield f"http://127.0.0.1:{port}/report"


class Receiver:
    """Takes what is posted to it. ``status`` and ``headers`` are what it answers, once it is not held any more.

    ``before_answer`` is done with every message first, in a thread of its own.
    """

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}/hook"
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.status, self.headers = 204, dict[str, str]()
        self.is_held, self.has_some = threading.Event(), threading.Event()
        self.before_answer: Callable[[], object] = lambda: None

    @property
    def events(self) -> list[dict[str, object]]:
        """What the messages said, in the order they came: the type, and beside it what they are about."""
        messages = [json.loads(body) for _headers, body in self.got]
        return [{"type": each["type"]} | each["data"] for each in messages]


@contextlib.contextmanager
def receiving(port: int) -> Iterator[Receiver]:
    """A partner's receiver of messages at ``127.0.0.1:port``."""
    receiver = Receiver(port)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            receiver.has_some.set()
            receiver.before_answer()
            until = time.monotonic() + 60
            while receiver.is_held.is_set() and time.monotonic() < until:
                time.sleep(0.02)
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # whoever sent it was killed
                self.send_response(receiver.status)
                for name, value in receiver.headers.items():
                    self.send_header(name, value)
                self.end_headers()

        def log_message(self, *args: object) -> None:
            """Keep the tests' output clean."""

    with _running(Handler, port):
        yield receiver


@contextlib.contextmanager
def _running(handler: type[BaseHTTPRequestHandler], port: int) -> Iterator[None]:
    server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
