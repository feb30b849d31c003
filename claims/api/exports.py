"""Dumps for partners: which there are, what is in them, and their files, in whole or from a byte on."""

import re
import uuid
from collections.abc import Iterator
from typing import BinaryIO, Final

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from claims.api.answers import ExportView
from claims.api.bulk.kept import MEDIA_TYPES, given_out, name_of, open_to
from claims.api.described import REFUSALS, described
from claims.api.etags import is_held, unchanged
from claims.api.formats import File
from claims.api.problems import MEDIA_TYPE as PROBLEM
from claims.api.problems import BeyondTheEnd, Problem
from claims.api.serializers.changes import DumpsSerializer
from claims.api.serializers.shared import ProblemSerializer
from claims.api.streams import Revoked, be_impatient, require_still_valid
from claims.api.tokens import Caller
from claims.models import Dump, DumpSegment, FileFormat
from claims.models.dump import read_address
from claims.release.redaction import Document
from claims.release.scopes import READ_BULK
from sources.evidence.blobs import Damaged, StoreUnavailable, open_blob

RANGE: Final = re.compile(r"bytes=(?:([0-9]{1,15})-([0-9]{0,15})|-([0-9]{1,15}))", re.IGNORECASE)
BLOCK: Final = 256 * 1024  # bytes; before each it is asked whether they may still be sent
ORDER: Final = ("record_type", "first", "content", "format")
FILES: Final = {
    FileFormat.NDJSON: "Lines of JSON packed with zstd; the first says what the file is.",
    FileFormat.PARQUET: "A table. Its metadata says under `harmtracker` what the file is.",
    FileFormat.PACKAGE: "A Data Package (Frictionless, version 2): the base of all records as tables in one archive.",
}


class Exports(ExportView):
    """Dumps of everything this token's ceiling reads, newest first, each with its files and their hashes."""

    endpoint = "exports/"
    scopes = (READ_BULK,)

    @described("list_exports", "List dumps and their files", DumpsSerializer)
    def get(self, request: Request) -> HttpResponse:
        dumps: dict[uuid.UUID, Document] = {}
        for segment in given_out(self.reader).order_by("-dump__made_at", *ORDER):
            found = dumps.setdefault(segment.dump_id, _dump(segment.dump))
            found["segments"].append(_segment(segment, request))
        return self.answer({"object": "dumps", "dumps": list(dumps.values())})


class ExportFile(ExportView):
    """One file of a dump."""

    endpoint = "exports/{dump}/{segment}/"
    scopes = (READ_BULK,)

    def get_renderers(self) -> list[BaseRenderer]:
        """Asking for what the file is, or for JSON as everywhere, is right; the file is what it is."""
        return [*super().get_renderers(), *(File(media_type) for media_type in MEDIA_TYPES.values())]

    @extend_schema(
        operation_id="read_export_file",
        summary="Fetch a file of a dump",
        tags=["export"],
        responses={
            **{
                (200, MEDIA_TYPES[written_as]): OpenApiResponse(OpenApiTypes.BINARY, description=words)
                for written_as, words in FILES.items()
            },
            206: OpenApiResponse(description="The range asked for; of several ranges you get the whole."),
            304: OpenApiResponse(description="You hold these very bytes (ETag)."),
            **{
                (status, PROBLEM): OpenApiResponse(ProblemSerializer, description=words)
                for status, words in (
                    *REFUSALS.items(),
                    (410, "Something in it was withdrawn or marked higher. Ask for the list again."),
                    (416, "The file ends before that."),
                    (503, "The file cannot be read at the moment."),
                )
            },
        },
    )
    def get(self, request: Request, dump: uuid.UUID, segment: uuid.UUID) -> HttpResponseBase:
        self.read_from = read_address(dump, segment)  # who holds which file is told from the reads
        if not DumpSegment.objects.filter(open_to(self.reader), pk=segment, dump=dump).exists():
            raise Http404
        found = given_out(self.reader).filter(pk=segment).first()
        if found is None:
            raise Problem(410, "replaced", _("This file was replaced. Ask for the list of dumps again, delete yours."))
        self.change_seq = found.seq
        return _sent(found, request, self.reader)


def _dump(dump: Dump) -> Document:
    return {
        "object": "dump",
        "id": str(dump.pk),
        "made_at": dump.made_at.isoformat(),
        "ceiling": dump.ceiling,
        "change_seq": dump.seq,
        "audit_hash": dump.audit_hash or None,
        "segments": [],
    }


def _segment(segment: DumpSegment, request: Request) -> Document:
    path = reverse("api-export-file", args=[segment.dump_id, segment.pk])
    return {
        "object": "segment",
        "id": str(segment.pk),
        "type": segment.record_type or None,
        "content": segment.content,
        "format": segment.format,
        "name": name_of(segment),
        "records": segment.count,
        "after": segment.since.seq if segment.since else None,
        "change_seq": segment.seq,
        "bytes": segment.blob.size,
        "sha256": segment.blob_id,
        "address": request.build_absolute_uri(path),
    }


def _sent(segment: DumpSegment, request: Request, caller: Caller) -> HttpResponseBase:
    etag, size = f'"{segment.blob_id}"', segment.blob.size
    if is_held(request, etag):
        return unchanged(etag, size)
    begins, ends = _asked_for(request, etag, size)
    if begins >= size:
        raise BeyondTheEnd(size)
    is_part = (begins, ends) != (0, size)
    body = _opened(segment, begins, ends, caller) if request.method == "GET" else ()
    be_impatient(request._request)
    response = StreamingHttpResponse(body, status=206 if is_part else 200, content_type=MEDIA_TYPES[segment.format])
    response["Content-Length"] = str(ends - begins)
    response["ETag"], response["Accept-Ranges"] = etag, "bytes"
    response["Content-Disposition"] = f'attachment; filename="{name_of(segment)}"'
    if is_part:
        response["Content-Range"] = f"bytes {begins}-{ends - 1}/{size}"
    return response


def _opened(segment: DumpSegment, begins: int, ends: int, caller: Caller) -> "_Part":
    try:
        file = open_blob(segment.blob_id)
    except (Damaged, StoreUnavailable) as error:
        raise Problem(503, "unavailable", _("This file cannot be read at the moment. Try again later.")) from error
    file.seek(begins)
    return _Part(file, ends - begins, segment, caller)


def _asked_for(request: Request, etag: str, size: int) -> tuple[int, int]:
    """First byte and the one behind the last. What is no range, several, or one of other bytes is the whole file.

    RFC 9110, 14.2: a server may send the whole instead of a part, and nobody reads a packed file in several pieces.
    """
    asked = RANGE.fullmatch(request.headers.get("Range", ""))
    if asked is None or request.headers.get("If-Range", etag) != etag:
        return 0, size
    if asked[3]:  # so many from the end
        return max(size - int(asked[3]), 0), size
    begins, last = int(asked[1]), int(asked[2] or 2**62)
    return (begins, min(last + 1, size)) if last >= begins else (0, size)


class _Part:
    """The next ``left`` bytes of an open file, in blocks. Closed with the answer, read to its end or not.

    A slow reader may take hours: it raises ``Revoked`` as soon as the caller may not have the file any more.
    """

    def __init__(self, file: BinaryIO, left: int, segment: DumpSegment, caller: Caller) -> None:
        self.file, self.left = file, left
        self._segment, self._caller = segment, caller

    def __iter__(self) -> Iterator[bytes]:
        while self.left > 0 and (block := self.file.read(min(BLOCK, self.left))):
            self._require_open()
            self.left -= len(block)
            yield block

    def _require_open(self) -> None:
        require_still_valid(self._caller.token)
        if not given_out(self._caller).filter(pk=self._segment.pk).exists():
            raise Revoked

    def close(self) -> None:
        self.file.close()
