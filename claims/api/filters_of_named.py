"""The filters of parties, sources and places. Each is held to on what the caller is shown, as those of records are.

A thing is shown as it was released, and its row may say something else since. So a row that was ever edited is never
ruled out by what it says now: only the document can tell.
"""

from collections.abc import Callable
from typing import Any, Final

from django.db.models import Q

from claims.api import parameters
from claims.api.documents import Filter, Rows
from claims.api.filters import ADM1, BOX, COUNTRY, lies_in, stands_in, words
from claims.api.parameters import Parameter
from sources.models.party import PartyKind
from sources.models.source import SourceKind

EDITED: Final = Q(version__gt=1)


def _unless_edited(*lookups: str) -> Callable[[Rows, Any], Rows]:
    """Rows that meet one of these lookups now, or that may have met it when they were released."""

    def narrow(rows: Rows, value: Any) -> Rows:
        found = EDITED
        for lookup in lookups:
            found |= Q(**{lookup: value})
        narrowed: Rows = rows.filter(found)
        return narrowed

    return narrow


def _field(parameter: Parameter, name: str) -> Filter:
    """What is shown under ``name``, which is the name of the column too, has this value."""
    return Filter(parameter, _unless_edited(name), lambda document, value: document.get(name) == value)


def _saying(description: str, *names: str, columns: tuple[str, ...] = ()) -> Filter:
    """Words stand in one of these fields; ``columns``: what they are called in the database, where that differs."""
    lookups = [f"{column}__icontains" for column in columns or names]
    return Filter(
        words(description),
        _unless_edited(*lookups),
        lambda document, value: stands_in(value, *(document.get(name) for name in names)),
    )


LANG: Final = parameters.written_as(
    "lang", "[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*", "uk", "BCP 47, written as the source has it."
)
KATOTTG: Final = parameters.written_as(
    "katottg", "UA[0-9]{17}", "UA32080010010012345", "Ukrainian code of administrative units."
)
PARTIES: Final = (
    _field(parameters.code("kind", PartyKind, "Kind of party."), "kind"),
    _saying("Words that stand in its name or pseudonym, in any case.", "name", "pseudonym"),
)
SOURCES: Final = (
    _field(parameters.code("kind", SourceKind, "Kind of source."), "kind"),
    _field(LANG, "lang"),
    Filter(
        parameters.key("publisher", "Key of the party that published it."),
        _unless_edited("publisher"),
        lambda document, value: (document["publisher"] or {}).get("id") == value,
    ),
    _saying(
        "Words that stand in its title or address, in any case.",
        "title",
        "address",
        columns=("title", "submitted_address"),
    ),
)
PLACES: Final = (
    _field(COUNTRY, "country"),
    _field(ADM1, "adm1_code"),
    _field(KATOTTG, "katottg"),
    # The point is that of the incident which is shown beside it: the place's own row has none to be ruled out by.
    Filter(BOX, lambda rows, _value: rows, lambda document, value: lies_in(document["point"], value)),
    _saying("Words that stand in its name, in any case.", "name"),
)
