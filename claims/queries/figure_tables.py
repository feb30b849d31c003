"""Tables by sex and age: what one reporter gave for the parts, and whether the parts make up the total it gave.

Parts are added up inside one reporter's one table and nowhere else (domain.md, "Dates, places, figures"). A sum is
shown and compared; it is nobody's figure and is never kept.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from claims.models.figure import CasualtyOutcome, Demographic, Population
from claims.queries.ranges import Counted

PARTS = (
    Demographic.MEN,
    Demographic.WOMEN,
    Demographic.BOYS,
    Demographic.GIRLS,
    Demographic.CHILDREN_SEX_UNKNOWN,
    Demographic.ADULTS_SEX_UNKNOWN,
)
"""The parts of a table, in the order in which they are published and entered; together they leave nobody out."""


class Given(Protocol):
    """A number as given, with its ends: None is "not stated"."""

    @property
    def low(self) -> int | None: ...
    @property
    def high(self) -> int | None: ...


@dataclass(frozen=True)
class Sum:
    """What the parts add up to: ``low`` to ``high``, None where an end of one of them is not stated.

    ``unread`` counts parts given in words that hold no number: they are in the table and not in the sum.
    """

    low: int | None
    high: int | None
    parts: int
    unread: int = 0

    @property
    def at_least(self) -> bool:
        return self.high is None or self.unread > 0

    def agrees_with(self, total: Given) -> bool:
        """Whether the total can be right and the parts too: the two ranges have a number in common."""
        lowest, highest = (self.low or 0), None if self.at_least else self.high
        too_low = total.high is not None and total.high < lowest
        too_high = total.low is not None and highest is not None and total.low > highest
        return not too_low and not too_high


def sum_of(parts: Iterable[Given]) -> Sum | None:
    """The sum of the parts of one table; None where none of them holds a number."""
    given = list(parts)
    read = [part for part in given if part.low is not None or part.high is not None]
    if not read:
        return None
    highs = [part.high for part in read]
    low = sum(part.low or 0 for part in read)
    high = None if None in highs else sum(high or 0 for high in highs)
    return Sum(low, high, len(read), len(given) - len(read))


@dataclass
class TableRow:
    """One outcome of a table: its parts, the total its reporter gave, and what the parts add up to."""

    outcome: str
    population: str
    cells: dict[str, list[Counted]] = field(default_factory=dict)

    @property
    def outcome_words(self) -> str:
        return str(CasualtyOutcome(self.outcome).label)

    @property
    def population_words(self) -> str:
        return str(Population(self.population).label)

    @property
    def labelled(self) -> list[tuple[str, Counted | None]]:
        """The parts in their order, each with its name; None where it is not given."""
        return [(str(part.label), self._one(part)) for part in PARTS]

    @property
    def total(self) -> Counted | None:
        return self._one(Demographic.TOTAL)

    @property
    def sum(self) -> Sum | None:
        """None too where one part is given twice: which of the two to count is not ours to say."""
        kinds = [kind for kind in self.cells if kind != Demographic.TOTAL]
        if any(len(self.cells[kind]) > 1 for kind in kinds):
            return None
        return sum_of(self.cells[kind][0] for kind in kinds)

    @property
    def agrees(self) -> bool:
        return self.sum is None or self.total is None or self.sum.agrees_with(self.total)

    def _one(self, kind: str) -> Counted | None:
        held = self.cells.get(kind, [])
        return held[-1] if held else None


@dataclass
class FigureTable:
    """What one statement gave by sex and age, for one area and as of one date."""

    first: Counted
    rows: list[TableRow]

    @property
    def kinds(self) -> list[str]:
        return [str(part.label) for part in PARTS]


def tables_among(figures: Iterable[Counted]) -> list[FigureTable]:
    """Tables of figures already read, in their order: those of one statement, scope, area and date, with a part."""
    groups: dict[Any, list[Counted]] = {}
    for counted in figures:
        figure = counted.figure
        scope = (figure.statement_id, figure.count_kind, figure.is_incident_area, figure.area, figure.as_of)
        groups.setdefault(scope, []).append(counted)
    tables = []
    for group in groups.values():
        by_outcome: dict[tuple[str, str], TableRow] = {}
        for counted in group:
            kind = counted.figure.outcome, counted.figure.population
            row = by_outcome.setdefault(kind, TableRow(*kind))
            row.cells.setdefault(counted.figure.demographic, []).append(counted)
        rows = [row for row in by_outcome.values() if row.cells.keys() - {Demographic.TOTAL}]
        if rows:
            order = list(CasualtyOutcome.values)
            tables.append(FigureTable(group[0], sorted(rows, key=lambda row: order.index(row.outcome))))
    return tables
