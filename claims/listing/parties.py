"""What a party's page shows besides its statements: ties, positions, allegations against it."""

from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Q, QuerySet

from claims.listing.statements import About
from claims.models import Accusation, Incident, Statement
from claims.queries.answers import standing_accusations, with_answered
from claims.queries.positions import of_newest_day
from claims.queries.voices import Voice
from harmtracker.markings import HIDES_WORDS
from harmtracker.models import User
from harmtracker.prepared import is_among, prepared
from sources.models import Affiliation, Party
from sources.shown import parties_shown_to

MOST_POSITIONS = 30
MOST_WITHDRAWN = 50
"""How many of the newest statements with a position are looked at; another page goes on from there."""
MOST_ACCUSATIONS = 30


@dataclass(frozen=True)
class Stand:
    """A party's position on one incident: its newest current statements there with a position, several of one day."""

    incident: Incident
    stated: list[Voice]


@dataclass(frozen=True)
class Charge:
    """An allegation that accuses the party, and whether the party has answered it; ``wording`` empty where withheld."""

    accusation: Accusation
    incidents: list[Incident]
    is_answered: bool
    wording: str = ""


def ties_of(party: Party, user: User) -> list[Affiliation]:
    """Affiliations in both directions whose other end this reader may see, newest first."""
    rows = _ties(party, user).filter(withdrawn_at=None)
    return list(rows.order_by(F("until").desc(nulls_first=True), F("since").desc(), "pk"))


def withdrawn_ties_of(party: Party, user: User) -> list[Affiliation]:
    """Those that were withdrawn, with who did it; the last withdrawn first."""
    rows = _ties(party, user).filter(withdrawn_at__isnull=False).select_related("withdrawn_by")
    return list(rows.order_by("-withdrawn_at", "pk")[:MOST_WITHDRAWN])


def _ties(party: Party, user: User) -> QuerySet[Affiliation]:
    shown = parties_shown_to(user)
    rows = Affiliation.objects.filter(Q(party=party, body__in=shown) | Q(body=party, party__in=shown))
    return rows.select_related("party", "body")


def positions_among(spoken: list[Statement], about: About) -> list[Stand]:
    """The position per incident, from statements of ``spoken_for``, newest first. Pure. Never our finding."""
    by_incident: dict[Incident, list[Statement]] = {}
    for statement in spoken:
        for incident in about.get(statement.pk, []):
            by_incident.setdefault(incident, []).append(statement)
    return [
        Stand(incident, [Voice(each, each.party, None, None) for each in of_newest_day(stated)])
        for incident, stated in by_incident.items()
    ]


def accusations_of(party: Party, user: User) -> list[Accusation]:
    """The newest accusations of the party, those it never answered first, each with ``is_answered``. One query.

    Only the newest ``MOST_ACCUSATIONS`` are looked at; the page that lists all unanswered ones goes on from there.
    """
    return _accusations(user, party=party.pk)


@prepared
def _accusations(user: User, party: Any) -> QuerySet[Any]:
    newest = standing_accusations(user).filter(party=party).order_by("-pk").values("pk")[:MOST_ACCUSATIONS]
    rows = Accusation.objects.filter(is_among("pk", ArraySubquery(newest))).select_related("statement")
    return with_answered(rows, user).order_by("is_answered", "-pk")


def charges_among(accusations: list[Any], about: About, user: User) -> list[Charge]:
    """Accusations of ``accusations_of`` with the incidents they are about. Pure."""
    return [
        Charge(
            row,
            about.get(row.statement_id, []),
            row.is_answered,
            row.wording if user.sees_through(row.statement.handling, HIDES_WORDS) else "",
        )
        for row in accusations
    ]
