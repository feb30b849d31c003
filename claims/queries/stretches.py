"""A long ledger in parts: what is shown together, and where to find a line that is shown elsewhere."""

from dataclasses import dataclass, field
from functools import cached_property

from claims.queries.ledger import Group, Ledger, Line

LINES_TOGETHER = 60
"""Lines shown together where there are more. A thread is never torn, so that a part may hold more; the next begins
after it.
"""


@dataclass
class Stretch:
    """One part of a ledger: ``number`` of ``of``. ``first`` and ``last`` count its lines among ``total``."""

    number: int = 1
    of: int = 1
    first: int = 0
    last: int = 0
    total: int = 0
    threads: list[Line] = field(default_factory=list)
    also_said: list[Group] = field(default_factory=list)

    @cached_property
    def lines(self) -> list[Line]:
        """Every full line shown."""
        threads = [line for thread in self.threads for line in thread.in_order() if not line.is_reference]
        return threads + [line for group in self.also_said for line in group.lines]

    @cached_property
    def anchors(self) -> frozenset[str]:
        return frozenset(line.anchor for line in self.lines)

    @property
    def previous(self) -> int:
        """The number of the part before, 0 for none."""
        return self.number - 1

    @property
    def next(self) -> int:
        """The number of the part after, 0 for none."""
        return self.number + 1 if self.number < self.of else 0

    def address_of(self, ref: str) -> str:
        """Where a statement's line is, from a page that shows this part: an anchor, with the way to another part."""
        return f"#{ref}" if self.of == 1 or ref in self.anchors else f"?at={ref}#{ref}"


def stretch(ledger: Ledger, number: int = 1, at: str = "", *, together: int = LINES_TOGETHER) -> Stretch:
    """The part in which the statement called ``at`` has its line; else the part of this number, or the nearest."""
    parts = stretches(ledger, together)
    at = at.strip().upper()
    with_line = next((part for part in parts if at in part.anchors), None) if at else None
    return with_line or parts[min(max(number, 1), len(parts)) - 1]


def stretches(ledger: Ledger, together: int = LINES_TOGETHER) -> list[Stretch]:
    """All parts, threads before "also said"; one empty part for an empty ledger. Pure."""
    parts = [Stretch()]
    for thread in ledger.threads:
        _room(parts, together).threads.append(thread)
        parts[-1].last += sum(not line.is_reference for line in thread.in_order())
    for group in ledger.also_said:
        for line in group.lines:
            part = _room(parts, together)
            if not part.also_said or part.also_said[-1].party != group.party:
                part.also_said.append(Group(group.party, []))
            part.also_said[-1].lines.append(line)
            part.last += 1
    return _numbered(parts)


def _room(parts: list[Stretch], together: int) -> Stretch:
    """The last part, or a new one where that is full. ``last`` counts the part's own lines so far."""
    if parts[-1].last >= together:
        parts.append(Stretch())
    return parts[-1]


def _numbered(parts: list[Stretch]) -> list[Stretch]:
    before = 0
    total = sum(part.last for part in parts)
    for number, part in enumerate(parts, start=1):
        part.number, part.of, part.total = number, len(parts), total
        part.first, part.last = before + 1, before + part.last
        before = part.last
    return parts
