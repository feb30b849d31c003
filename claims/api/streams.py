"""Whole lists in one answer: lines of JSON, a table, or a map layer, written as they are read, in flat memory."""

import json
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from claims.api import hxl, tables
from claims.api.documents import Filter
from claims.api.formats import FORMATS, Csv, Geojson
from claims.api.layers import feature
from claims.api.pages import OF_PAGES, every, refuse_together
from claims.api.problems import MissingScope, WrongParameter
from claims.api.ready import BLOCK, CELLS, FEATURE, LINE, Lines, flowing, refresh, stretches, written
from claims.api.tokens import Caller
from claims.models import PartnerToken
from claims.release.redaction import Document
from claims.release.scopes import READ_BULK
from harmtracker.audit import newest_sequence

logger = logging.getLogger("harmtracker.export")
PATIENCE_SECONDS: Final = 30  # for a reader who stops reading
OF_DOCUMENTS: Final = ("fields", "expand")


class Revoked(Exception):
    """While an answer is written, its token or the file sent ends; the answer breaks off, visibly cut short."""


@dataclass(frozen=True)
class Stream:
    """What is asked for: every record of ``kind`` that meets ``filters``, as ``media_type``.

    A ``table`` is written instead of the plain one: with hashtags, and of what its columns say.
    """

    kind: str
    media_type: str
    caller: Caller
    asked: dict[str, Any]
    filters: Sequence[Filter]
    table: hxl.Table | None = None

    def file_name(self) -> str:
        """What to call it on a disk."""
        if self.table is not None:
            return f"{self.table.name}.hxl.csv"
        ending = next(each.ending for each in FORMATS if each.media_type == self.media_type)
        return f"{self.kind}s.{ending}"

    def pieces(self) -> Iterator[bytes]:
        """The answer, line by line. Raises Revoked when the token no longer holds, looked up for every batch."""
        if self.table is not None:
            yield from self._rows(self.table)
        elif self.media_type == Csv.media_type:
            yield tables.header(self.kind)
            for lines in self._batches(CELLS, tables.row):
                yield from lines.blocks
        elif self.media_type == Geojson.media_type:
            yield b'{"type":"FeatureCollection","features":[\n'
            yield from self._features()
            yield b"]}\n"
        else:
            yield from self._lines()

    def _rows(self, table: hxl.Table) -> Iterator[bytes]:
        """A table made of the documents as they are sent: nothing of it is kept ready."""
        yield table.header()
        for lines in self._batches(LINE, _line):
            for block in lines.blocks:
                yield b"".join(table.rows(json.loads(line)) for line in block.splitlines())

    def _features(self) -> Iterator[bytes]:
        """Lines with commas between them; JSON writes no line feed inside a line."""
        held = b""
        for lines in self._batches(FEATURE, lambda document: _line(feature(document))):
            for block in lines.blocks:
                yield held
                held = block.replace(b"\n", b",\n")
        yield held.removesuffix(b",\n") + b"\n" if held else b""

    def _lines(self) -> Iterator[bytes]:
        """The last line says how many there were and from which number on to follow the changes: a cut is seen.

        The past has no such number: whoever followed from it would never hear of what came in between.
        """
        head = None if "as_of" in self.asked else newest_sequence()
        count = 0
        for lines in self._batches(LINE, _line):
            count += lines.count
            yield from lines.blocks
        yield _line({"object": "end", "count": count, "max_change_seq": head})

    def _batches(self, column: str, write: Callable[[Document], bytes]) -> Iterator[Lines]:
        """Lines in the order of the records' ids: as they are kept ready where everything is asked for as of today."""
        plain = "as_of" not in self.asked and not any(each.parameter.name in self.asked for each in self.filters)
        return self._ready(column) if plain else self._written(write)

    def _ready(self, column: str) -> Iterator[Lines]:
        """A stretch at a time; what is not ready is made on the way."""
        for stretch in stretches(self.kind):
            self._require_token()
            refresh(self.kind, self.caller, stretch)
            yield from flowing(self.kind, column, self.caller, stretch)

    def _written(self, write: Callable[[Document], bytes]) -> Iterator[Lines]:
        for documents in every(self.kind, self.caller, self.asked, self.filters):
            self._require_token()
            yield Lines(len(documents), [b"".join(map(write, documents))])

    def _require_token(self) -> None:
        require_still_valid(self.caller.token)


def stream(asked: Stream, request: HttpRequest) -> StreamingHttpResponse:
    """The answer. Raises ``MissingScope`` without bulk:read, ``WrongParameter`` for what only pages have."""
    if not asked.caller.has(READ_BULK):
        raise MissingScope(READ_BULK)
    for each in OF_PAGES:
        if each.name in asked.asked:
            raise WrongParameter(each.name, _("This format has no pages: all records come in one answer."))
    for name in OF_DOCUMENTS:
        if name in asked.asked:
            raise WrongParameter(name, _("Whole lists come with all their fields and nothing else."))
    refuse_together(asked.asked)
    be_impatient(request)
    response = StreamingHttpResponse(_blocks(asked), content_type=asked.media_type)
    response["Content-Disposition"] = f'attachment; filename="{asked.file_name()}"'
    return response


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


def be_impatient(request: HttpRequest) -> None:
    """See that a reader who stops reading does not hold us for ever."""
    if sock := request.META.get("gunicorn.socket"):
        sock.settimeout(PATIENCE_SECONDS)


def require_still_valid(token: PartnerToken) -> None:
    """Raises ``Revoked`` for a token that was good when the answer began and no longer is."""
    good = PartnerToken.objects.filter(revoked_at=None, expires_at__gt=timezone.now(), partner__is_active=True)
    if not good.filter(pk=token.pk).exists():
        raise Revoked


def _line(document: Document) -> bytes:
    return written(document) + b"\n"
