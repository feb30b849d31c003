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


def named(party: Party | None, user: User, *, is_visible: bool) -> Party | None:
    """The party where this reader may know who it is. ``is_visible``: it is in ``Party.objects.visible_to(user)``."""
    return party if party and is_visible and user.sees_through(party.handling, HIDES_NAME) else None


def pseudonym(party: Party | None, user: User, *, is_visible: bool) -> str:
    """What stands for the name where the party's own flags withhold it from this reader; "" otherwise.

    Never for a name this reader may see, nor for a party that is confined to others: the two would be tied together.
    """
    is_withheld = party is not None and is_visible and not user.sees_through(party.handling, HIDES_NAME)
    return party.pseudonym if party and is_withheld else ""


def sources_shown_to(user: User) -> QuerySet[Source]:
    """Sources this reader may see by name and address."""
    rows: QuerySet[Source] = Source.objects.visible_to(user).seen_through(user, HIDES_SOURCE)
    return rows
