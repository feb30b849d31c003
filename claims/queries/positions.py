"""What each party says of its own part in an incident. Never our finding."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from claims.models.statement import ResponsibilityPosition, StatementKind
from claims.queries.outline import Outline, Said, Stated
from claims.queries.voices import Voice


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


def newest_stated(said: Iterable[Voice]) -> list[Voice]:
    """Of statements, those with a position on the newest day (UTC); undated ones only when nothing is dated."""
    with_position = [voice for voice in said if voice.statement.responsibility_position]
    dated: list[tuple[Any, Voice]] = [
        (voice.statement.said_start, voice) for voice in with_position if voice.statement.said_start
    ]
    if not dated:
        return with_position
    newest = max(said for said, _voice in dated).date()
    return [voice for said, voice in dated if said.date() == newest]
