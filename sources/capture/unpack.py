"""Undoes the packing of a body (gzip, deflate, brotli, one inside the other) piece by piece, under a cap.

Nothing is ever unpacked whole: a kilobyte can hold a gigabyte. Imports no Django (fetching child process).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Final, Protocol

import brotli  # type: ignore[import-untyped]

from sources.capture.guard import Stopped

PIECE: Final = 64 * 1024
MOST_LAYERS: Final = 2
RATIO_FROM: Final = 1024 * 1024  # a short page of repeated words may pack tighter than any ratio


class Layer(Protocol):
    """One packing undone: takes a piece, yields pieces of about PIECE bytes at most."""

    def feed(self, piece: bytes) -> Iterator[bytes]:
        """Unpack a piece. Raises zlib.error or brotli.error when it is not packed so."""
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

    def feed(self, piece: bytes) -> Iterator[bytes]:
        """Unpack a piece; some servers send raw deflate under the name of deflate, so that is tried once."""
        while piece:
            if self._inflater.eof:
                if self._window <= zlib.MAX_WBITS or not piece.startswith(b"\x1f\x8b"):
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


def _layer(name: str) -> Layer:
    if name in ("gzip", "x-gzip"):
        return Zlib(16 + zlib.MAX_WBITS)
    if name == "deflate":
        return Zlib(zlib.MAX_WBITS)
    if name == "br":
        return Brotli()
    raise Stopped("type.unsupported", f"content-encoding {name}"[:100])


class Unpacker:
    """Unpacks a body as announced by Content-Encoding. `body` is what came out so far, never more than `most`."""

    def __init__(self, content_encoding: str, *, most: int, ratio: int) -> None:
        names = [name.strip().lower() for name in content_encoding.split(",")]
        names = [name for name in names if name not in ("", "identity")]
        if len(names) > MOST_LAYERS:
            raise Stopped("ratio", "packed more than twice")
        self._layers = [_layer(name) for name in reversed(names)]
        self._most = most
        self._ratio = ratio
        self._unpacked_by_any = 0
        self.wire_length = 0
        self.body = bytearray()

    def feed(self, piece: bytes) -> None:
        """Take a piece from the wire. Raises Stopped: size.*, ratio, http.broken."""
        self.wire_length += len(piece)
        if self.wire_length > self._most:
            raise Stopped("size.streamed")
        try:
            for unpacked in self._through(0, piece):
                self.body += unpacked[: self._most - len(self.body) + 1]
                if len(self.body) > self._most:
                    del self.body[self._most :]
                    raise Stopped("size.decoded")
        except (zlib.error, brotli.error) as error:
            raise Stopped("http.broken", f"not packed as announced: {error}"[:200]) from error

    def _through(self, depth: int, piece: bytes) -> Iterator[bytes]:
        if depth == len(self._layers):
            yield piece
            return
        for unpacked in self._layers[depth].feed(piece):
            self._unpacked_by_any += len(unpacked)
            if self._unpacked_by_any > max(RATIO_FROM, self._ratio * self.wire_length):
                raise Stopped("ratio")
            yield from self._through(depth + 1, unpacked)

    @property
    def is_complete(self) -> bool:
        """Whether every packing came to its own end, as a body cut short does not."""
        return all(layer.is_complete for layer in self._layers)
