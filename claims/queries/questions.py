"""What only this record can answer, by the definitions of domain.md: silences, denials and the evidence after them,
words whose source changed, reports and their origins. All from what the reader may see.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import DateTimeField, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Least

from claims.models import Evidence, Incident, MediaItem, OutsideNote, QuoteCheck, Rendering, Statement
from claims.models.assessment import Direction
from claims.models.findings import Finding
from claims.models.rendering import NOT_AS_QUOTED
from claims.models.statement import Lifecycle, StatementKind
from claims.queries.rows import folded
from harmtracker.markings import HIDES_SOURCE
from harmtracker.models import User
from harmtracker.prepared import is_among
from sources.shown import sources_shown_to

PATHS = ("rendering__source", "statement__renderings__source", "note__source", "media_item__source")
"""From a piece of evidence to where it was published."""

# From source to source by its key, so that it takes as long as there are copies and no longer.
TIES = """
WITH RECURSIVE tied(id) AS (
  SELECT unnest(%s::uuid[])
  UNION
  SELECT other.id FROM tied CROSS JOIN LATERAL (
    SELECT original_id FROM sources_copy WHERE derived_id = tied.id AND state = 'confirmed'
    UNION ALL
    SELECT derived_id FROM sources_copy WHERE original_id = tied.id AND state = 'confirmed'
  ) AS other(id)
  WHERE (SELECT true FROM ({seen}) AS seen(id) WHERE seen.id = other.id)
)
SELECT copy.derived_id, copy.original_id FROM tied JOIN sources_copy AS copy ON copy.derived_id = tied.id
WHERE copy.state = 'confirmed' AND copy.original_id IN (SELECT id FROM tied)
"""


@dataclass(frozen=True)
class Published:
    """Where and when evidence was published first."""

    ref: str
    title: str
    published: str
    at: datetime


def disproved_denials(user: User) -> QuerySet[Any]:
    """Denials on which a finding that they are contradicted or refuted stands, as far as this reader may see."""
    rows: QuerySet[Any] = Statement.objects.visible_to(user).exclude(lifecycle=Lifecycle.REMOVED)
    return rows.filter(kind=StatementKind.DENIAL, finding__in=[Finding.CONTRADICTED, Finding.REFUTED])


def before_evidence(user: User) -> QuerySet[Any]:
    """Of those, the ones that were over before any of the evidence against them was published.

    Each carries ``evidence_from``, the earliest publication, and ``evidence_0`` to ``evidence_3`` (see
    ``first_published``). Evidence without a date, or that the reader may not see, counts for nothing.
    """
    cited = [_published(path, user) for path in PATHS]
    earliest = [
        Subquery(rows.values(f"{path}__published_start")[:1], output_field=DateTimeField())
        for path, rows in zip(PATHS, cited, strict=True)
    ]
    shown: dict[str, Any] = {
        f"evidence_{number}": folded(
            rows[:1],
            ref=f"{path}__ref", title=f"{path}__title", published=f"{path}__published", at=f"{path}__published_start",
        )
        for number, (path, rows) in enumerate(zip(PATHS, cited, strict=True))
    }  # fmt: skip
    rows: QuerySet[Any] = disproved_denials(user).annotate(evidence_from=Least(*earliest))
    early: QuerySet[Any] = rows.filter(said_end__lte=F("evidence_from")).annotate(**shown)
    return early


def first_published(denial: Any) -> Published:
    """The evidence of ``before_evidence`` that was published first."""
    found = [row for number in range(len(PATHS)) for row in getattr(denial, f"evidence_{number}")]
    first = min(found, key=lambda row: datetime.fromisoformat(row["at"]))
    return Published(first["ref"], first["title"], first["published"], datetime.fromisoformat(first["at"]))


def _published(path: str, user: User) -> QuerySet[Any]:
    """Dated sources of the evidence against a statement, along one path, the earliest first."""
    statements = Statement.objects.visible_to(user).seen_through(user, HIDES_SOURCE)
    seen = {
        PATHS[0]: Q(rendering__statement__in=statements),
        PATHS[1]: Q(statement__in=statements, statement__renderings__withdrawn_at=None),
        PATHS[2]: Q(note__in=OutsideNote.objects.visible_to(user)),
        PATHS[3]: Q(media_item__in=MediaItem.objects.visible_to(user)),
    }
    rows = Evidence.objects.filter(seen[path], assessment=OuterRef("standing_id"), direction=Direction.AGAINST)
    dated = {f"{path}__published_start__isnull": False, f"{path}__in": sources_shown_to(user)}
    return rows.filter(**dated).order_by(f"{path}__published_start")


def not_as_quoted(user: User) -> QuerySet[QuoteCheck]:
    """Checks by which words do not stand in a capture as they were taken, of statements this reader may see and may
    know the sources of: in copies too, and also where they stand again in a later capture.
    """
    resting = Statement.objects.visible_to(user).seen_through(user, HIDES_SOURCE).exclude(lifecycle=Lifecycle.REMOVED)
    return QuoteCheck.objects.filter(outcome__in=NOT_AS_QUOTED, rendering__statement__in=resting)


def changed_words(user: User) -> QuerySet[QuoteCheck]:
    """Of those, the newest in the source the words are from, where the reader may see that and the words stand."""
    later = QuoteCheck.objects.filter(
        rendering=OuterRef("rendering"),
        capture__source=OuterRef("capture__source"),
        capture__number__gt=OuterRef("capture__number"),
    )
    return not_as_quoted(user).filter(
        ~Exists(later),
        capture__source=F("rendering__source"),
        capture__source__in=sources_shown_to(user),
        rendering__withdrawn_at=None,
    )


@dataclass(frozen=True)
class Counts:
    """Reports behind an incident, their copies among them, and how many origins these are."""

    reports: int
    origins: int

    @property
    def over(self) -> int:
        """By how much one would count too many who took each report for an origin of its own."""
        return self.reports - self.origins


def counts_of_origins(incidents: Iterable[Incident], user: User) -> dict[uuid.UUID, Counts]:
    """Reports and origins of each incident, as ``claims.queries.origins`` counts them for one. Two queries."""
    keys = [incident.pk for incident in incidents]
    statements = (
        Statement.objects.visible_to(user).seen_through(user, HIDES_SOURCE).exclude(lifecycle=Lifecycle.REMOVED)
    )
    words = Rendering.objects.filter(
        is_among("statement__about__incident", keys), statement__in=statements, withdrawn_at=None,
        source__in=sources_shown_to(user),
    )  # fmt: skip
    notes = OutsideNote.objects.visible_to(user).filter(
        is_among("incident", keys), withdrawn_at=None, source__in=sources_shown_to(user)
    )
    rows = words.order_by().values_list("statement__about__incident", "source").distinct()
    reports: dict[uuid.UUID, set[uuid.UUID]] = {}
    for incident, source in rows.union(notes.order_by().values_list("incident", "source")).order_by():
        reports.setdefault(incident, set()).add(source)
    parts = _tied({source for sources in reports.values() for source in sources}, user)
    return {key: _counted(sources, parts) for key, sources in reports.items()}


def _counted(sources: set[uuid.UUID], parts: dict[uuid.UUID, frozenset[uuid.UUID]]) -> Counts:
    behind = {parts.get(source, frozenset({source})) for source in sources}
    return Counts(sum(map(len, behind)), len(behind))


def _tied(sources: set[uuid.UUID], user: User) -> dict[uuid.UUID, frozenset[uuid.UUID]]:
    """For each source that has copies or is one, all that are one origin with it. One query."""
    together: dict[uuid.UUID, set[uuid.UUID]] = {}
    for one, other in _ties(sources, user):
        merged = together.get(one, {one}) | together.get(other, {other})
        for key in merged:
            together[key] = merged
    return {key: frozenset(part) for key, part in together.items()}


def _ties(sources: set[uuid.UUID], user: User) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Confirmed copies between sources the reader may see, at any remove from these, which the reader may see."""
    seen, values = sources_shown_to(user).order_by().values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(TIES.format(seen=seen), [list(sources), *values])
        return [(one, other) for one, other in cursor.fetchall()]


__all__ = ["Counts", "Published", "before_evidence", "changed_words", "counts_of_origins", "first_published"]
