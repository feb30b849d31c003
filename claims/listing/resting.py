"""What rests on one source: the words taken from it by capture and place, outside notes, photos and videos."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet

from claims.listing.source_page import statements_resting_on
from claims.listing.statements import incidents_of
from claims.models import Incident, MediaItem, OutsideNote, Rendering
from claims.queries.voices import Voice, Words, readable, with_words
from harmtracker.markings import HIDES_SOURCE, HIDES_WORDS
from harmtracker.models import User
from sources.models import Capture, Party, Source
from sources.shown import named, pseudonym

PAGE = 100
"""Passages shown at a time; few sources have as many."""
NOT_SHOWN = ("capture__text", "capture__reading", "capture__links", "capture__flags", "capture__hops",
             "capture__metadata")  # fmt: skip


@dataclass(frozen=True)
class Passage:
    """Words taken from the source: the statement they became, and these very words of it (None: withheld)."""

    rendering: Rendering
    voice: Voice
    words: Words | None
    incidents: list[Incident]


@dataclass(frozen=True)
class FromCapture:
    """The passages of one capture in the order of its text; ``capture`` None: words that name no capture."""

    capture: Capture | None
    passages: list[Passage]


@dataclass(frozen=True)
class NoteTaken:
    """An outside note from the source. ``party`` None: withheld, ``alias`` may stand for it; ``wording`` is empty where
    the words are.
    """

    note: OutsideNote
    party: Party | None
    wording: str
    alias: str = ""


@dataclass(frozen=True)
class ItemSeen:
    """A photo or video first seen in the source; ``description`` is empty where it is withheld."""

    item: MediaItem
    description: str


@dataclass(frozen=True)
class Resting:
    """One page of what rests on a source. ``next_from`` is where the next page begins, None on the last one."""

    captures: list[FromCapture]
    notes: list[NoteTaken]
    items: list[ItemSeen]
    next_from: int | None = None

    @property
    def is_empty(self) -> bool:
        return not (self.captures or self.notes or self.items)


def resting_on(source: Source, user: User, begin: int = 0) -> Resting:
    """What this reader may see and may know to rest on the source: passages from the ``begin``-th on, newest capture
    first; notes and media items on the first page. Six queries.
    """
    passages = list(_passages(source, user)[begin : begin + PAGE + 1])
    return Resting(
        captures=_by_capture(passages[:PAGE], user),
        notes=[] if begin else notes_from(source, user),
        items=[] if begin else media_items_from(source, user),
        next_from=begin + PAGE if len(passages) > PAGE else None,
    )


def media_items_from(source: Source, user: User) -> list[ItemSeen]:
    """Photos and videos first seen in the source, as far as this reader may know that. One query."""
    rows = MediaItem.objects.visible_to(user).seen_through(user, HIDES_SOURCE).filter(source=source)
    return [
        ItemSeen(item, item.description if user.sees_through(item.handling, HIDES_WORDS) else "")
        for item in rows.order_by("-created_at", "-id")[:PAGE]
    ]


def notes_from(source: Source, user: User) -> list[NoteTaken]:
    """Outside notes from the source on incidents this reader may see, in the order of the text. One query."""
    rows = (
        OutsideNote.objects.visible_to(user)
        .seen_through(user, HIDES_SOURCE)
        .filter(source=source, withdrawn_at=None, incident__in=Incident.objects.visible_to(user))
        .select_related("party", "incident", "capture__source")
        .defer(*NOT_SHOWN)
        .annotate(party_seen=Exists(Party.objects.visible_to(user).filter(pk=OuterRef("party_id"))))
        .order_by("-capture__number", "start", "id")
    )
    return [
        NoteTaken(
            note,
            named(note.party, user, is_visible=note.party_seen),
            note.wording if user.sees_through(note.handling, HIDES_WORDS) else "",
            pseudonym(note.party, user, is_visible=note.party_seen),
        )
        for note in rows[:PAGE]
    ]


def _passages(source: Source, user: User) -> QuerySet[Any]:
    return (
        Rendering.objects.filter(source=source, withdrawn_at=None, statement__in=statements_resting_on(user))
        .select_related("capture")
        .defer(*NOT_SHOWN)
        .order_by(F("capture__number").desc(nulls_last=True), F("start").asc(nulls_last=True), "created_at", "id")
    )


def _by_capture(renderings: list[Any], user: User) -> list[FromCapture]:
    keys = {rendering.statement_id for rendering in renderings}
    voices, about = _voices(keys, user), incidents_of(list(keys), user)
    found: list[FromCapture] = []
    for rendering in renderings:
        voice = voices[rendering.statement_id]
        words = next((words for words in voice.words if words.rendering.pk == rendering.pk), None)
        if not found or found[-1].capture != rendering.capture:
            found.append(FromCapture(rendering.capture, []))
        found[-1].passages.append(Passage(rendering, voice, words, about.get(voice.key, [])))
    return found


def _voices(keys: set[Any], user: User) -> dict[Any, Voice]:
    statements = readable(statements_resting_on(user).filter(pk__in=keys), user)
    return {voice.key: voice for voice in with_words(statements, user)}
