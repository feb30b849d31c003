"""The formats a list comes in beside JSON."""

from collections.abc import Iterable
from typing import ClassVar, Final

from django.http.request import MediaType
from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request


class _Format(BaseRenderer):
    """Known to content negotiation by its media type; the bytes are written in streams.py, never by REST framework."""

    charset = None
    kinds: ClassVar[tuple[str, ...]] = ("incident", "statement")
    ending: ClassVar[str] = ""


class Ndjson(_Format):
    """All records, one on a line; the last line counts them, so that a cut is seen. Scope `bulk:read`."""

    media_type, format, ending = "application/x-ndjson", "ndjson", "ndjson"


class Csv(_Format):
    """All records, one on a line; cells a spreadsheet would run begin with an apostrophe. Scope `bulk:read`."""

    media_type, format, ending = "text/csv", "csv", "csv"


class Geojson(_Format):
    """All incidents as a map layer (RFC 7946); a point not known or withheld is null. Scope `bulk:read`."""

    media_type, format, ending = "application/geo+json", "geojson", "geojson"
    kinds = ("incident",)


class Jsonld(_Format):
    """The same answer as linked data, in the words of schema.org and CiTO; `context.jsonld` tells all of them."""

    media_type, format = "application/ld+json", "jsonld"


class File(_Format):
    """A file of a dump, of this media type."""

    format = "file"

    def __init__(self, media_type: str) -> None:
        self.media_type = media_type


FORMATS: Final[tuple[type[_Format], ...]] = (Ndjson, Csv, Geojson)


def streamed(kind: str) -> dict[str, str]:
    """The formats a kind of record comes in beside JSON: media type and what it is."""
    return {each.media_type: str(each.__doc__) for each in FORMATS if kind in each.kinds}


class ByPreference(DefaultContentNegotiation):
    """The format that ``Accept`` gives the most weight (RFC 9110, 12.5.1), the first of equals; none of weight 0.

    Parameters of a media type, such as a profile of JSON-LD, are not looked at: there is one of each.
    """

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """Raises ``NotAcceptable``."""
        del format_suffix
        accepted = [MediaType(each) for each in request.headers.get("Accept", "*/*").split(",")]
        offered = list(renderers)
        weights = [_weight(each.media_type or "", accepted) for each in offered]
        chosen = offered[weights.index(max(weights))]
        if max(weights) == 0:
            raise NotAcceptable
        return chosen, chosen.media_type or ""


def _weight(media_type: str, accepted: Iterable[MediaType]) -> float:
    """What the closest range gives this media type; 0 where none holds it."""
    main, _slash, sub = media_type.partition("/")
    by_range = {(each.main_type, each.sub_type): each.quality for each in accepted}
    return next((by_range[each] for each in ((main, sub), (main, "*"), ("*", "*")) if each in by_range), 0.0)
