"""Which files of dumps may be given out at this moment, and the end of those that may not.

Bytes go in steps that a worker may be killed between: a file is retired, its blob is marked as destroyed, its bytes are
destroyed, and that is noted. ``sweep`` goes on wherever that stopped.
"""

from datetime import timedelta
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from claims.api.tokens import Caller
from claims.models import Change, DumpSegment, FileFormat, ReleasedDocument
from claims.models.dump import EVERY_KIND
from claims.models.release import RecordType, Scope
from claims.release.scopes import SCOPE_OF
from harmtracker.models import AuditEvent
from sources.evidence.blobs import destroy
from sources.models import Blob

MEDIA_TYPES: Final[dict[str, str]] = {
    FileFormat.NDJSON: "application/zstd",
    FileFormat.PARQUET: "application/vnd.apache.parquet",
    FileFormat.PACKAGE: "application/zip",
}
ENDINGS: Final[dict[str, str]] = {
    FileFormat.NDJSON: "ndjson.zst",
    FileFormat.PARQUET: "parquet",
    FileFormat.PACKAGE: "zip",
}
# What takes something from a reader; all other changes stand in the stream for whoever fetched a dump. A marking that
# was lowered may have been raised in the same act: less in TLP and a name withheld, or out of one team into another.
TAKES: Final = ("marking.raised", "marking.lowered", "incident.release_withdrawn", "statement.release_withdrawn")
ABANDONED: Final = timedelta(hours=1)  # after its row was made no worker still writes a file: jobs have half an hour
RETIRED: Final = "a dump's file was replaced"


def name_of(segment: DumpSegment) -> str:
    """What a file is called when it is saved: `figures-0192….parquet`."""
    return f"{segment.content}-{segment.pk}.{ENDINGS[segment.format]}"


def open_to(caller: Caller) -> Q:
    """Files for a token: of its ceiling and the kinds of record it lists, with the parts it may have.

    What changed since a dump is for partners who were there then: nobody is told of records that were gone before.
    """
    kinds = [kind for kind, scope in SCOPE_OF.items() if caller.has(scope)]
    if len(kinds) == len(SCOPE_OF):
        kinds.append(EVERY_KIND)
    was_there = Q(since=None) | Q(since__made_at__gte=caller.token.partner.created_at)
    scopes = [Scope.BASE, *caller.parts]
    return was_there & Q(dump__ceiling=caller.ceiling, record_type__in=kinds, scope__in=scopes)


def given_out(caller: Caller) -> QuerySet[DumpSegment]:
    """Files that this partner may fetch at this moment."""
    return (
        DumpSegment.objects.filter(open_to(caller), ready_at__isnull=False, retired_at=None)
        .filter(dump__retired_at=None, dump__finished_at__isnull=False)
        .exclude(is_spoilt())
        .select_related("dump", "blob", "since")
    )


def is_spoilt() -> Q:
    """Files that hold a record of which something was withdrawn or marked higher since they were made.

    One of which no release was ever written for a dump's ceiling stands in none of its files.
    """
    written = ReleasedDocument.objects.filter(
        record_type=OuterRef("record_type"), record_id=OuterRef("record_id"), scope=Scope.BASE,
        ceiling=OuterRef(OuterRef("dump__ceiling")),
    )  # fmt: skip
    taken = Change.objects.filter(
        Exists(AuditEvent.objects.filter(sequence=OuterRef("seq"), verb__in=TAKES)),
        Exists(written),
        record_type__in=RecordType.values,  # as the index begins
        record_id__gte=OuterRef("first"),
        record_id__lte=OuterRef("last"),
        seq__gt=OuterRef("seq"),
    )
    return Q(Exists(taken.filter(record_type=OuterRef("record_type")))) | Q(Exists(taken), record_type=EVERY_KIND)


def retire(segments: QuerySet[DumpSegment]) -> None:
    """Give these out no more, and destroy their bytes."""
    segments.filter(retired_at=None).update(retired_at=timezone.now())
    sweep()


def sweep() -> None:
    """Destroy the bytes of everything retired, of retired dumps, and of files that a worker left half made."""
    DumpSegment.objects.filter(
        Q(dump__retired_at__isnull=False) | Q(ready_at=None, made_at__lt=timezone.now() - ABANDONED), retired_at=None
    ).update(retired_at=timezone.now())
    for segment in DumpSegment.objects.filter(retired_at__isnull=False, emptied_at=None):
        Blob.objects.filter(pk=segment.blob_id, destroyed_at=None).update(
            destroyed_at=timezone.now(), destroyed_reason=RETIRED
        )
        destroy(segment.blob_id)
        DumpSegment.objects.filter(pk=segment.pk).update(emptied_at=timezone.now())
