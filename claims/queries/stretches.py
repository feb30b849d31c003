"""A long ledger in parts: what is shown together, and where to find a line that is shown elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from claims.models import Link
from claims.models.link import LinkType
from claims.queries.ledger import DEEPEST_INDENT, NOTHING, Group, Ledger, Line, Place
from claims.queries.parts import Part
from claims.queries.voices import Accused, Voice

SHOWN_WHOLE = 60
"""Lines of the longest ledger that is shown in one part."""
LINES_TOGETHER = 30
"""Lines of a longer one shown together at most. A thread stands in one part where it fits into one."""


@dataclass
class Stretch(Part):
    """One part of a ledger, its places from ``start`` to before ``end``: ``number`` of ``of``.

    ``threads`` and ``also_said`` are filled by ``draw``. ``elsewhere`` is the address of the incident's page, where
    another page shows this part; lines of other parts are found there.
    """

    ledger: Ledger
    start: int = 0
    end: int = 0
    number: int = 1
    of: int = 1
    elsewhere: str = ""
    threads: list[Line] = field(default_factory=list)
    also_said: list[Group] = field(default_factory=list)

    @cached_property
    def lines(self) -> list[Line]:
        """Every full line shown."""
        threads = [line for thread in self.threads for line in thread.in_order() if not line.is_reference]
        return threads + [line for group in self.also_said for line in group.lines]

    @cached_property
    def anchors(self) -> list[str]:
        """The references of the statements that have their line here, in order."""
        return [self._ref(place) for place in self._places if not place.is_reference]

    @cached_property
    def refs(self) -> set[str]:
        """The references of all statements that are named here: also of those whose line stands elsewhere."""
        return {self._ref(place) for place in self._places} | {self._ref(self.ledger.places[at]) for at in self._above}

    @property
    def first(self) -> int:
        """Which of all full lines is the first one here, from 1."""
        return 1 + sum(not place.is_reference for place in self.ledger.places[: self.start])

    @property
    def last(self) -> int:
        return self.first - 1 + len(self.anchors)

    @property
    def total(self) -> int:
        return len(self.ledger.outline.said)

    @property
    def to_follow(self) -> int:
        """How many full lines of the last thread stand in the parts after this one."""
        followed = 0
        for place in self.ledger.places[self.end :]:
            if place.above == NOTHING:
                break
            followed += not place.is_reference
        return followed

    def address_of(self, ref: str) -> str:
        """Where a statement's line is, from a page that shows this part: an anchor, with the way to another part."""
        return f"#{ref}" if self.of == 1 or ref in self.anchors else f"{self.elsewhere}?at={ref}#{ref}"

    def draw(self, voices: Mapping[str, Voice], silent: Mapping[str, list[Accused]]) -> None:
        """Make lines of the places. ``voices`` by reference; one that is missing was taken away meanwhile.

        What a thread goes on from stands above its first line here, as a reference. ``silent``: the accused that never
        answered, by allegation.
        """
        lines: dict[int, Line] = {}
        for at in (*self._above, *range(self.start, self.end)):
            place = self.ledger.places[at]
            voice, above = voices.get(self._ref(place)), lines.get(place.above)
            if voice is None or (above is None and place.above != NOTHING and at >= self.start):
                continue
            line = lines[at] = Line(voice, place.number, is_reference=place.is_reference or at < self.start)
            if above is not None:
                line.depth, line.answered = above.depth + 1, above.number
                line.links = _links(voice, above.voice, place.said > self.ledger.places[place.above].said)
                above.answers.append(line)
            elif place.number:
                line.silent = [] if line.is_reference else silent.get(line.anchor, [])
                self.threads.append(line)
            else:
                self._add(line)

    @property
    def _places(self) -> Sequence[Place]:
        return self.ledger.places[self.start : self.end]

    @cached_property
    def _above(self) -> list[int]:
        """What the first line here answers, and what that answers, as far up as is indented; outermost first."""
        found: list[int] = []
        at = self.ledger.places[self.start].above if self._places else NOTHING
        while at != NOTHING and len(found) < DEEPEST_INDENT:
            found.append(at)
            at = self.ledger.places[at].above
        return found[::-1]

    def _ref(self, place: Place) -> str:
        return self.ledger.outline.said[place.said].ref

    def _add(self, line: Line) -> None:
        party, alias = line.voice.speaker, line.voice.alias
        if not self.also_said or (self.also_said[-1].party, self.also_said[-1].alias) != (party, alias):
            self.also_said.append(Group(party, [], alias))
        self.also_said[-1].lines.append(line)


def stretch(ledger: Ledger, number: int = 1, at: str = "", *, together: int = LINES_TOGETHER) -> Stretch:
    """The part in which the statement called ``at`` has its line; else the part of this number, or the nearest."""
    parts = stretches(ledger, together)
    at = at.strip().upper()
    with_line = next((part for part in parts if at in part.anchors), None) if at else None
    return with_line or parts[min(max(number, 1), len(parts)) - 1]


def stretches(ledger: Ledger, together: int = LINES_TOGETHER) -> list[Stretch]:
    """All parts, threads before "also said"; one part for a ledger of no more than SHOWN_WHOLE lines. Pure."""
    if len(ledger.places) <= SHOWN_WHOLE:
        return [Stretch(ledger, end=len(ledger.places))]
    ends = [*ledger.threads[1:], ledger.also_said] if ledger.threads else []
    ends += range(ledger.also_said + 1, len(ledger.places) + 1)
    starts, before = [0], 0
    for end in ends:
        if before > starts[-1] and end - starts[-1] > together:
            starts.append(before)
        while end - starts[-1] > together:  # longer than a part: the only threads that are torn
            starts.append(starts[-1] + together)
        before = end
    edges = zip(starts, [*starts[1:], len(ledger.places)], strict=True)
    return [Stretch(ledger, start, end, number, len(starts)) for number, (start, end) in enumerate(edges, start=1)]


def _links(answer: Voice, answered: Voice, is_later: bool) -> list[Link]:
    """The links that make one an answer to the other. What contradicts has no direction: the later is the answer."""
    own = [link for link in answer.links if link.to_statement_id == answered.key]
    turned = [link for link in answered.links if link.to_statement_id == answer.key]
    return [link for link in own if is_later or link.type != LinkType.CONTRADICTS] + [
        link for link in turned if is_later and link.type == LinkType.CONTRADICTS
    ]
