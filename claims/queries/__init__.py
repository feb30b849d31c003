"""Reading that spans models: the ledger, who has answered, positions, ranges, origins. All from what one may see."""

from claims.queries.answers import has_answered, silences, unanswered
from claims.queries.ledger import Ledger, Line, arranged, ledger
from claims.queries.origins import Origins, origins
from claims.queries.positions import Position, positions, positions_among
from claims.queries.ranges import CasualtyRange, casualty_ranges, figures_among, ranges_among
from claims.queries.voices import Accused, Voice, Words, voices

__all__ = [
    "Accused",
    "CasualtyRange",
    "Ledger",
    "Line",
    "Origins",
    "Position",
    "Voice",
    "Words",
    "arranged",
    "casualty_ranges",
    "figures_among",
    "has_answered",
    "ledger",
    "origins",
    "positions",
    "positions_among",
    "ranges_among",
    "silences",
    "unanswered",
    "voices",
]
