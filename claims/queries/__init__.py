"""Reading that spans models: the ledger, who has answered, positions, ranges, origins. All from what one may see."""

from claims.queries.answers import has_answered, silences
from claims.queries.ledger import Ledger, Line, arranged
from claims.queries.origins import Origins, origins_among
from claims.queries.outline import Outline, outline
from claims.queries.positions import Position, positions_among
from claims.queries.ranges import CasualtyRange, figures_among, figures_told, ranges_among
from claims.queries.voices import Accused, Voice, Words, voices

__all__ = [
    "Accused",
    "CasualtyRange",
    "Ledger",
    "Line",
    "Origins",
    "Outline",
    "Position",
    "Voice",
    "Words",
    "arranged",
    "figures_among",
    "figures_told",
    "has_answered",
    "origins_among",
    "outline",
    "positions_among",
    "ranges_among",
    "silences",
    "voices",
]
