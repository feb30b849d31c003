"""Every number given about an incident, for a page of its own; of many a part at a time, with all the ranges."""

from dataclasses import dataclass
from typing import Any, Final

from django.db.models import CharField, OuterRef, QuerySet

from claims.models import Figure, Incident, Statement
from claims.models.statement import Lifecycle
from claims.queries.figure_chart import Chart, charts_of
from claims.queries.figure_tables import FigureTable, tables_among
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
    "outcome", "population", "demographic", "count_kind", "is_incident_area", "area", "least", "best", "most", "as_of",
    "as_of_precision", "as_of_start", "statement__ref", "statement__kind", "statement__lifecycle", "statement__party",
    "statement__said", "statement__said_start", "statement__said_precision",
)  # fmt: skip


@dataclass
class FiguresOf:
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

    @property
    def previous(self) -> int:
        """The number of the part before, 0 for none."""
        return self.number - 1

    @property
    def next(self) -> int:
        """The number of the part after, 0 for none."""
        return self.number + 1 if self.number < self.of else 0


def figures_of(incident: Incident, user: User, part: int = 1) -> FiguresOf:
    """Count all figures given, oldest as-of first, and read those that are shown. Two queries."""
    given = oldest_first([_counted(each) for each in _given(user, incident=incident.pk)])
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


def _counted(figure: Figure) -> Counted:
    return Counted(figure, Voice(figure.statement, None, None, None))


@prepared
def _given(user: User, incident: Any) -> QuerySet[Figure]:
    """As much of the figures, and of the statements that gave them, as counting and ordering needs; no words."""
    return (
        Figure.objects.filter(incident=incident, withdrawn_at=None, statement__in=_about(user, incident))
        .select_related("statement")
        .only(*COUNTED)
    )


@prepared
def _statements(user: User, incident: Any, refs: Any) -> QuerySet[Any]:
    figures = Figure.objects.filter(statement=OuterRef("pk"), incident=incident, withdrawn_at=None)
    rows = readable(_about(user, incident).filter(is_among("ref", refs, CharField)), user)
    found: QuerySet[Any] = rows.annotate(number_rows=folded(figures))
    return found


def _about(user: User, incident: Any) -> QuerySet[Any]:
    rows: QuerySet[Any] = Statement.objects.visible_to(user).filter(incidents=incident)
    return rows.exclude(lifecycle=Lifecycle.REMOVED)
