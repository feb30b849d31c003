"""What each party says of its own part in an incident. Never our finding."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from claims.models.statement import ResponsibilityPosition, StatementKind
from claims.queries.outline import Outline, Said, Stated


@dataclass
class Position:
    """A party's position today: every current statement of the newest day that has one (``stated``), or none.

    ``spoke`` is every current statement the party itself made; ``is_accused`` says that an allegation accuses it.
    """

    ref: str
    name: str
    is_accused: bool = False
    stated: list[Stated] = field(default_factory=list)
    spoke: list[Said] = field(default_factory=list)

    @property
    def words(self) -> list[str]:
        """The positions in words, each once."""
        codes = dict.fromkeys(each.position for each in self.stated)
        return [str(ResponsibilityPosition(code).label) for code in codes]

    @property
    def kinds(self) -> list[str]:
        """What kinds of statement it made, each once, oldest first."""
        return [str(StatementKind(code).label) for code in dict.fromkeys(each.kind for each in self.spoke)]


def positions_among(outline: Outline) -> list[Position]:
    """Positions of the accused first, then of everybody who spoke, as they stand. Pure."""
    found: dict[int, Position] = {}

    def of(party: int) -> Position:
        if party not in found:
            found[party] = Position(outline.parties[party].ref, outline.parties[party].name)
        return found[party]

    for party in outline.accused:
        of(party).is_accused = True
    for said in outline.said:
        for party in _speakers(outline, said) if said.is_current else ():
            of(party).spoke.append(said)
    for party, stated in _by_whom(outline).items():
        if party in found:
            newest = max((each.day for each in stated if each.day), default=None)
            # Undated ones count only where nothing is dated.
            found[party].stated = [each for each in stated if each.day == newest]
    return sorted(found.values(), key=lambda each: (not each.is_accused, not each.stated))


def _speakers(outline: Outline, said: Said) -> list[int]:
    """By whom and for whom, as far as they are named."""
    return [party for party in (said.speaker, said.behalf) if party >= 0 and outline.parties[party].is_named]


def _by_whom(outline: Outline) -> dict[int, list[Stated]]:
    """Statements with a position, by each party they speak for; the outline has none of a speaker withheld."""
    found: dict[int, list[Stated]] = {}
    for stated in outline.stated:
        for party in {*_speakers(outline, outline.said[stated.said]), *stated.acting_for}:
            found.setdefault(party, []).append(stated)
    return found


class Dated(Protocol):
    """Said at a time, None where nobody stated it."""

    @property
    def said_start(self) -> datetime | None: ...


def of_newest_day[D: Dated](stated: list[D]) -> list[D]:
    """Of statements with a position, those said on the newest day (UTC); undated ones only when nothing is dated."""
    newest = max((each.said_start for each in stated if each.said_start), default=None)
    if newest is None:
        return stated
    return [each for each in stated if each.said_start and each.said_start.date() == newest.date()]
