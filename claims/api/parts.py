"""Lists of what stands inside incidents and statements: links, figures, comment requests, outside notes.

Each is the very part of the record's document that this caller reads, and comes with its record: in the order of the
records' ids, then as it stands there. What is withheld in the record is withheld here.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, ClassVar, Final

from django.db.models import Exists, OuterRef, TextChoices
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_view
from rest_framework.request import Request

from claims.api import hxl, parameters
from claims.api.described import described
from claims.api.documents import readable
from claims.api.formats import Csv
from claims.api.forwards import ForwardsView
from claims.api.pages import COUNT, DEFAULT, MOST, OF_PAGES, Page, address_after, bound_to, counted, read_cursor
from claims.api.parameters import Parameter
from claims.api.problems import WrongParameter
from claims.api.ready import lines_of, written
from claims.api.serializers import collections as shapes
from claims.api.streams import Stream, stream
from claims.api.tokens import Caller
from claims.models import ReleasedDocument
from claims.models.comment_request import RequestState
from claims.models.figure import CasualtyOutcome
from claims.models.link import Aspect, LinkType
from claims.models.release import Scope
from claims.release.redaction import Document
from claims.release.scopes import READ_INCIDENTS, READ_STATEMENTS

Meets = Callable[[Document, Any], bool]


@dataclass(frozen=True)
class Part:
    """A list named ``field`` in documents of ``kind``, kept in their fragment ``scope``; ``filters`` ask of an item."""

    kind: str
    field: str
    scope: str
    filters: tuple[tuple[Parameter, Meets], ...]

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """What may be asked of the list."""
        return (*OF_PAGES, *(each for each, _meets in self.filters))


def _code(name: str, choices: type[TextChoices], description: str) -> tuple[Parameter, Meets]:
    return parameters.code(name, choices, description), lambda item, value: bool(item[name] == value)


def _key(name: str, description: str) -> tuple[Parameter, Meets]:
    return parameters.key(name, description), lambda item, value: bool((item[name] or {}).get("id") == value)


LINKS: Final = Part(
    "statement",
    "links",
    Scope.BASE,
    (
        _code("type", LinkType, "What the link says."),
        _code("aspect", Aspect, "Of what it says so."),
        _key("from", "Key of the acting statement."),
        _key("to", "Key of the statement acted upon."),
    ),
)
FIGURES: Final = Part(
    "statement",
    "figures",
    Scope.FIGURES,
    (_code("outcome", CasualtyOutcome, "What happened to them."), _key("incident", "Key of the incident counted.")),
)
COMMENT_REQUESTS: Final = Part(
    "incident",
    "comment_requests",
    Scope.BASE,
    (_code("state", RequestState, "Whether it was sent."), _key("party", "Key of the party that was asked.")),
)
NOTES: Final = Part("incident", "notes", Scope.NOTES, (_key("party", "Key of the party that said so."),))

FIGURES_PARAMETERS: Final = (*FIGURES.parameters, hxl.PROFILE)
FIGURES_TABLE: Final = {Csv.media_type: "With `profile=hxl`: one figure on a line, under hashtags. Scope `bulk:read`."}


def parts_page(part: Part, caller: Caller, asked: dict[str, Any], request: HttpRequest) -> Page:
    """A page of parts, read forwards only: ``previous`` is always None."""
    limit = asked.get("limit", DEFAULT)
    chosen = {each.name: asked[each.name] for each, _meets in part.filters if each.name in asked}
    bound = bound_to([part.field, caller.ceiling, chosen])
    cursor = read_cursor(asked.get("cursor"), bound)
    found = list(islice(_walk(part, caller, asked, cursor.get("after"), int(cursor.get("item", -1))), limit + 1))
    shown = found[:limit]
    onwards = None
    if len(found) > limit:
        key, number, _item = shown[-1]
        onwards = address_after(request, {"after": str(key), "item": str(number)} | bound)
    return Page(
        next=onwards,
        previous=None,
        lines=[written(item) for _key, _number, item in shown],
        count=counted(_walk(part, caller, asked, None, -1)) if COUNT.name in asked else None,
    )


def _walk(
    part: Part, caller: Caller, asked: dict[str, Any], after: str | None, item: int
) -> Iterator[tuple[Any, int, Document]]:
    """Record, number within it, and the part itself; from behind item ``item`` of the record ``after``."""
    rows = _holding(part, caller)
    if after:
        rows = rows.filter(record_id__gte=after)
    while keys := list(rows.order_by("record_id").values_list("record_id", flat=True)[:MOST]):
        lines = lines_of(part.kind, keys, caller)
        for key in keys:
            for number, each in enumerate(_items(lines.get(key), part)):
                if (str(key) != after or number > item) and _meets(each, part, asked):
                    yield key, number, each
        if len(keys) < MOST:
            return
        rows = rows.filter(record_id__gt=keys[-1])


def _holding(part: Part, caller: Caller) -> Any:
    """Records with at least one of these parts in what was released."""
    fragments = ReleasedDocument.objects.filter(
        release_id=OuterRef("release_id"), ceiling=caller.ceiling, scope=part.scope
    )
    return readable(part.kind, caller).filter(Exists(fragments.filter(**{f"document__{part.field}__0__isnull": False})))


def _items(line: bytes | None, part: Part) -> list[Document]:
    return (json.loads(line).get(part.field) or []) if line else []


def _meets(item: Document, part: Part, asked: dict[str, Any]) -> bool:
    return all(meets(item, asked[each.name]) for each, meets in part.filters if each.name in asked)


class _Parts(ForwardsView):
    """Parts of one kind."""

    part: ClassVar[Part]

    def page(self, request: HttpRequest) -> Page:
        return parts_page(self.part, self.reader, self.asked, request)


@extend_schema_view(get=described("list_links", "List links", shapes.LinkPageSerializer, parameters=LINKS.parameters))
class Links(_Parts):
    """What statements do to one another: this denial answers that allegation."""

    endpoint, part, parameters = "links/", LINKS, LINKS.parameters
    scopes = (READ_STATEMENTS,)


@extend_schema_view(
    get=described(
        "list_figures",
        "List figures",
        shapes.FigurePageSerializer,
        parameters=FIGURES_PARAMETERS,
        streamed=FIGURES_TABLE,
    )
)
class Figures(_Parts):
    """Numbers that were given."""

    endpoint, part = "figures/", FIGURES
    parameters = FIGURES_PARAMETERS
    scopes = (READ_STATEMENTS, "figures:read")
    streamed = FIGURES_TABLE

    def get(self, request: Request) -> HttpResponseBase:
        if request.accepted_renderer.media_type != Csv.media_type:
            return super().get(request)
        if not hxl.is_asked_for(self.asked):
            raise WrongParameter(hxl.PROFILE.name, _("Figures come as a table with profile=hxl only."))
        table = hxl.figures(lambda figure: _meets(figure, self.part, self.asked))
        return stream(Stream("statement", Csv.media_type, self.reader, self.asked, (), table), request._request)


@extend_schema_view(
    get=described(
        "list_comment_requests",
        "List comment requests",
        shapes.RequestPageSerializer,
        parameters=COMMENT_REQUESTS.parameters,
    )
)
class CommentRequests(_Parts):
    """Who was asked for its side, and what came of it."""

    endpoint, part, parameters = "comment-requests/", COMMENT_REQUESTS, COMMENT_REQUESTS.parameters
    scopes = (READ_INCIDENTS,)


@extend_schema_view(
    get=described("list_notes", "List outside notes", shapes.NotePageSerializer, parameters=NOTES.parameters)
)
class Notes(_Parts):
    """What other bodies said about verification."""

    endpoint, part, parameters = "notes/", NOTES, NOTES.parameters
    scopes = (READ_INCIDENTS, "notes:read")
