"""What an outline comes to: threads, positions, origins and ranges, worked out once as long as nothing touches it.

Of a long incident this is kept for each way of seeing. At every reading the database is asked whether anything can have
changed in it since (``claims.queries.unchanged``); only where nothing can is it not told anew.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from claims.queries.ledger import Ledger, arranged
from claims.queries.origins import Origins, grouped_reports
from claims.queries.outline import Outline, outlined, read_outline
from claims.queries.positions import Position, positions_among
from claims.queries.ranges import CasualtyRange, Counted, figures_told, ranges_among
from claims.queries.unchanged import Moment, unchanged
from harmtracker.models import User
from harmtracker.prepared import Kept
from harmtracker.readers import reader_of

LONG: Final = 100_000
"""Characters of an outline from which on what was worked out is kept: of some thousand statements."""
MOST_KEPT: Final = 4
"""Long incidents of which what was worked out is kept in each web process; about 10 MB for ten thousand statements."""
MOST_WAYS: Final = 8
"""Ways of seeing long incidents that are kept in each web process. Where two are told the same, they share it."""


@dataclass(frozen=True)
class Arranged:
    """An incident in outline with what follows from it. Shared by requests of all languages: nobody changes it."""

    outline: Outline
    ledger: Ledger
    positions: list[Position]
    origins: Origins
    figures: list[Counted]
    ranges: list[CasualtyRange]


@dataclass
class _Held:
    """What an incident came to, and the last moment at which it was known to. Replaced as a whole: threads share it."""

    now: tuple[Moment, Arranged] | None = None


_kept: Kept[_Held] = Kept(MOST_WAYS)


def arranged_for(incident: Any, user: User) -> Arranged:
    """The incident as far as the reader may see it. One query; two where something touched a long one."""
    way = (reader_of(user), incident.pk)
    held = _kept.get(way, _Held).now if way in _kept else None
    if held is not None:
        since, known = held
        moment = unchanged(incident, since)
        if moment is not None:
            _kept.get(way, _Held).now = (moment, known)
            return known
    told, moment = outlined(incident, user)
    if len(told) < LONG:
        return _arrange(told)
    known = _worked_out(told)
    if moment is not None:
        _kept.get(way, _Held).now = (moment, known)
    return known


def _arrange(told: str) -> Arranged:
    outline = read_outline(told)
    figures = figures_told(outline)
    return Arranged(
        outline,
        arranged(outline),
        positions_among(outline),
        grouped_reports(outline.reports),
        figures,
        ranges_among(figures),
    )


_worked_out = lru_cache(maxsize=MOST_KEPT)(_arrange)
