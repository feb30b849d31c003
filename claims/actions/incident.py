"""Incidents: one event of alleged civilian harm."""

from dataclasses import dataclass, field, fields
from typing import Any

from django.utils.translation import gettext_lazy as _

from claims.actions.merging import refuse_merged
from claims.actions.reexamination import reopen_after_change
from claims.models import Incident, Place
from claims.models.incident import Means
from claims.models.place import PlacePrecision
from harmtracker import audit
from harmtracker.dates import parse_date
from harmtracker.db import plain, save_version
from harmtracker.errors import Refused
from harmtracker.markings import Tlp
from harmtracker.models import Team, User
from harmtracker.permissions import require, require_cleared

# A change of one of these touches what a finding on the incident was about.
SUBSTANCE = frozenset({"occurred", "place", "harm"})


@dataclass(frozen=True)
class IncidentFields:
    """What an analyst states of an incident. ``occurred`` is EDTF; degrees are WGS 84."""

    title: str
    summary: str = ""
    occurred: str = ""
    occurred_zone: str = "Europe/Kyiv"
    place: Place | None = None
    place_as_reported: str = ""
    place_precision: str = PlacePrecision.SETTLEMENT
    latitude: float | None = None
    longitude: float | None = None
    harm: list[str] = field(default_factory=list)
    means: str = Means.UNKNOWN

    def columns(self) -> dict[str, Any]:
        """Values of the model's columns. Raises ``Refused`` for a title or date that cannot be kept."""
        if not self.title.strip():
            raise Refused(_("Write a title: what happened, and where."), field="title")
        if (self.latitude is None) != (self.longitude is None):
            raise Refused(_("Give both latitude and longitude, or neither."), field="latitude")
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        occurred = parse_date(self.occurred, self.occurred_zone, field="occurred")
        return values | {"title": self.title.strip()} | occurred.fields("occurred")


def create_incident(
    *,
    given: IncidentFields,
    by: User,
    tlp: str = Tlp.AMBER,
    handling: list[str] | None = None,
    team: Team | None = None,
) -> Incident:
    """Add an incident as a draft, marked from its first moment. Raises ``Refused`` for a team that is not one's own."""
    require(by, "incident.edit")
    require_cleared(by, tlp, team)
    columns = given.columns()
    marking = {"tlp": tlp, "handling": handling or [], "team": team}
    with audit.recording():
        incident = Incident.objects.create(**columns, **marking, created_by=by)
        audit.record(
            "incident.created",
            subject=incident,
            by=by,
            changes={"title": [None, incident.title]}
            | {name: [None, plain(each)] for name, each in marking.items() if each},
            about=[incident.pk],
        )
    return incident


def edit_incident(
    *, incident: Incident, given: IncidentFields, expected_version: int, by: User, reason: str = ""
) -> Incident:
    """Save an edit made on ``expected_version``. Raises ``StaleRecord`` when somebody saved in between.

    A change of date, place or harm opens a re-examination of the finding that stands on the incident.
    """
    require(by, "incident.edit")
    refuse_merged(incident)
    columns = {name: value for name, value in given.columns().items() if plain(getattr(incident, name)) != plain(value)}
    if not columns:
        return incident
    with audit.recording():
        changes = save_version(incident, expected_version, **columns)
        audit.record("incident.edited", subject=incident, by=by, changes=changes, reason=reason, about=[incident.pk])
        if SUBSTANCE & set(changes):
            reopen_after_change(incident, changes, by=by)
    return incident
