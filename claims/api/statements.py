"""Statements."""

from typing import ClassVar

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.request import Request

from claims.api import parameters
from claims.api.answers import ExportView
from claims.api.described import described
from claims.api.documents import Filter, history, one
from claims.api.formats import streamed
from claims.api.incidents import FINDING, UPDATED_AFTER, overlapping
from claims.api.pages import AS_OF, CURSOR, LIMIT, page
from claims.api.serializers.changes import HistorySerializer
from claims.api.serializers.collections import StatementPageSerializer
from claims.api.serializers.statement import StatementSerializer
from claims.api.streams import stream
from claims.models.statement import StatementKind
from claims.release.scopes import READ_STATEMENTS

FILTERS: tuple[Filter, ...] = (
    FINDING,
    Filter(
        parameters.code("kind", StatementKind, "Kind of statement."),
        lambda rows, value: rows.filter(shown__document__kind=value),
        lambda document, value: document["kind"] == value,
    ),
    Filter(
        parameters.key("party", "Key of the party that spoke."),
        lambda rows, value: rows.filter(shown__document__party__id=value),
        lambda document, value: (document["party"] or {}).get("id") == value,
    ),
    Filter(
        parameters.key("incident", "Key of a released incident it is about."),
        lambda rows, value: rows.filter(shown__document__incidents__contains=[{"id": value}]),
        lambda document, value: any(each["id"] == value for each in document["incidents"]),
    ),
    *overlapping("said"),
    UPDATED_AFTER,
)


class Statements(ExportView):
    """Released statements, in the order of their ids."""

    endpoint = "statements/"
    scopes = (READ_STATEMENTS,)
    parameters: ClassVar = (LIMIT, CURSOR, AS_OF, *(each.parameter for each in FILTERS))
    streamed: ClassVar = streamed("statement")

    @described("list_statements", "List statements", StatementPageSerializer, parameters=parameters, streamed=streamed)
    def get(self, request: Request) -> HttpResponseBase:
        if (media_type := request.accepted_renderer.media_type) in self.streamed:
            return stream("statement", media_type, self.reader, self.asked, FILTERS, request._request)
        found = page("statement", self.reader, self.asked, FILTERS, request._request)
        return self.answer(found.content(), link=found.link_header())


class Statement(ExportView):
    """One statement."""

    endpoint = "statements/{key}/"
    scopes = (READ_STATEMENTS,)
    parameters: ClassVar = (AS_OF,)

    @described("read_statement", "Read a statement", StatementSerializer, parameters=parameters, single=True)
    def get(self, request: Request, key: str) -> HttpResponse:
        document = one("statement", key, self.reader, self.asked.get("as_of"))
        self.name_record(document)
        return self.answer(document)


class StatementHistory(ExportView):
    """When one statement was released and withdrawn."""

    endpoint = "statements/{key}/history/"
    scopes = (READ_STATEMENTS,)

    @described("read_statement_history", "Every release of a statement", HistorySerializer, single=True)
    def get(self, request: Request, key: str) -> HttpResponse:
        document = one("statement", key, self.reader)
        self.name_record(document)
        return self.answer({"object": "history", "id": document["id"], "releases": history(document, self.reader)})
