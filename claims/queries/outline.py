"""What was said about an incident, in outline: of every statement as little as its place in the ledger needs.

An incident may have ten thousand statements. Threads, positions, ranges and counts need to know of each, and of most of
them next to nothing, so one query tells that in one answer; words are read of what is shown (docs/decisions/0042).
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import starmap
from typing import Any, Final, NamedTuple

from django.contrib.postgres.fields import ArrayField
from django.db.models import Q, QuerySet, TextField, Value
from django.db.models.expressions import RawSQL
from django.db.models.fields import BooleanField, CharField
from django.db.models.functions import Cast

from claims.models import Accusation, Incident, Statement
from claims.models.link import LinkType
from claims.models.statement import Lifecycle, StatementKind
from claims.queries.answers import unanswered
from claims.queries.origins import REPORTS, report_parts
from claims.queries.unchanged import Moment, moment_of, newest_event
from claims.queries.voices import Voice, said_on
from harmtracker.markings import HIDES_NAME, HIDES_SOURCE, HIDES_SPEAKER, Flag
from harmtracker.models import User
from harmtracker.prepared import prepared
from sources.models import Party
from sources.shown import parties_shown_to

NOBODY: Final = -1
STANDING_CLAIMS = "SELECT id FROM said WHERE kind = 'allegation' AND lifecycle = 'current'"

# ``said`` counts the statements from 0 in the order in which they were said, undated ones last, as Voice.said_order.
# Everything after it speaks of them by that number, and of parties by theirs. ``acted``: who acted for the accused, and
# between which days, as ``sources_acts_for`` follows offices, bodies and spokespeople.
OUTLINE = """
(WITH RECURSIVE said AS MATERIALIZED (
  SELECT (row_number() OVER (
    ORDER BY said_start NULLS LAST, CASE WHEN said_start IS NULL THEN created_at END, id))::int - 1 AS n, each.*
  FROM ({statements}) AS each(id, ref, kind, lifecycle, tlp, party, behalf, position, said, said_precision,
                              said_start, created_at, day, names_speaker, names_source)
), charges AS MATERIALIZED (
  SELECT said.n, accused.party_id AS party
  FROM said JOIN claims_accusation AS accused ON accused.statement_id = said.id
  WHERE said.kind = 'allegation' AND said.lifecycle = 'current'
), parties AS MATERIALIZED (
  SELECT (row_number() OVER ())::int - 1 AS at, id, is_named, CASE WHEN is_named THEN ref ELSE '' END AS ref,
         CASE WHEN is_named THEN name ELSE '' END AS name, CASE WHEN is_named THEN '' ELSE pseudonym END AS alias
  FROM ({parties}) AS each(id, ref, name, pseudonym, is_named)
  WHERE id = ANY(ARRAY(SELECT party FROM said UNION SELECT behalf FROM said UNION SELECT party FROM charges))
), stated AS MATERIALIZED (
  SELECT said.n, said.party, said.position, said.day, (said.said_start AT TIME ZONE 'UTC')::date AS utc_day
  FROM said JOIN parties ON parties.id = said.party
  WHERE said.position IS NOT NULL AND said.lifecycle = 'current' AND said.names_speaker AND parties.is_named
), accused AS MATERIALIZED (
  SELECT parties.at, parties.id, parties.name, min(charges.n) AS first
  FROM charges JOIN parties ON parties.id = charges.party
  WHERE parties.is_named GROUP BY 1, 2, 3
), acted(at, speaker, since, until) AS (
  SELECT at, id, NULL::date, NULL::date FROM accused
  UNION
  SELECT acted.at, tie.party_id, greatest(acted.since, tie.since), least(acted.until, tie.until)
  FROM sources_affiliation AS tie JOIN acted ON tie.body_id = acted.speaker
  WHERE tie.withdrawn_at IS NULL AND (greatest(acted.since, tie.since) <= least(acted.until, tie.until)) IS NOT FALSE
)
SELECT json_build_object(
  'said', (SELECT json_build_array(string_agg(ref, ' '), string_agg(kind, ' '),
                                   string_agg(CASE WHEN is_current THEN 'y' ELSE 'n' END, ' '),
                                   string_agg(speaker::text, ' '), string_agg(behalf::text, ' '), string_agg(said, ' '),
                                   string_agg(said_precision, ' ')) FROM (
      SELECT said.ref, kind, lifecycle = 'current' AS is_current, coalesce(speaker.at, -1) AS speaker,
             coalesce(behalf.at, -1) AS behalf, said.said, said_precision
      FROM said LEFT JOIN parties AS speaker
        ON speaker.id = said.party AND (said.names_speaker OR NOT speaker.is_named)
      LEFT JOIN parties AS behalf ON behalf.id = said.behalf AND said.names_speaker AND behalf.is_named
      ORDER BY n) AS each),
  'markings', (SELECT json_agg(tlp) FROM (SELECT tlp FROM said GROUP BY tlp) AS each),
  'parties', (SELECT json_agg(json_build_array(ref, name, alias, is_named) ORDER BY at) FROM parties),
  'ties', (SELECT json_build_array(string_agg(answer::text, ' '), string_agg(target::text, ' ')) FROM (
      SELECT DISTINCT CASE WHEN is_turned THEN answer.n ELSE target.n END AS target,
                      CASE WHEN is_turned THEN target.n ELSE answer.n END AS answer
      FROM claims_link AS link JOIN said AS answer ON answer.id = link.from_statement_id
      JOIN said AS target ON target.id = link.to_statement_id
      CROSS JOIN LATERAL (SELECT link.type = 'contradicts' AND answer.n < target.n) AS each(is_turned)
      WHERE link.from_statement_id = ANY(ARRAY(SELECT id FROM said)) AND link.removed_at IS NULL
      ORDER BY target, answer) AS tied),
  'accused', (SELECT json_agg(at ORDER BY first, name) FROM accused),
  'stated', (SELECT json_agg(json_build_array(n, position, utc_day, acting_for) ORDER BY n) FROM (
      SELECT n, position, utc_day, array_remove(array_agg(DISTINCT acted.at), NULL) AS acting_for
      FROM stated LEFT JOIN acted ON acted.speaker = stated.party
        AND (day IS NULL OR (coalesce(acted.since, day) <= day AND coalesce(acted.until, day) >= day))
      GROUP BY 1, 2, 3) AS each),
  'silent', (SELECT json_agg(n ORDER BY n) FROM said WHERE id IN ({silences})),
  'figures', (SELECT json_agg(json_build_array(
                said.n, said.party, said.lifecycle, said.said_start, figure.id, outcome, population, demographic,
                count_kind, is_incident_area, least, best, most, as_of_start))
              FROM said JOIN claims_figure AS figure ON figure.statement_id = said.id
              WHERE figure.incident_id = %s AND figure.withdrawn_at IS NULL),
  'reports', ({reports})
)::text)
"""


class Said(NamedTuple):
    """A statement in outline. ``speaker`` and ``behalf`` are places in ``Outline.parties``, NOBODY where withheld."""

    ref: str
    kind: str
    is_current: bool
    speaker: int
    behalf: int
    said: str
    precision: str


class Known(NamedTuple):
    """A party: its name where this reader may know it, else what stands for it."""

    ref: str
    name: str
    alias: str
    is_named: bool


class Stated(NamedTuple):
    """A current statement with a position: which, of which day (UTC), and for which accused its speaker acted then."""

    said: int
    position: str
    day: date | None
    acting_for: list[int]


@dataclass
class Outline:
    """Statements oldest first; all else speaks of them by their places in ``said``.

    ``ties``: (answer, answered), by answered and then by answer. ``accused``: parties accused by current allegations.
    ``silent``: allegations that somebody accused never answered. ``markings``: each TLP met. ``figures`` and
    ``reports`` are rows for ``claims.queries.ranges`` and ``claims.queries.origins``.
    """

    said: list[Said] = field(default_factory=list)
    parties: list[Known] = field(default_factory=list)
    ties: list[tuple[int, int]] = field(default_factory=list)
    accused: list[int] = field(default_factory=list)
    stated: list[Stated] = field(default_factory=list)
    silent: list[int] = field(default_factory=list)
    markings: list[str] = field(default_factory=list)
    figures: list[Any] = field(default_factory=list)
    reports: list[Any] = field(default_factory=list)

    def speaker_of(self, place: int) -> int | str:
        """Tells speakers apart as far as the reader may: the party, else the name that stands for it."""
        key = self.said[place].speaker
        if key == NOBODY:
            return ""
        return key if self.parties[key].is_named else self.parties[key].alias


def outlined(incident: Incident, user: User) -> tuple[str, Moment | None]:
    """The outline as PostgreSQL tells it, and the moment of which it is; None before the first event. One query."""
    [told] = _outlined(user, incident=incident.pk)
    return str(told.outline), moment_of(told)


def read_outline(text: str) -> Outline:
    """The outline that ``outlined`` told. Pure."""
    told = {name: rows or [] for name, rows in json.loads(text).items()}
    refs, kinds, are_current, speakers, behalfs, dates, precisions = map(_column, told["said"])
    current = [each == "y" for each in are_current]
    columns = refs, kinds, current, map(int, speakers), map(int, behalfs), dates, precisions
    told["said"] = list(starmap(Said, zip(*columns, strict=True)))
    answers, targets = map(_column, told["ties"])
    told["ties"] = list(zip(map(int, answers), map(int, targets), strict=True))
    told["parties"] = list(map(Known._make, told["parties"]))
    told["stated"] = [
        Stated(place, position, date.fromisoformat(day) if day else None, acting)
        for place, position, day, acting in told["stated"]
    ]
    return Outline(**told)


def _column(told: str | None) -> list[str]:
    """The values of a column, none of which holds a blank; PostgreSQL gathers nothing to null."""
    return told.split(" ") if told is not None else []


def outline_of(heard: Iterable[Voice]) -> Outline:
    """The same of voices that were read already, oldest first; without figures, reports and silences."""
    heard = list(heard)
    made = Outline(markings=sorted({voice.statement.tlp for voice in heard}))
    places = {voice.key: place for place, voice in enumerate(heard)}
    known: dict[Any, int] = {}

    def place_of(key: Any, party: Known) -> int:
        if key not in known:
            known[key] = len(made.parties)
            made.parties.append(party)
        return known[key]

    for voice in heard:
        told = voice.statement
        speaker, behalf = NOBODY, NOBODY
        if voice.speaker is not None:
            speaker = place_of(voice.speaker.pk, Known(voice.speaker.ref, voice.speaker.name, "", True))
        elif voice.alias:
            speaker = place_of(voice.alias, Known("", "", voice.alias, False))
        if (body := voice.on_behalf_of) is not None:
            behalf = place_of(body.pk, Known(body.ref, body.name, "", True))
        made.said.append(Said(told.ref, told.kind, voice.is_current, speaker, behalf, told.said, told.said_precision))
        accuses = voice.is_current and told.kind == StatementKind.ALLEGATION
        for accused in voice.accused if accuses else ():
            made.accused.append(place_of(accused.party_id, Known(accused.ref, accused.name, "", True)))
    made.accused = list(dict.fromkeys(made.accused))
    for place, voice in enumerate(heard):
        if voice.speaker is not None and voice.is_current and voice.statement.responsibility_position:
            start: datetime | None = voice.statement.said_start
            acting = [known[key] for key in voice.speaks_for if key in known]
            made.stated.append(
                Stated(place, voice.statement.responsibility_position, start.date() if start else None, acting)
            )
    made.ties = sorted(_ties(heard, places), key=lambda tie: (tie[1], tie[0]))
    return made


def _ties(heard: list[Voice], places: dict[Any, int]) -> set[tuple[int, int]]:
    """Which answers which; both ends must be seen. The later of two that contradict each other is the answer."""
    ties = set()
    for place, voice in enumerate(heard):
        for link in voice.links:
            target = places.get(link.to_statement_id)
            if target is not None:
                is_turned = link.type == LinkType.CONTRADICTS and place < target
                ties.add((target, place) if is_turned else (place, target))
    return ties


@prepared
def _outlined(user: User, incident: Any) -> QuerySet[Any]:
    statements = (
        Statement.objects.visible_to(user)
        .filter(incidents=incident)
        .exclude(lifecycle=Lifecycle.REMOVED)
        .order_by()
        .values_list(
            "id", "ref", "kind", "lifecycle", "tlp", "party_id", "on_behalf_of_id", "responsibility_position", "said",
            "said_precision", "said_start", "created_at", said_on(), _through(user, HIDES_SPEAKER),
            _through(user, HIDES_SOURCE),
        )
    )  # fmt: skip
    parties = Party.objects.visible_to(user).order_by()
    claims = RawSQL(STANDING_CLAIMS, [])  # noqa: S611  # nosec B611: a constant
    charges = Accusation.objects.filter(statement__in=claims, party__in=parties_shown_to(user))
    rows = {
        "statements": statements,
        "parties": parties.values_list("id", "ref", "name", "pseudonym", _through(user, HIDES_NAME)),
        "silences": unanswered(charges, user).order_by().values("statement"),
    }
    written = {name: each.query.sql_with_params() for name, each in rows.items()}
    reports, report_values = report_parts(user, incident)
    sql = OUTLINE.format(reports=REPORTS.format(**reports), **{name: sql for name, (sql, _values) in written.items()})
    values = [value for name in rows for value in written[name][1]]
    told = RawSQL(sql, [*values, incident, *report_values], output_field=TextField())  # noqa: S611  # nosec B611: SQL that Django wrote, values apart
    return Incident.objects.filter(pk=incident).only("pk").annotate(outline=told, **newest_event())


def _through(user: User, flags: frozenset[Flag]) -> Any:
    """SQL: nothing is withheld from this reader by these flags."""
    unseen = sorted(flags - set(user.flags))
    if not unseen:
        return Value(True, output_field=BooleanField())
    return ~Q(handling__overlap=Cast(Value(unseen), ArrayField(CharField())))
