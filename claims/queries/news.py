"""What happened since a person last read their news: derived from the audit chain, folded to one line per incident.

News is what others did with the incidents one follows, with the records one looks after, with what one logged or
proposed oneself, and where one was mentioned; each only as far as one may see it today. Nothing is written for it when
it happens: events are numbered without a gap, so the newest ``LOOKED_THROUGH`` of the house are one stretch of an
index, however long the chain has grown.
"""

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    Exists,
    F,
    Func,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    UUIDField,
    Value,
    When,
)
from django.db.models.functions import Cast, Greatest

from claims.event_words import verb_words
from claims.models import Assignment, Following, Incident, MediaItem, Statement
from claims.queries.conversation import page_of, remarks_shown_to
from claims.queries.history import subject_is_seen
from claims.queries.rows import folded
from harmtracker.models import AuditEvent, User
from harmtracker.prepared import prepared
from sources.models import Party, Source
from sources.shown import parties_shown_to, sources_shown_to

LOOKED_THROUGH: Final = 10_000
"""Newest events of the house among which one's own news is looked for; what is older stands in the histories."""
MOST_EVENTS: Final = 300
MOST_LINES: Final = 20
MOST_NAMED: Final = 3


@dataclass(frozen=True)
class Happening:
    """The same thing done ``count`` times, in words."""

    words: str
    count: int


@dataclass(frozen=True)
class Line:
    """What others did under one incident, or with one record that belongs to none the reader may see.

    ``title`` is "" for such a record; ``who`` names at most three people, ``others`` counts the rest.
    """

    ref: str
    title: str
    url: str
    count: int
    happenings: list[Happening]
    who: list[str]
    others: int
    newest_at: datetime
    is_mentioned: bool

    @property
    def is_incident(self) -> bool:
        return self.ref.startswith("IN-")


@dataclass(frozen=True)
class News:
    """One's news, the incident with the newest event first. ``up_to`` is the number of the newest event told of.

    ``is_cut``: more happened than is looked through at once; ``hidden_lines`` are lines beyond ``MOST_LINES``.
    """

    lines: list[Line]
    up_to: int
    is_cut: bool
    hidden_lines: int

    @property
    def count(self) -> int:
        return len(self.lines) + self.hidden_lines


def news_of(user: User, *, after: int | None = None) -> News:
    """What others did after event number ``after`` (default: after what was read). One query."""
    events = _told(user, me=user.pk, after=str(user.read_up_to if after is None else after))
    lines = _folded(events, user)
    return News(
        lines=lines[:MOST_LINES],
        up_to=max((event.sequence for event in events), default=0),
        is_cut=len(events) == MOST_EVENTS,
        hidden_lines=max(0, len(lines) - MOST_LINES),
    )


@prepared
def _told(user: User, me: Any, after: Any) -> QuerySet[Any]:
    """Events that concern the person of key ``me`` and that this reader may see, newest first."""
    incidents = Incident.objects.visible_to(user).filter(_is_in(F("pk"), OuterRef("about")), merged_into=None)
    rows = (
        AuditEvent.objects.filter(pk__in=newest_concerning(me, after).values("pk"))
        .filter(may_be_told(user))
        .annotate(incident_rows=folded(incidents.order_by("pk"), ref="ref", title="title"))
        .defer("changes", "previous", "hash", "reason")
    )
    return rows.order_by("-sequence")


def newest_concerning(me: Any, after: Any) -> QuerySet[AuditEvent]:
    """The newest events of others that concern the person of this key, whether they may see them or not.

    ``after`` is the number of an event, as text. Not what a job found out: that is told by alarms.
    """
    newest = AuditEvent.objects.order_by().values(one=Value(1)).annotate(last=Max("sequence")).values("last")
    held = Assignment.objects.filter(assignee=me, ended_at=None).order_by().values("subject_id")
    followed = Following.objects.filter(user=me).values("incident_id")
    concerns = Q(about__contains=[me]) | Q(made_by=me)
    for listened_to in (ArraySubquery(held), ArraySubquery(followed)):
        concerns |= Q(_overlap(F("about"), listened_to)) | Q(_is_in(F("subject_id"), listened_to))
    beyond = Greatest(Cast(Value(after), BigIntegerField()), Subquery(newest) - LOOKED_THROUGH)
    return (
        AuditEvent.objects.filter(sequence__gt=beyond, actor_id__isnull=False)
        .exclude(actor_id=me)
        .annotate(made_by=_made_by())
        .filter(concerns)
        .order_by("-sequence")[:MOST_EVENTS]
    )


def _made_by() -> Case:
    """Who logged what the event is about, or the statement that a figure, a link or words belong to.

    As a value, not as EXISTS: PostgreSQL would hash a whole table of statements to ask it of a few thousand events.
    """
    own: dict[str, type[Any]] = {
        "claims.statement": Statement, "claims.incident": Incident, "claims.mediaitem": MediaItem,
        "sources.source": Source,
    }  # fmt: skip
    return Case(
        *(
            When(subject_type=label, then=Subquery(_maker(model.objects.filter(pk=OuterRef("subject_id")))))
            for label, model in own.items()
        ),
        When(
            subject_type__in=["claims.rendering", "claims.link", "claims.figure"],
            then=Subquery(_maker(Statement.objects.filter(_is_in(F("pk"), OuterRef("about"))))),
        ),
        output_field=UUIDField(),
    )


def _maker(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.order_by().values("created_by_id")[:1]


def may_be_told(user: User) -> Q:
    """The rule of the histories; sources and parties besides only by name, remarks only to who may read them."""
    remarks = Exists(remarks_shown_to(user).filter(pk=OuterRef("subject_id")))
    unnamed = Q(pk__in=[])
    for model, shown in ((Source, sources_shown_to(user)), (Party, parties_shown_to(user))):
        is_shown = Exists(shown.order_by().filter(pk=OuterRef("subject_id")))
        unnamed |= Q(subject_type=model._meta.label_lower) & ~Q(is_shown)
    return (subject_is_seen(user) & ~unnamed) | Q(remarks, subject_type="claims.remark")


def _is_in(key: Any, keys: Any) -> Func:
    return Func(key, keys, template="%(expressions)s)", arg_joiner=" = ANY(", output_field=BooleanField())


def _overlap(some: Any, others: Any) -> Func:
    return Func(some, others, arg_joiner=" && ", template="%(expressions)s", output_field=BooleanField())


def _folded(events: Iterable[Any], user: User) -> list[Line]:
    """Events of one incident in one line, in the order of their newest."""
    piles: dict[str, list[Any]] = {}
    titles: dict[str, str] = {}
    for event in events:
        incident = next(iter(event.incident_rows), None)
        ref = incident["ref"] if incident else event.subject_ref
        if not ref:
            continue  # nothing one could be led to
        titles[ref] = incident["title"] if incident else ""
        piles.setdefault(ref, []).append(event)
    return [_line(ref, titles[ref], pile, user.pk) for ref, pile in piles.items()]


def _line(ref: str, title: str, events: list[Any], me: uuid.UUID) -> Line:
    done = Counter(verb_words(event.verb) for event in events)
    who = list(dict.fromkeys(event.actor_name for event in events if event.actor_name))
    is_mentioned = any(event.verb == "remark.made" and me in event.about for event in events)
    only_talk = all(event.verb.startswith(("remark.", "assignment.")) for event in events)
    return Line(
        ref=ref,
        title=title,
        url=page_of(ref, "discussion" if only_talk else ""),
        count=len(events),
        happenings=[Happening(words, count) for words, count in done.most_common()],
        who=who[:MOST_NAMED],
        others=max(0, len(who) - MOST_NAMED),
        newest_at=events[0].at,
        is_mentioned=is_mentioned,
    )
