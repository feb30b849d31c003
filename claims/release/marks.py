"""How sensitive the records named in a document are today. One place asks; it reads markings, never content."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from django.db.models import F, QuerySet
from django.utils import timezone

from claims.models import CommentRequest, Incident, MediaItem, OutsideNote, Place, PublishedRecord, Statement
from harmtracker.markings import STOPS_RELEASE, WITHHOLDING, Flag, rank, up_to
from sources.models import Party, Source

MARKED: dict[str, type[Any]] = {
    "party": Party,
    "source": Source,
    "place": Place,
    "media_item": MediaItem,
    "note": OutsideNote,
    "comment_request": CommentRequest,
    "incident": Incident,
    "statement": Statement,
}
PUBLISHED_TYPES = frozenset({"incident", "statement"})
Names = Iterable[tuple[str, str]]


@dataclass(frozen=True)
class Mark:
    """One record's marking: tlp, handling flags, the end of its embargo, and the team it is confined to."""

    tlp: str
    handling: tuple[str, ...] = ()
    embargo_until: datetime | None = None
    team_id: uuid.UUID | None = None
    is_removed: bool = False

    @property
    def is_held(self) -> bool:
        """True when a flag stops release altogether; an embargo does so until it has passed."""
        lasting = set(self.handling) & (STOPS_RELEASE - {Flag.EMBARGO})
        ahead = self.embargo_until is not None and self.embargo_until > timezone.now()
        return bool(lasting) or ahead or self.is_removed

    @property
    def withheld_for(self) -> list[str]:
        """The flags that withhold fields. Partners are cleared for none of them."""
        return sorted(set(self.handling) & WITHHOLDING)


@dataclass(frozen=True)
class Reader:
    """For whom a document is redacted: a ceiling, today's marks and what is published today.

    ``published`` holds the keys of incidents and statements this ceiling may read today; None while rendering for a
    release, when references are kept as long as both ends are within the ceiling. ``team_id``: records confined to
    another team than the released record's own are left out.
    """

    ceiling: str
    marks: Mapping[str, Mark]
    published: frozenset[str] | None = None
    team_id: uuid.UUID | None = None
    _within: frozenset[str] = field(init=False, default=frozenset())

    def __post_init__(self) -> None:
        object.__setattr__(self, "_within", frozenset(up_to(self.ceiling)))

    def may_read(self, kind: str, key: str) -> bool:
        """False for a record above the ceiling, held, unknown, of another team, or not published today."""
        mark = self.marks.get(key)
        if mark is None or mark.tlp not in self._within or mark.is_held:
            return False
        if self.published is not None and kind in PUBLISHED_TYPES:
            return key in self.published
        return mark.team_id is None or mark.team_id == self.team_id

    def flags(self, key: str) -> list[str]:
        """The withholding flags on a record."""
        mark = self.marks.get(key)
        return mark.withheld_for if mark else []

    def below(self, clearance: str) -> Self:
        """The same reader, but shown nothing above ``clearance``."""
        if rank(self.ceiling) <= rank(clearance):
            return self
        return type(self)(clearance, self.marks, self.published, self.team_id)


def marks_of(names: Names) -> dict[str, Mark]:
    """Today's marks of the records named as (kind, key), in one query however many there are."""
    keys: dict[str, list[str]] = {kind: [] for kind in MARKED}
    for kind, key in set(names):
        if kind in keys:
            keys[kind].append(key)
    queries = [_marks(kind, found) for kind, found in keys.items() if found]
    if not queries:
        return {}
    rows = queries[0].union(*queries[1:], all=True).order_by() if len(queries) > 1 else queries[0]
    return {
        str(row["pk"]): Mark(
            row["tlp"],
            tuple(row["handling"]),
            row["embargo_until"],
            row["team_id"],
            row["life"] == "removed",
        )
        for row in rows
    }


def _marks(kind: str, keys: list[str]) -> QuerySet[Any, Any]:
    life = F("lifecycle") if kind == "statement" else F("tlp")
    rows: QuerySet[Any] = MARKED[kind]._base_manager.filter(pk__in=keys).order_by()
    marks: QuerySet[Any, Any] = rows.annotate(life=life).values(
        "pk", "tlp", "handling", "embargo_until", "team_id", "life"
    )
    return marks


def published_to(ceiling: str, keys: Iterable[str]) -> frozenset[str]:
    """Which of these incidents and statements a partner with this ceiling may read today."""
    rows = PublishedRecord.objects.filter(
        record_id__in=set(keys), withdrawal=None, is_held=False, tlp__in=up_to(ceiling)
    )
    return frozenset(str(key) for key in rows.values_list("record_id", flat=True))
