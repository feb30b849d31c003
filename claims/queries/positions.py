"""What each party says of its own part in an incident. Never our finding."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from claims.models import Incident
from claims.models.statement import ResponsibilityPosition, StatementKind
from claims.queries.voices import Voice, voices
from harmtracker.models import User
from sources.models import Party


@dataclass
class Position:
    """A party's position at a date: every current statement of the newest day that has one (``stated``), or none.

    ``spoke`` is everything the party itself said; ``is_accused`` says that an allegation here accuses it.
    """

    ref: str
    name: str
    is_accused: bool = False
    stated: list[Voice] = field(default_factory=list)
    spoke: list[Voice] = field(default_factory=list)

    @property
    def words(self) -> list[str]:
        """The positions in words, each once."""
        codes = dict.fromkeys(voice.statement.responsibility_position for voice in self.stated)
        return [str(ResponsibilityPosition(code).label) for code in codes if code]

    @property
    def kinds(self) -> list[str]:
        """What kinds of statement it made, each once, oldest first."""
        return [str(StatementKind(code).label) for code in dict.fromkeys(voice.statement.kind for voice in self.spoke)]


def positions(incident: Incident, user: User, at: datetime | None = None) -> list[Position]:
    """Positions of the accused first, then of everybody who spoke, as they stood at ``at`` (default: now)."""
    return positions_among(voices(incident, user), at)


def positions_among(heard: list[Voice], at: datetime | None = None) -> list[Position]:
    """Positions from voices already read. Pure. Undated statements count only where no date is asked for."""
    current = [voice for voice in heard if voice.is_current and _said_by(voice, at)]
    found: dict[Any, Position] = {}
    for voice in current:
        for accused in voice.accused:
            found.setdefault(accused.party_id, Position(accused.ref, accused.name)).is_accused = True
    for voice in current:
        for party in _speakers(voice):
            found.setdefault(party.pk, Position(party.ref, party.name)).spoke.append(voice)
    for key, heard_of in _by_whom(current).items():
        if key in found:
            found[key].stated = newest_stated(heard_of)
    return sorted(found.values(), key=lambda each: (not each.is_accused, not each.stated))


def _said_by(voice: Voice, at: datetime | None) -> bool:
    if at is None:
        return True
    return voice.statement.said_start is not None and voice.statement.said_start <= at


def _speakers(voice: Voice) -> list[Party]:
    return [party for party in (voice.speaker, voice.on_behalf_of) if party is not None]


def _by_whom(said: list[Voice]) -> dict[Any, list[Voice]]:
    """Voices with a position, by each party they speak for; one pass, since an incident may have thousands."""
    found: dict[Any, list[Voice]] = {}
    for voice in said:
        # Naming whom a withheld speaker speaks for would name the speaker.
        if voice.speaker is not None and voice.statement.responsibility_position:
            for key in {party.pk for party in _speakers(voice)} | voice.speaks_for:
                found.setdefault(key, []).append(voice)
    return found


def newest_stated(said: list[Voice]) -> list[Voice]:
    """Those with a position on the newest day; undated ones only when nothing is dated."""
    with_position = [voice for voice in said if voice.statement.responsibility_position]
    dated = [(voice.statement.said_start, voice) for voice in with_position if voice.statement.said_start]
    if not dated:
        return with_position
    newest = max(said for said, _voice in dated).date()
    return [voice for said, voice in dated if said.date() == newest]
