"""Reading released documents for a caller: which are published, and what today's markings leave of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, FilteredRelation, Q, QuerySet
from django.http import Http404

from claims.api.parameters import Parameter, read_key
from claims.api.problems import Withdrawn
from claims.api.tokens import Caller
from claims.models import PublishedRecord, ReleasedDocument
from claims.models.release import Scope
from claims.release.marks import Reader, marks_of, published_to
from claims.release.redaction import Document, named_in, redact
from claims.release.render import join
from harmtracker.markings import up_to

# PublishedRecord rows that carry ``shown`` and ``document``, which the type checker cannot know of.
Rows = QuerySet[Any, Any]


@dataclass(frozen=True)
class Filter:
    """One filter of a list: ``narrow`` in the database, ``holds`` on what the caller is shown in the end.

    The second matters where a marking was raised since: nothing may be found by a value that is now withheld.
    """

    parameter: Parameter
    narrow: Callable[[Rows, Any], Rows]
    holds: Callable[[Document, Any], bool]


def with_documents(kind: str, caller: Caller) -> Rows:
    """Records of a kind that have a document for this caller's ceiling, as ``shown``; withdrawn ones included."""
    shown = Q(release__documents__ceiling=caller.ceiling, release__documents__scope=Scope.BASE)
    return (
        PublishedRecord.objects.annotate(shown=FilteredRelation("release__documents", condition=shown))
        .filter(record_type=kind, is_held=False, tlp__in=up_to(caller.ceiling), shown__isnull=False)
        .annotate(document=F("shown__document"))
    )


def readable(kind: str, caller: Caller) -> Rows:
    """What this caller may list today."""
    return with_documents(kind, caller).filter(withdrawal=None)


def present(rows: Iterable[Any], caller: Caller) -> list[Document]:
    """The documents of these rows as this caller may read them now, in the same order, with the parts it may have.

    A constant number of queries. A record whose own marking now excludes the caller is left out.
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
        reader = Reader(caller.ceiling, marks, published, own.team_id if own else None)
        if reader.may_read(document["object"], document["id"]):
            shown.append(redact(document, reader))
    return shown


def one(kind: str, key: str, caller: Caller) -> Document:
    """The document of one record. Raises Http404 for anything this caller may not know of, ``Withdrawn`` otherwise."""
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
    )


def _parts(releases: list[Any], caller: Caller) -> dict[Any, list[Document]]:
    parts: dict[Any, list[Document]] = {}
    rows = ReleasedDocument.objects.filter(release_id__in=releases, ceiling=caller.ceiling, scope__in=caller.parts)
    for release, document in rows.order_by("scope").values_list("release_id", "document"):
        parts.setdefault(release, []).append(document)
    return parts
