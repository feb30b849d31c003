"""Rows of the source list."""

import uuid
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Exists, OuterRef, QuerySet, Subquery

from claims.models import Rendering, Statement
from harmtracker.markings import HIDES_SOURCE
from harmtracker.models import User
from sources.capture.outcomes import Family, Outcome
from sources.models import Capture, Party, Source
from sources.shown import parties_shown_to, sources_shown_to

UNDER_WAY = "under_way"


@dataclass(frozen=True)
class SourceRow:
    """What the list shows of a source. ``outcome`` is None while the newest capture is under way or none exists."""

    source: Source
    publisher: Party | None
    capture: Capture | None
    outcome: Outcome | None
    statements: int


def sources_for_list(user: User) -> QuerySet[Source]:
    """Sources this reader may see, each with its publisher and whether that one may be named."""
    return (
        sources_shown_to(user)
        .select_related("publisher")
        .annotate(publisher_is_shown=Exists(parties_shown_to(user).filter(pk=OuterRef("publisher"))))
    )


def with_newest_outcome(rows: QuerySet[Source], codes: list[str]) -> QuerySet[Source]:
    """Sources whose newest capture ended in one of ``codes``: outcomes, or UNDER_WAY for one that has not ended."""
    newest = Capture.objects.filter(source=OuterRef("pk")).order_by("-number").values("outcome")[:1]
    wanted = ["" if code == UNDER_WAY else code for code in codes]
    return rows.annotate(newest_outcome=Subquery(newest, output_field=CharField())).filter(newest_outcome__in=wanted)


def outcomes_of(family: str) -> list[str]:
    """Every outcome that belongs to a family of outcomes."""
    return [outcome.value for outcome in Outcome if outcome.family == Family(family)]


def source_rows(sources: list[Source], user: User) -> list[SourceRow]:
    """One row for each source of ``sources_for_list``, in the order given; two queries in all."""
    if not sources:
        return []
    ids = [source.pk for source in sources]
    captures = _newest_captures(ids)
    statements = _statements(ids, user)
    return [_row(source, captures.get(source.pk), len(statements[source.pk])) for source in sources]


def _row(source: Any, capture: Capture | None, statements: int) -> SourceRow:
    outcome = Outcome(capture.outcome) if capture and capture.outcome else None
    return SourceRow(source, source.publisher if source.publisher_is_shown else None, capture, outcome, statements)


def _newest_captures(ids: list[uuid.UUID]) -> dict[uuid.UUID, Capture]:
    rows = (
        Capture.objects.filter(source__in=ids)
        .only("source", "number", "outcome", "obtained", "created_at", "finished_at")
        .order_by("source", "-number")
        .distinct("source")
    )
    return {capture.source_id: capture for capture in rows}


def _statements(ids: list[uuid.UUID], user: User) -> dict[uuid.UUID, set[uuid.UUID]]:
    """The statements that rest on each source, as far as this reader may see both and know of the tie."""
    rows = Rendering.objects.filter(
        source__in=ids,
        statement__in=Statement.objects.visible_to(user).seen_through(user, HIDES_SOURCE),
        withdrawn_at=None,
    ).values_list("source", "statement")
    found: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for source_id, statement_id in rows:
        if source_id is not None:
            found[source_id].add(statement_id)
    return found
