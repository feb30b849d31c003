"""Rows of statement lists: who said what, when, about which incidents, and what we make of it."""

import uuid
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from claims.listing.incidents import release_state, releases
from claims.models import Incident, Statement, StatementIncident
from claims.models.statement import StatementKind
from claims.queries.answers import silences
from claims.queries.voices import Accused, Voice, Words, attributed, in_order, put_first_words
from harmtracker.markings import HIDES_SPEAKER
from harmtracker.models import User
from harmtracker.prepared import is_among, prepared
from sources.shown import parties_shown_to

About = dict[uuid.UUID, list[Incident]]
"""The incidents of statements, by statement."""


@dataclass(frozen=True)
class StatementRow:
    """What a list shows of a statement, all of it as this reader may see it.

    ``unanswered_by`` is None where nobody asked for it or nobody is accused.
    """

    voice: Voice
    incidents: list[Incident]
    unanswered_by: list[Accused] | None = None
    release: str = ""

    @property
    def statement(self) -> Statement:
        return self.voice.statement

    @property
    def words(self) -> Words | None:
        """The first words held; a list shows no more."""
        return self.voice.words[0] if self.voice.words else None


@dataclass(frozen=True)
class _Around:
    """What one page of rows needs from beside the statements, by statement."""

    voices: dict[uuid.UUID, Voice]
    incidents: dict[uuid.UUID, list[Incident]] = field(default_factory=dict)
    silent: dict[uuid.UUID, set[uuid.UUID]] = field(default_factory=dict)


def statements_for_list(user: User) -> QuerySet[Statement]:
    """Statements this reader may see: keys to narrow, order and cut. ``statement_rows`` reads what is left of them."""
    rows: QuerySet[Statement] = Statement.objects.visible_to(user).only("created_at")
    return rows


def statements_by(user: User, parties: Collection[uuid.UUID]) -> Q:
    """Statements by any of these parties that this reader may know to be theirs."""
    shown = Q(party__in=parties) & Q(party__in=parties_shown_to(user))
    unseen = sorted(HIDES_SPEAKER - set(user.flags))
    return shown & ~Q(handling__overlap=unseen) if unseen else shown


def statement_rows(
    keys: list[uuid.UUID], user: User, *, asks_answers: bool = True, about: About | None = None
) -> list[StatementRow]:
    """One row for each of these statements that this reader may see, in the order given; at most four queries in all.

    ``about`` are the incidents of these statements where the caller has read them already (``incidents_of``).
    """
    heard = in_order(_heard(user, statements=keys), user) if keys else []
    if not heard:
        return []
    put_first_words(heard, user)
    allegations = [voice.key for voice in heard if voice.statement.kind == StatementKind.ALLEGATION]
    around = _Around(
        {voice.key: voice for voice in heard},
        incidents_of(keys, user) if about is None else about,
        _silent(allegations, user) if asks_answers and allegations else {},
    )
    return [_row(key, around, asks_answers) for key in keys if key in around.voices]


@prepared
def _heard(user: User, statements: Any) -> QuerySet[Any]:
    rows = Statement.objects.visible_to(user).filter(is_among("pk", statements))
    heard: QuerySet[Any] = attributed(rows, user).annotate(release_rows=releases())
    return heard


def _row(key: uuid.UUID, around: _Around, asks_answers: bool) -> StatementRow:
    voice = around.voices[key]
    heard: Any = voice.statement
    unanswered_by = None
    if asks_answers and voice.accused and voice.is_current and voice.statement.kind == StatementKind.ALLEGATION:
        silent = around.silent.get(key, set())
        unanswered_by = [accused for accused in voice.accused if uuid.UUID(str(accused.party_id)) in silent]
    return StatementRow(voice, around.incidents.get(key, []), unanswered_by, release_state(heard.release_rows))


def _silent(ids: list[uuid.UUID], user: User) -> dict[uuid.UUID, set[uuid.UUID]]:
    """For each allegation, the accused parties that have not answered it."""
    found: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for accusation in _silences_on(user, statements=ids):
        found[accusation.statement_id].add(accusation.party_id)
    return found


@prepared
def _silences_on(user: User, statements: Any) -> QuerySet[Any]:
    return silences(user).filter(is_among("statement", statements)).only("statement_id", "party_id")


def incidents_of(ids: Collection[uuid.UUID], user: User) -> About:
    """The incidents each statement is about, as far as this reader may see them: reference and title. One query."""
    found: dict[uuid.UUID, list[Incident]] = defaultdict(list)
    for row in _about(user, statements=list(ids)) if ids else []:
        found[row.statement_id].append(row.incident)
    return found


@prepared
def _about(user: User, statements: Any) -> QuerySet[Any]:
    return (
        StatementIncident.objects.filter(
            is_among("statement", statements), incident__in=Incident.objects.visible_to(user)
        )
        .select_related("incident")
        .only("statement_id", "incident__ref", "incident__title")
        .order_by("incident__created_at", "incident")
    )
