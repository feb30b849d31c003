"""Incidents, and one incident with everything released about it."""

from typing import ClassVar

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.request import Request

from claims.api import filters, hxl
from claims.api.answers import ExportView
from claims.api.bundles import bundle
from claims.api.chosen import Shape, shaping
from claims.api.described import described
from claims.api.documents import history, one
from claims.api.formats import streamed
from claims.api.pages import AS_OF, OF_PAGES, page
from claims.api.serializers.changes import HistorySerializer
from claims.api.serializers.collections import BundleSerializer, IncidentAnswerSerializer, IncidentPageSerializer
from claims.api.streams import Stream, stream
from claims.release.scopes import READ_INCIDENTS, READ_STATEMENTS


class Incidents(ExportView):
    """Released incidents, in the order of their ids."""

    endpoint = "incidents/"
    scopes = (READ_INCIDENTS,)
    is_linked = True
    parameters: ClassVar = (
        *OF_PAGES,
        AS_OF,
        *shaping("incident"),
        *(each.parameter for each in filters.INCIDENTS),
        hxl.PROFILE,
    )
    streamed: ClassVar = streamed("incident")

    @described(
        "list_incidents",
        "List incidents",
        IncidentPageSerializer,
        parameters=parameters,
        streamed=streamed,
        linked=True,
    )
    def get(self, request: Request) -> HttpResponseBase:
        if (media_type := request.accepted_renderer.media_type) in self.streamed:
            table = hxl.INCIDENTS if hxl.is_asked_for(self.asked) else None
            wanted = Stream("incident", media_type, self.reader, self.asked, filters.INCIDENTS, table)
            return stream(wanted, request._request)
        found = page("incident", self.reader, self.asked, filters.INCIDENTS, request._request)
        return self.answer(found.content(), link=found.link_header())


class Incident(ExportView):
    """One incident."""

    endpoint = "incidents/{key}/"
    scopes = (READ_INCIDENTS,)
    is_linked = True
    parameters: ClassVar = (AS_OF, *shaping("incident"))

    @described(
        "read_incident", "Read an incident", IncidentAnswerSerializer, parameters=parameters, single=True, linked=True
    )
    def get(self, request: Request, key: str) -> HttpResponse:
        shape = Shape.of("incident", self.asked, self.reader)
        document = one("incident", key, self.reader, self.asked.get("as_of"))
        self.name_record(document)
        return self.answer(shape.documents([document])[0])


class IncidentHistory(ExportView):
    """When one incident was released and withdrawn."""

    endpoint = "incidents/{key}/history/"
    scopes = (READ_INCIDENTS,)

    @described("read_incident_history", "Every release of an incident", HistorySerializer, single=True)
    def get(self, request: Request, key: str) -> HttpResponse:
        document = one("incident", key, self.reader)
        self.name_record(document)
        return self.answer({"object": "history", "id": document["id"], "releases": history(document, self.reader)})


class IncidentBundle(ExportView):
    """One incident with everything released about it."""

    endpoint = "incidents/{key}/bundle/"
    scopes = (READ_INCIDENTS, READ_STATEMENTS)
    is_linked = True

    @described(
        "read_incident_bundle", "Read an incident with everything about it", BundleSerializer, single=True, linked=True
    )
    def get(self, request: Request, key: str) -> HttpResponse:
        document = one("incident", key, self.reader)
        self.name_record(document)
        return self.answer(bundle(document, self.reader))
