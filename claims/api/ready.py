"""What partners read, written out once and sent many times.

A line is made when somebody reads, by the same reading and redaction as ever (``documents.present``), and kept with the
number of the newest audit event before that. It is good until a ``Change`` of its record has a higher number: whatever
may alter what a partner reads makes one, in the order of the commits (claims/release/changes.py, migration 0007).
"""

import hashlib
import json
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from django.conf import settings
from django.db import connection, transaction
from django.db.models import BinaryField, Count, Exists, F, Func, OuterRef, Q, QuerySet, Subquery, Value
from django.utils import timezone

from claims.api import tables
from claims.api.documents import listed, present, readable
from claims.api.layers import feature
from claims.api.tallies import tally
from claims.api.tokens import Caller, caller_with
from claims.models import Change, PartnerToken, PublishedRecord, ReadyDocument
from claims.models.release import RecordType
from claims.release.redaction import Document
from claims.release.scopes import READ_BULK
from harmtracker.audit import newest_sequence
from harmtracker.prepared import Kept, planned

# Raise it when the same released document and the same markings give other words or another form than before.
FORM: Final = 3
AT_ONCE: Final = 500
FIRST, MOST = 200, 5_000  # records looked at in one go: few at first, so that the first byte does not wait
BLOCK: Final = 64 * 1024  # bytes
LINE, CELLS, FEATURE = "line", "cells", "feature"
ANYWHERE: Final = uuid.UUID("0e1c9a62-5f0d-4d55-9f4b-4c8a7d0b61e3")  # stands in SQL for the key behind which to begin
WRITTEN: Kept[tuple[str, tuple[Any, ...]]] = Kept(256)


@dataclass(frozen=True)
class Stretch:
    """Records by key: above ``after``, or from it on (None: from the first), up to ``last`` (None: to the end)."""

    after: Any = None
    last: Any = None
    includes_first: bool = False

    def condition(self) -> Q:
        begins = "record_id__gte" if self.includes_first else "record_id__gt"
        return (Q(**{begins: self.after}) if self.after else Q()) & (Q(record_id__lte=self.last) if self.last else Q())


@dataclass(frozen=True)
class Lines:
    """So many whole lines, in blocks as the database sent them; each line ends with a line feed."""

    count: int
    blocks: list[bytes]


def eyes(caller: Caller) -> str:
    """What decides how a released record reads: two callers with the same eyes read the same."""
    return _mark(FORM, settings.HARMTRACKER_ORGANISATION, settings.LANGUAGE_CODE, caller.ceiling, caller.parts)


@lru_cache
def _mark(form: int, organisation: str, language: str, ceiling: str, parts: tuple[str, ...]) -> str:
    told = [form, organisation, language, ceiling, sorted(parts)]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]


def written(document: Document) -> bytes:
    """A document as one line of JSON."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def lines_of(kind: str, keys: Sequence[Any], caller: Caller) -> dict[Any, bytes]:
    """The lines of these records by key; none for those this caller does not read today."""
    good = _good(kind, caller, Stretch()).filter(record_id__in=keys)
    held = dict(good.values_list("record_id", _as_sent(LINE)))
    missing = [key for key in keys if key not in held]
    return {key: line for key, line in (held | (make(kind, missing, caller) if missing else {})).items() if line}


Ask = Callable[[Any], QuerySet[Any, Any]]  # rows behind a key, or from the first (None)


@dataclass(frozen=True)
class Way:
    """What an ``Ask`` depends on beside the key: the order, and the filters with their values in words."""

    backwards: bool
    filters: tuple[tuple[str, str], ...]


def batch(kind: str, caller: Caller, ask: Ask, behind: Any, size: int, way: Way) -> list[tuple[uuid.UUID, bytes]]:
    """Key and line of the first ``size`` of ``ask(behind)``, in their order; b"" for what this caller does not read.

    One question, put into SQL once for each ``way``.
    """
    found = _asked(kind, caller, ask, behind, size, way)
    missing = [key for key, line in found if line is None]
    made = make(kind, missing, caller) if missing else {}
    return [(key, made[key] if line is None else line) for key, line in found]


def _asked(
    kind: str, caller: Caller, ask: Ask, behind: Any, size: int, way: Way
) -> list[tuple[uuid.UUID, bytes | None]]:
    def write() -> tuple[str, tuple[Any, ...]]:
        good = _good(kind, caller, Stretch()).filter(record_id=OuterRef("record_id"))
        rows = ask(None if behind is None else ANYWHERE).values_list(
            "record_id", Subquery(good.values(sent=_as_sent(LINE))[:1])
        )
        return rows[:size].query.sql_with_params()

    sql, parameters = WRITTEN.get((kind, eyes(caller), behind is None, size, way), write)
    # With a filter each value is a question of its own, which is hardly asked again.
    with connection.cursor() if way.filters else planned(as_bytes=True) as cursor:
        cursor.execute(sql, [behind if each == ANYWHERE else each for each in parameters])
        found: list[tuple[uuid.UUID, bytes | None]] = cursor.fetchall()
    return found


def make(kind: str, keys: Sequence[Any], caller: Caller) -> dict[Any, bytes]:
    """Read these records anew and keep what came out; their lines by key, b"" for what this caller does not read."""
    head = newest_sequence()  # before the markings are read: whatever is committed later has a higher number
    documents = present(readable(kind, caller).filter(record_id__in=keys).order_by("record_id"), caller)
    read = {document["id"]: document for document in documents}
    rows = [_row(kind, key, caller, head, read.get(str(key))) for key in keys]
    ReadyDocument.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["eyes", "record_type", "record_id"],
        update_fields=["seq", LINE, CELLS, FEATURE, "tally"],
    )
    return {row.record_id: row.line.encode() for row in rows}


def stretches(kind: str, after: Any = None) -> Iterator[Stretch]:
    """All records of a kind that were ever released (those behind a key), in the order of their keys.

    A few first, then more at a time.
    """
    size = FIRST
    while True:
        stretch = Stretch(after, _last_of(kind, after, size))
        yield stretch
        if stretch.last is None:
            return
        size, after = min(size * 2, MOST), stretch.last


def refresh(kind: str, caller: Caller, stretch: Stretch = Stretch()) -> int:  # it is frozen
    """Make what is not ready in a stretch; how many records that were."""
    waiting = not_ready(kind, caller, stretch)
    for start in range(0, len(waiting), AT_ONCE):
        make(kind, waiting[start : start + AT_ONCE], caller)
    return len(waiting)


def not_ready(kind: str, caller: Caller, stretch: Stretch) -> list[Any]:
    """Keys of records this caller may list whose line is missing or no longer good, in their order."""
    good = _good(kind, caller, stretch).filter(record_id=OuterRef("record_id"))
    rows = listed(kind, caller).filter(stretch.condition(), ~Exists(good)).order_by("record_id")
    with _side_by_side():
        return list(rows.values_list("record_id", flat=True))


@contextmanager
def _side_by_side() -> Iterator[None]:
    """What is asked inside goes through each table once, side by side, and never through one for each row of another.

    PostgreSQL cannot tell how far two keys lie apart: of many records it takes a stretch of thousands for a single
    row, and read it once for each of them, 25 million rows for 5,000 (20 s where it takes 10 ms).
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_nestloop = off")
        yield


def _good(kind: str, caller: Caller, stretch: Stretch) -> QuerySet[ReadyDocument]:
    # The stretch stands on both sides: only then are the changes of this stretch looked at and not all there are.
    changed = Change.objects.filter(
        stretch.condition(), record_type=kind, record_id=OuterRef("record_id"), seq__gt=OuterRef("seq")
    )
    return ReadyDocument.objects.filter(stretch.condition(), ~Exists(changed), eyes=eyes(caller), record_type=kind)


def tallied(kind: str, caller: Caller, stretch: Stretch, dimension: int) -> Iterable[tuple[str, str, int]]:
    """How many good lines of a stretch have each month and each code of a dimension (tallies.py; 1 is the first)."""
    rows = _good(kind, caller, stretch).exclude(line="").order_by()
    counted: Any = rows.values_list("tally__0", f"tally__{dimension}").annotate(Count("record_id"))
    with _side_by_side():
        return list(counted)


def _last_of(kind: str, after: Any, size: int) -> Any:
    """The key with which a stretch of ``size`` records ends; None when fewer are left."""
    rows = PublishedRecord.objects.filter(Stretch(after).condition(), record_type=kind).order_by("record_id")
    return rows.values_list("record_id", flat=True)[size - 1 : size].first()


def flowing(kind: str, column: str, caller: Caller, stretch: Stretch) -> Iterator[Lines]:
    """The good lines of a stretch, a block at a time as the database sends them. Until the end it answers nothing else.

    Whoever sends them on handles far fewer things than lines, and holds no more than a block.
    """
    rows = _good(kind, caller, stretch).exclude(line="").order_by("record_id").values_list(_as_sent(column))
    sql, parameters = rows.query.sql_with_params()
    # As text COPY would double the backslashes, which JSON is full of; and look at each sign for one to be quoted.
    copying = f"COPY ({sql}) TO STDOUT (FORMAT binary)"
    waiting, size = [], 0
    # The driver's own cursor: Django's, where it notes what is asked (DEBUG), takes no parameters for a copy.
    with _side_by_side(), connection.connection.cursor() as cursor, cursor.copy(copying, parameters) as copy:
        copy.set_types(["bytea"])
        for (line,) in copy.rows():
            waiting.append(line)
            size += len(line)
            if size >= BLOCK:
                yield _block(waiting)
                waiting, size = [], 0
    if waiting:
        yield _block(waiting)


def _as_sent(column: str) -> Func:
    """SQL: a text as the bytes it is sent as. Nobody then makes signs of them only to make bytes of these again."""
    return Func(F(column), Value("UTF8"), function="convert_to", output_field=BinaryField())


def _block(lines: list[bytes]) -> Lines:
    return Lines(len(lines), [b"\n".join([*lines, b""])])


def _row(kind: str, key: Any, caller: Caller, head: int, document: Document | None) -> ReadyDocument:
    row = ReadyDocument(eyes=eyes(caller), record_type=kind, record_id=key, seq=head)
    if document is not None:
        row.line = written(document).decode()
        # Each line is sent with a line feed behind it; a table's lines end with both signs.
        row.cells = tables.row(document).decode().removesuffix("\n")
        row.tally = tally(document)
        row.feature = written(feature(document)).decode() if kind == "incident" else ""
    return row


def callers_in_use() -> list[Caller]:
    """Who may call today, one for each token."""
    tokens = PartnerToken.objects.filter(revoked_at=None, expires_at__gt=timezone.now(), partner__is_active=True)
    return [caller_with(token) for token in tokens.select_related("partner")]


def readers_of_dumps() -> list[Caller]:
    """For each ceiling that whole lists are read with, one who reads all parts that any of its readers may have."""
    parts: dict[str, set[str]] = {}
    for caller in callers_in_use():
        if caller.has(READ_BULK):
            parts.setdefault(caller.ceiling, set()).update(caller.parts)
    return [Caller(PartnerToken(scopes=[]), ceiling, tuple(sorted(parts[ceiling]))) for ceiling in sorted(parts)]


def keep_ready(seconds: float = 60) -> int:
    """Make what tokens in use would find not ready, so that no partner waits for it; how many records that were.

    It stops after ``seconds`` and goes on next time. What nobody's eyes read any more goes.
    """
    until = time.monotonic() + seconds
    callers = {eyes(caller): caller for caller in [*callers_in_use(), *readers_of_dumps()]}
    forget(callers)
    made = 0
    for kind in RecordType.values:
        for caller in callers.values():
            waiting = not_ready(kind, caller, Stretch())
            for start in range(0, len(waiting), AT_ONCE):
                if time.monotonic() > until:
                    return made
                made += len(make(kind, waiting[start : start + AT_ONCE], caller))
    return made


def forget(in_use: Iterable[str]) -> int:
    """Delete what none of the eyes ``in_use`` read, and what was taken back; how many rows."""
    back = Exists(PublishedRecord.objects.filter(record_id=OuterRef("record_id"), withdrawal__isnull=False))
    deleted, _by_model = ReadyDocument.objects.filter(~Q(eyes__in=list(in_use)) | Q(back)).delete()
    return deleted
