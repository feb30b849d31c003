"""What was taken out under an incident or of a statement and may be put back, as far as the reader may see it."""

from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q, QuerySet

from claims.models import Figure, Incident, Link, OutsideNote, Rendering, Statement
from claims.models.statement import Lifecycle
from harmtracker.markings import HIDES_WORDS
from harmtracker.models import User
from harmtracker.records import Workflow

MOST: Final = 50
"""Of each kind, the last taken out first."""


@dataclass(frozen=True)
class TakenOut:
    """Each list holds rows with who took them out, when and why. ``statements`` are removed by us or set aside."""

    renderings: list[Rendering]
    figures: list[Figure]
    notes: list[OutsideNote]
    links: list[Link]
    statements: list[Statement]

    @property
    def is_empty(self) -> bool:
        return not (self.renderings or self.figures or self.notes or self.links or self.statements)


def taken_out_of(record: Incident | Statement, user: User) -> TakenOut:
    """Five queries. Words are those of statements whose words the reader may read."""
    seen = Statement.objects.visible_to(user)
    own = seen.filter(about__incident=record) if isinstance(record, Incident) else seen.filter(pk=record.pk)
    keys = own.values("pk")
    ends = Q(from_statement__in=keys) | Q(to_statement__in=keys)
    links = Link.objects.filter(ends, from_statement__in=seen, to_statement__in=seen, removed_at__isnull=False)
    figures = Figure.objects.filter(statement__in=keys, incident__in=Incident.objects.visible_to(user))
    if isinstance(record, Incident):
        figures = figures.filter(incident=record)
    readable = own.seen_through(user, HIDES_WORDS).values("pk")
    return TakenOut(
        renderings=_last(Rendering.objects.filter(statement__in=readable).select_related("statement")),
        figures=_last(figures, "statement", "incident"),
        notes=_last(_notes(record, user)),
        links=list(links.select_related("from_statement", "to_statement", "removed_by").order_by("-removed_at")[:MOST]),
        statements=_statements(own, user),
    )


def _notes(record: Any, user: User) -> QuerySet[OutsideNote]:
    rows: QuerySet[OutsideNote] = OutsideNote.objects.visible_to(user).seen_through(user, HIDES_WORDS)
    return rows.filter(**{"incident" if isinstance(record, Incident) else "statement": record})


def _last(rows: QuerySet[Any], *related: str) -> list[Any]:
    found = rows.filter(withdrawn_at__isnull=False).select_related("withdrawn_by", *related)
    return list(found.order_by("-withdrawn_at", "-pk")[:MOST])


def _statements(rows: QuerySet[Statement], user: User) -> list[Statement]:
    gone = rows.filter(Q(lifecycle=Lifecycle.REMOVED) | Q(workflow=Workflow.SET_ASIDE))
    return list(gone.select_related("lifecycle_by").order_by("-pk")[:MOST])
