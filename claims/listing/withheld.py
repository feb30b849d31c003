"""What a handling flag takes away from a reader who may see the record but not through the flag (domain.md)."""

from django.db.models import QuerySet

from claims.queries.voices import HIDES_SOURCE, HIDES_SPEAKER, HIDES_WORDS
from harmtracker.markings import Flag
from harmtracker.models import User
from sources.models import Party, Source

NAMES = frozenset({Flag.VICTIM_IDENTITY, Flag.MINOR, Flag.WITNESS_IDENTITY, Flag.SOURCE_IDENTITY})
"""Flags on a party that take away who it is."""
PLACE = frozenset({Flag.PRECISE_LOCATION})
"""Flags on an incident that take away where it was."""


# Flags on a statement or media item, by what they take away; the lists and the ledger withhold the same.
WORDS, SPEAKER, ORIGIN = HIDES_WORDS, HIDES_SPEAKER, HIDES_SOURCE


def unseen_through(user: User, flags: frozenset[Flag]) -> list[str]:
    """Those of ``flags`` that this reader is not cleared for, in order."""
    return sorted(flags - set(user.flags))


def parties_shown_to(user: User) -> QuerySet[Party]:
    """Parties this reader may see by name. Any other one is "withheld" wherever it would be named."""
    rows = Party.objects.visible_to(user)
    unseen = unseen_through(user, NAMES)
    return rows.exclude(handling__overlap=unseen) if unseen else rows


def sources_shown_to(user: User) -> QuerySet[Source]:
    """Sources this reader may see by name and address."""
    rows = Source.objects.visible_to(user)
    unseen = unseen_through(user, ORIGIN)
    return rows.exclude(handling__overlap=unseen) if unseen else rows
