"""An incident as it stood at a moment of the past, seen through today's restrictions.

What the reader may not see today is absent at every date: ``visible_to`` and the flags are those of today, and words
and notes that were taken back since are not brought out again (docs/decisions/0041). Everything else is as of then:
what was logged by then, links and figures not removed by then, findings standing then, fields before later edits.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from claims.event_words import field_words
from claims.models import (
    Accusation,
    CommentRequestEvent,
    Figure,
    Incident,
    Link,
    OutsideNote,
    Place,
    Rendering,
    Statement,
    StatementIncident,
)
from claims.models.comment_request import ANSWERED
from claims.models.link import ANSWERS, Aspect
from claims.models.statement import Lifecycle
from claims.queries.answers import answers_by, replies_by, standing_accusations
from claims.queries.asked import Asked, asked_about
from claims.queries.dossier import Dossier, newest_and_ends, notes_on
from claims.queries.findings_then import assessed_by, assessments_then, put_finding, shown_assessments, waiting_proposal
from claims.queries.ledger import arranged
from claims.queries.names_then import Named, NamesThen, put_names
from claims.queries.origins import Origins
from claims.queries.outline import outline_of
from claims.queries.positions import positions_among
from claims.queries.ranges import figures_among, ranges_among
from claims.queries.rewound import Rewound, edits_since, take_back
from claims.queries.rows import folded
from claims.queries.stretches import stretch
from claims.queries.voices import (
    Accused,
    Voice,
    accused_spoken_for,
    in_order,
    readable,
    shown_words,
    words_in,
)
from claims.quote_checks import own_checks
from harmtracker.identity import oldest_id
from harmtracker.markings import HIDES_PLACE
from harmtracker.models import AuditEvent, User
from harmtracker.permissions import may
from harmtracker.prepared import is_among
from sources.shown import named, parties_shown_to


@dataclass(frozen=True)
class Edited:
    """A record that was edited since: which fields are shown as they stood, and which are today's."""

    ref: str
    url: str
    as_then: list[str]
    restricted: list[str]


@dataclass
class Since:
    """What has happened to the dossier since, as far as it changes how the past is shown."""

    edited: list[Edited] = field(default_factory=list)
    words_taken_back: int = 0
    notes_taken_back: int = 0

    @property
    def is_empty(self) -> bool:
        return not (self.edited or self.words_taken_back or self.notes_taken_back)


@dataclass(frozen=True)
class Past:
    """The dossier as it stood at ``at``, and what has changed since."""

    at: datetime
    read: Dossier
    since: Since


def dossier_at(incident: Any, user: User, at: datetime, *, together: int, part: int = 1) -> Past:
    """The state of an incident that came from ``incident_for_page``, at a moment after it was logged.

    ``together`` is how many lines of the ledger get their words at most, those of part number ``part``. Changes
    ``incident`` in memory.
    """
    since = Since()
    rows = _rows_of_incident(incident, user, at)
    told = take_back(_changes(rows.event_rows), incident, user)
    _put_place(incident, told, user)
    _note_edit(since, incident, told)
    assessed = assessments_then(rows.assessed_rows, at)
    put_finding(incident, assessed)
    heard = _heard(incident, user, at, rows.moved_rows, since)
    outlined = outline_of(heard)
    ledger = arranged(outlined)
    shown = stretch(ledger, part, together=together)
    shown.elsewhere = incident.get_absolute_url()
    silent = _silences(heard, user, at)
    shown.draw({voice.statement.ref: voice for voice in heard}, silent)
    words_gone = _put_words([line.voice for line in shown.lines], user, at)
    given = figures_among(heard)
    ranges = ranges_among(given)
    shows_place = user.sees_through(incident.handling, HIDES_PLACE)
    place = incident.place if shows_place and incident.place_seen else None
    notes = [each for each in notes_on(incident, user) if each.note.created_at <= at]
    asked = _asked(incident, user, at, rows.request_rows)
    called = put_names(Named(heard, silent, notes, asked, place), user, at)
    _note_names(since, called)
    outlined.parties = [each._replace(name=called.by_ref.get(each.ref, each.name)) for each in outlined.parties]
    if may(user, "history.read"):
        since.words_taken_back, since.notes_taken_back = words_gone, rows.notes_gone
    read = Dossier(
        incident=incident,
        place=place,
        place_withheld=not shows_place or (incident.place_id is not None and not incident.place_seen),
        other_names=[],
        published=None,
        ledger=ledger,
        shown=shown,
        silent=len(silent),
        first_silent="",
        positions=positions_among(outlined),
        figures=newest_and_ends(given, ranges),
        figures_given=len(given),
        ranges=ranges,
        origins=Origins(),
        notes=notes,
        asked=asked,
        assessments=shown_assessments(assessed, user),
    )
    return Past(at, read, since)


# ---- What has changed since


def _note_names(since: Since, called: NamesThen) -> None:
    name = [str(field_words("name"))]
    since.edited += [Edited(ref, reverse(page, args=[ref]), name, []) for ref, page in called.told]
    since.edited += [Edited(ref, reverse(page, args=[ref]), [], name) for ref, page in called.restricted]


def _note_edit(since: Since, record: Any, told: Rewound) -> None:
    if told.labels or told.restricted_labels:
        since.edited.append(Edited(record.ref, record.get_absolute_url(), told.labels, told.restricted_labels))


# ---- The incident's own row


def _rows_of_incident(incident: Any, user: User, at: datetime) -> Any:
    """What the events and assessments say of the incident's past, folded into one row."""
    about = AuditEvent.objects.filter(about__contains=[incident.pk], at__gt=at).order_by("sequence")
    moved = about.filter(verb="statement.edited", changes__has_key="incident")
    asked = about.filter(verb="comment_request.edited")
    return Incident.objects.annotate(
        event_rows=folded(edits_since(at, "incident.edited"), changes="changes"),
        assessed_rows=assessed_by(at, incident=OuterRef("pk")),
        moved_rows=folded(moved, key="subject_id", changes="changes"),
        request_rows=folded(asked, key="subject_id", changes="changes"),
        notes_gone=_count_of(OutsideNote.objects.visible_to(user).filter(created_at__lte=at, withdrawn_at__gt=at)),
    ).get(pk=incident.pk)


def _count_of(notes: Any) -> Any:
    counted = notes.filter(incident=OuterRef("pk")).order_by().values("incident").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _changes(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row["changes"] for row in rows]


def _put_place(incident: Any, told: Rewound, user: User) -> None:
    if "place" not in told.values:
        return
    key = told.values["place"]
    found = Place.objects.visible_to(user).filter(pk=key).first() if key else None
    incident.place_seen = found is not None
    if found is not None or key is None:
        incident.place = found


# ---- Statements


def _heard(incident: Any, user: User, at: datetime, moved: list[dict[str, Any]], since: Since) -> list[Voice]:
    rows = {row.pk: row for row in _statements(incident, user, at, moved)}
    heard = in_order(rows.values(), user)
    told = {voice.key: take_back(_changes(rows[voice.key].event_rows), voice.statement, user) for voice in heard}
    _put_parties(heard, told, user)
    for voice in heard:
        _note_edit(since, voice.statement, told[voice.key])
        assessed = assessments_then(rows[voice.key].assessed_rows, at)
        put_finding(voice.statement, assessed)
        voice.proposed = waiting_proposal(assessed)
    kept = [voice for voice in heard if voice.statement.lifecycle != Lifecycle.REMOVED]
    return sorted(kept, key=lambda voice: voice.said_order)


def _statements(incident: Any, user: User, at: datetime, moved: list[dict[str, Any]]) -> Any:
    """Statements logged by then and, by then, put under the incident; removed by us since: no."""
    first: dict[str, Any] = {}
    for row in moved:
        first.setdefault(row["key"], row["changes"]["incident"])
    taken_out = [key for key, change in first.items() if change == [incident.ref, None]]
    put_under = StatementIncident.objects.filter(incident=incident, id__lt=oldest_id(at + timedelta(milliseconds=1)))
    # As an array, which PostgreSQL reads once: it would else look at every statement there is for the OR.
    about = Q(is_among("pk", ArraySubquery(put_under.values("statement"))))
    held_then = Q(removed_at=None) | Q(removed_at__gt=at)
    links = Link.objects.filter(held_then, from_statement=OuterRef("pk"), created_at__lte=at).order_by("id")
    standing = Q(withdrawn_at=None) | Q(withdrawn_at__gt=at)
    figures = Figure.objects.filter(standing, statement=OuterRef("pk"), incident=incident, created_at__lte=at)
    return (
        readable(Statement.objects.visible_to(user), user)
        .filter(about | Q(pk__in=taken_out) if taken_out else about, created_at__lte=at)
        .exclude(lifecycle=Lifecycle.REMOVED)
        .annotate(
            speaks_for=accused_spoken_for(Accusation.objects.filter(statement__about__incident=incident), user),
            number_rows=folded(figures),
            link_rows=folded(links),
            event_rows=folded(edits_since(at, "statement.edited"), changes="changes"),
            assessed_rows=assessed_by(at, aspect=Aspect.OCCURRENCE, statement=OuterRef("pk")),
        )
    )


def _put_parties(heard: list[Voice], told: dict[Any, Rewound], user: User) -> None:
    """Speakers and accused as they were before later edits, where the reader may see who. At most one query."""
    keys = {row.values.get(name) for row in told.values() for name in ("party", "on_behalf_of")} - {None}
    refs = {ref for row in told.values() for ref in row.values.get("accuses") or []}
    if not keys and not refs:
        for voice in heard:
            if told[voice.key].values.get("on_behalf_of", "") is None:
                voice.on_behalf_of, voice.behalf_alias = None, ""
        return
    found = list(parties_shown_to(user).filter(Q(pk__in=keys) | Q(ref__in=refs)))
    by_key, by_ref = {str(party.pk): party for party in found}, {party.ref: party for party in found}
    for voice in heard:
        values = told[voice.key].values
        if "party" in values:
            voice.speaker, voice.alias = named(by_key.get(values["party"]), user, is_visible=True), ""
            voice.speaks_for = frozenset()
        if "on_behalf_of" in values:
            voice.on_behalf_of, voice.behalf_alias = by_key.get(str(values["on_behalf_of"])), ""
        if "accuses" in values:
            worded = {each.ref: each.wording for each in voice.accused}
            parties = [by_ref[ref] for ref in values["accuses"] if ref in by_ref]
            voice.accused = [Accused(each.pk, each.ref, each.name, worded.get(each.ref, "")) for each in parties]


def _put_words(heard: list[Voice], user: User, at: datetime) -> int:
    """Words held by then and not taken back since, each as it was checked by then; how many were taken back since."""
    by_key = {voice.key: voice for voice in heard}
    held = Rendering.objects.filter(statement__in=list(by_key), created_at__lte=at)
    checks = own_checks().filter(created_at__lte=at)[:1]
    gone = 0
    for rendering in shown_words(held, checks, user):
        voice = by_key[rendering.statement_id]
        if rendering.withdrawn_at is not None:
            gone += rendering.withdrawn_at > at
        elif not voice.words_withheld:
            voice.words.append(words_in(rendering, voice, user))
    return gone


# ---- Who was silent, who was asked


def _silences(heard: list[Voice], user: User, at: datetime) -> dict[str, list[Accused]]:
    """As of then: accused who had not answered, by allegation.

    Nothing is said where an answer was linked then and is not now.
    """
    refs = {voice.key: voice.statement.ref for voice in heard}
    accused, allegation = OuterRef("party_id"), OuterRef("statement_id")
    replied = replies_by(accused, allegation, user).filter(
        events__in=CommentRequestEvent.objects.filter(created_at__lte=at, outcome__in=ANSWERED)
    )
    rows = (
        standing_accusations(user)
        .filter(statement__in=list(refs))
        .exclude(Exists(answers_by(accused, allegation, user).filter(created_at__lte=at)) | Exists(replied))
        .select_related("party")
        .order_by("party__name", "id")
    )
    gone = {link.to_statement_id for voice in heard for link in voice.links if _answered_then(link)}
    silent: dict[str, list[Accused]] = {}
    for row in rows:
        if row.statement_id not in gone:
            accused_party = Accused(row.party_id, row.party.ref, row.party.name, "")
            silent.setdefault(refs[row.statement_id], []).append(accused_party)
    return silent


def _answered_then(link: Link) -> bool:
    return link.removed_at is not None and link.type in ANSWERS


def _asked(incident: Any, user: User, at: datetime, edits: list[dict[str, Any]]) -> list[Asked]:
    """Requests recorded by then, with what had come of them by then."""
    found = [each for each in asked_about(incident, user) if each.request.created_at <= at]
    for each in found:
        changes = [row["changes"] for row in edits if row["key"] == str(each.request.pk)]
        question = each.request.question
        take_back(changes, each.request, user)
        if each.words_withheld:
            each.request.question = question
        each.events = [event for event in each.events if event.created_at <= at]
        each.as_of = at
    return found
