"""Every number given about an incident, for a page of its own; of many a part at a time, with all the ranges."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any, Final, cast

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, Func, JSONField, OuterRef, QuerySet

from claims.models import Figure, Incident, Statement
from claims.models.statement import Lifecycle
from claims.queries.figure_chart import Chart, charts_of
from claims.queries.figure_tables import FigureTable, tables_among
from claims.queries.parts import Part
from claims.queries.ranges import CasualtyRange, Counted, in_full, oldest_first, ranges_among
from claims.queries.rows import folded
from claims.queries.voices import Voice, in_order, readable
from harmtracker.models import User
from harmtracker.prepared import is_among, prepared

TOGETHER: Final = 60
"""Figures listed together, one by one."""
MOST_TABLES: Final = 20
"""Tables by sex and age that are shown, those given last; what stands in the others is listed one by one."""
MOST_ENDS: Final = 5
"""Figures named at each end of a range; there may be hundreds of the same number."""
COUNTED: Final = (
    "as_of_start", "pk", "statement_id", "outcome", "population", "demographic", "count_kind", "is_incident_area",
    "area", "least", "best", "most", "as_of", "as_of_precision",
)  # fmt: skip
"""What is read of every figure, to count and to order it."""
COUNTED_OF_STATEMENT: Final = ("said_start", "ref", "party_id", "lifecycle", "said", "said_precision")
"""What is read of the statement that gave it."""


@dataclass
class FiguresOf(Part):
    """Figures of an incident: those of part ``number`` of ``of``; ranges, charts and tables are of all ``given``."""

    figures: list[Counted]
    given: int
    number: int
    of: int
    ranges: list[CasualtyRange]
    charts: list[Chart]
    tables: list[FigureTable]
    tables_left_out: int

    @property
    def is_cut(self) -> bool:
        """There are other figures than those listed."""
        return self.of > 1

    @property
    def first(self) -> int:
        """Which of all figures is the first one listed here, from 1."""
        return (self.number - 1) * TOGETHER + 1

    @property
    def last(self) -> int:
        return min(self.number * TOGETHER, self.given)


def figures_of(incident: Incident, user: User, part: int = 1) -> FiguresOf:
    """Count all figures given, oldest as-of first, and read those that are shown. Two queries."""
    given = oldest_first(_given_about(incident, user))
    ranges, tables = ranges_among(given), tables_among(given)
    of = max(1, -(-len(given) // TOGETHER))
    number = min(max(part, 1), of)
    listed = given[(number - 1) * TOGETHER : number * TOGETHER]
    shown = {id(each): each for each in listed}
    shown |= {id(mark.counted): mark.counted for chart in charts_of(given, ranges) for mark in chart.marks}
    shown |= {id(table.first): table.first for table in tables[-MOST_TABLES:]}
    for each in ranges:
        shown |= {id(end): end for end in (*each.floor[:MOST_ENDS], *each.ceiling[:MOST_ENDS])}
    refs = {each.voice.statement.ref for each in shown.values()}
    rows = _statements(user, incident=incident.pk, refs=sorted(refs))
    read = in_full(shown.values(), {voice.statement.ref: voice for voice in in_order(rows, user)})
    kept = {id(each) for each in read}
    return FiguresOf(
        figures=[each for each in listed if id(each) in kept],
        given=len(given),
        number=number,
        of=of,
        ranges=ranges,
        charts=charts_of(given, ranges),
        tables=tables[-MOST_TABLES:],
        tables_left_out=max(0, len(tables) - MOST_TABLES),
    )


def _given_about(incident: Incident, user: User) -> list[Counted]:
    """As much of each figure, and of the statement that gave it, as counting and ordering needs; no words."""
    given = []
    for row in (row for found in _given(user, incident=incident.pk) for row in found.given_rows):
        figure = _held(COUNTED, row)
        told = _held(COUNTED_OF_STATEMENT, row[len(COUNTED) :])
        given.append(Counted(cast(Figure, figure), Voice(cast(Statement, told), None, None, None)))
    return given


def _held(names: Sequence[str], values: Sequence[Any]) -> SimpleNamespace:
    """These values in place of a record, of which there may be a thousand; the first is a moment."""
    held = dict(zip(names, values, strict=False))
    if held[names[0]]:
        held[names[0]] = datetime.fromisoformat(held[names[0]])
    return SimpleNamespace(**held)


@prepared
def _given(user: User, incident: Any) -> QuerySet[Any]:
    about = _about(user, incident)
    figures: QuerySet[Any] = Figure.objects.filter(incident=incident, withdrawn_at=None, statement__in=about)
    columns = [*COUNTED, *(f"statement__{name}" for name in COUNTED_OF_STATEMENT)]
    row = Func(*columns, function="jsonb_build_array", output_field=JSONField())
    rows = ArraySubquery(figures.values(row=row).values_list("row", flat=True))
    found: QuerySet[Any] = Incident.objects.filter(pk=incident).only("pk").annotate(given_rows=rows)
    return found


@prepared
def _statements(user: User, incident: Any, refs: Any) -> QuerySet[Any]:
    figures = Figure.objects.filter(statement=OuterRef("pk"), incident=incident, withdrawn_at=None)
    rows = readable(_about(user, incident).filter(is_among("ref", refs, CharField)), user)
    found: QuerySet[Any] = rows.annotate(number_rows=folded(figures))
    return found


def _about(user: User, incident: Any) -> QuerySet[Any]:
    rows: QuerySet[Any] = Statement.objects.visible_to(user).filter(incidents=incident)
    return rows.exclude(lifecycle=Lifecycle.REMOVED)
