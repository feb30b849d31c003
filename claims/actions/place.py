"""Places: the gazetteer entries incidents point to."""

from dataclasses import dataclass, fields
from typing import Any

from django.utils.translation import gettext_lazy as _

from claims.actions.merging import refuse_merged
from claims.models import Place, PlaceName
from claims.models.place import PlacePrecision
from harmtracker import audit
from harmtracker.db import plain, save_version
from harmtracker.errors import Refused
from harmtracker.models import User
from harmtracker.permissions import require
from sources.names import fold_name


@dataclass(frozen=True)
class PlaceFields:
    """What is stated of a place apart from its further names. Degrees are WGS 84."""

    name: str
    precision: str = PlacePrecision.SETTLEMENT
    country: str = ""
    adm1_code: str = ""
    adm1_name: str = ""
    katottg: str = ""
    latitude: float | None = None
    longitude: float | None = None


def edit_place(*, place: Place, given: PlaceFields, expected_version: int, by: User, reason: str = "") -> Place:
    """Save an edit made on ``expected_version``; a new name is one more way to find the place, the old one stays one.

    Raises ``StaleRecord`` when somebody saved in between. Findings are not examined again: what an incident says of
    where it happened is the incident's own.
    """
    require(by, "place.edit")
    refuse_merged(place)
    columns = {each.name: getattr(given, each.name) for each in fields(given)} | {"name": given.name.strip()}
    _check(columns)
    changed = {name: value for name, value in columns.items() if plain(getattr(place, name)) != plain(value)}
    if not changed:
        return place
    with audit.recording():
        changes = save_version(place, expected_version, **changed)
        if "name" in changes:
            PlaceName.objects.get_or_create(place=place, text=place.name, defaults={"folded": fold_name(place.name)})
        audit.record("place.edited", subject=place, by=by, changes=changes, reason=reason.strip())
    return place


def _check(columns: dict[str, Any]) -> None:
    if not columns["name"]:
        raise Refused(_("Write the place's name."), field="name")
    if columns["precision"] not in PlacePrecision.values:
        raise Refused(_("Choose what kind of area this is."), field="precision")
    latitude, longitude = columns["latitude"], columns["longitude"]
    if (latitude is None) != (longitude is None):
        raise Refused(_("Give both latitude and longitude, or neither."), field="latitude")
    if latitude is not None and not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise Refused(_("Latitude lies between -90 and 90, longitude between -180 and 180."), field="latitude")


def create_place(
    *,
    by: User,
    name: str,
    names: tuple[tuple[str, str], ...] = (),
    precision: str = PlacePrecision.SETTLEMENT,
    country: str = "",
    adm1_code: str = "",
    adm1_name: str = "",
    latitude: float | None = None,
    longitude: float | None = None,
) -> Place:
    """Add a place. ``names`` are further ways it is written, as (text, BCP 47 language). Degrees are WGS 84."""
    require(by, "place.edit")
    name = name.strip()
    if not name:
        raise Refused(_("Write the place's name."), field="name")
    if (latitude is None) != (longitude is None):
        raise Refused(_("Give both latitude and longitude, or neither."), field="latitude")
    with audit.recording():
        place = Place.objects.create(
            name=name,
            precision=precision,
            country=country,
            adm1_code=adm1_code,
            adm1_name=adm1_name,
            latitude=latitude,
            longitude=longitude,
            created_by=by,
        )
        for text, lang in ((name, ""), *names):
            PlaceName.objects.get_or_create(place=place, text=text, defaults={"lang": lang, "folded": fold_name(text)})
        audit.record("place.created", subject=place, by=by, changes={"name": [None, name]})
    return place
