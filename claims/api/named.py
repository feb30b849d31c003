"""Lists of what records name: parties and sources, each once, as the newest release that names it reads today."""

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any, ClassVar, Final

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from rest_framework.request import Request

from claims.api.answers import ExportView
from claims.api.described import described
from claims.api.pages import CURSOR, DEFAULT, LIMIT, Page, address_after, bound_to, read_cursor
from claims.api.ready import lines_of, written
from claims.api.serializers import collections as shapes
from claims.api.tokens import Caller
from claims.models import Mention, PublishedRecord
from claims.models.release import RecordType
from claims.release.marks import MARKED
from claims.release.redaction import Document
from claims.release.scopes import READ_INCIDENTS, READ_STATEMENTS
from harmtracker.markings import up_to

AT_ONCE: Final = 100
LOOKED_THROUGH: Final = 200  # releases that name a thing and may all withhold it


def named_page(kind: str, caller: Caller, asked: dict[str, Any], request: HttpRequest) -> Page:
    """A page in the order of the ids, read forwards only: ``previous`` is always None."""
    limit = asked.get("limit", DEFAULT)
    bound = bound_to([kind, caller.ceiling])
    after = read_cursor(asked.get("cursor"), bound).get("after")
    found = list(islice(_named(kind, caller, after), limit + 1))
    shown = found[:limit]
    onwards = address_after(request, {"after": shown[-1]["id"]} | bound) if len(found) > limit else None
    return Page(next=onwards, previous=None, lines=[written(each) for each in shown])


def _named(kind: str, caller: Caller, after: str | None) -> Iterator[Document]:
    """Each thing as it stands in the newest document this caller reads in which it is not withheld, if in any."""
    newest = _naming(caller, OuterRef(OuterRef("pk")))
    rows: Any = (
        MARKED[kind]
        ._base_manager.filter(Exists(Mention.objects.filter(named_id=OuterRef("pk"))), tlp__in=up_to(caller.ceiling))
        .annotate(record=Subquery(newest.values("record_id")[:1]), type=Subquery(newest.values("record_type")[:1]))
        .exclude(record=None)
        .order_by("pk")
    )
    while batch := list((rows.filter(pk__gt=after) if after else rows).values_list("pk", "record", "type")[:AT_ONCE]):
        lines: dict[Any, str] = {}
        for record_type in RecordType.values:
            lines |= lines_of(
                record_type, list({record for _key, record, kept in batch if kept == record_type}), caller
            )
        for key, record, _type in batch:
            found = _within(json.loads(lines[record]), kind, str(key)) if record in lines else None
            if (shown := found or _elsewhere(kind, key, caller)) is not None:
                yield shown
        after = str(batch[-1][0])


def _naming(caller: Caller, key: Any) -> QuerySet[PublishedRecord]:
    """What is out and names this, newest release first."""
    return PublishedRecord.objects.filter(
        Exists(Mention.objects.filter(record_id=OuterRef("record_id"), named_id=key)),
        withdrawal=None,
        is_held=False,
        tlp__in=up_to(caller.ceiling),
    ).order_by("-release__released_at", "-record_id")


def _elsewhere(kind: str, key: Any, caller: Caller) -> Document | None:
    for record_type, record in _naming(caller, key).values_list("record_type", "record_id")[1:LOOKED_THROUGH]:
        line = lines_of(record_type, [record], caller).get(record)
        if line and (found := _within(json.loads(line), kind, str(key))) is not None:
            return found
    return None


def _within(value: Any, kind: str, key: str) -> Document | None:
    """The whole object of this kind and key somewhere inside a document, and not a mere reference to it."""
    if isinstance(value, dict):
        if value.get("object") == kind and value.get("id") == key and "kind" in value:
            return value
        value = list(value.values())
    if isinstance(value, list):
        return next((found for each in value if (found := _within(each, kind, key)) is not None), None)
    return None


class _Named(ExportView):
    """Things of one kind that records name."""

    kind: ClassVar[str]
    scopes = (READ_INCIDENTS, READ_STATEMENTS)
    parameters: ClassVar = (LIMIT, CURSOR)

    def get(self, request: Request) -> HttpResponse:
        found = named_page(self.kind, self.reader, self.asked, request._request)
        return self.answer(found.content(), link=found.link_header())


class Parties(_Named):
    """Everyone whom released records name."""

    endpoint = "parties/"
    kind = "party"

    @described("list_parties", "List parties", shapes.PartyPageSerializer, parameters=_Named.parameters)
    def get(self, request: Request) -> HttpResponse:
        return super().get(request)


class Sources(_Named):
    """Everything published that released records rest on."""

    endpoint = "sources/"
    kind = "source"

    @described("list_sources", "List sources", shapes.SourcePageSerializer, parameters=_Named.parameters)
    def get(self, request: Request) -> HttpResponse:
        return super().get(request)
