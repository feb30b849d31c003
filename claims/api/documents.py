"""Reading released documents for a caller: which are published, and what today's markings leave of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet
from django.http import Http404

from claims.api.parameters import Parameter, read_key
from claims.api.problems import Withdrawn
from claims.api.tokens import Caller
from claims.models import Incident, PublishedRecord, Release, ReleasedDocument, ReleaseWithdrawal
from claims.models.release import Scope, WithdrawalReason
from claims.release.marks import Reader, marks_of, published_to
from claims.release.redaction import Document, named_in, redact
from claims.release.render import join
from harmtracker.markings import up_to

# PublishedRecord rows that carry ``shown`` and ``document``, which the type checker cannot know of.
Rows = QuerySet[Any, Any]
# What went for any other reason may have gone to protect somebody. The past is shown through today's eyes: nothing
# released before such a withdrawal is out at any date.
HARMLESS = (WithdrawalReason.MERGED, WithdrawalReason.OUT_OF_SCOPE)


@dataclass(frozen=True)
class Filter:
    """One filter of a list: ``narrow`` in the database, ``holds`` on what the caller is shown in the end.

    The second matters where a marking was raised since: nothing may be found by a value that is now withheld.
    """

    parameter: Parameter
    narrow: Callable[[Rows, Any], Rows]
    holds: Callable[[Document, Any], bool]


def _marked_for(kind: str, caller: Caller) -> Rows:
    """Records of a kind, withdrawn ones included, that nothing restricted since keeps from this caller."""
    return PublishedRecord.objects.filter(record_type=kind, is_held=False, tlp__in=up_to(caller.ceiling))


def with_documents(kind: str, caller: Caller) -> Rows:
    """Of these, those that have a document for this caller's ceiling, as ``shown``; withdrawn ones included."""
    shown = Q(release__documents__ceiling=caller.ceiling, release__documents__scope=Scope.BASE)
    rows: Rows = (
        _marked_for(kind, caller)
        .annotate(shown=FilteredRelation("release__documents", condition=shown))
        .filter(shown__isnull=False)
        .annotate(document=F("shown__document"))
    )
    return rows


def listed(kind: str, caller: Caller) -> Rows:
    """``readable`` without a look for the documents themselves: every release writes one for each ceiling that may read
    it, so this finds the same records, and for a list that is kept written out it is the cheaper question.
    """
    return _marked_for(kind, caller).filter(withdrawal=None)


def readable(kind: str, caller: Caller, as_of: datetime | None = None) -> Rows:
    """What this caller may list today, or could list at a moment, seen through today's restrictions."""
    if as_of is not None:
        return published_at(as_of, kind, caller)
    return with_documents(kind, caller).filter(withdrawal=None)


def published_at(moment: datetime, kind: str, caller: Caller) -> Rows:
    """The documents that were out at a moment: of each record the newest release before it, unless withdrawn by then.

    What is held or above the ceiling today is out at no date, nor is what was withdrawn for a reason not ``HARMLESS``.
    """
    later = Release.objects.filter(released_at__gt=OuterRef("release__released_at"), released_at__lte=moment).filter(
        Q(incident=OuterRef("record_id")) | Q(statement=OuterRef("record_id"))
    )
    today = PublishedRecord.objects.filter(
        record_id=OuterRef("record_id"), is_held=False, tlp__in=up_to(caller.ceiling)
    )
    banned = (
        ReleaseWithdrawal.objects.exclude(code__in=HARMLESS)
        .filter(withdrawn_at__gt=OuterRef("release__released_at"))
        .filter(Q(release__incident=OuterRef("record_id")) | Q(release__statement=OuterRef("record_id")))
    )
    shown = Q(release__documents__ceiling=caller.ceiling, release__documents__scope=Scope.BASE)
    return (
        ReleasedDocument.objects.annotate(shown=FilteredRelation("release__documents", condition=shown))
        .filter(
            Q(release__withdrawal=None) | Q(release__withdrawal__withdrawn_at__gt=moment),
            ~Exists(later),
            ~Exists(banned),
            Exists(today),
            record_type=kind,
            ceiling=caller.ceiling,
            scope=Scope.BASE,
            release__released_at__lte=moment,
            shown__isnull=False,
        )
        .select_related(None)
    )


def history(document: Document, caller: Caller) -> list[Document]:
    """Every release of a record that had a document for this caller, newest first."""
    rows = (
        ReleasedDocument.objects.filter(record_id=document["id"], ceiling=caller.ceiling, scope=Scope.BASE)
        .select_related("release__withdrawal")
        .order_by("-release__released_at", "-release_id")
    )
    return [_released(row.release) for row in rows]


def _released(release: Release) -> Document:
    withdrawal = getattr(release, "withdrawal", None)
    return {
        "object": "release",
        "version": release.version,
        "released_at": release.released_at.isoformat(),
        "withdrawn_at": withdrawal.withdrawn_at.isoformat() if withdrawal else None,
        "reason": withdrawal.code if withdrawal else None,
    }


def present(rows: Iterable[Any], caller: Caller, *, of_the_past: bool = False) -> list[Document]:
    """The documents of these rows as this caller may read them now, in the same order, with the parts it may have.

    A constant number of queries. A record whose own marking now excludes the caller is left out; one that is out no
    more is left out as well, unless it is read ``of_the_past``.
    """
    rows = list(rows)
    parts = _parts([row.release_id for row in rows], caller)
    documents: list[Document] = [join(row.document, parts.get(row.release_id, [])) for row in rows]
    names = {name for document in documents for name in named_in(document)}
    published = published_to(caller.ceiling, [key for kind, key in names if kind in ("incident", "statement")])
    marks = marks_of(names)
    shown = []
    for document in documents:
        own = marks.get(document["id"])
        out = published | {document["id"]} if of_the_past else published
        reader = Reader(caller.ceiling, marks, out, own.team_id if own else None)
        if reader.may_read(document["object"], document["id"]):
            shown.append(redact(document, reader))
    return shown


def one(kind: str, key: str, caller: Caller, as_of: datetime | None = None) -> Document:
    """The document of one record. Raises Http404 for anything this caller may not know of, ``Withdrawn`` otherwise."""
    if as_of is not None:
        return _then(kind, key, caller, as_of)
    try:
        row = with_documents(kind, caller).select_related("withdrawal").get(record_id=read_key(key))
    except (ValueError, PublishedRecord.DoesNotExist) as error:
        raise Http404 from error
    if row.withdrawal is not None:
        _refuse_withdrawn(row, caller)
    documents = present([row], caller)
    if not documents:
        raise Http404
    return documents[0]


def _then(kind: str, key: str, caller: Caller, as_of: datetime) -> Document:
    try:
        rows = published_at(as_of, kind, caller).filter(record_id=read_key(key))
    except ValueError as error:
        raise Http404 from error
    documents = present(rows, caller, of_the_past=True)
    if not documents:
        raise Http404
    return documents[0]


def merged_into(keys: Iterable[Any], caller: Caller) -> dict[Any, str]:
    """Of incidents that were merged: the key of the one each became, where this caller reads that one today."""
    led = dict(Incident._base_manager.filter(pk__in=list(keys)).values_list("pk", "merged_into"))
    became: dict[Any, Any] = {key: into for key, into in led.items() if into is not None}
    onwards: dict[Any, Any]
    while onwards := dict(
        Incident._base_manager.filter(pk__in=set(became.values()), merged_into__isnull=False).values_list(
            "pk", "merged_into"
        )
    ):  # a merge never leads back, so this ends
        became = {key: onwards.get(into, into) for key, into in became.items()}
    shown = published_to(caller.ceiling, [str(into) for into in became.values()])
    return {key: str(into) for key, into in became.items() if str(into) in shown}


def _refuse_withdrawn(row: PublishedRecord, caller: Caller) -> None:
    """410 for those who could still see the record by its marking of today, 404 for the others."""
    name = (row.record_type, str(row.record_id))
    mark = marks_of([name]).get(name[1])
    if mark is None or mark.tlp not in up_to(caller.ceiling) or row.withdrawal is None:
        raise Http404
    raise Withdrawn(
        record_id=name[1],
        reason=row.withdrawal.code,
        reason_label=row.withdrawal.get_code_display(),
        withdrawn_at=row.withdrawal.withdrawn_at.isoformat(),
        into=merged_into([row.record_id], caller).get(row.record_id),
    )


def _parts(releases: list[Any], caller: Caller) -> dict[Any, list[Document]]:
    parts: dict[Any, list[Document]] = {}
    rows = ReleasedDocument.objects.filter(release_id__in=releases, ceiling=caller.ceiling, scope__in=caller.parts)
    for release, document in rows.order_by("scope").values_list("release_id", "document"):
        parts.setdefault(release, []).append(document)
    return parts
