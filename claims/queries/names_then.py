"""What parties and places were called at a moment of the past, where they were given another name since.

Today's restrictions hold: only of a party or place that the reader is shown by name is an earlier one told, and not
where its event holds a hash, where a flag of today withholds something of it, or to who may not read histories.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.db.models import Exists, OuterRef

from claims.models import Place
from claims.queries.asked import Asked
from claims.queries.dossier import Note
from claims.queries.rewound import HASHED
from claims.queries.voices import Accused, Voice
from harmtracker.markings import WITHHOLDING
from harmtracker.models import AuditEvent, User
from harmtracker.permissions import may
from sources.models import Party

RENAMED: Final = {"party.edited": "party", "place.edited": "place"}
"""The verb of an edit, and the name of the page of what it edited."""


@dataclass
class NamesThen:
    """The name of then by the key and by the reference of what was renamed since.

    ``told`` and ``restricted`` are references with the name of their page; of those the reader is shown today's name.
    """

    by_key: dict[Any, str] = field(default_factory=dict)
    by_ref: dict[str, str] = field(default_factory=dict)
    told: list[tuple[str, str]] = field(default_factory=list)
    restricted: list[tuple[str, str]] = field(default_factory=list)

    def put(self, record: Party | Place) -> None:
        """Call a record what it was called then. Nothing is saved."""
        record.name = self.by_key.get(record.pk, record.name)

    def put_accused(self, accused: list[Accused]) -> None:
        """The same of those whom statements accuse, in place."""
        accused[:] = [replace(each, name=self.by_key.get(each.party_id, each.name)) for each in accused]


@dataclass(frozen=True)
class Named:
    """What was read that names a party or a place, as far as the reader is shown them by name."""

    heard: list[Voice]
    silent: dict[str, list[Accused]]
    notes: list[Note]
    asked: list[Asked]
    place: Place | None

    @property
    def records(self) -> list[Any]:
        """All but our own organisation, whose name is that of the settings."""
        quoted = [words.source for voice in self.heard for words in voice.words if words.publisher_seen]
        named = [
            self.place,
            *(party for voice in self.heard for party in (voice.speaker, voice.on_behalf_of)),
            *(source.publisher for source in quoted if source is not None),
            *(note.party for note in self.notes),
            *(party for each in self.asked for party in (each.asked_by, each.party)),
        ]
        return [each for each in named if each is not None and each.name != settings.HARMTRACKER_ORGANISATION]

    @property
    def accused(self) -> list[list[Accused]]:
        return [*(voice.accused for voice in self.heard), *self.silent.values()]


def put_names(read: Named, user: User, at: datetime) -> NamesThen:
    """Call everything read what it was called then, as far as the reader is told. Nothing is saved. One query."""
    records, accused = read.records, read.accused
    keys = {each.pk for each in records} | {each.party_id for several in accused for each in several}
    called = _names_then(keys, user, at)
    for each in records:
        called.put(each)
    for several in accused:
        called.put_accused(several)
    return called


def _names_then(keys: Iterable[Any], user: User, at: datetime) -> NamesThen:
    edits = AuditEvent.objects.filter(subject_id__in=set(keys), verb__in=RENAMED, changes__has_key="name", at__gt=at)
    hidden = {"pk": OuterRef("subject_id"), "handling__overlap": sorted(WITHHOLDING - set(user.flags))}
    closed = Exists(Party.objects.filter(**hidden)) | Exists(Place.objects.filter(**hidden))
    found = NamesThen()
    seen = set()
    for edit in edits.annotate(is_closed=closed).order_by("sequence"):
        if edit.subject_id in seen:  # the first edit after that moment knows what stood until then
            continue
        seen.add(edit.subject_id)
        name, page = edit.changes["name"][0], (edit.subject_ref, RENAMED[edit.verb])
        if edit.is_closed or name.startswith(HASHED) or not may(user, "history.read"):
            found.restricted.append(page)
            continue
        found.told.append(page)
        found.by_key[edit.subject_id] = found.by_ref[edit.subject_ref] = name
    return found
