"""Records as they are named inside another one's document. Each carries ``object`` and ``id`` for the redaction."""

from datetime import datetime
from typing import Any

from claims.models import Incident, MediaItem, Place, Statement
from claims.models.findings import Finding
from claims.models.place import PlacePrecision
from harmtracker.markings import HIDES_NAME
from sources.models import Party, Source

COARSENESS: tuple[str, ...] = tuple(PlacePrecision.values)
# Decimals of a degree left of a point, by how closely the place is known: 0.01 is about 1 km. Others carry no point.
DECIMALS: dict[str, int] = {
    PlacePrecision.EXACT: 2,
    PlacePrecision.LANDMARK: 2,
    PlacePrecision.NEIGHBOURHOOD: 2,
    PlacePrecision.SETTLEMENT: 2,
    PlacePrecision.NEAR_SETTLEMENT: 1,
    PlacePrecision.ADM3: 1,
    PlacePrecision.ADM2: 1,
    PlacePrecision.ADM1: 0,
}
NAMES_A_SETTLEMENT = frozenset(COARSENESS[: COARSENESS.index(PlacePrecision.ADM3)])
NAMES_A_REGION = NAMES_A_SETTLEMENT | {PlacePrecision.ADM3, PlacePrecision.ADM2, PlacePrecision.ADM1}
EXACT_PRECISIONS = frozenset({PlacePrecision.EXACT, PlacePrecision.LANDMARK, PlacePrecision.NEIGHBOURHOOD})
EXACT_DECIMALS = 5

Part = dict[str, Any]


def moment(value: datetime | None) -> str | None:
    """ISO 8601 at UTC."""
    return value.isoformat() if value else None


def dated(record: Any, name: str, zone: str | None = None) -> Part:
    """A date as reported (EDTF), with its derived bounds (UTC instants, end exclusive) and precision."""
    return {
        "reported": getattr(record, name) or None,
        "start": moment(getattr(record, f"{name}_start")),
        "end": moment(getattr(record, f"{name}_end")),
        "precision": getattr(record, f"{name}_precision"),
        "zone": zone,
    }


def finding(code: str) -> Part:
    return {"code": code, "label": str(Finding(code).label)}


def party(record: Party | None) -> Part | None:
    """The party, with its pseudonym only while a flag withholds its name: nobody is ever told both."""
    if record is None:
        return None
    told = {"object": "party", "id": str(record.pk), "ref": record.ref, "name": record.name, "kind": record.kind}
    is_withheld = bool(record.pseudonym) and not HIDES_NAME.isdisjoint(record.handling)
    return told | {"pseudonym": record.pseudonym} if is_withheld else told


def source(record: Source | None) -> Part | None:
    if record is None:
        return None
    return {
        "object": "source",
        "id": str(record.pk),
        "ref": record.ref,
        "kind": record.kind,
        "title": record.title or None,
        "address": record.submitted_address or None,
        "lang": record.lang or None,
        "publisher": party(record.publisher),
        "published": {
            "reported": record.published or None,
            "start": moment(record.published_start),
            "end": moment(record.published_end),
        },
    }


def reference(record: Incident | Statement | Source | Place | MediaItem | Any | None, kind: str) -> Part | None:
    """Only the key and the reference: what a reader may know of another record without reading it."""
    if record is None:
        return None
    return {"object": kind, "id": str(record.pk), "ref": record.ref}


def media_item(record: MediaItem | None) -> Part | None:
    if record is None:
        return None
    return {
        "object": "media_item",
        "id": str(record.pk),
        "ref": record.ref,
        "kind": record.kind,
        "description": record.description,
        "first_seen": record.first_seen or None,
        "address": record.address or None,
        "finding": finding(record.finding),
        "authenticity": (record.standing.media_authenticity or None) if record.standing else None,
    }


def place_of(incident: Incident) -> Part | None:
    """Where it happened, never finer than the coarser of what the incident and its place are known to."""
    place = incident.place
    if place is None and not incident.place_as_reported and incident.latitude is None:
        return None
    precision = max(incident.place_precision, place.precision if place else "exact", key=COARSENESS.index)
    named = place if place and (precision in NAMES_A_SETTLEMENT or precision == place.precision) else None
    region = place if place and precision in NAMES_A_REGION else None
    return {
        "object": "place",
        "id": str(place.pk) if place else None,
        "ref": named.ref if named else None,
        "name": named.name if named else None,
        "as_reported": incident.place_as_reported or None,
        "precision": precision,
        "country": (place.country or None) if place else None,
        "adm1_code": (region.adm1_code or None) if region else None,
        "adm1_name": (region.adm1_name or None) if region else None,
        "katottg": (named.katottg or None) if named else None,
        "point": rounded_point(incident, precision),
    }


def rounded_point(incident: Incident, precision: str) -> Part | None:
    """The point for everyone: WGS 84 degrees, at most two decimals, fewer where less is known."""
    holder = incident if incident.latitude is not None else incident.place
    if holder is None or holder.latitude is None or holder.longitude is None or precision not in DECIMALS:
        return None
    digits = DECIMALS[precision]
    return {"latitude": round(holder.latitude, digits), "longitude": round(holder.longitude, digits)}


def exact_place_of(incident: Incident) -> Part | None:
    """The point as held (five decimals, about 1 m), for readers with that scope; None where it is not known so well."""
    if incident.latitude is None or incident.longitude is None or incident.place_precision not in EXACT_PRECISIONS:
        return None
    return {
        "object": "exact_place",
        "latitude": round(incident.latitude, EXACT_DECIMALS),
        "longitude": round(incident.longitude, EXACT_DECIMALS),
        "precision": incident.place_precision,
        "place": reference(incident.place, "place"),
    }
