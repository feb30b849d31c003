"""Everything the page of one statement shows."""

import uuid
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.http import urlencode

from claims.models import Assessment, Figure, Incident, Link, QuoteCheck, Statement
from claims.models.statement import Lifecycle
from claims.queries.dossier import PUBLISHED, Published, assessments_of, published, published_of
from claims.queries.history import history
from claims.queries.offices import Offices, offices_of
from claims.queries.rows import folded
from claims.queries.voices import Accused, Voice, Words, readable, with_words
from harmtracker.markings import HIDES_WORDS
from harmtracker.models import User
from harmtracker.permissions import may
from harmtracker.prepared import is_among, prepared
from sources.quote_edits import pieces
from sources.shown import sources_shown_to

MOST_TIES = 40
"""Links shown together where there are more."""
BEFORE_ALL = uuid.UUID(int=0)
"""The key before that of every link."""


@dataclass
class Tie:
    """A link of the statement with the voice at its other end, whichever way it points."""

    link: Link
    voice: Voice


@dataclass
class StatementPage:
    """A statement with all that is read about it, as one reader may see it."""

    voice: Voice
    incidents: list[Incident]
    answers: list[Tie]
    answered_by: list[Tie]
    figures: list[Figure]
    checks: list[Any]
    assessments: list[Assessment]
    published: Published | None
    history: list[Any] = field(default_factory=list)
    offices: Offices = field(default_factory=lambda: Offices([]))
    further: str = ""
    """Key of the last link shown where more answer it: the next page goes on from there."""

    @property
    def accused(self) -> list[Accused]:
        return self.voice.accused


def statement_page(statement: Statement, user: User, after: uuid.UUID = BEFORE_ALL) -> StatementPage:
    """Read everything about a statement the reader may see; of what answers it, what was linked after that link."""
    voice, linked = _with_linked(statement, user, after)
    answers, answered_by = _ties(voice, linked, after)
    is_cut = len(answered_by) > MOST_TIES
    answered_by = answered_by[:MOST_TIES]
    incidents = list(Incident.objects.visible_to(user).filter(statements=statement).order_by("-occurred_start", "id"))
    return StatementPage(
        voice=voice,
        incidents=incidents,
        answers=answers,
        answered_by=answered_by,
        figures=_figures(statement, incidents, user),
        checks=_checks(voice, user),
        assessments=assessments_of(statement, user),
        published=published(voice.statement),
        history=history(statement, user) if may(user, "history.read") else [],
        offices=offices_of(statement, user) if voice.speaker else Offices([]),
        further=str(answered_by[-1].link.pk) if is_cut else "",
    )


def _figures(statement: Statement, incidents: list[Incident], user: User) -> list[Figure]:
    """The numbers it gives, oldest as-of first; the words in which they were given go with its other words."""
    rows = statement.figures.filter(withdrawn_at=None, incident__in=incidents).select_related("incident")
    found = list(rows.order_by("as_of_start", "id"))
    if not user.sees_through(statement.handling, HIDES_WORDS):
        for figure in found:
            figure.words = ""
    return found


def _with_linked(statement: Statement, user: User, after: uuid.UUID = BEFORE_ALL) -> tuple[Voice, dict[Any, Voice]]:
    """The statement, and by key those at the other end of its links, read together: two queries for all of them."""
    heard = {voice.key: voice for voice in with_words(_near(user, statement=statement.pk, after=after), user)}
    voice = heard.pop(statement.pk)
    return voice, {key: other for key, other in heard.items() if other.statement.lifecycle != Lifecycle.REMOVED}


@prepared
def _near(user: User, statement: Any, after: Any) -> QuerySet[Any]:
    standing, seen = Link.objects.filter(removed_at=None), Statement.objects.visible_to(user)
    out = standing.filter(from_statement=statement)
    back = standing.filter(
        to_statement=statement, from_statement__in=seen.exclude(lifecycle=Lifecycle.REMOVED), pk__gt=after
    ).order_by(Cast("pk", TextField()))  # by the key itself PostgreSQL walks all links there are; see NEWEST_OF_FEW
    near = (
        Q(pk=statement)
        | Q(is_among("pk", ArraySubquery(out.order_by("pk").values("to_statement")[:MOST_TIES])))
        | Q(is_among("pk", ArraySubquery(back.values("from_statement")[: MOST_TIES + 1])))
    )
    rows: QuerySet[Any] = readable(Statement.objects.visible_to(user).filter(near), user)
    annotated: QuerySet[Any] = rows.annotate(published_rows=folded(published_of(OuterRef("pk")), **PUBLISHED))
    return annotated


def _ties(voice: Voice, linked: dict[Any, Voice], after: uuid.UUID) -> tuple[list[Tie], list[Tie]]:
    """Links out and in, both ends seen, in the order in which they were made; those in after that link."""
    out = [Tie(link, linked[link.to_statement_id]) for link in voice.links if link.to_statement_id in linked]
    back = [Tie(link, other) for other in linked.values() for link in other.links if link.to_statement_id == voice.key]
    return out, sorted((tie for tie in back if tie.link.pk > after), key=lambda tie: tie.link.pk)


def _checks(voice: Voice, user: User) -> list[Any]:
    """Quote checks of the words in every capture of sources the reader may see, newest capture first.

    Each carries ``pieces``, the words with what differs there, and ``look``, where both texts lie side by side.
    """
    shown = {words.rendering.pk: words for words in voice.words if words.source is not None}
    rows = _checks_of(user, renderings=list(shown))
    for row in rows:
        row.pieces = pieces(row.rendering.exact, row.operations)
        row.look = _look(row, shown[row.rendering_id])
    return rows


@prepared
def _checks_of(user: User, renderings: Any) -> QuerySet[Any]:
    return (
        QuoteCheck.objects.filter(is_among("rendering", renderings))
        .filter(Exists(sources_shown_to(user).filter(pk=OuterRef("capture__source_id"))))
        .select_related("capture__source", "rendering")
        .defer("capture__text", "capture__links", "capture__flags", "capture__hops", "capture__metadata")
        .order_by("rendering__created_at", "-capture__number")
    )


def _look(check: Any, words: Words) -> str:
    """Where the text the words were taken from lies beside the one they were looked for in."""
    if words.source is None or words.capture is None or check.capture_id == words.capture.pk:
        return ""
    if check.capture.source_id == words.source.pk:
        later = {"to": str(check.capture.number)}
    else:
        later = {"with": f"{check.capture.source.ref}/{check.capture.number}"}
    asked = urlencode({"from": str(words.capture.number), **later})
    return f"{reverse('source-changes', args=[words.source.ref])}?{asked}#q-{check.rendering_id}"
