"""Lists of what records name: parties and sources, each once, as the newest release that names it reads today."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, ClassVar, Final

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from drf_spectacular.utils import extend_schema_view

from claims.api import filters_of_named
from claims.api.described import described
from claims.api.documents import Filter
from claims.api.forwards import ForwardsView
from claims.api.pages import COUNT, DEFAULT, OF_PAGES, Page, address_after, bound_to, counted, read_cursor
from claims.api.parameters import Parameter
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


def _as_it_stands(found: Sequence[Document]) -> list[Document]:
    return list(found)


@dataclass(frozen=True)
class Named:
    """Things that records name, in the order of their keys.

    ``rows`` are those that may be shown to a caller at all, ``names`` is the condition under which a record
    (``OuterRef("record_id")``) names the thing with a key, and ``within`` takes it out of a document as it is read
    today, None where it is withheld there. ``completed`` adds to a page of them what no document holds; ``filters``
    narrow ``rows`` and are held to on what ``within`` took out.
    """

    kind: str
    rows: Callable[[Caller], QuerySet[Any]]
    names: Callable[[Any], Exists]
    within: Callable[[Document, str], Document | None]
    completed: Callable[[Sequence[Document]], list[Document]] = _as_it_stands
    filters: tuple[Filter, ...] = ()

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """What may be asked of the list."""
        return (*OF_PAGES, *(each.parameter for each in self.filters))


def mentioned(
    kind: str, filters: tuple[Filter, ...], within: Callable[[Document, str], Document | None] | None = None
) -> Named:
    """Marked records of a kind, found by the mentions written with every release."""

    def rows(caller: Caller) -> QuerySet[Any]:
        is_named = Exists(Mention.objects.filter(named_id=OuterRef("pk")))
        found: QuerySet[Any] = MARKED[kind]._base_manager.filter(is_named, tlp__in=up_to(caller.ceiling))
        return found

    def names(key: Any) -> Exists:
        return Exists(Mention.objects.filter(record_id=OuterRef("record_id"), named_id=key))

    within = within or (lambda document, key: whole_within(document, kind, key))
    return Named(kind, rows, names, within, filters=filters)


def whole_within(value: Any, kind: str, key: str) -> Document | None:
    """The whole object of this kind and key somewhere inside a document, and not a mere reference to it."""
    if isinstance(value, dict):
        if value.get("object") == kind and value.get("id") == key and "kind" in value:
            return value
        value = list(value.values())
    if isinstance(value, list):
        return next((found for each in value if (found := whole_within(each, kind, key)) is not None), None)
    return None


def named_page(named: Named, caller: Caller, asked: dict[str, Any], request: HttpRequest) -> Page:
    """A page in the order of the ids, read forwards only: ``previous`` is always None."""
    limit = asked.get("limit", DEFAULT)
    chosen = [(each, asked[each.parameter.name]) for each in named.filters if each.parameter.name in asked]
    bound = bound_to([named.kind, caller.ceiling, *((each.parameter.name, value) for each, value in chosen)])
    after = read_cursor(asked.get("cursor"), bound).get("after")
    found = list(islice(_walk(named, caller, chosen, after), limit + 1))
    shown = named.completed(found[:limit])
    onwards = address_after(request, {"after": shown[-1]["id"]} | bound) if len(found) > limit else None
    return Page(
        next=onwards,
        previous=None,
        lines=[written(each) for each in shown],
        count=counted(_walk(named, caller, chosen, None)) if COUNT.name in asked else None,
    )


def _walk(named: Named, caller: Caller, chosen: Sequence[tuple[Filter, Any]], after: str | None) -> Iterator[Document]:
    """Each thing as it stands in the newest document this caller reads in which it is not withheld, if in any."""
    newest = _naming(named, caller, OuterRef(OuterRef("pk")))
    rows: Any = named.rows(caller)
    for each, value in chosen:
        rows = each.narrow(rows, value)
    rows = (
        rows.annotate(record=Subquery(newest.values("record_id")[:1]), type=Subquery(newest.values("record_type")[:1]))
        .exclude(record=None)
        .order_by("pk")
    )
    while batch := list((rows.filter(pk__gt=after) if after else rows).values_list("pk", "record", "type")[:AT_ONCE]):
        lines: dict[Any, bytes] = {}
        for record_type in RecordType.values:
            lines |= lines_of(
                record_type, list({record for _key, record, kept in batch if kept == record_type}), caller
            )
        for key, record, _type in batch:
            found = named.within(json.loads(lines[record]), str(key)) if record in lines else None
            shown = found or _elsewhere(named, key, caller)
            if shown is not None and all(each.holds(shown, value) for each, value in chosen):
                yield shown
        after = str(batch[-1][0])


def _naming(named: Named, caller: Caller, key: Any) -> QuerySet[PublishedRecord]:
    """What is out and names this, newest release first."""
    return PublishedRecord.objects.filter(
        named.names(key), withdrawal=None, is_held=False, tlp__in=up_to(caller.ceiling)
    ).order_by("-release__released_at", "-record_id")


def _elsewhere(named: Named, key: Any, caller: Caller) -> Document | None:
    for record_type, record in _naming(named, caller, key).values_list("record_type", "record_id")[1:LOOKED_THROUGH]:
        line = lines_of(record_type, [record], caller).get(record)
        if line and (found := named.within(json.loads(line), str(key))) is not None:
            return found
    return None


class NamedView(ForwardsView):
    """Things of one kind that records name."""

    named: ClassVar[Named]
    scopes: ClassVar[tuple[str, ...]] = (READ_INCIDENTS, READ_STATEMENTS)

    def page(self, request: HttpRequest) -> Page:
        return named_page(self.named, self.reader, self.asked, request)


PARTIES: Final = mentioned("party", filters_of_named.PARTIES)
SOURCES: Final = mentioned("source", filters_of_named.SOURCES)


@extend_schema_view(
    get=described("list_parties", "List parties", shapes.PartyPageSerializer, parameters=PARTIES.parameters)
)
class Parties(NamedView):
    """Everyone whom released records name."""

    endpoint, named, parameters = "parties/", PARTIES, PARTIES.parameters


@extend_schema_view(
    get=described("list_sources", "List sources", shapes.SourcePageSerializer, parameters=SOURCES.parameters)
)
class Sources(NamedView):
    """Everything published that released records rest on."""

    endpoint, named, parameters = "sources/", SOURCES, SOURCES.parameters
