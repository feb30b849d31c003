"""Finding a party, place or incident by its reference or by a name in any script."""

from typing import Any

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Max, Q, QuerySet

from claims.listing.withheld import parties_shown_to
from claims.models import Incident, Place, PlaceName
from harmtracker.models import User
from sources.models import Party, PartyName
from sources.names import fold

SHOWN_BY_SEARCH = 50
"""How many parties a search shows, best first. Whoever wants more writes more of the name."""


def parties_named(user: User, words: str) -> QuerySet[Party]:
    """Parties with this reference, or one of whose names is this one, however it is spelt."""
    names = PartyName.objects.filter(folded=fold(words)) if fold(words) else PartyName.objects.none()
    return parties_shown_to(user).filter(Q(ref__iexact=words.strip()) | Q(pk__in=names.values("party")))


def places_named(user: User, words: str) -> QuerySet[Place]:
    """Places with this reference, or one of whose names is this one, however it is spelt."""
    names = PlaceName.objects.filter(folded=fold(words)) if fold(words) else PlaceName.objects.none()
    return Place.objects.visible_to(user).filter(Q(ref__iexact=words.strip()) | Q(pk__in=names.values("place")))


def incidents_named(user: User, words: str) -> QuerySet[Incident]:
    """Incidents with this reference, or whose title holds these words."""
    words = words.strip()
    return Incident.objects.visible_to(user).filter(Q(ref__iexact=words) | Q(title__icontains=words))


def search_parties(user: User, words: str) -> list[Any]:
    """Parties one of whose names holds these words or resembles them, best first. Nothing for words without letters."""
    folded = fold(words)
    if not folded:
        return []
    return list(
        parties_shown_to(user)
        .filter(Q(names__folded__contains=folded) | Q(names__folded__trigram_similar=folded), merged_into=None)
        .annotate(likeness=Max(TrigramSimilarity("names__folded", folded)))
        .order_by("-likeness", "name", "pk")
        .prefetch_related("names")[:SHOWN_BY_SEARCH]
    )
