"""How many reports, and how many origins: copies of one report are one origin, however many there are."""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, Final
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.functional import Promise

from claims.models import OutsideNote
from harmtracker.models import User
from harmtracker.prepared import is_among, prepared
from sources.models import Source
from sources.models.copy import CopyKind
from sources.shown import parties_shown_to, sources_shown_to

# Reports quoted about an incident, with all sources tied to them by confirmed copies between sources the reader may
# see: key, and of each of its originals key and kind. Each step starts from one source, and asks of the other end alone
# whether it is seen: everything else would grow with the whole record. ``said`` is that of ``claims.queries.outline``.
REPORTS = """
SELECT json_agg(json_build_array(report.id, ARRAY(
  SELECT json_build_array(original_id, kind) FROM sources_copy
  WHERE derived_id = report.id AND state = 'confirmed' ORDER BY id)) ORDER BY published_start, created_at, id)
FROM ({shown}) AS report(id, published_start, created_at)
WHERE id = ANY(ARRAY(
  WITH RECURSIVE tied(id) AS (
    (SELECT source_id FROM claims_rendering
     WHERE statement_id = ANY(ARRAY(SELECT id FROM said WHERE names_source))
       AND withdrawn_at IS NULL AND source_id IS NOT NULL
     UNION {noted})
    UNION
    SELECT other.id FROM tied CROSS JOIN LATERAL (
      SELECT original_id FROM sources_copy WHERE derived_id = tied.id AND state = 'confirmed'
      UNION ALL
      SELECT derived_id FROM sources_copy WHERE original_id = tied.id AND state = 'confirmed'
    ) AS other(id)
    WHERE (SELECT true FROM ({seen}) AS seen(id) WHERE seen.id = tied.id)
      AND (SELECT true FROM ({seen}) AS seen(id) WHERE seen.id = other.id)
  ) SELECT id FROM tied))
"""
MOST_ORIGINS: Final = 40
"""Origins that are named, those with most copies first; all are counted."""


@dataclass
class Origin:
    """One origin: ``root`` is what the others were made from, ``copies`` each with how it was made.

    In words that are put into the language of whoever reads them: grouped reports are shared by requests.
    """

    root: Source
    copies: list[tuple[Source, str | Promise]] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Its publisher where the reader may see it, else its title."""
        return str(self.root.publisher) if getattr(self.root, "publisher_seen", False) else str(self.root)


@dataclass
class Origins:
    """Reports by origin, the one with most copies first. ``count`` origins of ``reports`` reports; some are named."""

    origins: list[Origin] = field(default_factory=list)
    count: int = 0
    reports: int = 0


def grouped_reports(told: list[Any]) -> Origins:
    """The origins of the reports of an ``Outline``, their sources known by key alone. Pure."""
    return grouped([SimpleNamespace(pk=key, made_from=made_from) for key, made_from in told])


def origins_shown(found: Origins, user: User) -> Origins:
    """Of ``grouped_reports`` the first MOST_ORIGINS with their sources, as the reader may see them. One query."""
    named = found.origins[:MOST_ORIGINS]
    keys = [str(source.pk) for origin in named for source in (origin.root, *(copy for copy, _how in origin.copies))]
    shown = {str(source.pk): source for source in _sources(user, sources=list(map(UUID, keys)))} if keys else {}
    origins = [
        Origin(shown[str(each.root.pk)], [(shown[str(it.pk)], how) for it, how in each.copies if str(it.pk) in shown])
        for each in named
        if str(each.root.pk) in shown
    ]
    return Origins(origins, found.count, found.reports)


def grouped(reports: list[Any]) -> Origins:
    """Sources, each ``made_from`` others by (key, kind of copy), tied into origins. Pure."""
    by_key = {report.pk: report for report in reports}
    made_from = {
        report.pk: [(original, kind) for original, kind in report.made_from if original in by_key] for report in reports
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
    return Origins(sorted(found, key=lambda origin: -len(origin.copies)), len(found), len(reports))


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
    copies: list[tuple[Source, str | Promise]] = [
        (source, CopyKind(made_from[source.pk][0][1]).label if made_from[source.pk] else "")
        for source in oldest_first
        if source is not root
    ]
    return Origin(root, copies)


def report_parts(user: User, incident: Any) -> tuple[dict[str, str], list[Any]]:
    """What REPORTS is made up of besides itself: SQL that Django wrote, and its values in their order."""
    notes = OutsideNote.objects.visible_to(user).filter(incident=incident, withdrawn_at=None, source__isnull=False)
    seen = sources_shown_to(user).order_by()
    rows = {
        "shown": seen.values_list("id", "published_start", "created_at"),
        "noted": notes.order_by().values("source"),
        "seen": seen.values("id"),
    }
    written = {name: each.query.sql_with_params() for name, each in rows.items()}
    values = [value for name in ("shown", "noted", "seen", "seen") for value in written[name][1]]
    return {name: sql for name, (sql, _values) in written.items()}, values


@prepared
def _sources(user: User, sources: Any) -> QuerySet[Any]:
    return (
        sources_shown_to(user)
        .filter(is_among("pk", sources))
        .select_related("publisher")
        .annotate(publisher_seen=Exists(parties_shown_to(user).filter(pk=OuterRef("publisher_id"))))
    )
