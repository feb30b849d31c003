"""Everything the incident page shows, in a fixed number of queries."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db.models import CharField, Exists, F, OuterRef, QuerySet
from django.utils.dateparse import parse_datetime

from claims.models import (
    Assessment,
    Figure,
    Following,
    Incident,
    OutsideNote,
    Place,
    PlaceName,
    PublishedRecord,
    Statement,
)
from claims.models.assessment import DecisionKind
from claims.models.statement import Lifecycle
from claims.queries.answers import silences
from claims.queries.arranged import arranged_for
from claims.queries.asked import Asked, asked_about
from claims.queries.conversation import remark_count
from claims.queries.figures import MOST_ENDS
from claims.queries.history import history
from claims.queries.ledger import Ledger
from claims.queries.origins import Origins, origins_shown
from claims.queries.positions import Position
from claims.queries.ranges import CasualtyRange, Counted, apart, in_full
from claims.queries.rows import folded
from claims.queries.stretches import LINES_TOGETHER, Stretch, stretch
from claims.queries.voices import ACCUSED, NOT_SHOWN, Voice, accused_in, in_order, put_words, readable
from harmtracker.markings import HIDES_PLACE, HIDES_SOURCE, HIDES_SPEAKER, HIDES_WORDS
from harmtracker.models import User
from harmtracker.permissions import may
from harmtracker.prepared import is_among, prepared
from sources.models import Party, Source
from sources.shown import named, pseudonym, sources_shown_to

MOST_FIGURES: Final = 20
"""Figures that are all shown beneath a ledger; of more the NEWEST_FIGURES, and all on the page of the figures."""
NEWEST_FIGURES: Final = 10


@dataclass(frozen=True)
class Published:
    """What partners see of a record: ``version`` in force, or withdrawn; ``is_behind`` when later edits wait."""

    version: int
    released_at: datetime | None
    released_by: str
    is_withdrawn: bool
    is_held: bool
    is_behind: bool


@dataclass(frozen=True)
class Note:
    """An outside note; party and source None and ``wording`` empty when the reader may not see them.

    ``alias`` is the pseudonym that stands for a name withheld.
    """

    note: OutsideNote
    party: Party | None
    source: Source | None
    wording: str
    alias: str = ""


@dataclass
class Dossier:
    """An incident with all that is read about it, as one reader may see it.

    Of a long ledger only the lines ``shown`` have voices; ``silent`` allegations were never answered by an accused, and
    ``first_silent`` is where the first of them stands ("" for none). ``figures`` are those shown of all that were
    given; ``ranges`` are computed from all.
    """

    incident: Incident
    place: Place | None
    place_withheld: bool
    other_names: list[dict[str, str]]
    published: Published | None
    ledger: Ledger
    shown: Stretch
    silent: int
    first_silent: str
    positions: list[Position]
    figures: list[Counted]
    figures_given: int
    ranges: list[CasualtyRange]
    origins: Origins
    notes: list[Note]
    asked: list[Asked]
    assessments: list[Assessment]
    history: list[Any] = field(default_factory=list)

    @property
    def voices(self) -> list[Voice]:
        """The voices of the lines shown, oldest said first."""
        return sorted((line.voice for line in self.shown.lines), key=lambda voice: voice.said_order)


def incident_for_page(ref: str, user: User) -> Any | None:
    """The incident of this reference with what stands at the top of its page; None where the reader sees none."""
    return next(iter(_incident_called(user, ref=ref, me=user.pk)), None)


@prepared
def _incident_called(user: User, ref: Any, me: Any) -> QuerySet[Any]:
    rows: QuerySet[Any] = (
        Incident.objects.visible_to(user)
        .filter(ref=ref)
        .select_related("place", "standing__decision__decided_by", "standing__proposed_by", "merged_into")
        .annotate(
            place_seen=Exists(Place.objects.visible_to(user).filter(pk=OuterRef("place_id"))),
            place_names=folded(
                PlaceName.objects.filter(place=OuterRef("place_id")).order_by("id"), text="text", lang="lang"
            ),
            published_rows=folded(published_of(OuterRef("pk")), **PUBLISHED),
            remark_count=remark_count(),
            is_followed=Exists(Following.objects.filter(incident=OuterRef("pk"), user=me)),
        )
    )
    return rows


PUBLISHED = {
    "version": "release__version",
    "released_at": "release__released_at",
    "released_by": "release__released_by__name",
    "withdrawal": "withdrawal",
    "is_held": "is_held",
}


def published_of(key: Any) -> QuerySet[PublishedRecord]:
    return PublishedRecord.objects.filter(record_id=key)


def published(record: Any) -> Published | None:
    """The state of publication of a record annotated with ``published_rows``; None when never released."""
    if not record.published_rows:
        return None
    row = record.published_rows[0]
    return Published(
        version=row["version"],
        released_at=parse_datetime(row["released_at"]),
        released_by=row["released_by"],
        is_withdrawn=row["withdrawal"] is not None,
        is_held=row["is_held"],
        is_behind=row["version"] != record.version,
    )


def dossier(
    incident: Any,
    user: User,
    *,
    part: int = 1,
    at: str = "",
    together: int = LINES_TOGETHER,
    tells_history: bool = True,
    elsewhere: str = "",
) -> Dossier:
    """Read everything about an incident that came from ``incident_for_page``.

    Of a long ledger only one part of at most ``together`` lines is read: the one with the line of the statement ``at``,
    else number ``part``; ``elsewhere`` as in ``Stretch``.
    """
    worked_out = arranged_for(incident, user)
    told, read = worked_out.outline, worked_out.ledger
    shown = stretch(read, part, at, together=together)
    shown.elsewhere = elsewhere
    given = worked_out.figures
    figures, ranges = apart(newest_and_ends(given, worked_out.ranges), worked_out.ranges)
    rows = _lines(user, incident=incident.pk, refs=sorted(shown.refs | {each.voice.statement.ref for each in figures}))
    heard = {voice.statement.ref: voice for voice in in_order(rows, user)}
    shown.draw(heard, {row.ref: [accused_in(silent) for silent in row.silent_rows] for row in rows})
    put_words([line.voice for line in shown.lines], user)
    first_silent = read.first_among(set(told.silent))
    shows_place = user.sees_through(incident.handling, HIDES_PLACE)
    return Dossier(
        incident=incident,
        place=incident.place if shows_place and incident.place_seen else None,
        place_withheld=not shows_place or (incident.place_id is not None and not incident.place_seen),
        other_names=_other_names(incident) if shows_place else [],
        published=published(incident),
        ledger=read,
        shown=shown,
        silent=len(told.silent),
        first_silent=shown.address_of(first_silent) if first_silent else "",
        positions=worked_out.positions,
        figures=in_full(figures, heard),
        figures_given=len(given),
        ranges=ranges,
        origins=origins_shown(worked_out.origins, user),
        notes=notes_on(incident, user),
        asked=asked_about(incident, user),
        assessments=assessments_of(incident, user),
        history=history(incident, user) if tells_history and may(user, "history.read") else [],
    )


def assessments_of(subject: Any, user: User) -> list[Assessment]:
    """Assessments of an incident or statement, newest first; without history.read only those that took effect."""
    return (_assessments_of_incident if isinstance(subject, Incident) else _assessments_of_statement)(
        user, subject=subject.pk
    )


@prepared
def _assessments_of_incident(user: User, subject: Any) -> QuerySet[Assessment]:
    return _newest_first(Assessment.objects.filter(incident=subject), user)


@prepared
def _assessments_of_statement(user: User, subject: Any) -> QuerySet[Assessment]:
    return _newest_first(Assessment.objects.filter(statement=subject), user)


def _newest_first(rows: QuerySet[Assessment], user: User) -> QuerySet[Assessment]:
    if not may(user, "history.read"):
        rows = rows.filter(decision__kind=DecisionKind.APPROVE)
    return rows.select_related("proposed_by", "decision__decided_by").order_by(F("proposed_at").desc(), "-id")


def _other_names(incident: Any) -> list[dict[str, str]]:
    if not incident.place_seen:
        return []
    return [row for row in incident.place_names if row["text"] != incident.place.name]


def newest_and_ends(given: list[Counted], ranges: list[CasualtyRange]) -> list[Counted]:
    """All figures; of many the newest, and those behind the ends of the ranges, in the order given."""
    if len(given) <= MOST_FIGURES:
        return given
    ends = [each for found in ranges for each in (*found.floor[:MOST_ENDS], *found.ceiling[:MOST_ENDS])]
    kept = given[-NEWEST_FIGURES:] + ends
    keys = {each.figure.pk for each in kept}
    return [each for each in given if each.figure.pk in keys]


@prepared
def _lines(user: User, incident: Any, refs: Any) -> QuerySet[Any]:
    """Statements as lines of the ledger show them, with who never answered them and the figures they give."""
    given = Figure.objects.filter(statement=OuterRef("pk"), incident=incident, withdrawn_at=None)
    never = silences(user).filter(statement=OuterRef("pk")).order_by("party__name", "id")
    rows: QuerySet[Any] = (
        readable(Statement.objects.visible_to(user), user)
        .filter(is_among("ref", refs, CharField), incidents=incident)
        .exclude(lifecycle=Lifecycle.REMOVED)
        .annotate(silent_rows=folded(never, **ACCUSED), number_rows=folded(given))
    )
    return rows


def notes_on(incident: Incident, user: User) -> list[Note]:
    """Other bodies' notes about the incident that stand, oldest first. One query."""
    return [_note(row, user) for row in _notes_on(user, incident=incident.pk)]


def _note(row: Any, user: User) -> Note:
    names_speaker = user.sees_through(row.handling, HIDES_SPEAKER)
    shows_source = row.source_seen and user.sees_through(row.handling, HIDES_SOURCE)
    return Note(
        row,
        named(row.party, user, is_visible=row.party_seen and names_speaker),
        row.source if shows_source else None,
        row.wording if user.sees_through(row.handling, HIDES_WORDS) else "",
        pseudonym(row.party, user, is_visible=row.party_seen),
    )


@prepared
def _notes_on(user: User, incident: Any) -> QuerySet[Any]:
    rows: QuerySet[Any] = (
        OutsideNote.objects.visible_to(user)
        .filter(incident=incident, withdrawn_at=None)
        .select_related("party", "source", "capture")
        .defer(*NOT_SHOWN)
        .annotate(
            party_seen=Exists(Party.objects.visible_to(user).filter(pk=OuterRef("party_id"))),
            source_seen=Exists(sources_shown_to(user).filter(pk=OuterRef("source_id"))),
        )
        .order_by("created_at", "id")
    )
    return rows
