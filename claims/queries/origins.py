"""How many reports, and how many origins: copies of one report are one origin, however many there are."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.expressions import RawSQL

from claims.models import Incident, OutsideNote, Rendering, Statement
from claims.queries.rows import folded
from harmtracker.markings import HIDES_SOURCE
from harmtracker.models import User
from harmtracker.prepared import is_among, prepared
from sources.models import Copy, Source
from sources.models.copy import CopyKind, CopyState
from sources.shown import parties_shown_to, sources_shown_to

# All sources tied to the given ones by confirmed copies between sources the reader may see. Each step starts from one
# source, and asks of the other end alone whether it is seen: everything else would grow with the whole record.
TIED = """
ARRAY(WITH RECURSIVE tied(id) AS (
  ({quoted}) UNION ({noted})
  UNION
  SELECT other.id FROM tied CROSS JOIN LATERAL (
    SELECT original_id FROM sources_copy WHERE derived_id = tied.id AND state = 'confirmed'
    UNION ALL
    SELECT derived_id FROM sources_copy WHERE original_id = tied.id AND state = 'confirmed'
  ) AS other(id)
  WHERE (SELECT true FROM ({seen}) AS seen(id) WHERE seen.id = tied.id)
    AND (SELECT true FROM ({seen}) AS seen(id) WHERE seen.id = other.id)
) SELECT id FROM tied)
"""


@dataclass
class Origin:
    """One origin: ``root`` is what the others were made from, ``copies`` each with how it was made (words)."""

    root: Source
    copies: list[tuple[Source, str]] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Its publisher where the reader may see it, else its title."""
        return str(self.root.publisher) if getattr(self.root, "publisher_seen", False) else str(self.root)


@dataclass
class Origins:
    """The reports resting behind an incident, by origin, the one with most copies first."""

    origins: list[Origin] = field(default_factory=list)

    @property
    def reports(self) -> int:
        return sum(1 + len(origin.copies) for origin in self.origins)


def origins(incident: Incident, user: User) -> Origins:
    """Reports quoted about the incident, and their confirmed copies, as far as the reader may see. One query."""
    return grouped(_reports(user, incident=incident.pk))


def grouped(reports: list[Any]) -> Origins:
    """Sources with their ``made_from`` rows, tied into origins. Pure."""
    by_key = {report.pk: report for report in reports}
    made_from = {
        report.pk: [
            (UUID(row["original_id"]), row["kind"]) for row in report.made_from if UUID(row["original_id"]) in by_key
        ]
        for report in reports
    }
    ties: dict[Any, set[Any]] = {key: set() for key in by_key}
    for key, rows in made_from.items():
        for original, _kind in rows:
            ties[key].add(original)
            ties[original].add(key)
    found = []
    waiting = dict(by_key)
    for key in by_key:
        if key in waiting:
            found.append(_origin([waiting.pop(each) for each in _component(key, ties)], made_from))
    return Origins(sorted(found, key=lambda origin: -len(origin.copies)))


def _component(start: Any, ties: dict[Any, set[Any]]) -> list[Any]:
    reached, waiting = {start: True}, [start]
    while waiting:
        for key in ties[waiting.pop()]:
            if key not in reached:
                reached[key] = True
                waiting.append(key)
    return list(reached)


def _origin(members: list[Any], made_from: dict[Any, list[tuple[Any, str]]]) -> Origin:
    """The root is made from none of the others; where a circle leaves none, the one first held."""
    oldest_first = sorted(members, key=lambda source: source.pk)
    roots = [source for source in oldest_first if not made_from[source.pk]]
    root = (roots or oldest_first)[0]
    copies = [
        (source, str(CopyKind(made_from[source.pk][0][1]).label) if made_from[source.pk] else "")
        for source in oldest_first
        if source is not root
    ]
    return Origin(root, copies)


@prepared
def _reports(user: User, incident: Any) -> QuerySet[Any]:
    seen = sources_shown_to(user)
    statements = Statement.objects.visible_to(user).seen_through(user, HIDES_SOURCE).filter(incidents=incident)
    words = Rendering.objects.filter(statement__in=statements.exclude(lifecycle="removed"), withdrawn_at=None)
    notes = OutsideNote.objects.visible_to(user).filter(incident=incident, withdrawn_at=None)
    quoted_sql, quoted_values = _keys(words.filter(source__isnull=False), "source")
    noted_sql, noted_values = _keys(notes.filter(source__isnull=False), "source")
    seen_sql, seen_values = _keys(seen, "pk")
    # Only SQL that Django wrote is put in; values stay parameters.
    values = (*quoted_values, *noted_values, *seen_values, *seen_values)
    written = TIED.format(quoted=quoted_sql, noted=noted_sql, seen=seen_sql)
    tied = RawSQL(written, values)  # noqa: S611  # nosec B611: every part is SQL Django compiled, values apart
    copies = Copy.objects.filter(state=CopyState.CONFIRMED)
    return (
        seen.filter(is_among("pk", tied))
        .select_related("publisher")
        .annotate(
            publisher_seen=Exists(parties_shown_to(user).filter(pk=OuterRef("publisher_id"))),
            made_from=folded(
                copies.filter(derived=OuterRef("pk")).order_by("id"), original_id="original_id", kind="kind"
            ),
        )
        .order_by("published_start", "created_at", "pk")
    )


def _keys(rows: QuerySet[Any], column: str) -> tuple[str, tuple[Any, ...]]:
    return rows.order_by().values(column).query.sql_with_params()
