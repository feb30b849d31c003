"""Places: the gazetteer entries incidents point to."""

from django.utils.translation import gettext_lazy as _

from claims.models import Place, PlaceName
from claims.models.place import PlacePrecision
from harmtracker import audit
from harmtracker.errors import Refused
from harmtracker.models import User
from harmtracker.permissions import require
from sources.names import fold


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
            PlaceName.objects.get_or_create(place=place, text=text, defaults={"lang": lang, "folded": fold(text)})
        audit.record("place.created", subject=place, by=by, changes={"name": [None, name]})
    return place
