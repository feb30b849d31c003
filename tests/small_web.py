"""One page of a web of our own, on a port of loopback that tests allow."""

import contextlib
import threading
from collections.abc import Iterator
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

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{port}/report"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
