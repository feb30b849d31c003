"""The numbers people gave, over time, as a picture: places in per cent of the width and units of the height.

A bar reaches from the least to the greatest number of one figure, at the date it counts up to. An end that is not
stated is drawn open, with an arrow; nothing is ever drawn at 0 because it is not known.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from claims.models.figure import CasualtyOutcome, CountKind, Demographic, Population
from claims.queries.ranges import CasualtyRange, Counted
from harmtracker import wording

TOP, BOTTOM = 26.0, 196.0
"""Units (CSS pixels) between which numbers are drawn; 0 persons stands at BOTTOM."""
FIRST, LAST = 14.0, 94.0
"""Per cent of the width between which dates are drawn."""
NEAR, STEP = 4.0, 36
"""Marks nearer than NEAR per cent are set STEP units apart."""
MOST_MARKS = 20
OPEN_LENGTH = 24.0
NARROWEST, LETTER_WIDTH, LINE = 280, 7, 14
"""CSS pixels: the picture on a page of 320, and what one character and one line of a label take at most."""
HIGHEST = 18.0
"""No label stands above this height: it would be cut off."""


@dataclass(frozen=True)
class Mark:
    """One figure: ``at`` per cent and ``shift`` units across; ``low`` and ``high`` units down, None where open.

    ``best`` is where the best number stands, None where there is none. ``label_y`` is the height above which the label
    stands: at the tip or, where another label is near, lines above it; None where there is no room for it.
    """

    counted: Counted
    letter: str
    at: float
    shift: int
    low: float | None
    high: float | None
    best: float | None
    label_y: float | None = None

    @property
    def label(self) -> str:
        """Its numbers in as little room as can be: "20–30", "20+", "≤300"."""
        low, high = self.counted.low, self.counted.high
        if low is None or high is None:
            return f"{wording.grouped(low)}+" if low is not None else f"≤{wording.grouped(high or 0)}"
        return wording.grouped(low) if low == high else f"{wording.grouped(low)}–{wording.grouped(high)}"

    @property
    def is_point(self) -> bool:
        return self.low is not None and self.low == self.high

    @property
    def open_up(self) -> float:
        """Where the arrow of an open upper end points to."""
        return max((self.low or BOTTOM) - OPEN_LENGTH, TOP - 14)

    @property
    def open_down(self) -> float:
        """Where the arrow of an open lower end points to: never as far as 0."""
        high = self.high or TOP
        return high + min(OPEN_LENGTH, (BOTTOM - high) * 0.8)

    @property
    def tip(self) -> float:
        """The upper end of what is drawn."""
        return self.high if self.high is not None else self.open_up


@dataclass(frozen=True)
class Level:
    """A line across the picture: a number of persons and where it stands."""

    number: int
    y: float


@dataclass
class Chart:
    """The figures of one outcome, population and scope over time. ``casualty_range`` is the computed one, if any."""

    outcome: str
    population: str
    is_cumulative: bool
    area: str
    marks: list[Mark]
    levels: list[Level]
    casualty_range: CasualtyRange | None
    floor: float | None
    ceiling: float | None
    dates: list[tuple[float, str]] = field(default_factory=list)
    left_out: int = 0
    number: int = 1

    @property
    def band(self) -> float:
        """The height of the band between floor and ceiling."""
        return round((self.floor or 0) - (self.ceiling or 0), 1)

    @property
    def outcome_words(self) -> str:
        return str(CasualtyOutcome(self.outcome).label)

    @property
    def population_words(self) -> str:
        return str(Population(self.population).label) if self.population != Population.UNKNOWN else ""


def charts_of(figures: Sequence[Counted], ranges: Sequence[CasualtyRange]) -> list[Chart]:
    """A picture for each outcome, population and scope of which two figures or more hold a number and a date.

    One figure alone says in words what a picture would.

    Totals only: parts of a table have a table. Statements taken back are left out, as they are of the range.
    """
    groups: dict[Any, list[Counted]] = {}
    for counted in figures:
        figure = counted.figure
        if figure.demographic == Demographic.TOTAL and counted.voice.is_current:
            area = "" if figure.is_incident_area else figure.area
            groups.setdefault((figure.outcome, figure.population, figure.count_kind, area), []).append(counted)
    by_kind = {(each.outcome, each.population): each for each in ranges}
    order = list(CasualtyOutcome.values)
    charts: list[Chart] = []
    for (outcome, population, kind, area), group in sorted(
        groups.items(), key=lambda each: (each[0][2] == CountKind.CUMULATIVE, bool(each[0][3]), order.index(each[0][0]))
    ):
        is_own = kind == CountKind.INCIDENT and not area
        drawn = _drawable(group)
        if len(drawn) >= 2:
            found = by_kind.get((outcome, population)) if is_own else None
            made = _chart(drawn[-MOST_MARKS:], found)
            made.outcome, made.population, made.area = outcome, population, area
            made.is_cumulative = kind == CountKind.CUMULATIVE
            made.left_out = len(group) - len(made.marks)
            made.number = len(charts) + 1
            charts.append(made)
    return charts


def _drawable(group: list[Counted]) -> list[Counted]:
    held = [each for each in group if _moment(each) is not None and (each.low is not None or each.high is not None)]
    return sorted(held, key=lambda each: (_moment(each), str(each.figure.pk)))


def _moment(counted: Counted) -> Any:
    return counted.figure.as_of_start or counted.voice.statement.said_start


def _date_words(counted: Counted) -> str:
    """The date as it was reported, not as it falls in UTC."""
    figure, statement = counted.figure, counted.voice.statement
    if figure.as_of:
        return wording.date_words(figure.as_of, figure.as_of_precision)
    return wording.date_words(statement.said, statement.said_precision)


def _chart(drawn: list[Counted], casualty_range: CasualtyRange | None) -> Chart:
    numbers = [number for each in drawn for number in (each.low, each.high) if number is not None]
    top = _above(max(numbers))
    moments = [_moment(each) for each in drawn]
    places = _places(moments)
    shifts = _shifts(places)
    letters = _letters(drawn)
    marks = [
        Mark(each, letter, place, shift, _y(each.low, top), _y(each.high, top), _y(each.figure.best, top))
        for each, letter, place, shift in zip(drawn, letters, places, shifts, strict=True)
    ]
    marks = _labelled(marks)
    ends = (casualty_range.low, None if casualty_range.at_least else casualty_range.high) if casualty_range else ()
    floor, ceiling = (_y(end, top) for end in ends) if ends else (None, None)
    dates = [(places[0], _date_words(drawn[0]))]
    if places[-1] != places[0]:
        dates.append((places[-1], _date_words(drawn[-1])))
    levels = [Level(number, _y(number, top) or BOTTOM) for number in (top, top // 2, 0)]
    return Chart("", "", False, "", marks, levels, casualty_range, floor, ceiling, dates)


def _y(number: int | None, top: int) -> float | None:
    return None if number is None else round(BOTTOM - (BOTTOM - TOP) * number / top, 1)


def _above(greatest: int) -> int:
    """The next even round number: of the steps 2, 4, 6, 8, 10 times a power of ten, the first that is enough."""
    size = int(10 ** max(0, math.floor(math.log10(max(greatest, 1)))))
    return next(step * size for step in (2, 4, 6, 8, 10, 20) if step * size >= greatest)


def _places(moments: list[Any]) -> list[float]:
    first, last = moments[0], moments[-1]
    if first == last:
        return [(FIRST + LAST) / 2 for _moment in moments]
    return [round(FIRST + (LAST - FIRST) * ((moment - first) / (last - first)), 2) for moment in moments]


def _shifts(places: list[float]) -> list[int]:
    """Marks that would cover each other, side by side: away from the edge, or around their middle."""
    shifts = [0] * len(places)
    start = 0
    for index in range(1, len(places) + 1):
        if index == len(places) or places[index] - places[index - 1] > NEAR:
            size = index - start
            before = 0 if places[start] < 25 else size - 1 if places[index - 1] > 80 else (size - 1) / 2
            for offset in range(size):
                shifts[start + offset] = round((offset - before) * STEP)
            start = index
    return shifts


def _labelled(marks: list[Mark]) -> list[Mark]:
    """Each mark with the height of its label, so that on the narrowest page none covers another. Pure."""
    taken: list[tuple[float, float, float]] = []
    labelled = []
    for mark in marks:
        middle, half = mark.at * NARROWEST / 100 + mark.shift, len(mark.label) * LETTER_WIDTH / 2
        left, right, y = middle - half, middle + half, mark.tip
        while any(left < end and start < right and abs(y - other) < LINE for start, end, other in taken):
            y -= LINE
        if y < HIGHEST and y < mark.tip:
            labelled.append(mark)
            continue
        taken.append((left, right, y))
        labelled.append(replace(mark, label_y=y))
    return labelled


def _letters(drawn: list[Counted]) -> list[str]:
    """A letter for each reporter, in the order in which they first gave a number.

    A reporter who is withheld has one of their own each time: the same letter twice would say that it is the same.
    """
    letters: dict[Any, str] = {}
    keys = [each.voice.speaker.pk if each.voice.speaker else each.figure.pk for each in drawn]
    for key in keys:
        letters.setdefault(key, chr(ord("A") + len(letters)))
    return [letters[key] for key in keys]
