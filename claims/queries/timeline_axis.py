"""The picture of a timeline: one row for each kind of thing, places in per cent of the width.

The longest times in which nothing happened are left out and drawn as breaks: statements of 2022 and captures of a later
year would else be two heaps at the two ends.
"""

import itertools
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from claims.queries.timeline import LANE_WORDS, Item

type Places = list[tuple[datetime, datetime, float, float]]
"""Stretches of the axis: first and last moment, and from where and how wide in per cent."""

FIRST, LAST = 3.0, 97.0
BREAK: Final = 3.0
"""Per cent of the width that a long time in which nothing happened takes."""
LABEL_WIDTH: Final = 23.0
"""Per cent a date takes on the narrowest screen."""
LANE_HEIGHT, LINE = 46, 36
"""Units: the height of a row, and where in it the line stands."""
LEAST_GAP: Final = timedelta(days=10)
MOST_BREAKS: Final = 4


@dataclass(frozen=True)
class Dot:
    """An item on the axis; ``rank`` counts those that stand on the same place of the same lane, from 0."""

    item: Item
    at: float
    lane: int
    rank: int
    until: float | None = None

    @property
    def y(self) -> int:
        """Units down; those on one place stand above each other, the fourth and later on the third."""
        return self.lane * LANE_HEIGHT + LINE - 9 * min(self.rank, 2)


@dataclass(frozen=True)
class Gap:
    """A stretch of time left out of the axis: where, and how many days it was."""

    at: float
    days: int


@dataclass(frozen=True)
class Label:
    """A date beneath the axis; ``row`` counts the rows of labels, so that none covers another on a narrow screen."""

    at: float
    day: date
    anchor: str
    row: int
    foot: int

    @property
    def y(self) -> int:
        return self.foot + 6 + 15 * self.row

    @property
    def tick(self) -> int:
        """How far up the line from the date to the axis reaches, from the date."""
        return self.foot - self.y


@dataclass(frozen=True)
class Lane:
    """A row of the picture that holds something."""

    words: str
    top: int

    @property
    def text(self) -> int:
        return self.top + 13

    @property
    def line(self) -> int:
        return self.top + LINE


@dataclass(frozen=True)
class Axis:
    """The picture of a timeline: dots, breaks, and the dates where each stretch begins and the last one ends."""

    lanes: list[Lane]
    dots: list[Dot]
    gaps: list[Gap]
    labels: list[Label]

    @property
    def foot(self) -> int:
        """Where the rows end and the dates begin."""
        return len(self.lanes) * LANE_HEIGHT

    @property
    def height(self) -> int:
        return self.foot + 28 + 15 * max((label.row for label in self.labels), default=0)


def axis_of(items: list[Item]) -> Axis | None:
    """Where each item stands. The longest times in which nothing happened are left out, and drawn as breaks.

    None for fewer than two items.
    """
    if len(items) < 2:
        return None
    spans = {item.until: item.last_day for item in items if item.until}
    days = {item.at: item.day for item in items} | spans
    moments = sorted([*(item.at for item in items), *spans])
    lanes = [lane for lane in LANE_WORDS if any(item.lane == lane for item in items)]
    stretches = _stretches(moments)
    room = (LAST - FIRST) - BREAK * (len(stretches) - 1)
    weights = [_weight(first, last, moments) for first, last in stretches]
    places, gaps, ends = [], [], []
    start = FIRST
    for index, (first, last) in enumerate(stretches):
        width = room * weights[index] / sum(weights)
        places.append((first, last, start, width))
        ends.append((round(start, 2), days[first], False))
        if width > LABEL_WIDTH / 2 and days[last] != days[first]:
            ends.append((round(start + width, 2), days[last], True))
        if index + 1 < len(stretches):
            left_out = days[stretches[index + 1][0]] - days[last]
            gaps.append(Gap(round(start + width + BREAK / 2, 2), left_out.days))
        start += width + BREAK
    rows = [Lane(str(LANE_WORDS[lane]), index * LANE_HEIGHT) for index, lane in enumerate(lanes)]
    return Axis(rows, _dots(items, places, lanes), gaps, _labels(ends, len(lanes) * LANE_HEIGHT))


def _labels(ends: list[tuple[float, date, bool]], foot: int) -> list[Label]:
    """Each in the first row in which it has room; the end of a stretch, and what is far right, before its place."""
    filled: list[float] = []
    labels = []
    for at, day, is_end in ends:
        anchor = "end" if at > 100 - LABEL_WIDTH or (is_end and at > LABEL_WIDTH) else "start"
        left = at - LABEL_WIDTH if anchor == "end" else at
        row = next((index for index, right in enumerate(filled) if right <= left), len(filled))
        filled[row : row + 1] = [left + LABEL_WIDTH]
        labels.append(Label(at, day, anchor, row, foot))
    return labels


def _stretches(moments: list[datetime]) -> list[tuple[datetime, datetime]]:
    """The time from first to last, cut at the longest gaps that take more than an eighth of it."""
    whole = moments[-1] - moments[0]
    gaps = [(later - earlier, earlier, later) for earlier, later in itertools.pairwise(moments)]
    long = sorted((gap for gap in gaps if gap[0] > max(LEAST_GAP, whole / 8)), reverse=True)[:MOST_BREAKS]
    edges = sorted((earlier, later) for _length, earlier, later in long)
    starts = [moments[0], *(later for _earlier, later in edges)]
    return list(zip(starts, [*(earlier for earlier, _later in edges), moments[-1]], strict=True))


def _weight(first: datetime, last: datetime, moments: list[datetime]) -> float:
    """More room for more to show; a stretch that is one moment gets a little."""
    days = {moment.date() for moment in moments if first <= moment <= last}
    return 1.0 + float(min(len(days), 40) ** 0.75)


def _dots(items: list[Item], places: Places, lanes: list[str]) -> list[Dot]:
    taken: dict[tuple[int, int], int] = {}
    dots = []
    for item in items:
        at, lane = _place(item.at, places), lanes.index(item.lane)
        rank = taken[(lane, int(at / 1.5))] = taken.get((lane, int(at / 1.5)), -1) + 1
        dots.append(Dot(item, at, lane, rank, _place(item.until, places) if item.until else None))
    return dots


def _place(moment: datetime, places: Places) -> float:
    first, last, start, width = next(place for place in places if place[0] <= moment <= place[1])
    share = (moment - first) / (last - first) if last > first else 0.0
    return round(start + width * share, 2)
