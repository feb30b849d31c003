"""Places of the gazetteer that incidents name: each once, as closely as the newest release that names it shows it."""

from typing import Final

from drf_spectacular.utils import extend_schema_view

from claims.api import filters_of_named
from claims.api.described import described
from claims.api.named import NamedView, mentioned
from claims.api.serializers import collections as shapes
from claims.release.redaction import Document
from claims.release.scopes import READ_INCIDENTS

# What a report says of where it happened belongs to the incident and not to the place.
OF_THE_INCIDENT: Final = "as_reported"


def _within(document: Document, key: str) -> Document | None:
    """The place of an incident. One that is known only by its region there is not named by it."""
    place = document.get("place") or {}
    if place.get("id") != key or place.get("ref") is None:
        return None
    shown = {name: value for name, value in place.items() if name != OF_THE_INCIDENT}
    shown["incident"] = {name: document[name] for name in ("object", "id", "ref")}
    if "exact_place" in document:
        shown["exact_place"] = document["exact_place"]
    return shown


PLACES: Final = mentioned("place", filters_of_named.PLACES, _within)


@extend_schema_view(
    get=described("list_places", "List places", shapes.PlacePageSerializer, parameters=PLACES.parameters)
)
class Places(NamedView):
    """Where released incidents happened. Precision and point are those of the incident that is named beside them."""

    endpoint, named, parameters = "places/", PLACES, PLACES.parameters
    scopes = (READ_INCIDENTS,)
