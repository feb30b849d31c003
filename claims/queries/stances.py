"""Where parties stand on incidents, read so that a million statements do not matter. Never our finding.

The definition is the one of ``claims.queries.positions``; there it is taken from the outline of an incident that was
read anyway, here from the few rows that can count.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import F, Q, QuerySet
from django.db.models.expressions import RawSQL

from claims.models import Incident, Statement
from claims.models.statement import Lifecycle
from claims.queries.answers import standing_accusations
from claims.queries.positions import of_newest_day
from claims.queries.voices import Voice, said_on
from harmtracker.markings import HIDES_SPEAKER
from harmtracker.models import User
from harmtracker.prepared import is_among
from sources.models import Party
from sources.shown import parties_shown_to

# Who acted for the party, and between which days: through every chain of offices, bodies and spokespeople, as
# ``sources_acts_for`` follows them. Of each the newest, by the index on speaker and date; nobody's words are sorted
# with all they ever said.
SAID_FOR = """
ARRAY(WITH RECURSIVE acted(speaker, since, until) AS (
  SELECT %s::uuid, NULL::date, NULL::date
  UNION
  SELECT tie.party_id, greatest(acted.since, tie.since), least(acted.until, tie.until)
  FROM sources_affiliation AS tie JOIN acted ON tie.body_id = acted.speaker
  WHERE tie.withdrawn_at IS NULL AND (greatest(acted.since, tie.since) <= least(acted.until, tie.until)) IS NOT FALSE
)
SELECT said.id FROM acted CROSS JOIN LATERAL (
  SELECT id, said_start FROM ({rows}) AS each(id, party_id, said_start, day)
  WHERE each.party_id = acted.speaker
    AND (day IS NULL OR (coalesce(acted.since, day) <= day AND coalesce(acted.until, day) >= day))
  ORDER BY said_start DESC NULLS LAST LIMIT %s
) AS said
ORDER BY said.said_start DESC NULLS LAST, said.id DESC LIMIT %s)
"""
# What ``sources_acts_for`` says, for many speakers and days at once.
ACTED_FOR = """
WITH RECURSIVE upwards(speaker, day, id) AS (
  SELECT said.speaker, said.day, said.speaker FROM unnest(%s::uuid[], %s::date[]) AS said(speaker, day)
  UNION
  SELECT upwards.speaker, upwards.day, tie.body_id
  FROM upwards JOIN sources_affiliation AS tie ON tie.party_id = upwards.id
  WHERE tie.withdrawn_at IS NULL
    AND (day IS NULL OR (coalesce(tie.since, day) <= day AND coalesce(tie.until, day) >= day))
) SELECT speaker, day, id FROM upwards WHERE id = ANY(%s::uuid[])
"""
NEWEST_FIRST = (F("said_start").desc(nulls_last=True), F("id").desc())


@dataclass
class Stance:
    """A party on one incident at a date: current statements of the newest day that have a position, or none.

    ``is_accused``: an allegation made by that date accuses it.
    """

    party: Party
    is_accused: bool = False
    stated: list[Voice] = field(default_factory=list)


def spoken_for(
    party: Party, user: User, *, most: int, until: datetime | None = None, about: Incident | None = None
) -> list[Statement]:
    """The newest current statements with a position, by the party or by whoever acted for it on that day; one query.

    ``until``: said by then, undated ones left out. A speaker this reader may not see speaks for nobody.
    """
    rows = _with_position(user, until)
    if about is not None:
        rows = rows.filter(about__incident=about)
    rows = rows.filter(party__in=parties_shown_to(user))
    sql, values = rows.order_by().values_list("id", "party_id", "said_start", said_on()).query.sql_with_params()
    said = RawSQL(SAID_FOR.format(rows=sql), [party.pk, *values, most, most])  # noqa: S611  # nosec B611: SQL that Django wrote, values apart
    on_behalf = rows.filter(on_behalf_of=party).order_by(*NEWEST_FIRST).values("pk")
    among = Q(is_among("pk", said)) | Q(is_among("pk", ArraySubquery(on_behalf[:most])))
    found: QuerySet[Any] = Statement.objects.filter(among).select_related("party")
    return list(found.order_by(*NEWEST_FIRST)[:most])


def stances_on(incident: Incident, user: User, until: datetime | None = None) -> list[Stance]:
    """Where parties stood on the incident: the accused first, then everybody who stated a position, by name.

    Five queries, however many statements there are.
    """
    accused = _accused(incident, user, until)
    stated = _stated(incident, user, until, accused)
    shown = parties_shown_to(user).in_bulk([*accused, *stated])
    found = [Stance(shown[key], key in accused, stated.get(key, [])) for key in {*accused, *stated} if key in shown]
    return sorted(found, key=lambda each: (not each.is_accused, not each.stated, each.party.name))


def end_of(day: date) -> datetime:
    """The last moment of a day, in UTC: what was said on the day counts."""
    return datetime(day.year, day.month, day.day, 23, 59, 59, 999999, tzinfo=UTC)


def _with_position(user: User, until: datetime | None) -> QuerySet[Any]:
    """Current statements with a position whose speaker this reader may see."""
    rows: QuerySet[Any] = Statement.objects.visible_to(user).seen_through(user, HIDES_SPEAKER)
    rows = rows.filter(lifecycle=Lifecycle.CURRENT, responsibility_position__isnull=False)
    return rows if until is None else rows.filter(said_start__lte=until)


def _accused(incident: Incident, user: User, until: datetime | None) -> list[uuid.UUID]:
    rows = standing_accusations(user).filter(statement__about__incident=incident)
    if until is not None:
        rows = rows.filter(statement__said_start__lte=until)
    return list(rows.order_by("party__name", "party_id").values_list("party_id", flat=True).distinct())


def _stated(
    incident: Incident, user: User, until: datetime | None, accused: list[uuid.UUID]
) -> dict[uuid.UUID, list[Voice]]:
    """The statements that make the position of each accused party, and of whoever stated one."""
    rows = _with_position(user, until).filter(about__incident=incident, party__in=parties_shown_to(user))
    given = ("id", "party_id", "on_behalf_of_id", "said_start", "said_zone")
    said = [_Said(*row) for row in rows.order_by().values_list(*given)]
    bodies = {key for each in said for key in (each.party, each.behalf) if key is not None} | set(accused)
    acting = _acting({(each.party, each.day) for each in said}, list(bodies))
    heard: dict[uuid.UUID, list[_Said]] = {}
    for each in said:
        for key in {each.party, each.behalf, *acting.get((each.party, each.day), ())} & bodies:
            heard.setdefault(key, []).append(each)
    newest = {key: of_newest_day(stated) for key, stated in heard.items()}
    shown = Statement.objects.select_related("party").in_bulk(
        {each.key for stated in newest.values() for each in stated}
    )
    return {
        key: [Voice(shown[each.key], shown[each.key].party, None, None) for each in stated]
        for key, stated in newest.items()
    }


class _Said(NamedTuple):
    """As much of a statement with a position as tells whose position it is."""

    key: uuid.UUID
    party: uuid.UUID
    behalf: uuid.UUID | None
    said_start: datetime | None
    zone: str

    @property
    def day(self) -> date | None:
        """The day it was said, where it was said; as ``said_on``."""
        return self.said_start.astimezone(ZoneInfo(self.zone)).date() if self.said_start else None


def _acting(
    pairs: Iterable[tuple[uuid.UUID, date | None]], bodies: list[uuid.UUID]
) -> dict[tuple[uuid.UUID, date | None], set[uuid.UUID]]:
    """For each speaker and day the parties the speaker acted for then. Asked once for each pair, not for each row."""
    listed = list(pairs)
    if not listed or not bodies:
        return {}
    found: dict[tuple[uuid.UUID, date | None], set[uuid.UUID]] = {}
    with connection.cursor() as cursor:
        speakers, days = [speaker for speaker, _day in listed], [day for _speaker, day in listed]
        cursor.execute(ACTED_FOR, [speakers, days, bodies])
        for speaker, day, body in cursor.fetchall():
            found.setdefault((speaker, day), set()).add(body)
    return found
