"""Parties and sources as far as a reader may know who and what they are.

A record may be seen and its name still be withheld, by a flag (domain.md, "Who sees what"). Wherever a party or a
source is named, linked, offered or found, the rows start here.
"""

from django.db.models import QuerySet

from harmtracker.markings import HIDES_NAME, HIDES_SOURCE
from harmtracker.models import User
from sources.models import Party, Source


def parties_shown_to(user: User) -> QuerySet[Party]:
    """Parties this reader may see by name. Any other one is "withheld" wherever it would be named."""
    rows: QuerySet[Party] = Party.objects.visible_to(user).seen_through(user, HIDES_NAME)
    return rows


def sources_shown_to(user: User) -> QuerySet[Source]:
    """Sources this reader may see by name and address."""
    rows: QuerySet[Source] = Source.objects.visible_to(user).seen_through(user, HIDES_SOURCE)
    return rows
