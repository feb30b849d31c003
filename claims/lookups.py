"""Finding parties, places and incidents by how people write them, among those the person may see by name."""

import re
from collections.abc import Iterable
from typing import Any, cast

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Max, Q, QuerySet, TextField

from claims.models import Incident, Place, PlaceName
from harmtracker.markings import HIDES_PLACE
from harmtracker.models import User
from harmtracker.prepared import is_among, prepared
from harmtracker.records import STANDS
from harmtracker.wording import told_plainly
from sources.models import Party, PartyName
from sources.models.party import PartyKind
from sources.names import WORD, Mention, fold_name, mentions
from sources.shown import parties_shown_to

LONGEST_NAME = 6  # words
SHOWN_BY_SEARCH = 50
"""How many parties a search shows, best first. Whoever wants more writes more of the name."""
CODED = re.compile(r"\(([A-Z]{2}-[0-9A-Z]{7})\)\s*$", re.IGNORECASE)
MOST_SUGGESTED = 40
NEARBY = 600  # code points before and after the selected words


def with_code(record: Party | Place) -> str:
    """A party or place as a field of a form holds it: its name for people, its reference for the look-up."""
    return f"{told_plainly(record.name)[:150]} ({record.ref})"


def places_suggested(user: User) -> list[str]:
    """Places of the newest incidents whose place is not withheld, for a field where any may be written."""
    told = Incident.objects.visible_to(user).seen_through(user, HIDES_PLACE).exclude(place=None)
    newest = told.order_by("-created_at").values("place")[:MOST_SUGGESTED]
    return [with_code(place) for place in _places(user).filter(pk__in=newest).order_by("name", "pk")]


def outlets_suggested(user: User) -> list[str]:
    """Outlets held, for a field where any party may be written."""
    rows = parties_shown_to(user).filter(STANDS, kind=PartyKind.MEDIA).order_by("name", "pk")
    return [with_code(party) for party in rows[:MOST_SUGGESTED]]


def parties_named(user: User, words: str) -> QuerySet[Party]:
    """Parties with this reference, or one of whose names is this one, however it is spelt; several share a name."""
    words = _meant(words)
    names = PartyName.objects.filter(folded=fold_name(words)) if fold_name(words) else PartyName.objects.none()
    rows = parties_shown_to(user).filter(STANDS)
    return rows.filter(_of_reference(Party, words) | Q(pk__in=names.values("party")))


def parties_by_pseudonym(user: User, words: str) -> QuerySet[Party]:
    """Parties with this pseudonym, or that have one and this reference, also where the name is withheld from ``user``.

    What is told of one that is not among ``parties_named`` is its pseudonym, never its name.
    """
    rows: QuerySet[Party] = Party.objects.visible_to(user).filter(STANDS).exclude(pseudonym="")
    return rows.filter(Q(ref__iexact=words.strip()) | Q(pseudonym__iexact=words.strip()))


def places_named(user: User, words: str) -> QuerySet[Place]:
    """Places with this reference, or one of whose names is this one, however it is spelt."""
    words = _meant(words)
    names = PlaceName.objects.filter(folded=fold_name(words)) if fold_name(words) else PlaceName.objects.none()
    return _places(user).filter(_of_reference(Place, words) | Q(pk__in=names.values("place")))


def incidents_named(user: User, words: str) -> QuerySet[Incident]:
    """Incidents with this reference, or whose title holds these words."""
    rows: QuerySet[Incident] = Incident.objects.visible_to(user).filter(merged_into=None)
    return rows.filter(_of_reference(Incident, words) | Q(title__icontains=words.strip()))


def incidents_called(user: User, refs: Iterable[str]) -> QuerySet[Incident]:
    """Incidents of these references; that of a duplicate leads to the incident it was merged into."""
    refs = list(refs)
    merged = Incident.objects.filter(ref__in=refs, merged_into__isnull=False)
    rows: QuerySet[Incident] = Incident.objects.visible_to(user).filter(merged_into=None)
    return rows.filter(Q(ref__in=refs) | Q(pk__in=merged.values("merged_into")))


def search_parties(user: User, words: str) -> list[Any]:
    """Parties one of whose names holds these words or resembles them, best first. Nothing for words without letters."""
    folded = fold_name(words)
    if not folded:
        return []
    return list(
        parties_shown_to(user)
        .filter(Q(names__folded__contains=folded) | Q(names__folded__trigram_similar=folded), STANDS)
        .annotate(likeness=Max(TrigramSimilarity("names__folded", folded)))
        .order_by("-likeness", "name", "pk")
        .prefetch_related("names")[:SHOWN_BY_SEARCH]
    )


def parties_mentioned(user: User, text: str) -> list[Party]:
    """Parties named in the text, in the order of their first mention."""
    names = _names_of_parties(user, phrases=sorted(_phrases(text)))
    return _in_order([cast(PartyName, mention.name).party for mention in mentions(text, names)])


@prepared
def _names_of_parties(user: User, phrases: Any) -> QuerySet[PartyName]:
    visible = parties_shown_to(user).filter(STANDS)
    return PartyName.objects.filter(is_among("folded", phrases, TextField), party__in=visible).select_related("party")


def places_mentioned(user: User, text: str) -> list[tuple[Place, list[str]]]:
    """Places named in the text, each with the spellings that stand there (Bucha, Bukha, Bouha)."""
    names = _names_of_places(user, phrases=sorted(_phrases(text)))
    found: dict[Place, list[str]] = {}
    for mention in mentions(text, names):
        spellings = found.setdefault(_place_of(mention), [])
        if mention.written not in spellings:
            spellings.append(mention.written)
    return list(found.items())


@prepared
def _names_of_places(user: User, phrases: Any) -> QuerySet[PlaceName]:
    rows = PlaceName.objects.filter(is_among("folded", phrases, TextField), place__in=_places(user))
    return rows.select_related("place")


def around(text: str, start: int, end: int) -> str:
    """The captured text near a passage, where its speaker is most likely named."""
    return text[max(0, start - NEARBY) : end + NEARBY]


def _meant(words: str) -> str:
    """The reference where words end in one, as ``with_code`` writes it; else the words."""
    coded = CODED.search(words)
    return coded[1] if coded else words


def _of_reference(model: type[Party | Place | Incident], words: str) -> Q:
    """The record of this reference; that of a duplicate leads to the record it was merged into."""
    merged = model._base_manager.filter(ref__iexact=words.strip(), merged_into__isnull=False)
    return Q(ref__iexact=words.strip()) | Q(pk__in=merged.values("merged_into"))


def _places(user: User) -> QuerySet[Place]:
    rows: QuerySet[Place] = Place.objects.visible_to(user).filter(STANDS)
    return rows


def _phrases(text: str) -> set[str]:
    words = [folded for folded in (fold_name(match.group()) for match in WORD.finditer(text)) if folded]
    return {
        " ".join(words[first : first + length]) for first in range(len(words)) for length in range(1, LONGEST_NAME + 1)
    }


def _place_of(mention: Mention) -> Place:
    return cast(PlaceName, mention.name).place


def _in_order(parties: Iterable[Party]) -> list[Party]:
    return list(dict.fromkeys(parties))
