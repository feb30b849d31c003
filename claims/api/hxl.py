"""Tables for humanitarian tools: a row of hashtags under the names (HXL 1.1), and no word that could name a person.

There is no free text here at all: no titles, no summaries, no words said, no wordings. Names are those of places in the
gazetteer and of bodies that speak; of a person there is neither name nor key. Points are the rounded ones.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.conf import settings

from claims.api import parameters
from claims.api.tables import SEVERAL, Cell, at, inert, line, several
from claims.release.redaction import Document
from sources.models.party import PartyKind

HXL: Final = "hxl"
PROFILE: Final = parameters.one_of(
    "profile",
    [HXL],
    "`hxl`: with `Accept: text/csv`, hashtags of the Humanitarian Exchange Language and no free text.",
)
# Who speaks as a body; whatever else speaks may be a person.
BODIES: Final = frozenset({
    PartyKind.STATE, PartyKind.STATE_BODY, PartyKind.ARMED_FORCE, PartyKind.NON_STATE_ARMED_GROUP, PartyKind.IGO,
    PartyKind.COURT, PartyKind.NGO, PartyKind.MEDIA, PartyKind.COMPANY,
})  # fmt: skip


def is_asked_for(asked: Mapping[str, Any]) -> bool:
    """Whether this table is asked for instead of the plain one."""
    return asked.get(PROFILE.name) == HXL


@dataclass(frozen=True)
class Column:
    """A column by its name and hashtag. What the dictionary of HXL 1.1 has no word for begins with ``x_``."""

    name: str
    tag: str
    read: Callable[[Document], Cell]


@dataclass(frozen=True)
class Table:
    """The ``columns`` of a table of this ``name``, and which rows a document has in it: itself, or parts of it."""

    name: str
    columns: tuple[Column, ...]
    parts: Callable[[Document], Iterator[Document]]

    def header(self) -> bytes:
        """Names, and under them the hashtags."""
        return line([each.name for each in self.columns]) + line([each.tag for each in self.columns])

    def rows(self, document: Document) -> bytes:
        """The lines of one document."""
        return b"".join(line([inert(each.read(part)) for each in self.columns]) for part in self.parts(document))


def _day(name: str, bound: str) -> Callable[[Document], Cell]:
    """The first or last day of what was reported, in its own zone: HXL's dates are days, and EDTF is none."""

    def read(document: Document) -> Cell:
        dated = document[name]
        if dated[bound] is None:
            return None
        moment = datetime.fromisoformat(dated[bound]).astimezone(ZoneInfo(dated["zone"] or "UTC"))
        # The end is exclusive: a day ends as the next begins.
        return (moment - timedelta(microseconds=1) if bound == "end" else moment).date().isoformat()

    return read


def _days(name: str, tag: str) -> tuple[Column, Column]:
    return (
        Column(f"{name}_first_day", f"{tag}+start", _day(name, "start")),
        Column(f"{name}_last_day", f"{tag}+end", _day(name, "end")),
    )


def _of_body(*path: str) -> Callable[[Document], Cell]:
    """Something of the party that speaks, if it is a body."""

    def read(document: Document) -> Cell:
        party = document["party"]
        return at(*path)(party) if party and party["kind"] in BODIES else None

    return read


def _organisation(_document: Document) -> Cell:
    return str(settings.HARMTRACKER_ORGANISATION)


_KEPT: Final = (
    Column("tlp", "#x_tlp", at("sensitivity", "tlp")),
    Column("handling", "#x_handling", lambda document: SEVERAL.join(document["sensitivity"]["handling"])),
    Column("organisation", "#meta+source", _organisation),
    Column("released_at", "#date+approved", lambda document: document["released_at"][: len("2022-04-03")]),
)
_FINDING: Final = (
    Column("finding", "#status+code", at("finding", "code")),
    Column("finding_label", "#status+name", at("finding", "label")),
)


def _itself(document: Document) -> Iterator[Document]:
    yield document


def _figures(meets: Callable[[Document], bool]) -> Callable[[Document], Iterator[Document]]:
    """The figures of a statement that meet what was asked for, each marked as its statement is."""

    def parts(document: Document) -> Iterator[Document]:
        about = {"sensitivity": document["sensitivity"], "released_at": document["released_at"]}
        return (about | figure for figure in document["figures"] if meets(figure))

    return parts


INCIDENTS: Final = Table(
    "incidents",
    (
        Column("id", "#meta+id", at("id")),
        Column("ref", "#event+code", at("ref")),
        *_days("occurred", "#date+occurred"),
        Column("country", "#country+code", at("place", "country")),
        Column("adm1_code", "#adm1+code", at("place", "adm1_code")),
        Column("adm1", "#adm1+name", at("place", "adm1_name")),
        Column("place", "#loc+name", at("place", "name")),
        Column("katottg", "#loc+code", at("place", "katottg")),
        Column("place_precision", "#loc+type", at("place", "precision")),
        Column("latitude", "#geo+lat", at("place", "point", "latitude")),
        Column("longitude", "#geo+lon", at("place", "point", "longitude")),
        Column("harm", "#impact+type", several("harm")),
        Column("means", "#cause+type", at("means")),
        *_FINDING,
        *_KEPT,
    ),
    _itself,
)
STATEMENTS: Final = Table(
    "statements",
    (
        Column("id", "#meta+id", at("id")),
        Column("kind", "#description+type", at("kind")),
        Column("incident_refs", "#event+code", several("incidents", "ref")),
        *_days("said", "#date+reported"),
        Column("body_ref", "#group+code", _of_body("ref")),
        Column("body", "#group+name", _of_body("name")),
        Column("body_kind", "#group+type", _of_body("kind")),
        Column("responsibility_position", "#x_position", at("responsibility_position")),
        Column("checkability", "#x_checkability", at("checkability")),
        Column("lifecycle", "#x_lifecycle", at("lifecycle")),
        *_FINDING,
        *_KEPT,
    ),
    _itself,
)
_FIGURE: Final = (
    Column("id", "#meta+id", at("id")),
    Column("statement_id", "#x_statement", at("statement", "id")),
    Column("incident_ref", "#event+code", at("incident", "ref")),
    *_days("as_of", "#date+reported"),
    Column("outcome", "#impact+type", at("outcome")),
    Column("population", "#x_population", at("population")),
    Column("demographic", "#x_demographic", at("demographic")),
    Column("count_kind", "#x_count", at("count_kind")),
    Column("is_incident_area", "#x_incident_area", at("is_incident_area")),
    Column("at_least", "#affected+ind+x_min", at("min")),
    Column("best", "#affected+ind", at("best")),
    Column("at_most", "#affected+ind+x_max", at("max")),
    *_KEPT,
)


def figures(meets: Callable[[Document], bool]) -> Table:
    """Figures that meet what was asked for, one on a line, and no sum of them: reporters speak of the same dead."""
    return Table("figures", _FIGURE, _figures(meets))
