"""Proposals awaiting a decision, as far as the person may see the records they are about."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, Func, IntegerField, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.dateparse import parse_datetime

from claims.actions.assessment import why_not_approve
from claims.actions.review import kind_of
from claims.listing.exhibits import Exhibit, media_exhibit, standing_words, statement_exhibit
from claims.listing.turns import Skip, Turn, Turns, turns_on, with_turns
from claims.models import Assessment, Incident, MediaItem, OpenProposal, Statement
from claims.models.review import ReviewKind
from claims.queries.conversation import page_of
from claims.queries.waiting import lapsed_piles, pile
from harmtracker.markings import HIDES_WORDS
from harmtracker.models import User
from harmtracker.permissions import may
from harmtracker.prepared import asked, is_among, prepared
from harmtracker.readers import reader_of
from harmtracker.records import Workflow
from sources.models import Party, Source
from sources.shown import sources_shown_to

MOST_SHOWN = 25
MOST_COUNTED = 250
"""Of each kind; where more wait than that, the number is no longer of use."""


def proposals_shown_to(user: User) -> QuerySet[Assessment]:
    """Assessments about records this person may see."""
    rows = Assessment.objects.filter(_subject_is_seen(user)).select_related(
        "statement__party", "statement__created_by", "incident__created_by", "media_item__created_by", "proposed_by",
        "decision__decided_by",
    )  # fmt: skip
    return with_turns(rows)


def awaiting_decision(user: User) -> QuerySet[Assessment]:
    """Proposals nobody has decided on, oldest first."""
    return proposals_shown_to(user).filter(open__isnull=False).order_by("open__proposed_at", "id")


def _subject_is_seen(user: User, prefix: str = "") -> Q:
    """The record is asked for by its key: a list of all one may see would be read for every look at the queue."""
    models: dict[str, type[Any]] = {"statement": Statement, "incident": Incident, "media_item": MediaItem}
    seen = Q(pk__in=[])
    for name, model in models.items():
        rows = model.objects.visible_to(user).order_by()
        seen |= Q(Exists(rows.filter(pk=OuterRef(f"{prefix}{name}_id"))))
    return seen


@prepared
def _oldest_awaiting(user: User) -> QuerySet[Assessment]:
    """The oldest that wait, one more than are shown. Chosen before anything is joined to them."""
    waiting = OpenProposal.objects.filter(_subject_is_seen(user, "assessment__"))
    oldest = waiting.order_by("proposed_at", "assessment_id").values("pk")[: MOST_SHOWN + 1]
    return awaiting_decision(user).filter(is_among("pk", ArraySubquery(oldest)))


@dataclass(frozen=True)
class Waiting:
    """A proposal in the queue. ``why_not`` is empty where this person may decide."""

    assessment: Assessment
    shown: Exhibit | None
    is_own: bool
    why_not: str
    turn: Turn | None = None
    skips: Sequence[Skip] = ()

    @property
    def subject(self) -> Assessment:
        """What is taken and skipped."""
        return self.assessment

    @property
    def url(self) -> str:
        return reverse("assessment", args=[self.assessment.pk])


@dataclass(frozen=True)
class InReview:
    """A record waiting to be approved as a record; ``shown`` are the words of a statement."""

    record: Any
    shown: Exhibit | None
    is_own: bool
    turn: Turn | None = None
    skips: Sequence[Skip] = ()

    @property
    def subject(self) -> Any:
        """What is taken and skipped."""
        return self.record

    @property
    def kind(self) -> str:
        """Its kind as a turn records it."""
        return kind_of(self.record)

    @property
    def url(self) -> str:
        return str(self.record.get_absolute_url())


@dataclass(frozen=True)
class Lapsed:
    """A finding that stands and is examined again. ``why`` says what changed; ``shown`` are a statement's words."""

    ref: str
    title: str
    url: str
    shown: Exhibit | None
    finding: str
    why: str
    since: datetime | None


@dataclass(frozen=True)
class Queue:
    """What waits, oldest first, at most ``MOST_SHOWN`` of each kind; ``left`` counts all of it, to ``MOST_COUNTED``.

    ``upcoming`` is what "next" may lead to, in its order: what this person may decide, nobody else has taken and they
    have not skipped. ``lapsed`` waits for a new proposal, so it is no part of what is left to decide.
    """

    proposals: list[Waiting]
    records: list[InReview]
    lapsed: list[Lapsed]
    left: int
    may_decide: int
    is_cut: bool
    upcoming: list[Waiting | InReview]

    @property
    def has_more(self) -> bool:
        """More wait than were counted."""
        return self.left >= MOST_COUNTED


def queue_of(user: User) -> Queue:
    """The review queue of this person, in a fixed number of queries."""
    proposals = _oldest_awaiting(user)
    beside = _beside(user)
    lapsed = pile(beside, "lapsed")[:MOST_SHOWN]
    about = [each.statement_id for each in proposals if each.statement_id]
    about += [uuid.UUID(row["pk"]) for row in lapsed if row["kind"] == ReviewKind.STATEMENT]
    statements = {each.pk: each for each in _statements(user, about=about)}
    shown = _lines(statements, user)
    in_review: list[Any] = [each for each in statements.values() if each.workflow == Workflow.IN_REVIEW]
    in_review += [each for model in (Incident, MediaItem, Source) for each in _in_review(model, user)]
    in_review.sort(key=lambda each: (each.created_at, each.pk))
    turns = turns_on([*proposals[:MOST_SHOWN], *in_review[:MOST_SHOWN]], user)
    waiting = [_waiting(each, shown, user, turns) for each in proposals[:MOST_SHOWN]]
    records = [_record(each, shown, user, turns) for each in in_review[:MOST_SHOWN]]
    is_cut = len(proposals) > MOST_SHOWN or len(in_review) > MOST_SHOWN
    open_to: list[Waiting | InReview] = [each for each in waiting if not each.why_not]
    open_to += records if may(user, "record.approve") else []
    upcoming = [each for each in open_to if each.subject.pk not in turns.passed_by]
    left = beside.counted if is_cut else len(waiting) + len(records)
    again = [_lapsed(row, shown, user) for row in lapsed]
    return Queue(waiting, records, again, left, len(open_to), is_cut, upcoming)


@prepared
def _statements(user: User, about: Any) -> QuerySet[Any]:
    """Statements in review, oldest first, and those a proposal is about."""
    visible = Statement.objects.visible_to(user)
    in_review = visible.filter(workflow=Workflow.IN_REVIEW).order_by("created_at", "id")[: MOST_SHOWN + 1]
    among = Q(is_among("pk", ArraySubquery(in_review.values("pk")))) | Q(is_among("pk", about))
    rows = visible.filter(among).select_related("party", "created_by")
    is_seen = Exists(Party.objects.visible_to(user).filter(pk=OuterRef("party")))
    seen: QuerySet[Any] = with_turns(rows.annotate(speaker_is_seen=is_seen))
    return seen


def _lines(statements: dict[uuid.UUID, Any], user: User) -> dict[uuid.UUID, Exhibit]:
    words = standing_words(statements, user)
    return {key: statement_exhibit(row, words[key], row.speaker_is_seen, user) for key, row in statements.items()}


def _waiting(assessment: Assessment, shown: dict[uuid.UUID, Exhibit], user: User, turns: Turns) -> Waiting:
    line = shown.get(assessment.statement_id) if assessment.statement_id else None
    if assessment.media_item is not None:
        line = media_exhibit(assessment.media_item, user)
    is_own, why_not = assessment.proposed_by_id == user.pk, why_not_approve(assessment, user)
    key = assessment.pk
    return Waiting(assessment, line, is_own, why_not, turns.taken.get(key), turns.skips.get(key, ()))


def _record(record: Any, shown: dict[uuid.UUID, Exhibit], user: User, turns: Turns) -> InReview:
    line = media_exhibit(record, user) if isinstance(record, MediaItem) else shown.get(record.pk)
    taken, skips = turns.taken.get(record.pk), turns.skips.get(record.pk, ())
    return InReview(record, line, record.created_by_id == user.pk, taken, skips)


def _lapsed(row: dict[str, Any], shown: dict[uuid.UUID, Exhibit], user: User) -> Lapsed:
    title = row.get("title") or row["ref"]
    if row["kind"] == ReviewKind.MEDIA_ITEM and not user.sees_through(row["handling"], HIDES_WORDS):
        title = row["ref"]
    line = shown.get(uuid.UUID(row["pk"]))
    return Lapsed(
        row["ref"], title, page_of(row["ref"]), line, row["finding"], row["why"], parse_datetime(row["since"])
    )


def _in_review(model: type[Any], user: User) -> list[Any]:
    return asked(_oldest_in_review, (model, reader_of(user)))


def _oldest_in_review(way: tuple[type[Any], User]) -> QuerySet[Any]:
    rows: QuerySet[Any] = with_turns(_rows_in_review(*way).select_related("created_by"))
    return rows.order_by("created_at", "id")[: MOST_SHOWN + 1]


def _rows_in_review(model: type[Any], user: User) -> Any:
    seen: Any = sources_shown_to(user) if model is Source else model.objects.visible_to(user)
    rows = seen.filter(workflow=Workflow.IN_REVIEW)
    return rows.filter(merged_into=None) if model is Incident else rows


def _beside(user: User) -> Any:
    """The person with the findings examined again (all of an editor's, else those the person had a part in) and
    ``counted``: what waits, of each kind as far as ``MOST_COUNTED``. One query.
    """
    return (_beside_editors if may(user, "record.approve") else _beside_writers)(user, me=user.pk)[0]


@prepared
def _beside_editors(user: User, me: Any) -> QuerySet[Any]:
    return _with_counts(user, me, Q())


@prepared
def _beside_writers(user: User, me: Any) -> QuerySet[Any]:
    return _with_counts(user, me, Q(created_by=me) | Q(standing__proposed_by=me))


def _with_counts(user: User, me: Any, own: Q) -> QuerySet[Any]:
    models: tuple[type[Any], ...] = (Statement, Incident, MediaItem, Source)
    waiting: list[QuerySet[Any]] = [OpenProposal.objects.filter(_subject_is_seen(user, "assessment__"))]
    waiting += [_rows_in_review(model, user) for model in models]
    # What is counted stands inside its own array and ends at the limit.
    counts = [Func(ArraySubquery(rows.order_by().values("pk")[:MOST_COUNTED]), function="cardinality",
                   output_field=IntegerField()) for rows in waiting]  # fmt: skip
    rows: QuerySet[Any] = User.objects.filter(pk=me).annotate(
        counted=sum(counts[1:], counts[0]), **lapsed_piles(user, own)
    )
    return rows


def next_to_decide(user: User, *, after: Assessment) -> Waiting | None:
    """The next proposal this person may decide and nobody else has taken, from ``after`` on and round to the oldest."""
    rows = [each for each in _oldest_awaiting(user) if each.pk != after.pk]
    turns = turns_on(rows, user)
    waiting = [_waiting(each, {}, user, turns) for each in rows]
    open_to = [each for each in waiting if not each.why_not and each.assessment.pk not in turns.passed_by]
    later = [each for each in open_to if each.assessment.proposed_at > after.proposed_at]
    return next(iter(later or open_to), None)
