"""Incidents on a map."""

from typing import Final

from claims.api import tables
from claims.release.redaction import Document

DECIMALS: Final = 5  # of a degree, about a metre: RFC 7946 asks for no more


def feature(document: Document) -> Document:
    """An incident on a map (RFC 7946). A point that is withheld or unknown is a null geometry, never a guess."""
    point = (document.get("exact_place") or {}) or ((document["place"] or {}).get("point") or {})
    known = "longitude" in point
    return {
        "type": "Feature",
        "id": document["id"],
        "geometry": {
            "type": "Point",
            "coordinates": [round(point["longitude"], DECIMALS), round(point["latitude"], DECIMALS)],
        }
        if known
        else None,
        "properties": {name: read(document) for name, read in tables.COLUMNS["incident"]},
    }
