"""The filters of the lists: each narrows in the database and is held to again on what the caller is shown."""

import re
from typing import Any, Final

from django.db.models import DateTimeField, TextField
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from claims.api import parameters
from claims.api.documents import Filter, Rows
from claims.api.parameters import Parameter
from claims.models.findings import Finding
from claims.models.incident import Harm
from claims.models.link import LinkType
from claims.models.statement import Lifecycle, ResponsibilityPosition, StatementKind
from claims.release.redaction import Document
from harmtracker.markings import Tlp, rank, up_to

LONGEST_QUERY: Final = 200
BLANK: Final = "".join(map(chr, range(0x21)))
NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
DEGREES: Final = (180, 90, 180, 90)  # either way, of a box's west, south, east and north
# Signs that JSON writes otherwise than they are: such words are looked for in the documents alone.
ESCAPED: Final = frozenset('"\\')


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


def plain(parameter: Parameter, field: str) -> Filter:
    """A field of the document has this value."""
    return Filter(
        parameter,
        lambda rows, value: rows.filter(**{f"shown__document__{field}": value}),
        lambda document, value: document[field] == value,
    )


def of_place(parameter: Parameter, field: str) -> Filter:
    """A field of the incident's place has this value."""
    return Filter(
        parameter,
        lambda rows, value: rows.filter(**{f"shown__document__place__{field}": value}),
        lambda document, value: (document["place"] or {}).get(field) == value,
    )


def words(description: str) -> Parameter:
    """``q``: words to be found."""

    def read(text: str) -> str:
        if not text.strip(BLANK) or len(text) > LONGEST_QUERY:
            raise ValueError(_("Give 1 to %(most)s characters.") % {"most": LONGEST_QUERY})
        return text.strip(BLANK)

    schema = {"type": "string", "maxLength": LONGEST_QUERY, "pattern": r"^[^\x00]*[^\x00-\x20][^\x00]*$"}
    return Parameter("q", read, description, schema)


def _containing(rows: Rows, value: str) -> Rows:
    if ESCAPED & set(value) or not value.isprintable():
        return rows
    found: Rows = rows.annotate(as_text=Cast("shown__document", TextField())).filter(as_text__icontains=value)
    return found


def _stands_in_incident(document: Document, value: str) -> bool:
    place = document["place"] or {}
    return stands_in(value, document["title"], document["summary"], place.get("name"), place.get("as_reported"))


def _stands_in_statement(document: Document, value: str) -> bool:
    party = document["party"] or {}
    said = [each["text"] for each in document["renderings"] or []]
    return stands_in(value, *said, party.get("name"), document["role_words"], document["said_in"])


def stands_in(value: str, *texts: str | None) -> bool:
    """Whether these words stand in one of the texts, in any case."""
    return any(value.lower() in text.lower() for text in texts if text)


def _box() -> Parameter:
    def read(text: str) -> tuple[float, ...]:
        written = text.split(",")
        if len(written) != len(DEGREES) or not all(NUMBER.fullmatch(each) for each in written):
            raise ValueError(_("Write west,south,east,north in degrees: 22,44,40,52."))
        west, south, east, north = map(float, written)
        if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90):
            raise ValueError(_("Write west,south,east,north in degrees: 22,44,40,52."))
        return west, south, east, north

    return Parameter(
        "bbox",
        read,
        "Whose point lies in this box: west,south,east,north in degrees, WGS 84; west may lie beyond the date line.",
        {
            "type": "array",
            "prefixItems": [{"type": "number", "minimum": -most, "maximum": most} for most in DEGREES],
            "items": {"type": "number"},
            "minItems": len(DEGREES),
            "maxItems": len(DEGREES),
            "examples": [[22, 44, 40, 52]],
        },
    )


def _happened_in(document: Document, box: tuple[float, ...]) -> bool:
    return lies_in((document["place"] or {}).get("point"), box)


def lies_in(point: Document | None, box: tuple[float, ...]) -> bool:
    """Whether a point as it is shown lies in a box of ``BOX``; one that is not known or withheld lies in none."""
    if point is None:
        return False
    west, south, east, north = box
    longitude, latitude = point["longitude"], point["latitude"]
    across = west <= longitude <= east if west <= east else longitude >= west or longitude <= east
    return bool(south <= latitude <= north and across)


BOX: Final = _box()
COUNTRY: Final = parameters.written_as("country", "[A-Z]{2}", "UA", "ISO 3166-1 code of the place's country.")
ADM1: Final = parameters.written_as("adm1", "[A-Z]{2}-[A-Z0-9]{1,3}", "UA-32", "ISO 3166-2 code of the place's region.")
FINDING: Final = Filter(
    parameters.code("finding", Finding, "Finding in force."),
    lambda rows, value: rows.filter(shown__document__finding__code=value),
    lambda document, value: document["finding"]["code"] == value,
)
UPDATED_AFTER: Final = Filter(
    parameters.instant("updated_after", "Released or restricted after this. A convenience, not a way to keep in step."),
    lambda rows, value: rows.filter(updated_at__gt=value),
    lambda _document, _value: True,
)
TLP_MAX: Final = Filter(
    parameters.code("tlp_max", Tlp, "Marked no higher than this."),
    lambda rows, value: rows.filter(shown__document__sensitivity__tlp__in=up_to(value)),
    lambda document, value: rank(document["sensitivity"]["tlp"]) <= rank(value),
)


def _holding(field: str, *path: str) -> tuple[Any, Any]:
    """For a list of objects in the document: one of them has this value under ``path``."""

    def narrow(rows: Rows, value: Any) -> Rows:
        item: Any = value
        for step in reversed(path):
            item = {step: item}
        found: Rows = rows.filter(**{f"shown__document__{field}__contains": [item]})
        return found

    def holds(document: Document, value: Any) -> bool:
        return any(_at(each, path) == value for each in document[field] or [])

    return narrow, holds


def _at(value: Any, path: tuple[str, ...]) -> Any:
    for step in path:
        value = (value or {}).get(step)
    return value


INCIDENTS: Final[tuple[Filter, ...]] = (
    FINDING,
    Filter(
        parameters.code("harm", Harm, "One of the kinds of harm."),
        lambda rows, value: rows.filter(shown__document__harm__contains=[value]),
        lambda document, value: value in (document["harm"] or []),
    ),
    of_place(parameters.key("place", "Key of a place."), "id"),
    of_place(COUNTRY, "country"),
    of_place(ADM1, "adm1_code"),
    Filter(BOX, lambda rows, _value: rows.filter(shown__document__place__point__isnull=False), _happened_in),
    Filter(words("Words that stand in the record, in any case."), _containing, _stands_in_incident),
    *overlapping("occurred"),
    TLP_MAX,
    UPDATED_AFTER,
)
STATEMENTS: Final[tuple[Filter, ...]] = (
    FINDING,
    plain(parameters.code("kind", StatementKind, "Kind of statement."), "kind"),
    plain(parameters.code("lifecycle", Lifecycle, "Whether it still stands."), "lifecycle"),
    plain(
        parameters.code("position", ResponsibilityPosition, "What the party says of its own part."),
        "responsibility_position",
    ),
    Filter(
        parameters.key("party", "Key of the party that spoke."),
        lambda rows, value: rows.filter(shown__document__party__id=value),
        lambda document, value: (document["party"] or {}).get("id") == value,
    ),
    Filter(parameters.key("accuses", "Key of a party it accuses."), *_holding("accuses", "party", "id")),
    Filter(parameters.key("incident", "Key of a released incident it is about."), *_holding("incidents", "id")),
    Filter(
        parameters.code("has_relation", LinkType, "It does this to another released statement."),
        *_holding("links", "type"),
    ),
    Filter(words("Words that stand in the record, in any case."), _containing, _stands_in_statement),
    *overlapping("said"),
    TLP_MAX,
    UPDATED_AFTER,
)
