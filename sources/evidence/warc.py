"""Captures as WARC 1.1, which other archives read: every answer as it came, uploads as such, each with its manifest.

The file of the same captures is the same to the byte, whenever it is made: record names follow from the capture, dates
are those of the visit. Written record by record, so that size costs no memory. Requests are not in it: only what was
received is kept. What is not true of the bytes below a head (chunks were joined, the body broke off, is not kept, or is
held only unpacked) stands there under ``X-Crawler-``, as other crawlers do it; the manifest has the head untouched.
"""

from __future__ import annotations

import base64
import io
import json
import re
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import BinaryIO, Final, override

from django.db.models import QuerySet
from warcio.statusandheaders import StatusAndHeaders  # type: ignore[import-untyped]
from warcio.utils import Digester  # type: ignore[import-untyped]
from warcio.warcwriter import WARCWriter  # type: ignore[import-untyped]

from sources.capture.outcomes import Outcome
from sources.capture.visit import Hop
from sources.evidence.blobs import open_blob
from sources.evidence.heads import CHUNKS_JOINED, NOT_WHOLE, UNPACKED, head_of
from sources.evidence.manifests import DESCRIBED, product_version
from sources.models import Blob, Capture, Manifest, RenderedPage, Source
from sources.models.capture import Obtained

PROVES: Final = (
    "These bytes were held by us no later than their time-stamp and have not changed since. "
    "It does not prove that the publisher said so."
)
RENDERED: Final = ("page", "words", "picture")
"""What is kept of a rendering, by the names of its fields."""
BROKE_OFF: Final = frozenset(
    {
        Outcome.BODY_TRUNCATED,
        Outcome.SIZE_STREAMED,
        Outcome.SIZE_DECODED,
        Outcome.RATIO,
        Outcome.TIME_TOTAL,
        Outcome.TCP_RESET,
        Outcome.HTTP_BROKEN,
    }
)


@dataclass(frozen=True, slots=True)
class Entry:
    """Where an answer or an upload lies in the file. ``offset`` and ``length`` in bytes; ``status`` 0 for an upload.

    ``is_rendered``: not what came, but what a browser showed of it.
    """

    capture: Capture
    url: str
    at: datetime
    status: int
    media_type: str
    digest: str
    offset: int
    length: int
    is_rendered: bool = False


@dataclass(frozen=True, slots=True)
class _Part:
    """A record that is to be written. ``key`` tells records of one kind in one capture apart."""

    kind: str
    url: str
    body: BinaryIO
    media_type: str
    at: datetime
    key: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    head: bytes = b""
    status: int = 0
    carries: str = ""  # media type of what can be replayed

    def name(self, capture: Capture) -> str:
        return f"<urn:uuid:{uuid.uuid5(capture.pk, f'{self.kind} {self.key}'.strip())}>"


class Outlet:
    """A file that is handed on piece by piece while it is written."""

    def __init__(self) -> None:
        self.written = 0
        self._pieces: list[bytes] = []

    def write(self, piece: bytes) -> int:
        """Take the next bytes."""
        self.written += len(piece)
        self._pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Nothing is held back."""

    def take(self) -> bytes:
        """What was written since the last time."""
        taken = b"".join(self._pieces)
        self._pieces.clear()
        return taken


class Warc:
    """One WARC file. ``entries`` fills while ``pieces`` are taken."""

    def __init__(self, source: Source) -> None:
        self.entries: list[Entry] = []
        self._source = source
        self._outlet = Outlet()
        self._writer = _Writer(self._outlet, gzip=True, warc_version="1.1")

    def pieces(self, captures: Iterable[Capture]) -> Iterator[bytes]:
        """The file, a record at a time. ``captures`` as ``exported`` gives them. Raises Damaged, StoreUnavailable."""
        for capture in captures:
            if not self._outlet.written:
                yield self._write(capture, _about(self._source, capture))
            main = ""
            for part in _received(self._source, capture):
                with part.body:
                    yield self._write(capture, part)
                main = part.name(capture)
            for part in _rendered(self._source, capture, main):
                with part.body:
                    yield self._write(capture, part)
            for part in _proofs(capture, main):
                yield self._write(capture, part)

    def _write(self, capture: Capture, part: _Part) -> bytes:
        length = part.body.seek(0, io.SEEK_END)
        part.body.seek(0)
        date = part.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        record = self._writer.create_warc_record(
            part.url,
            part.kind,
            payload=part.body,
            length=length,
            warc_content_type=part.media_type,
            warc_headers_dict={"WARC-Record-ID": part.name(capture), "WARC-Date": date, **part.headers},
            http_headers=_Head(part.head) if part.head else None,
        )
        offset = self._outlet.written
        self._writer.write_record(record)
        if part.kind in ("response", "resource"):
            digest = record.rec_headers.get_header("WARC-Payload-Digest")
            size = self._outlet.written - offset
            is_rendered = part.key in RENDERED
            self.entries.append(
                Entry(capture, part.url, part.at, part.status, part.carries, digest, offset, size, is_rendered)
            )
        return self._outlet.take()


def exported(source: Source, number: int | None = None) -> QuerySet[Capture]:
    """The finished captures of a source, or one of them, with all that a file of them needs."""
    rows = source.captures.exclude(outcome="").order_by("number")
    rows = rows.select_related(*DESCRIBED, "manifest").prefetch_related("manifest__stamps__stamp")
    rows = rows.defer("text", "reading", "metadata", "links", "flags")
    return rows if number is None else rows.filter(number=number)


def _about(source: Source, capture: Capture) -> _Part:
    told = {
        "software": f"harmtracker/{product_version()}",
        "format": "WARC File Format 1.1",
        "isPartOf": source.ref,
        "description": PROVES,
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in told.items()).encode()
    return _Part("warcinfo", "", io.BytesIO(lines), "application/warc-fields", capture.created_at)


def _received(source: Source, capture: Capture) -> Iterator[_Part]:
    """Answers of a visit, the redirects without the bodies nobody keeps; or what was handed in."""
    if capture.obtained != Obtained.FETCHED:
        if _is_held(capture.body):
            media_type = _plain(capture.media_type) or "application/octet-stream"
            url = f"urn:harmtracker:{source.ref}:{capture.number}"
            body = open_blob(str(capture.body_id))
            yield _Part("resource", url, body, media_type, capture.created_at, carries=media_type)
        return
    hops = [(number, Hop(**hop)) for number, hop in enumerate(capture.hops)]
    answered = [(number, hop) for number, hop in hops if hop.status is not None]
    for number, hop in answered:
        yield _answer(capture, number, hop, is_last=number == answered[-1][0])


def _rendered(source: Source, capture: Capture, main: str) -> Iterator[_Part]:
    """What a browser showed of the page, each with a name of its own: it is nothing that the site sent."""
    rendered: RenderedPage | None = getattr(capture, "rendered", None)
    for key in RENDERED if rendered else ():
        blob: Blob | None = getattr(rendered, key)
        if rendered and blob and _is_held(blob):
            url = f"urn:harmtracker:{source.ref}:{capture.number}:rendered:{key}"
            headers = {"WARC-Concurrent-To": main} if main else {}
            body, media_type = open_blob(blob.sha256), blob.media_type
            yield _Part("resource", url, body, media_type, rendered.ended_at, key, headers, carries=media_type)


def _answer(capture: Capture, number: int, hop: Hop, *, is_last: bool) -> _Part:
    blob, untrue = _body_of(capture) if is_last else (None, NOT_WHOLE)
    headers = {"WARC-IP-Address": hop.connected} if hop.connected else {}
    if blob is None or capture.transport in BROKE_OFF:
        headers["WARC-Truncated"], untrue = "unspecified", untrue | NOT_WHOLE
    return _Part(
        "response",
        hop.url,
        open_blob(blob.sha256) if blob else io.BytesIO(),
        "application/http; msgtype=response",
        datetime.fromisoformat(hop.at) if hop.at else capture.created_at,
        key=str(number),
        headers=headers,
        head=head_of(hop, untrue),
        status=hop.status or 0,
        carries=_plain(capture.media_type) if is_last else "",
    )


def _body_of(capture: Capture) -> tuple[Blob | None, frozenset[bytes]]:
    """The bytes nearest to the wire that are still held, and which headers are then no longer true of them."""
    if _is_held(capture.wire):
        return capture.wire, CHUNKS_JOINED
    if not _is_held(capture.body):
        return None, NOT_WHOLE
    return capture.body, CHUNKS_JOINED if capture.wire_sha256 == capture.body_id else UNPACKED


def _is_held(blob: Blob | None) -> bool:
    return blob is not None and blob.destroyed_at is None


def _proofs(capture: Capture, main: str) -> Iterator[_Part]:
    """The manifest, and each stamp over it with the way from the one to the other."""
    manifest: Manifest | None = getattr(capture, "manifest", None)
    if manifest is None:
        return
    url = f"urn:sha256:{manifest.sha256}"
    refers = {"WARC-Refers-To": main} if main else {}
    body = io.BytesIO(manifest.content.encode())
    proof = _Part("metadata", url, body, "application/json", manifest.created_at, key="manifest", headers=refers)
    yield proof
    refers = {"WARC-Refers-To": proof.name(capture)}
    for leaf in manifest.stamps.all():
        stamp = leaf.stamp
        told = {
            "manifest": manifest.sha256,
            "path": leaf.path,
            "root": stamp.root,
            "authority": stamp.authority,
            "stamped_at": stamp.stamped_at.isoformat(),
            "token": base64.b64encode(bytes(stamp.token)).decode(),
        }
        body = io.BytesIO(json.dumps(told, sort_keys=True).encode())
        key = f"stamp {stamp.pk}"
        yield _Part("metadata", url, body, "application/json", stamp.stamped_at, key=key, headers=refers)


def _plain(media_type: str) -> str:
    """A media type that can stand in a header line."""
    return re.sub(r"[^\x20-\x7e]", "", media_type).strip()


class _Head(StatusAndHeaders):
    """A head that is written as it is, not as a parser would write it."""

    def __init__(self, head: bytes) -> None:
        super().__init__("", [("", "")])
        self._as_it_is = head

    @override
    def compute_headers_buffer(self, header_filter: object = None) -> None:
        self.headers_buff = self._as_it_is


class _Writer(WARCWriter):
    """Writes digests that are still good: the library's own choice is SHA-1."""

    @staticmethod
    @override
    def _create_digester() -> Digester:
        return Digester("sha256")
