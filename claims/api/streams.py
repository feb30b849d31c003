"""Whole lists in one answer: lines of JSON, a table, or a map layer, written as they are read, in flat memory."""

import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from claims.api import tables
from claims.api.documents import Filter
from claims.api.formats import FORMATS, Csv, Geojson
from claims.api.pages import every
from claims.api.problems import MissingScope, WrongParameter
from claims.api.tokens import Caller
from claims.models import PartnerToken
from claims.release.redaction import Document
from claims.release.scopes import READ_BULK
from harmtracker.audit import newest_sequence

logger = logging.getLogger("harmtracker.export")
BLOCK: Final = 64 * 1024  # bytes handed over at a time
PATIENCE_SECONDS: Final = 30  # for a reader who stops reading
OF_PAGES: Final = ("limit", "cursor")
DECIMALS: Final = 5  # of a degree, about a metre: RFC 7946 asks for no more


class Revoked(Exception):
    """The token was revoked while its answer was being written; the answer breaks off, visibly cut short."""


@dataclass(frozen=True)
class Stream:
    """What is asked for: every record of ``kind`` that meets ``filters``, as ``media_type``."""

    kind: str
    media_type: str
    caller: Caller
    asked: dict[str, Any]
    filters: Sequence[Filter]

    def documents(self) -> Iterator[Document]:
        """In the order of their ids. Raises Revoked when the token no longer holds, looked up for every batch."""
        for batch in every(self.kind, self.caller, self.asked, self.filters):
            if not _holds(self.caller.token):
                raise Revoked
            yield from batch

    def pieces(self) -> Iterator[bytes]:
        """The answer, line by line."""
        if self.media_type == Csv.media_type:
            yield tables.header(self.kind)
            yield from map(tables.row, self.documents())
        elif self.media_type == Geojson.media_type:
            yield b'{"type":"FeatureCollection","features":[\n'
            for number, document in enumerate(self.documents()):
                yield (b",\n" if number else b"") + _bytes(feature(document))
            yield b"\n]}\n"
        else:
            yield from self._lines()

    def _lines(self) -> Iterator[bytes]:
        """The last line says how many there were and from which number on to follow the changes: a cut is seen.

        The past has no such number: whoever followed from it would never hear of what came in between.
        """
        head = None if "as_of" in self.asked else newest_sequence()
        count = 0
        for document in self.documents():
            count += 1
            yield _bytes(document) + b"\n"
        yield _bytes({"object": "end", "count": count, "max_change_seq": head}) + b"\n"


def stream(kind: str, media_type: str, caller: Caller, asked: dict[str, Any], filters: Sequence[Filter],
           request: HttpRequest) -> StreamingHttpResponse:  # fmt: skip
    """The answer. Raises ``MissingScope`` without bulk:read, ``WrongParameter`` for what only pages have."""
    if not caller.has(READ_BULK):
        raise MissingScope(READ_BULK)
    for name in OF_PAGES:
        if name in asked:
            raise WrongParameter(name, _("This format has no pages: all records come in one answer."))
    if sock := request.META.get("gunicorn.socket"):  # a reader who stops reading must not hold us for ever
        sock.settimeout(PATIENCE_SECONDS)
    response = StreamingHttpResponse(_blocks(Stream(kind, media_type, caller, asked, filters)), content_type=media_type)
    ending = next(each.ending for each in FORMATS if each.media_type == media_type)
    response["Content-Disposition"] = f'attachment; filename="{kind}s.{ending}"'
    return response


def feature(document: Document) -> Document:
    """An incident on a map (RFC 7946). A point that is withheld or unknown is a null geometry, never a guess."""
    point = (document.get("exact_place") or {}) or ((document["place"] or {}).get("point") or {})
    known = "longitude" in point
    return {
        "type": "Feature",
        "id": document["id"],
        "geometry": {
            "type": "Point",
            "coordinates": [round(point["longitude"], DECIMALS), round(point["latitude"], DECIMALS)],
        }
        if known
        else None,
        "properties": {name: read(document) for name, read in tables.COLUMNS["incident"]},
    }


def _blocks(asked: Stream) -> Iterator[bytes]:
    """Pieces gathered into blocks: one write for each line would take longer than the lines."""
    waiting, size = [], 0
    for piece in asked.pieces():
        waiting.append(piece)
        size += len(piece)
        if size >= BLOCK:
            yield b"".join(waiting)
            waiting, size = [], 0
    yield b"".join(waiting)


def _holds(token: PartnerToken) -> bool:
    return PartnerToken.objects.filter(
        pk=token.pk, revoked_at=None, expires_at__gt=timezone.now(), partner__is_active=True
    ).exists()


def _bytes(document: Document) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
