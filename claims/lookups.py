"""Finding parties and places by how people write them, among those the person may see."""

from collections.abc import Iterable
from typing import cast

from claims.models import Incident, Place, PlaceName
from harmtracker.models import User
from sources.models import Party, PartyName
from sources.names import WORD, Mention, fold, mentions

LONGEST_NAME = 6  # words
NEARBY = 600  # code points before and after the selected words


def parties_named(text: str, user: User) -> list[Party]:
    """Parties whose reference or folded name is exactly this; several when the name is shared."""
    text = text.strip()
    visible = Party.objects.visible_to(user).filter(merged_into=None)
    by_ref = list(visible.filter(ref=text.upper()))
    return by_ref or list(visible.filter(names__folded=fold(text)).distinct()[:10])


def parties_mentioned(text: str, user: User) -> list[Party]:
    """Parties named in the text, in the order of their first mention."""
    visible = Party.objects.visible_to(user).filter(merged_into=None)
    names = PartyName.objects.filter(party__in=visible, folded__in=_phrases(text)).select_related("party")
    return _in_order([cast(PartyName, mention.name).party for mention in mentions(text, names)])


def places_mentioned(text: str, user: User) -> list[tuple[Place, list[str]]]:
    """Places named in the text, each with the spellings that stand there (Bucha, Bukha, Bouha)."""
    visible = Place.objects.visible_to(user).filter(merged_into=None)
    names = PlaceName.objects.filter(place__in=visible, folded__in=_phrases(text)).select_related("place")
    found: dict[Place, list[str]] = {}
    for mention in mentions(text, names):
        spellings = found.setdefault(_place_of(mention), [])
        if mention.written not in spellings:
            spellings.append(mention.written)
    return list(found.items())


def incidents_named(text: str, user: User) -> list[Incident]:
    """Incidents whose reference is this, or whose title holds it."""
    visible = Incident.objects.visible_to(user).filter(merged_into=None)
    return list(visible.filter(ref=text.strip().upper())) or list(visible.filter(title__icontains=text.strip())[:10])


def around(text: str, start: int, end: int) -> str:
    """The captured text near a passage, where its speaker is most likely named."""
    return text[max(0, start - NEARBY) : end + NEARBY]


def _phrases(text: str) -> set[str]:
    words = [folded for folded in (fold(match.group()) for match in WORD.finditer(text)) if folded]
    return {
        " ".join(words[first : first + length]) for first in range(len(words)) for length in range(1, LONGEST_NAME + 1)
    }


def _place_of(mention: Mention) -> Place:
    return cast(PlaceName, mention.name).place


def _in_order(parties: Iterable[Party]) -> list[Party]:
    return list(dict.fromkeys(parties))
