"""Rows of the incident list."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.utils.translation import gettext as _

from claims.models import Figure, Incident, Place, PublishedRecord, Statement
from claims.models.figure import CasualtyOutcome
from claims.queries.answers import standing_accusations, with_answered
from claims.queries.ranges import CasualtyRange, Counted, ranges_among
from claims.queries.rows import folded
from claims.queries.voices import Voice
from harmtracker.markings import HIDES_PLACE
from harmtracker.models import User


@dataclass(frozen=True)
class IncidentRow:
    """What the list shows of an incident, all of it computed from what the reader may see."""

    incident: Incident
    place: Place | None
    place_words: str
    killed: list[CasualtyRange]
    accused: int
    unanswered: int
    release: str  # "released", "withdrawn" or ""


def incidents_at_place(user: User, places: Iterable[uuid.UUID] | QuerySet[Place]) -> QuerySet[Incident]:
    """Incidents at any of these places, without those whose place is kept from this reader."""
    rows: QuerySet[Incident] = Incident.objects.visible_to(user).seen_through(user, HIDES_PLACE)
    return rows.filter(place__in=places)


def incident_rows(incidents: list[Incident], user: User) -> list[IncidentRow]:
    """One row for each incident, in the order given; four queries in all, none without incidents."""
    if not incidents:
        return []
    ids = [incident.pk for incident in incidents]
    places = Place.objects.visible_to(user).in_bulk([incident.place_id for incident in incidents if incident.place_id])
    accusations = _accusations(ids, user)
    killed = killed_ranges(ids, user)
    releases = release_states(ids)
    return [
        _row(
            incident, places, killed.get(incident.pk, []), accusations[incident.pk], releases.get(incident.pk, ""), user
        )
        for incident in incidents
    ]


def _row(
    incident: Incident,
    places: dict[uuid.UUID, Place],
    killed: list[CasualtyRange],
    accusations: list[bool],
    release: str,
    user: User,
) -> IncidentRow:
    is_withheld = not user.sees_through(incident.handling, HIDES_PLACE)
    place = None if is_withheld or incident.place_id is None else places.get(incident.place_id)
    words = _("withheld") if is_withheld else incident.place_as_reported
    return IncidentRow(incident, place, words, killed, len(accusations), accusations.count(False), release)


def _accusations(ids: list[uuid.UUID], user: User) -> dict[uuid.UUID, list[bool]]:
    """For each incident, whether each accusation in it was answered."""
    rows = with_answered(standing_accusations(user).filter(statement__about__incident__in=ids), user)
    found: dict[uuid.UUID, list[bool]] = defaultdict(list)
    for incident_id, is_answered in rows.values_list("statement__about__incident", "is_answered"):
        found[incident_id].append(is_answered)
    return found


def releases() -> ArraySubquery:
    """SQL: what partners see of a record, for ``release_state`` to read; nothing where it was never released."""
    published = PublishedRecord.objects.filter(record_id=OuterRef("pk"))
    return folded(published, withdrawal="withdrawal_id", is_held="is_held")


def release_state(rows: Iterable[Mapping[str, Any]]) -> str:
    """Whether partners see the record ("released") or no longer see it ("withdrawn"); "" where they never did."""
    return "".join("withdrawn" if row["withdrawal"] or row["is_held"] else "released" for row in rows)


def release_states(ids: list[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The same of many records; those that were never released are missing."""
    rows = PublishedRecord.objects.filter(record_id__in=ids).values("record_id", "withdrawal", "is_held")
    return {row["record_id"]: release_state([row]) for row in rows}


def killed_ranges(ids: list[uuid.UUID], user: User) -> dict[uuid.UUID, list[CasualtyRange]]:
    """The ranges of persons killed, one for each population, for each incident; in one query."""
    figures = Figure.objects.filter(
        incident__in=ids,
        statement__in=Statement.objects.visible_to(user),
        outcome=CasualtyOutcome.KILLED,
        withdrawn_at=None,
    ).select_related("statement")
    given: dict[uuid.UUID, list[Counted]] = defaultdict(list)
    for figure in figures.order_by("pk"):
        given[figure.incident_id].append(Counted(figure, Voice(figure.statement, None, None, None)))
    return {incident_id: ranges_among(counted) for incident_id, counted in given.items()}
