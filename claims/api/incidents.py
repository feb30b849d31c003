"""Incidents, and one incident with everything released about it."""

from typing import ClassVar

from django.db.models import DateTimeField
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.dateparse import parse_datetime
from rest_framework.request import Request

from claims.api import parameters
from claims.api.answers import ExportView
from claims.api.bundles import bundle
from claims.api.described import described
from claims.api.documents import Filter, Rows, history, one
from claims.api.formats import streamed
from claims.api.pages import AS_OF, CURSOR, LIMIT, page
from claims.api.serializers.changes import HistorySerializer
from claims.api.serializers.collections import BundleSerializer, IncidentPageSerializer
from claims.api.serializers.incident import IncidentSerializer
from claims.api.streams import stream
from claims.models.findings import Finding
from claims.models.incident import Harm
from claims.release.redaction import Document
from claims.release.scopes import READ_INCIDENTS, READ_STATEMENTS

ID = "Key of the record."


def bound(field: str, comparison: str, end: str) -> tuple[Filter, ...]:
    """A pair's half: ``<field>_after`` or ``<field>_before``, met when the record's span overlaps that side."""
    name = f"{field}_{comparison}"
    meaning = "reaches past" if comparison == "after" else "begins before"

    def narrow(rows: Rows, value: object) -> Rows:
        lookup = "gt" if comparison == "after" else "lt"
        instant = Cast(KT(f"document__{field}__{end}"), DateTimeField())
        within: Rows = rows.annotate(**{name: instant}).filter(**{f"{name}__{lookup}": value})
        return within

    def holds(document: Document, value: object) -> bool:
        instant = parse_datetime(document[field][end] or "")
        return instant is not None and (instant > value if comparison == "after" else instant < value)  # type: ignore[operator]

    return (Filter(parameters.instant(name, f"The time it {field} {meaning} this."), narrow, holds),)


def overlapping(field: str) -> tuple[Filter, ...]:
    """``<field>_after`` and ``<field>_before``; records without a date meet neither."""
    return bound(field, "after", "end") + bound(field, "before", "start")


FINDING = Filter(
    parameters.code("finding", Finding, "Finding in force."),
    lambda rows, value: rows.filter(shown__document__finding__code=value),
    lambda document, value: document["finding"]["code"] == value,
)
UPDATED_AFTER = Filter(
    parameters.instant("updated_after", "Released or restricted after this. A convenience, not a way to keep in step."),
    lambda rows, value: rows.filter(updated_at__gt=value),
    lambda _document, _value: True,
)
FILTERS: tuple[Filter, ...] = (
    FINDING,
    Filter(
        parameters.code("harm", Harm, "One of the kinds of harm."),
        lambda rows, value: rows.filter(shown__document__harm__contains=[value]),
        lambda document, value: value in (document["harm"] or []),
    ),
    Filter(
        parameters.key("place", "Key of a place."),
        lambda rows, value: rows.filter(shown__document__place__id=value),
        lambda document, value: (document["place"] or {}).get("id") == value,
    ),
    *overlapping("occurred"),
    UPDATED_AFTER,
)


class Incidents(ExportView):
    """Released incidents, in the order of their ids."""

    endpoint = "incidents/"
    scopes = (READ_INCIDENTS,)
    parameters: ClassVar = (LIMIT, CURSOR, AS_OF, *(each.parameter for each in FILTERS))
    streamed: ClassVar = streamed("incident")

    @described("list_incidents", "List incidents", IncidentPageSerializer, parameters=parameters, streamed=streamed)
    def get(self, request: Request) -> HttpResponseBase:
        if (media_type := request.accepted_renderer.media_type) in self.streamed:
            return stream("incident", media_type, self.reader, self.asked, FILTERS, request._request)
        found = page("incident", self.reader, self.asked, FILTERS, request._request)
        return self.answer(found.content(), link=found.link_header())


class Incident(ExportView):
    """One incident."""

    endpoint = "incidents/{key}/"
    scopes = (READ_INCIDENTS,)
    parameters: ClassVar = (AS_OF,)

    @described("read_incident", "Read an incident", IncidentSerializer, parameters=parameters, single=True)
    def get(self, request: Request, key: str) -> HttpResponse:
        document = one("incident", key, self.reader, self.asked.get("as_of"))
        self.name_record(document)
        return self.answer(document)


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

    @described("read_incident_bundle", "Read an incident with everything about it", BundleSerializer, single=True)
    def get(self, request: Request, key: str) -> HttpResponse:
        document = one("incident", key, self.reader)
        self.name_record(document)
        return self.answer(bundle(document, self.reader))
