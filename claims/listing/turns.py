"""Who has taken what in the review queue, and what a person has skipped."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import OuterRef, QuerySet
from django.db.models.functions import Now

from claims.actions.review import SKIPPED
from claims.models import ReviewTurn
from claims.queries.rows import folded
from harmtracker.models import AuditEvent, User

PASSED_BY_FOR = timedelta(days=1)


@dataclass(frozen=True)
class Turn:
    """Somebody has it, until a moment."""

    who: str
    is_own: bool
    until: datetime


@dataclass(frozen=True)
class Skip:
    """Somebody looked and left it to another."""

    who: str
    reason: str


@dataclass(frozen=True)
class Turns:
    """Turns that run and skips of the last day, by the key of what they are about.

    ``passed_by`` are those that "next" goes past: somebody else has them, or this person skipped them.
    """

    taken: dict[uuid.UUID, Turn]
    skips: dict[uuid.UUID, list[Skip]]
    passed_by: frozenset[uuid.UUID]


def with_turns[Rows: QuerySet[Any]](rows: Rows) -> Rows:
    """What may wait for review, read together with its turn and its skips."""
    running = ReviewTurn.objects.filter(pk=OuterRef("pk"), until__gt=Now())
    events = AuditEvent.objects.filter(subject_id=OuterRef("pk"), verb=SKIPPED, at__gt=Now() - PASSED_BY_FOR)
    return rows.annotate(
        turn_rows=folded(running, by="taken_by_id", who="taken_by__name", until="until"),
        skip_rows=folded(events.order_by("-sequence"), by="actor_id", who="actor_name", reason="reason"),
    )


def turns_on(rows: Iterable[Any], user: User) -> Turns:
    """Turns and skips of rows that were read ``with_turns``."""
    taken, skips, passed_by = {}, {}, set()
    me = str(user.pk)
    for row in rows:
        for turn in row.turn_rows:
            taken[row.pk] = Turn(turn["who"], turn["by"] == me, datetime.fromisoformat(turn["until"]))
        skips[row.pk] = [Skip(each["who"], each["reason"]) for each in row.skip_rows]
        is_others = any(turn["by"] != me for turn in row.turn_rows)
        if is_others or any(each["by"] == me for each in row.skip_rows):
            passed_by.add(row.pk)
    return Turns(taken, skips, frozenset(passed_by))
