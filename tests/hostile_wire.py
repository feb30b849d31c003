"""What hostile sites do below the page: headers, lengths, chunks, packing and redirects that never end or lie."""

import base64
import gzip
import time
import zlib
from functools import cache
from urllib.parse import parse_qs, urlsplit

import brotli

from sources.capture.unpack import zstd

CHUNK = b"x" * 65_536
NOUGHTS = 30_000_000  # more than is ever kept of a body
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"


PACKERS = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": lambda body: brotli.compress(body, quality=5),
    "zstd": zstd.compress,
}


@cache
def bomb(encoding: str) -> bytes:
    """So many noughts, packed as a Content-Encoding of that name says. Made once: it takes its time."""
    body = bytes(NOUGHTS)
    for name in encoding.split(", "):
        body = PACKERS[name](body)
    return body


def wide_frame() -> bytes:
    """A zstd frame that asks its reader to remember 128 MiB (RFC 9659 allows 8)."""
    options = {zstd.CompressionParameter.window_log: 27, zstd.CompressionParameter.content_size_flag: 0}
    packer = zstd.ZstdCompressor(options=options)
    return packer.compress(b"<p>words</p>" * 1000) + packer.flush()


class WireTricks:
    """Methods of the handler: /name is answered by the method `name`."""

    @property
    def asked_for(self) -> dict[str, str]:
        """The parameters of the address."""
        return {name: values[-1] for name, values in parse_qs(urlsplit(self.path).query).items()}

    def send_to(self, location: str, status: int = 302) -> None:
        self.answer(b"", status, Location=location)

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
        self.send_to(f"/many/{step + 1}" if step < 40 else "/article")

    def inward(self) -> None:
        self.send_to(f"http://127.0.0.1:{self.server.canary_port}/secret")

    def inward_spelt(self) -> None:
        self.send_to(f"http://2130706433:{self.server.canary_port}/secret")

    def to_file(self) -> None:
        self.send_to("file:///etc/passwd")

    def to(self) -> None:
        """Wherever `where` says, in base64 so that nothing on the way tidies it up."""
        self.send_to(base64.urlsafe_b64decode(self.asked_for["where"]).decode("utf-8").encode().decode("latin-1"))

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

    def endless(self) -> None:
        self.wfile.write(HEAD + b"\r\n")
        self._for_ever(CHUNK)

    def endless_chunks(self) -> None:
        self.wfile.write(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
        self._for_ever(b"10000\r\n" + CHUNK + b"\r\n")

    def endless_headers(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        self._for_ever(b"X-Again: and again\r\n" * 100)

    def endless_header(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
        self._for_ever(b"a" * 10_000)

    def endless_status(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 ")
        self._for_ever(b"a" * 10_000)

    def endless_continue(self) -> None:
        self._for_ever(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)

    def endless_trailers(self) -> None:
        self.wfile.write(HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nwords\r\n0\r\n")
        self._for_ever(b"X-Trailer: a\r\n" * 100)

    def endless_extension(self) -> None:
        self.wfile.write(HEAD + b"Transfer-Encoding: chunked\r\n\r\n5;")
        self._for_ever(b"a" * 10_000)

    def _for_ever(self, some: bytes) -> None:
        until = time.monotonic() + 20
        while time.monotonic() < until and not self.server.is_over.is_set():
            self.wfile.write(some)

    def drip(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self._drip(b"<p>slowly ")

    def drip_packed(self) -> None:
        """Packed so that every drop can be unpacked at once."""
        self.wfile.write(HEAD + b"Content-Encoding: gzip\r\n\r\n")
        packer = zlib.compressobj(wbits=31)
        self._drip(lambda: packer.compress(b"<p>slowly ") + packer.flush(zlib.Z_SYNC_FLUSH))

    def drip_headers(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        self._drip(b"a", float(self.asked_for.get("for", 20)))
        self.wfile.write(b"\r\n\r\n<p>at last")

    def drip_status(self) -> None:
        self._drip(b"H")

    def _drip(self, drop, seconds: float = 20) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until and not self.server.is_over.is_set():
            self.wfile.write(drop() if callable(drop) else drop)
            self.wfile.flush()
            time.sleep(0.05)

    def says_nothing(self) -> None:
        """Takes the request and never answers."""
        self.server.is_over.wait(20)

    def many_headers(self) -> None:
        self.wfile.write(
            b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: %s\r\n" % (n, b"a" * 2000) for n in range(50)) + b"\r\n<p>words"
        )

    def long_header(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 70_000 + b"\r\n\r\n")

    def odd_header(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Odd: a\0b\xff\r\n\r\n<p>words")

    def not_http(self) -> None:
        self.wfile.write(b"SSH-2.0-OpenSSH_9\r\n\r\n")

    def silent(self) -> None:
        """Hang up without a word."""

    def packed(self) -> None:
        self.answer(gzip.compress(self.server.article), Content_Encoding="gzip")

    def packed_brotli(self) -> None:
        self.answer(brotli.compress(self.server.article), Content_Encoding="br")

    def packed_zstd(self) -> None:
        self.answer(zstd.compress(self.server.article), Content_Encoding="zstd")

    def packed_in_parts(self) -> None:
        """Two frames, a frame to be skipped between them, and padding behind."""
        half = len(self.server.article) // 2
        skipped = b"\x50\x2a\x4d\x18" + (4).to_bytes(4, "little") + b"skip"
        frames = zstd.compress(self.server.article[:half]) + skipped + zstd.compress(self.server.article[half:])
        self.answer(frames + b"\0" * 10, Content_Encoding="zstd")

    def packed_twice(self) -> None:
        self.answer(zstd.compress(gzip.compress(self.server.article)), Content_Encoding="gzip, zstd")

    def packed_thrice(self) -> None:
        self.answer(self.server.article, Content_Encoding="gzip, br, zstd")

    def packed_wide(self) -> None:
        self.answer(wide_frame(), Content_Encoding="zstd")

    def packed_cut(self) -> None:
        self.answer(gzip.compress(self.server.article)[:-60], Content_Encoding="gzip")

    def packed_cut_zstd(self) -> None:
        self.answer(zstd.compress(self.server.article)[:-60], Content_Encoding="zstd")

    def packed_not(self) -> None:
        self.answer(self.server.article, Content_Encoding=self.asked_for.get("as", "gzip"))

    def packed_strangely(self) -> None:
        self.answer(b"(\xb5/\xfd", Content_Encoding="lzma")

    def bomb(self) -> None:
        encoding = self.asked_for.get("as", "gzip")
        self.answer(bomb(encoding), Content_Encoding=encoding)

    def lying_length(self) -> None:
        self.answer(self.server.article, Content_Length=str(len(self.server.article) + 5000))

    def short_length(self) -> None:
        self.answer(self.server.article, Content_Length="100")

    def two_lengths(self) -> None:
        self.wfile.write(HEAD + b"Content-Length: 5\r\nContent-Length: 500\r\n\r\nwords and more")

    def negative_length(self) -> None:
        self.wfile.write(HEAD + b"Content-Length: -5\r\n\r\n" + self.server.article)

    def odd_length(self) -> None:
        self.wfile.write(HEAD + b"Content-Length: \xb2\r\n\r\n" + self.server.article)

    def announced(self) -> None:
        self.answer(b"x", Content_Length="99999999999")

    def chunk_of_lies(self) -> None:
        self.wfile.write(HEAD + b"Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\n" + b"words " * 10)

    def chunk_of_nonsense(self) -> None:
        self.wfile.write(HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nwords\r\nno number\r\n")

    def chunked(self) -> None:
        self.wfile.write(HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n<p>wo\r\n3\r\nrds\r\n0\r\n\r\n")

    def continued(self) -> None:
        self.wfile.write(b"HTTP/1.1 100 Continue\r\nX-First: 1\r\n\r\n" + HEAD + b"X-Then: 2\r\n\r\n<p>words")
