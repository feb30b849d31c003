"""The formats a list comes in beside JSON."""

from typing import ClassVar, Final

from rest_framework.renderers import BaseRenderer


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


FORMATS: Final[tuple[type[_Format], ...]] = (Ndjson, Csv, Geojson)


def streamed(kind: str) -> dict[str, str]:
    """The formats a kind of record comes in beside JSON: media type and what it is."""
    return {each.media_type: str(each.__doc__) for each in FORMATS if kind in each.kinds}
