"""What the forms beside a text offer to choose from, and what they can know before anything is typed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import DateField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Left
from django.utils.translation import gettext

from claims.models import Accusation, Incident, MediaItem, Rendering, Statement, StatementIncident
from claims.models.statement import Lifecycle, StatementKind
from claims.queries.rows import NEWEST_OF_FEW, folded
from claims.queries.voices import acts_for
from harmtracker.markings import HIDES_SPEAKER, HIDES_WORDS
from harmtracker.models import User
from harmtracker.prepared import is_among, prepared
from harmtracker.records import REF
from sources.models import Party, Source
from sources.shown import named, parties_shown_to, pseudonym

MOST_OFFERED = 12
MOST_STATEMENTS = 60
SHORT = 70  # characters


@dataclass(frozen=True)
class Offer:
    """A statement to choose. ``words`` say in one line who, what kind and its first words, as far as one may know."""

    statement: Statement
    words: str


def incidents_offered(taken: Iterable[Rendering], user: User) -> list[Incident]:
    """Incidents the words taken from a text speak of, then the newest others; at most ``MOST_OFFERED`` of each.

    One query.
    """
    rows = _incidents(user, statements=list({each.statement_id for each in taken}))
    here, others = [each for each in rows if each.is_here], [each for each in rows if not each.is_here]
    return [*here[:MOST_OFFERED], *others[:MOST_OFFERED]]


@prepared
def _incidents(user: User, statements: Any) -> QuerySet[Any]:
    visible = Incident.objects.visible_to(user).filter(merged_into=None).order_by("-created_at", "-id")
    about = StatementIncident.objects.filter(is_among("statement", statements))
    here = visible.filter(pk__in=about.values("incident"))[:MOST_OFFERED]
    newest = visible[: 2 * MOST_OFFERED]  # should all of the first be spoken of here, enough others are left
    keys = [ArraySubquery(each.values("pk")) for each in (here, newest)]
    rows: QuerySet[Any] = Incident.objects.filter(Q(is_among("pk", keys[0])) | Q(is_among("pk", keys[1])))
    marked: QuerySet[Any] = rows.annotate(is_here=Exists(about.filter(incident=OuterRef("pk"))))
    return marked.order_by("-created_at", "-id")


def statements_offered(incidents: Iterable[Incident], user: User, also: str = "") -> list[Offer]:
    """Statements that can be answered or added to: those of these incidents and the one called ``also``, newest first.

    At most ``MOST_STATEMENTS``; one query.
    """
    also = also.strip().upper()
    rows = _statements(user, incidents=[each.pk for each in incidents], also=also if REF.fullmatch(also) else "")
    return [Offer(row, _in_short(row, user)) for row in rows]


@prepared
def _statements(user: User, incidents: Any, also: Any) -> QuerySet[Any]:
    visible = Statement.objects.visible_to(user).exclude(lifecycle=Lifecycle.REMOVED)
    about = StatementIncident.objects.filter(is_among("incident", incidents)).values("statement")
    newest = visible.filter(pk__in=about).order_by(*NEWEST_OF_FEW)[:MOST_STATEMENTS]
    words = Rendering.objects.filter(statement=OuterRef("pk"), withdrawn_at=None).order_by("created_at", "id")
    rows: QuerySet[Any] = visible.filter(Q(is_among("pk", ArraySubquery(newest.values("pk")))) | Q(ref=also))
    shown: QuerySet[Any] = rows.select_related("party").annotate(
        party_seen=Exists(Party.objects.visible_to(user).filter(pk=OuterRef("party_id"))),
        first_words=Subquery(words.values(short=Left("text", SHORT))[:1]),
    )
    return shown.order_by("-created_at", "-id")


def _in_short(row: Any, user: User) -> str:
    is_named = row.party_seen and user.sees_through(row.handling, HIDES_SPEAKER)
    name = named(row.party, user, is_visible=is_named) or pseudonym(row.party, user, is_visible=row.party_seen)
    who = f"{name}, " if name else ""
    words = row.first_words if row.first_words and user.sees_through(row.handling, HIDES_WORDS) else ""
    return f"{who}{row.get_kind_display()}: {words} ({row.ref})"


def suggested_answers(
    offers: Iterable[Offer], near: Iterable[Party], user: User, *, said_by: datetime | None = None
) -> list[tuple[str, str]]:
    """Of the allegations offered, those that words of somebody named nearby may answer: (reference, words with reason).

    They accuse that party, or one it acts or acted for, and were not made after ``said_by``. One query, or none.
    Nothing is set by it: a person chooses.
    """
    asked = [
        each
        for each in offers
        if each.statement.kind == StatementKind.ALLEGATION and _is_earlier(each.statement, said_by)
    ]
    speakers = {party.pk: party.name for party in near}
    if not asked or not speakers:
        return []
    reasons: dict[Any, str] = {}
    for row in _accused_near(user, statements=[each.statement.pk for each in asked], near=list(speakers)):
        for key in row.accused_in if row.spoken_for_by else ():
            reasons.setdefault(key, _reason(row, speakers))
    return [
        (each.statement.ref, gettext("%(words)s: %(reason)s") % {"words": each.words, "reason": reasons[key]})
        for each in asked
        if (key := each.statement.pk) in reasons
    ]


def _is_earlier(statement: Statement, moment: datetime | None) -> bool:
    started = statement.said_start
    return statement.lifecycle == Lifecycle.CURRENT and (moment is None or started is None or started <= moment)


def _reason(accused: Any, speakers: dict[Any, str]) -> str:
    if accused.pk in speakers:
        return gettext("accuses %(name)s") % {"name": accused.name}
    speaker = speakers[accused.spoken_for_by[0]]
    return gettext("accuses %(name)s, tied to %(speaker)s") % {"name": accused.name, "speaker": speaker}


@prepared
def _accused_near(user: User, statements: Any, near: Any) -> QuerySet[Any]:
    """The accused of these statements, once each, with who of the parties nearby acts or acted for them."""
    accusations = Accusation.objects.filter(is_among("statement", statements))
    ever = Value(None, output_field=DateField())
    speaking = parties_shown_to(user).filter(
        Q(acts_for(F("pk"), OuterRef("pk"), ever)) | Q(acts_for(OuterRef("pk"), F("pk"), ever)), is_among("pk", near)
    )
    accused = parties_shown_to(user).filter(is_among("pk", ArraySubquery(accusations.order_by().values("party_id"))))
    rows: QuerySet[Any] = accused.annotate(
        spoken_for_by=ArraySubquery(speaking.order_by("pk").values("pk")),
        accused_in=ArraySubquery(accusations.filter(party=OuterRef("pk")).values("statement_id")),
    )
    return rows


def media_items_offered(user: User) -> list[MediaItem]:
    """The newest photos and videos whose description the person may read. One query."""
    return _media_items(user)


@prepared
def _media_items(user: User) -> QuerySet[MediaItem]:
    rows: QuerySet[MediaItem] = MediaItem.objects.visible_to(user).seen_through(user, HIDES_WORDS)
    return rows.order_by("-created_at")[:MOST_OFFERED]


def logged_before(source: Source, by: User) -> Any | None:
    """What the person logged last from this source, or None. One query.

    It carries ``about_refs`` (references of its incidents) and ``words_rows`` (what its words from this source are).
    """
    return next(iter(_logged(by, source=source.pk, person=by.pk)), None)


@prepared
def _logged(user: User, source: Any, person: Any) -> QuerySet[Any]:
    here = Rendering.objects.filter(statement=OuterRef("pk"), source=source)
    about = StatementIncident.objects.filter(statement=OuterRef("pk"))
    rows: QuerySet[Any] = Statement.objects.visible_to(user).filter(Exists(here), created_by=person)
    carrying: QuerySet[Any] = rows.annotate(
        about_refs=ArraySubquery(about.values("incident__ref")),
        words_rows=folded(here.order_by("created_at", "id"), fidelity="fidelity", translator="translator"),
    )
    return carrying.order_by("-created_at", "-id")[:1]
