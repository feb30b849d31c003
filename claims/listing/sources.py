"""Rows of the source list."""

import uuid
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from claims.listing.cautions import icon_of
from claims.listing.source_page import statements_resting_on
from claims.models import Rendering
from harmtracker.models import User
from sources.capture.outcomes import Outcome
from sources.models import Capture, Party, Source
from sources.shown import parties_shown_to, sources_shown_to


@dataclass(frozen=True)
class SourceRow:
    """What the list shows of a source. ``outcome`` is None while the newest capture is under way or none exists."""

    source: Source
    publisher: Party | None
    capture: Capture | None
    outcome: Outcome | None
    statements: int

    @property
    def icon(self) -> str:
        """The icon for how the newest capture ended."""
        return icon_of(self.outcome) if self.outcome else "clock"


def sources_for_list(user: User) -> QuerySet[Source]:
    """Sources this reader may see, each with its publisher and whether that one may be named."""
    return (
        sources_shown_to(user)
        .select_related("publisher")
        .annotate(publisher_is_shown=Exists(parties_shown_to(user).filter(pk=OuterRef("publisher"))))
    )


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
        statement__in=statements_resting_on(user),
        withdrawn_at=None,
    ).values_list("source", "statement")
    found: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for source_id, statement_id in rows:
        if source_id is not None:
            found[source_id].add(statement_id)
    return found
