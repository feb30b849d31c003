"""Dumps: everything a ceiling reads, in packed files with their hashes; made by a job, mended at once.

Made from the same lines as every list (ready.py). What is withdrawn or marked higher later is in no file that is given
out: the very query that finds a file asks for that, and a job makes the file anew without it.
"""

import json
import sys
from collections.abc import Iterator
from typing import Any, Final

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from claims.api.ready import LINE, Lines, Stretch, copied, refresh, stretches
from claims.api.tokens import Caller, caller_with
from claims.models import Change, Dump, DumpSegment, PartnerToken
from claims.models.release import RecordType
from claims.release.scopes import READ_BULK
from harmtracker import audit
from harmtracker.models import AuditEvent
from sources.evidence.blobs import destroy, seal
from sources.models import Blob

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

MEDIA_TYPE: Final = "application/zstd"
LEVEL: Final = 3
SEGMENT: Final = 32 * 1024 * 1024  # bytes before packing
KEPT: Final = 7  # newest dumps of a ceiling
# What takes something from a reader; all other changes stand in the stream for whoever fetched a dump.
TAKES: Final = ("marking.raised", "incident.release_withdrawn", "statement.release_withdrawn")
RETIRED: Final = "a dump's file was replaced"


def make_dumps() -> list[Dump]:
    """A new dump for each ceiling that tokens in use read whole lists with; those beyond the ``KEPT`` newest retire."""
    tokens = PartnerToken.objects.filter(revoked_at=None, expires_at__gt=timezone.now(), partner__is_active=True)
    callers = [caller_with(token) for token in tokens.select_related("partner")]
    made = [make_dump(ceiling) for ceiling in sorted({each.ceiling for each in callers if each.has(READ_BULK)})]
    for dump in made:
        for old in Dump.objects.filter(ceiling=dump.ceiling, retired_at=None).order_by("-made_at")[KEPT:]:
            retire(old.segments.filter(retired_at=None))
            Dump.objects.filter(pk=old.pk).update(retired_at=timezone.now())
    return made


def make_dump(ceiling: str) -> Dump:
    """Write everything this ceiling reads today into files."""
    head = AuditEvent.objects.order_by("-sequence").first()
    dump = Dump.objects.create(
        ceiling=ceiling, seq=head.sequence if head else 0, audit_hash=bytes(head.hash).hex() if head else ""
    )
    for kind in RecordType.values:
        for lines in _segments(kind, reader(ceiling)):
            _keep(dump, kind, dump.seq, lines)
    return dump


def reader(ceiling: str) -> Caller:
    """Dumps hold the base of documents, which every token of a ceiling reads."""
    return Caller(PartnerToken(scopes=[]), ceiling, ())


def mend() -> int:
    """Make anew what may not be given out any more; how many files that were."""
    spoilt = list(
        DumpSegment.objects.filter(_is_spoilt(), retired_at=None, dump__retired_at=None).select_related("dump")
    )
    for segment in spoilt:
        retire(DumpSegment.objects.filter(pk=segment.pk))
        seq = audit.newest_sequence()
        stretch = Stretch(segment.first, segment.last, includes_first=True)
        refresh(segment.record_type, reader(segment.dump.ceiling), stretch)
        lines = copied(segment.record_type, LINE, reader(segment.dump.ceiling), stretch)
        if lines.count:
            _keep(segment.dump, segment.record_type, seq, lines, (segment.first, segment.last))
    return len(spoilt)


def given_out(ceiling: str) -> QuerySet[DumpSegment]:
    """Files a partner with this ceiling may fetch at this moment."""
    return (
        DumpSegment.objects.filter(dump__ceiling=ceiling, dump__retired_at=None, retired_at=None)
        .exclude(_is_spoilt())
        .select_related("dump", "blob")
    )


def retire(segments: QuerySet[DumpSegment]) -> None:
    """Give these out no more, and destroy their bytes."""
    for segment in segments.select_related("blob"):
        DumpSegment.objects.filter(pk=segment.pk).update(retired_at=timezone.now())
        destroy(segment.blob_id)
        Blob.objects.filter(pk=segment.blob_id).update(destroyed_at=timezone.now(), destroyed_reason=RETIRED)


def _is_spoilt() -> Exists:
    taken = AuditEvent.objects.filter(sequence=OuterRef("seq"), verb__in=TAKES)
    return Exists(
        Change.objects.filter(
            Exists(taken),
            record_type=OuterRef("record_type"),
            record_id__gte=OuterRef("first"),
            record_id__lte=OuterRef("last"),
            seq__gt=OuterRef("seq"),
        )
    )


def _segments(kind: str, caller: Caller) -> Iterator[Lines]:
    """All lines, gathered into parts of about ``SEGMENT`` bytes."""
    blocks: list[bytes] = []
    count = size = 0
    for stretch in stretches(kind):
        refresh(kind, caller, stretch)
        lines = copied(kind, LINE, caller, stretch)
        blocks, count = blocks + lines.blocks, count + lines.count
        size += sum(map(len, lines.blocks))
        if size >= SEGMENT:
            yield Lines(count, blocks)
            blocks, count, size = [], 0, 0
    if count:
        yield Lines(count, blocks)


def _keep(dump: Dump, kind: str, seq: int, lines: Lines, bounds: tuple[Any, Any] | None = None) -> None:
    """Pack and seal. The first line says what the file is, so that no two files are the same bytes."""
    body = b"".join(lines.blocks)
    if bounds is None:
        first, last = body[: body.index(b"\n")], body[body.rstrip(b"\n").rfind(b"\n") + 1 :]
        bounds = json.loads(first)["id"], json.loads(last)["id"]
    head = {"object": "segment", "dump": str(dump.pk), "type": kind, "records": lines.count, "change_seq": seq}
    packed = zstd.compress(json.dumps(head).encode() + b"\n" + body, LEVEL)
    sha256 = seal(packed)
    blob, _made = Blob.objects.get_or_create(sha256=sha256, defaults={"size": len(packed), "media_type": MEDIA_TYPE})
    DumpSegment.objects.create(
        dump=dump, record_type=kind, first=bounds[0], last=bounds[1], count=lines.count, seq=seq, blob=blob
    )
