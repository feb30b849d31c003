"""Undoes the packing of a body (gzip, deflate, brotli, zstd, one inside the other) piece by piece, under a cap.

Nothing is ever unpacked whole: a kilobyte can hold a gigabyte. Imports no Django (fetching child process).
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable, Iterator
from typing import Final, Protocol

import brotli  # type: ignore[import-untyped]

from sources.capture.guard import Stopped

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

ENCODINGS: Final = "gzip, br, zstd"  # what we ask for; deflate is understood, too
ZSTD_LIBRARY: Final = zstd.zstd_version
PIECE: Final = 64 * 1024
MOST_LAYERS: Final = 2
LARGEST_WINDOW: Final = 23  # 8 MiB, the most a zstd body may ask a reader to remember (RFC 9659)
GZIP_MARK: Final = b"\x1f\x8b"  # begins a member (RFC 1952)
ZSTD_MARK: Final = b"\x28\xb5\x2f\xfd"  # begins a frame (RFC 8878)
ZSTD_SKIPPED: Final = b"\x2a\x4d\x18"  # ends the mark of a frame that carries no page; its first byte is 0x50 to 0x5f
DAMAGED: Final = (zlib.error, brotli.error, zstd.ZstdError)
RATIO_FROM: Final = 1024 * 1024  # a short page of repeated words may pack tighter than any ratio


class Layer(Protocol):
    """One packing undone: takes a piece, yields pieces of about PIECE bytes at most."""

    def feed(self, piece: bytes) -> Iterator[bytes]:
        """Unpack a piece. Raises one of DAMAGED when it is not packed so."""
        ...

    @property
    def is_complete(self) -> bool:
        """Whether the packed stream came to its own end."""
        ...


class Zlib:
    """gzip and deflate; gzip may be several members one after the other."""

    def __init__(self, window: int) -> None:
        self._window = window
        self._inflater = zlib.decompressobj(window)
        self._started = False
        self._mark = b""

    def feed(self, piece: bytes) -> Iterator[bytes]:
        """Unpack a piece; some servers send raw deflate under the name of deflate, so that is tried once."""
        while piece:
            if self._inflater.eof:
                self._mark, piece = b"", self._mark + piece
                if piece == GZIP_MARK[:1]:  # the mark itself may arrive in two pieces
                    self._mark = piece
                    return
                if self._window <= zlib.MAX_WBITS or not piece.startswith(GZIP_MARK):
                    return  # padding after the end is not part of the page
                self._inflater = zlib.decompressobj(self._window)
            try:
                unpacked = self._inflater.decompress(piece, PIECE)
            except zlib.error:
                if self._started or self._window != zlib.MAX_WBITS:
                    raise
                self._window = -zlib.MAX_WBITS
                self._inflater = zlib.decompressobj(self._window)
                unpacked = self._inflater.decompress(piece, PIECE)
            self._started = True
            piece = self._inflater.unconsumed_tail or self._inflater.unused_data
            if unpacked:
                yield unpacked
        while not self._inflater.eof and (held_back := self._inflater.decompress(b"", PIECE)):
            yield held_back

    @property
    def is_complete(self) -> bool:
        """Whether the last member ended."""
        return self._inflater.eof


class Brotli:
    """brotli, with its own limit on what one call may give out."""

    def __init__(self) -> None:
        self._decompressor = brotli.Decompressor()

    def feed(self, piece: bytes) -> Iterator[bytes]:
        """Unpack a piece."""
        unpacked = self._decompressor.process(piece, output_buffer_limit=PIECE)
        while unpacked or not self._decompressor.can_accept_more_data():
            if unpacked:
                yield unpacked
            if self._decompressor.is_finished():
                return
            unpacked = self._decompressor.process(b"", output_buffer_limit=PIECE)

    @property
    def is_complete(self) -> bool:
        """Whether the stream ended."""
        return bool(self._decompressor.is_finished())


class Zstd:
    """zstd; it may be several frames one after the other. A frame that wants a larger window is refused."""

    def __init__(self) -> None:
        self._decompressor = self._fresh()
        self._mark = b""

    @staticmethod
    def _fresh() -> zstd.ZstdDecompressor:
        return zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: LARGEST_WINDOW})

    def feed(self, piece: bytes) -> Iterator[bytes]:
        """Unpack a piece."""
        while piece:
            if self._decompressor.eof:
                self._mark, piece = b"", self._mark + piece
                if len(piece) < len(ZSTD_MARK):  # the mark itself may arrive in two pieces
                    self._mark = piece
                    return
                if piece[:4] != ZSTD_MARK and piece[1:4] != ZSTD_SKIPPED:
                    return  # padding after the end is not part of the page
                self._decompressor = self._fresh()
            unpacked = self._decompressor.decompress(piece, PIECE)
            while unpacked or not self._decompressor.needs_input:
                if unpacked:
                    yield unpacked
                if self._decompressor.eof:
                    break
                unpacked = self._decompressor.decompress(b"", PIECE)
            piece = self._decompressor.unused_data if self._decompressor.eof else b""

    @property
    def is_complete(self) -> bool:
        """Whether the last frame ended."""
        return self._decompressor.eof


def _layer(name: str) -> Layer:
    if name in ("gzip", "x-gzip"):
        return Zlib(16 + zlib.MAX_WBITS)
    if name == "deflate":
        return Zlib(zlib.MAX_WBITS)
    if name == "br":
        return Brotli()
    if name == "zstd":
        return Zstd()
    raise Stopped("type.unsupported", f"content-encoding {name}"[:100])


class Unpacker:
    """Unpacks a body as announced by Content-Encoding. `take` gets what comes out, never more than `most` in all."""

    def __init__(self, content_encoding: str, *, most: int, ratio: int, take: Callable[[bytes], None]) -> None:
        names = [name.strip().lower() for name in content_encoding.split(",")]
        names = [name for name in names if name not in ("", "identity")]
        if len(names) > MOST_LAYERS:
            raise Stopped("ratio", "packed more than twice")
        self._layers = [_layer(name) for name in reversed(names)]
        self._most = most
        self._ratio = ratio
        self._take = take
        self._unpacked_by_any = 0
        self._length = 0
        self._wire_length = 0

    @property
    def is_packed(self) -> bool:
        """Whether what comes out differs from what came in."""
        return bool(self._layers)

    def feed(self, piece: bytes) -> None:
        """Take a piece from the wire. Raises Stopped: size.decoded, ratio, http.broken."""
        self._wire_length += len(piece)
        try:
            for unpacked in self._through(0, piece):
                kept = unpacked[: self._most - self._length]
                self._length += len(kept)
                self._take(kept)
                if len(kept) < len(unpacked):
                    raise Stopped("size.decoded")
        except DAMAGED as error:
            raise Stopped("http.broken", f"not packed as announced: {error}"[:200]) from error

    def _through(self, depth: int, piece: bytes) -> Iterator[bytes]:
        if depth == len(self._layers):
            yield piece
            return
        for unpacked in self._layers[depth].feed(piece):
            self._unpacked_by_any += len(unpacked)
            if self._unpacked_by_any > max(RATIO_FROM, self._ratio * self._wire_length):
                raise Stopped("ratio")
            yield from self._through(depth + 1, unpacked)

    @property
    def is_complete(self) -> bool:
        """Whether every packing came to its own end, as a body cut short does not."""
        return all(layer.is_complete for layer in self._layers)
