"""The peer: what a plain Django REST framework export of the same statements is, over the same tables.

Serializers as its documentation writes them, every relation fetched beforehand; no token, no redaction, no middleware
(drf_settings.py). `/page/?after=ID` is a page of 50 by key, `/stream/?rows=N` lines of JSON.
"""

from collections.abc import Iterator

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.urls import path
from rest_framework.generics import ListAPIView
from rest_framework.renderers import JSONRenderer
from rest_framework.serializers import ModelSerializer

from claims.models import Accusation, Incident, Link, Rendering, Statement
from sources.models import Party, Source

AT_ONCE = 2_000
SAID = ("said", "said_start", "said_end", "said_precision", "said_zone")


class PartySerializer(ModelSerializer):
    class Meta:
        model = Party
        fields = ("id", "ref", "name", "kind")


class AccusationSerializer(ModelSerializer):
    party = PartySerializer()

    class Meta:
        model = Accusation
        fields = ("wording", "party")


class IncidentSerializer(ModelSerializer):
    class Meta:
        model = Incident
        fields = ("id", "ref")


class SourceSerializer(ModelSerializer):
    class Meta:
        model = Source
        fields = ("id", "ref", "title", "submitted_address")


class RenderingSerializer(ModelSerializer):
    source = SourceSerializer()

    class Meta:
        model = Rendering
        fields = ("id", "lang", "text", "fidelity", "source")


class LinkSerializer(ModelSerializer):
    class Meta:
        model = Link
        fields = ("id", "type", "to_statement")


class StatementSerializer(ModelSerializer):
    party = PartySerializer()
    accuses = AccusationSerializer(many=True)
    incidents = IncidentSerializer(many=True)
    renderings = RenderingSerializer(many=True)
    links_out = LinkSerializer(many=True)

    class Meta:
        model = Statement
        fields = ("id", "ref", "version", "kind", "party", *SAID, "responsibility_position", "checkability",
                  "lifecycle", "finding", "tlp", "accuses", "incidents", "renderings", "links_out")  # fmt: skip


def _statements() -> QuerySet[Statement]:
    return (
        Statement._base_manager.select_related("party")
        .prefetch_related(
            Prefetch("accuses", Accusation.objects.select_related("party")),
            Prefetch("incidents", Incident._base_manager.order_by("pk")),
            Prefetch("renderings", Rendering.objects.select_related("source")),
            "links_out",
        )
        .order_by("pk")
    )


class Statements(ListAPIView):
    serializer_class = StatementSerializer

    def get_queryset(self) -> QuerySet[Statement]:
        after = self.request.GET.get("after")
        return (_statements().filter(pk__gt=after) if after else _statements())[:50]


def stream(request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse(_lines(int(request.GET["rows"])), content_type="application/x-ndjson")


def _lines(rows: int) -> Iterator[bytes]:
    renderer, serializer = JSONRenderer(), StatementSerializer()  # made once: making one takes longer than using it
    for statement in _statements()[:rows].iterator(chunk_size=AT_ONCE):
        yield renderer.render(serializer.to_representation(statement)) + b"\n"


urlpatterns = [path("page/", Statements.as_view()), path("stream/", stream)]
