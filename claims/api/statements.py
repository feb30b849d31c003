"""Statements."""

from typing import ClassVar

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.request import Request

from claims.api import filters, hxl
from claims.api.answers import ExportView
from claims.api.chosen import Shape, shaping
from claims.api.described import described
from claims.api.documents import history, one
from claims.api.formats import streamed
from claims.api.pages import AS_OF, OF_PAGES, page
from claims.api.serializers.changes import HistorySerializer
from claims.api.serializers.collections import StatementAnswerSerializer, StatementPageSerializer
from claims.api.streams import Stream, stream
from claims.release.scopes import READ_STATEMENTS


class Statements(ExportView):
    """Released statements, in the order of their ids."""

    endpoint = "statements/"
    scopes = (READ_STATEMENTS,)
    is_linked = True
    parameters: ClassVar = (
        *OF_PAGES,
        AS_OF,
        *shaping("statement"),
        *(each.parameter for each in filters.STATEMENTS),
        hxl.PROFILE,
    )
    streamed: ClassVar = streamed("statement")

    @described(
        "list_statements",
        "List statements",
        StatementPageSerializer,
        parameters=parameters,
        streamed=streamed,
        linked=True,
    )
    def get(self, request: Request) -> HttpResponseBase:
        if (media_type := request.accepted_renderer.media_type) in self.streamed:
            table = hxl.STATEMENTS if hxl.is_asked_for(self.asked) else None
            wanted = Stream("statement", media_type, self.reader, self.asked, filters.STATEMENTS, table)
            return stream(wanted, request._request)
        found = page("statement", self.reader, self.asked, filters.STATEMENTS, request._request)
        return self.answer(found.content(), link=found.link_header())


class Statement(ExportView):
    """One statement."""

    endpoint = "statements/{key}/"
    scopes = (READ_STATEMENTS,)
    is_linked = True
    parameters: ClassVar = (AS_OF, *shaping("statement"))

    @described(
        "read_statement", "Read a statement", StatementAnswerSerializer, parameters=parameters, single=True, linked=True
    )
    def get(self, request: Request, key: str) -> HttpResponse:
        shape = Shape.of("statement", self.asked, self.reader)
        document = one("statement", key, self.reader, self.asked.get("as_of"))
        self.name_record(document)
        return self.answer(shape.documents([document])[0])


class StatementHistory(ExportView):
    """When one statement was released and withdrawn."""

    endpoint = "statements/{key}/history/"
    scopes = (READ_STATEMENTS,)

    @described("read_statement_history", "Every release of a statement", HistorySerializer, single=True)
    def get(self, request: Request, key: str) -> HttpResponse:
        document = one("statement", key, self.reader)
        self.name_record(document)
        return self.answer({"object": "history", "id": document["id"], "releases": history(document, self.reader)})
