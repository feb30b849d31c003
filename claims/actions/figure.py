"""Figures: numbers someone gave."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from claims.models import Figure, Incident, Statement
from claims.models.figure import CountKind, Demographic, Population
from harmtracker import audit
from harmtracker.dates import parse_date
from harmtracker.db import save_version
from harmtracker.errors import Refused
from harmtracker.models import User
from harmtracker.permissions import require


@dataclass(frozen=True)
class FigureFields:
    """One number as given. ``least``, ``best``, ``most`` are persons, None for "not stated", never 0 for unknown."""

    outcome: str
    least: int | None = None
    best: int | None = None
    most: int | None = None
    words: str = ""
    population: str = Population.UNKNOWN
    demographic: str = Demographic.TOTAL
    count_kind: str = CountKind.INCIDENT
    area: str = ""
    is_incident_area: bool = True
    as_of: str = ""


def add_figure(*, statement: Statement, incident: Incident, given: FigureFields, by: User) -> Figure:
    """Add a number that this statement gives for this incident. Raises ``Refused`` for bounds out of order."""
    require(by, "figure.edit")
    stated = [number for number in (given.least, given.best, given.most) if number is not None]
    if any(number < 0 for number in stated):
        raise Refused(_("A count is never below 0."), field="least")
    if stated != sorted(stated):
        raise Refused(_("The least comes first, then the best, then the most."), field="least")
    if not stated and not given.words.strip():
        raise Refused(_("Give a number, or the words in which it was given."), field="words")
    if not given.is_incident_area and not given.area.strip():
        raise Refused(_("Name the area that was counted."), field="area")
    columns = {each.name: getattr(given, each.name) for each in fields(given)}
    columns |= parse_date(given.as_of, incident.occurred_zone, field="as_of").fields("as_of")
    with audit.recording():
        figure = Figure.objects.create(statement=statement, incident=incident, created_by=by, **columns)
        audit.record(
            "figure.added",
            subject=figure,
            held_by=statement,
            by=by,
            changes={given.outcome: [None, [given.least, given.best, given.most]], "statement": [None, statement.ref]},
            about=[incident.pk],
        )
    return figure


def add_table(*, statement: Statement, incident: Incident, cells: Sequence[FigureFields], by: User) -> list[Figure]:
    """Add every number of one table that this statement gives, all or none. Sums are nobody's figure: none is added.

    Raises ``Refused`` for a table without a number, and for one with two numbers in one cell.
    """
    require(by, "figure.edit")
    if not cells:
        raise Refused(_("Fill in at least one cell."))
    places = [(cell.outcome, cell.population, cell.demographic) for cell in cells]
    if len(set(places)) < len(places):
        raise Refused(_("One cell of the table is given twice."))
    with audit.recording():
        return [add_figure(statement=statement, incident=incident, given=cell, by=by) for cell in cells]


def withdraw_figure(*, figure: Figure, reason: str, by: User) -> None:
    """Take a number back; it stays in the history."""
    require(by, "figure.edit")
    if not reason.strip():
        raise Refused(_("Say why the figure is withdrawn."), field="reason")
    with audit.recording():
        save_version(figure, figure.version, withdrawn_at=Now(), withdrawn_by=by, withdrawn_reason=reason)
        audit.record(
            "figure.withdrawn",
            subject=figure,
            held_by=figure.statement,
            by=by,
            changes={figure.outcome: [[figure.least, figure.best, figure.most], None]},
            reason=reason,
            about=[figure.incident_id],
        )
