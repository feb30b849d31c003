"""Dumps: everything a ceiling reads, in files with their hashes; made by a job, mended at once.

Made from the same lines as every list (ready.py). What is withdrawn or marked higher later is in no file that is given
out: the very query that finds a file asks for that (bulk/kept.py), and a job makes the files of those records anew.

Nothing of a dump is given out before all of it is there, nor a file before those of the same records are. A file's row
is written before its bytes, so that whatever a killed worker leaves behind is found and destroyed; whoever makes the
dump next goes on behind the last file that is ready.
"""

import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from claims.api.bulk.files import ChangeFiles, File, RecordFiles, cut_up
from claims.api.bulk.kept import MEDIA_TYPES, is_spoilt, retire, sweep
from claims.api.bulk.package import Package
from claims.api.bulk.relations import Rows, rows_of
from claims.api.changes import every_change
from claims.api.ready import LINE, Stretch, flowing, readers_of_dumps, refresh, stretches
from claims.api.tokens import Caller
from claims.models import Dump, DumpSegment, FileFormat, Partner, PartnerToken
from claims.models.dump import EVERY_KIND
from claims.models.release import RecordType, Scope
from claims.release.redaction import Document
from claims.release.scopes import SCOPE_OF
from harmtracker import jobs
from harmtracker.models import AuditEvent
from sources.evidence.blobs import digest_of, seal_file
from sources.models import Blob

SEGMENT: Final = 32 * 1024 * 1024  # bytes of JSON, before packing, that the records of a file come to
KEPT: Final = 7  # newest dumps of a ceiling
GONE_ON_WITH: Final = timedelta(hours=3)  # a dump begun longer ago is begun anew: partners want that of today
LOCK: Final = 4719  # beside 4711 (audit chain) to 4718 (copies)
ALL: Final = (UUID(int=0), UUID(int=2**128 - 1))
Bounds = tuple[UUID | str, UUID | str]
Replaced = QuerySet[DumpSegment]
Head = tuple[int, str]  # number and hash of the newest audit event


def make_dumps() -> None:
    """A new dump for each ceiling that tokens in use read whole lists with."""
    for reader in readers_of_dumps():
        make_newest(reader)


def make_newest(reader: Caller) -> None:
    """A new dump of what this one reads; those beyond the ``KEPT`` newest of the ceiling retire.

    Nothing where somebody else is making one of this ceiling.
    """
    with _alone(reader.ceiling) as is_alone:
        if is_alone:
            _retire_older(make_dump(reader.ceiling, list(reader.parts)))
            sweep()


@contextmanager
def _alone(ceiling: str) -> Iterator[bool]:
    """Whether nobody else makes a dump of this ceiling; nobody begins one meanwhile.

    A lock of the connection and not of a transaction: a killed worker's goes with it, and work is kept as it is done.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", [LOCK, ceiling])
        (is_alone,) = cursor.fetchone()
        try:
            yield is_alone
        finally:
            if is_alone:
                cursor.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", [LOCK, ceiling])


def make_dump(ceiling: str, parts: list[str]) -> Dump:
    """Write everything this ceiling reads today into files, with what these ``parts`` of documents add."""
    head = _head()
    before = Dump.objects.filter(ceiling=ceiling, finished_at__isnull=False, retired_at=None).order_by("made_at").last()
    dump = _begun(ceiling, parts) or Dump.objects.create(ceiling=ceiling, parts=parts, seq=head[0], audit_hash=head[1])
    if not _ready(dump, EVERY_KIND).exists():
        _write_records(dump, head)
    if before is not None:
        for kind in RecordType.values:
            if not _ready(dump, kind).filter(since=before).exists():
                _write_changes(dump, kind, before, head)
    Dump.objects.filter(pk=dump.pk).update(finished_at=timezone.now())
    return dump


def _begun(ceiling: str, parts: list[str]) -> Dump | None:
    """The dump of the same that a killed worker left half made, if that was not long ago."""
    begun = Dump.objects.filter(
        ceiling=ceiling, parts=parts, finished_at=None, retired_at=None, made_at__gt=timezone.now() - GONE_ON_WITH
    ).order_by("made_at")
    if (dump := begun.last()) is not None:
        dump.segments.filter(ready_at=None, retired_at=None).update(
            retired_at=timezone.now()
        )  # nobody writes these now
    return dump


def _ready(dump: Dump, kind: str) -> Replaced:
    """Files of one kind of record that are there, or were until something in them was taken back."""
    return dump.segments.filter(record_type=kind, ready_at__isnull=False)


def _write_records(dump: Dump, head: Head) -> None:
    """All files of records that are not there yet, and then the package, for which all records are read in any case."""
    with Package() as package:
        for kind in RecordType.values:
            last = _ready(dump, kind).filter(since=None).order_by("last").values_list("last", flat=True).last()
            if last is not None:
                _pack(package, _documents(dump, kind, Stretch(last=last)))
            for files in _gathered(dump, kind, stretches(kind, last), package.take):
                _keep(dump, kind, (files.first, files.last), head, files.files())
        _keep(dump, EVERY_KIND, ALL, head, [_as_file(package)])


def mend() -> int:
    """Make anew what may not be given out any more; of how many ranges of records that was."""
    retire(DumpSegment.objects.filter(is_spoilt(), dump__retired_at=None))
    lacking = DumpSegment.objects.filter(
        ready_at__isnull=False,  # what a worker left half made stands for no other file
        retired_at__isnull=False,
        remade_at=None,
        dump__retired_at=None,
        dump__finished_at__isnull=False,
    )
    ranges = list(lacking.order_by().values("dump", "record_type", "since", "first", "last").distinct())
    for each in ranges:
        _make_anew(lacking.filter(**each))
    return len(ranges)


def _make_anew(replaced: Replaced) -> None:
    """Write what these files hold, all of the same records, as of now."""
    one = replaced.select_related("dump", "since").latest("retired_at")
    dump, kind, bounds, head = one.dump, one.record_type, (one.first, one.last), _head()
    if kind == EVERY_KIND:  # takes too long for the lane of quick work
        jobs.enqueue("dumps.package", str(one.pk))
    elif one.since is not None:
        _write_changes(dump, kind, one.since, head, replaced)
    else:
        gathered = _gathered(dump, kind, [Stretch(*bounds, includes_first=True)], lambda _rows: None)
        _keep(dump, kind, bounds, head, (file for files in gathered for file in files.files()), replaced)


def make_package_anew(retired: DumpSegment) -> None:
    """The package of a dump as of now, in place of a retired one."""
    dump, head = retired.dump, _head()
    replaced = dump.segments.filter(record_type=EVERY_KIND, retired_at__isnull=False, remade_at=None)
    if dump.retired_at is not None or not replaced.exists():
        return
    with Package() as package:
        for kind in RecordType.values:
            for stretch in stretches(kind):
                _pack(package, _documents(dump, kind, stretch))
        _keep(dump, EVERY_KIND, ALL, head, [_as_file(package)], replaced)


def _pack(package: Package, documents: Iterable[Document]) -> None:
    """Hand the package the rows that these records make."""
    for document in documents:
        package.take(rows_of(cut_up(document)[Scope.BASE], Scope.BASE))


def _write_changes(dump: Dump, kind: str, since: Dump, head: Head, replaced: Replaced | None = None) -> None:
    """What leads from the dump before to this one, as partners are told it who were there then."""
    token = PartnerToken(scopes=[SCOPE_OF[kind]], partner=Partner(created_at=since.made_at))
    parts = tuple(part for part in dump.parts if part in since.parts)
    with ChangeFiles(kind, parts) as files:
        for change in every_change(Caller(token, dump.ceiling, parts), since.seq):
            files.take(change)
        bounds = (files.first or ALL[0], files.last or ALL[0])
        _keep(dump, kind, bounds, head, files.files(), replaced, since)


def _head() -> Head:
    newest = AuditEvent.objects.order_by("-sequence").first()
    return (newest.sequence, bytes(newest.hash).hex()) if newest else (0, "")


def _retire_older(dump: Dump) -> None:
    """Those beyond the newest, and what a worker left half made. Only the newest has a package."""
    others = Dump.objects.filter(ceiling=dump.ceiling, retired_at=None, made_at__lt=dump.made_at)
    kept = others.filter(finished_at__isnull=False).order_by("-made_at")[: KEPT - 1]
    now = timezone.now()
    others.exclude(pk__in=[each.pk for each in kept]).update(retired_at=now)
    DumpSegment.objects.filter(dump__in=others, record_type=EVERY_KIND, remade_at=None).update(
        retired_at=now, remade_at=now
    )


def _documents(dump: Dump, kind: str, stretch: Stretch) -> Iterator[Document]:
    """What this dump's readers read of a stretch, with all the parts that any of them reads."""
    reader = Caller(PartnerToken(scopes=[]), dump.ceiling, tuple(dump.parts))
    refresh(kind, reader, stretch)
    for lines in flowing(kind, LINE, reader, stretch):
        for line in b"".join(lines.blocks).splitlines():
            yield json.loads(line)


def _gathered(dump: Dump, kind: str, where: Iterable[Stretch], also: Callable[[Rows], None]) -> Iterator[RecordFiles]:
    """Files of about ``SEGMENT`` bytes of records each. ``also`` is handed the rows that each record's base makes."""
    following: Iterator[Stretch | None] = iter(where)
    stretch = next(following, None)
    while stretch is not None:
        with RecordFiles(kind, dump.parts) as files:
            while stretch is not None and files.size < SEGMENT:
                for document in _documents(dump, kind, stretch):
                    also(files.take(document))
                stretch = next(following, None)
            if files.size:
                yield files


def _as_file(package: Package) -> File:
    return File("package", Scope.BASE, FileFormat.PACKAGE, package)


def _keep(
    dump: Dump,
    kind: str,
    bounds: Bounds,
    head: Head,
    files: Iterable[File],
    replaced: Replaced | None = None,
    since: Dump | None = None,
) -> None:
    """Seal files of the same records, and give them out from one moment on in place of those they replace."""
    made = []
    for file in files:
        segment = DumpSegment(dump=dump, record_type=kind, since=since, first=bounds[0], last=bounds[1], seq=head[0])
        segment.content, segment.scope, segment.format = file.content, file.scope, file.format
        made.append(segment.pk)
        _seal(segment, file, head)
    with transaction.atomic():
        DumpSegment.objects.filter(pk__in=made).update(ready_at=timezone.now())
        if replaced is not None:
            replaced.update(remade_at=timezone.now())


def _seal(segment: DumpSegment, file: File, head: Head) -> None:
    """Finish a file and keep its bytes. It says itself what it is, so that no two files are the same bytes."""
    segment.count = file.body.count
    about = {
        "object": "segment",
        "id": str(segment.pk),
        "dump": str(segment.dump_id),
        "ceiling": segment.dump.ceiling,
        "type": segment.record_type or None,
        "content": segment.content,
        "part_of": file.part_of or None,
        "records": segment.count,
        "after": segment.since.seq if segment.since else None,
        "change_seq": head[0],
        "audit_hash": head[1] or None,
    }
    with file.body.finish(about) as body:
        segment.blob_id = digest_of(body).hex()
        size = body.seek(0, os.SEEK_END)
        segment.save(force_insert=True)
        seal_file(body)
    Blob.objects.create(pk=segment.blob_id, size=size, media_type=MEDIA_TYPES[file.format])
