"""How many: the computed range of the figures people gave, with the statements behind its ends."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import SimpleNamespace
from typing import Any, Final, cast

from claims.models import Figure, Statement
from claims.models.figure import CasualtyOutcome, CountKind, Demographic, Population
from claims.queries.outline import Outline
from claims.queries.voices import Voice

# What an outline tells of a figure, in its order.
TOLD: Final = (
    "pk", "outcome", "population", "demographic", "count_kind", "is_incident_area", "least", "best", "most",
    "as_of_start",
)  # fmt: skip


@dataclass
class Counted:
    """A figure with the voice that gave it."""

    figure: Figure
    voice: Voice
    is_floor: bool = False
    is_ceiling: bool = False
    is_counted: bool = False

    @property
    def low(self) -> int | None:
        return self.figure.best if self.figure.least is None else self.figure.least

    @property
    def high(self) -> int | None:
        return self.figure.best if self.figure.most is None else self.figure.most

    @property
    def is_open(self) -> bool:
        """It gives a least number and no upper end: "at least 20"."""
        return self.high is None and self.low is not None


@dataclass
class CasualtyRange:
    """The range of one outcome and population. ``low`` and ``high`` are persons; None is "not stated", never 0.

    ``at_least`` says that more than ``high`` is not excluded: no figure has an upper end, or one without an upper end
    starts at or above the greatest.
    """

    outcome: str
    population: str
    low: int | None = None
    high: int | None = None
    at_least: bool = False
    figures: list[Counted] = field(default_factory=list)

    @property
    def outcome_words(self) -> str:
        return str(CasualtyOutcome(self.outcome).label)

    @property
    def population_words(self) -> str:
        return str(Population(self.population).label)

    @property
    def floor(self) -> list[Counted]:
        return [counted for counted in self.figures if counted.is_floor]

    @property
    def ceiling(self) -> list[Counted]:
        return [counted for counted in self.figures if counted.is_ceiling]


def figures_told(outline: Outline) -> list[Counted]:
    """Every figure given, as ``figures_among``, with as much of figure and voice as counting needs; see ``in_full``."""
    found = []
    for said, party, lifecycle, start, *given in outline.figures:
        figure = SimpleNamespace(**dict(zip(TOLD, given, strict=True)))
        figure.as_of_start = _moment(figure.as_of_start)
        told = SimpleNamespace(
            ref=outline.said[said].ref, party_id=party, lifecycle=lifecycle, said_start=_moment(start)
        )
        found.append(Counted(cast(Figure, figure), Voice(cast(Statement, told), None, None, None)))
    return oldest_first(found)


def _moment(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None


def apart(figures: list[Counted], ranges: list[CasualtyRange]) -> tuple[list[Counted], list[CasualtyRange]]:
    """Copies of these figures, and of the ranges with the copies in them: put ``in_full`` they change nothing kept."""
    copies = {id(each): replace(each) for each in figures}
    copied = [replace(found, figures=[copies.get(id(each), each) for each in found.figures]) for found in ranges]
    return list(copies.values()), copied


def in_full(figures: Iterable[Counted], heard: Mapping[str, Voice]) -> list[Counted]:
    """Figures of ``figures_told`` as they are shown; without those that were taken away meanwhile.

    ``heard``: the voices that gave them, by reference, each with its figures.
    """
    found = []
    for each in figures:
        voice = heard.get(each.voice.statement.ref)
        figure = (
            next((given for given in voice.figures if str(given.pk) == str(each.figure.pk)), None) if voice else None
        )
        if voice is not None and figure is not None:
            each.voice, each.figure = voice, figure
            found.append(each)
    return found


def figures_among(heard: list[Voice]) -> list[Counted]:
    """Every figure given, oldest as-of first (then by when it was said)."""
    return oldest_first([Counted(figure, voice) for voice in heard for figure in voice.figures])


def oldest_first(found: list[Counted]) -> list[Counted]:
    """By as-of, else by when it was said; those without either last."""
    return sorted(found, key=lambda counted: (_as_of(counted) is None, _as_of(counted) or 0, str(counted.figure.pk)))


def ranges_among(figures: list[Counted]) -> list[CasualtyRange]:
    """Ranges of figures already read, killed first; marks the figures counted and those behind the ends.

    Counted: demographic total, this incident, its area, from current statements, of each reporter the newest as-of
    (domain.md, "Dates, places, figures"). Bodies found are an outcome of their own; nothing is summed.
    """
    by_kind: dict[tuple[str, str], list[Counted]] = {}
    for counted in figures:
        if _belongs(counted):
            by_kind.setdefault((counted.figure.outcome, counted.figure.population), []).append(counted)
    order = list(CasualtyOutcome.values)
    ranges = [
        _range(outcome, population, _newest_of_each_reporter(group))
        for (outcome, population), group in sorted(by_kind.items(), key=lambda each: order.index(each[0][0]))
    ]
    for each in ranges:
        for counted in each.figures:
            counted.is_counted = each.low is not None or each.high is not None
    return [each for each in ranges if each.low is not None or each.high is not None]


def _belongs(counted: Counted) -> bool:
    figure = counted.figure
    return (
        counted.voice.is_current
        and figure.demographic == Demographic.TOTAL
        and figure.count_kind == CountKind.INCIDENT
        and figure.is_incident_area
    )


def _as_of(counted: Counted) -> Any:
    return counted.figure.as_of_start or counted.voice.statement.said_start


def _newest_of_each_reporter(group: list[Counted]) -> list[Counted]:
    newest: dict[Any, list[Counted]] = {}
    for counted in group:
        reporter = counted.voice.statement.party_id
        held = newest.get(reporter)
        if held is None or _later(counted, held[0]):
            newest[reporter] = [counted]
        elif _as_of(counted) == _as_of(held[0]):
            held.append(counted)
    return [counted for counted in group if any(counted is kept for kept in newest[counted.voice.statement.party_id])]


def _later(one: Counted, other: Counted) -> bool:
    """An as-of that is not stated is older than any that is."""
    mine, theirs = _as_of(one), _as_of(other)
    return mine is not None and (theirs is None or mine > theirs)


def _range(outcome: str, population: str, group: list[Counted]) -> CasualtyRange:
    lows = [counted.low for counted in group if counted.low is not None]
    highs = [counted.high for counted in group if counted.high is not None]
    made = CasualtyRange(outcome, population, min(lows, default=None), max(highs, default=None), figures=group)
    starts = [counted.low for counted in group if counted.is_open and counted.low is not None]
    beyond = max(starts, default=None)
    if made.high is None:
        made.at_least = beyond is not None
    elif beyond is not None and beyond >= made.high:
        made.high, made.at_least = beyond, True
    for counted in group:
        counted.is_floor = counted.low is not None and counted.low == made.low
        counted.is_ceiling = made.high is not None and (counted.low if counted.is_open else counted.high) == made.high
    return made
