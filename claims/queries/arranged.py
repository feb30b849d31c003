"""What an outline comes to: threads, positions and origins, worked out once as long as PostgreSQL tells the same.

The database is asked at every reading, for what that reader may see. Only what it told is not worked out anew where it
is, to the letter, what it told before.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from claims.queries.ledger import Ledger, arranged
from claims.queries.origins import Origins, grouped_reports
from claims.queries.outline import Outline, outlined, read_outline
from claims.queries.positions import Position, positions_among
from harmtracker.models import User

LONG: Final = 100_000
"""Characters from which on what was worked out is kept: of some thousand statements."""
MOST_KEPT: Final = 4
"""Long incidents, or ways of seeing them, kept in each web process; about 10 MB for ten thousand statements."""


@dataclass(frozen=True)
class Arranged:
    """An incident in outline with what follows from it. Shared by requests of all languages: nobody changes it."""

    outline: Outline
    ledger: Ledger
    positions: list[Position]
    origins: Origins


def arranged_for(incident: Any, user: User) -> Arranged:
    """The incident as far as the reader may see it. One query."""
    told = outlined(incident, user)
    return _kept(told) if len(told) >= LONG else _arrange(told)


def _arrange(told: str) -> Arranged:
    outline = read_outline(told)
    return Arranged(outline, arranged(outline), positions_among(outline), grouped_reports(outline.reports))


_kept = lru_cache(maxsize=MOST_KEPT)(_arrange)
