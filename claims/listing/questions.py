"""Rows of the questions only this record can answer."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from claims.listing.statements import StatementRow, statement_rows
from claims.models import Accusation, CommentRequest, CommentRequestEvent, Incident, QuoteCheck
from claims.models.comment_request import RequestOutcome, RequestState
from claims.queries.answers import silences
from claims.queries.questions import (
    Counts,
    Published,
    before_evidence,
    changed_words,
    counts_of_origins,
    first_published,
)
from harmtracker.markings import HIDES_WORDS
from harmtracker.models import User
from harmtracker.paging import PAGE_SIZE
from harmtracker.prepared import is_among, prepared
from sources.models import Party
from sources.quote_edits import Piece, pieces


@dataclass(frozen=True)
class Silence:
    """An accused party that never answered an allegation. ``asked``: what came of asking it for its side, oldest first.

    ``wording``: the party in the words of the allegation, "" where they are withheld.
    """

    accused: Party
    row: StatementRow
    wording: str
    asked: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Early:
    """A denial and the evidence against it that was published first, whole ``days`` after it."""

    row: StatementRow
    evidence: Published
    days: int


@dataclass(frozen=True)
class Changed:
    """Words that no longer stand in their source. ``pieces`` is empty where the words are withheld."""

    check: QuoteCheck
    row: StatementRow
    pieces: list[Piece]
    look: str


@dataclass(frozen=True)
class Rested:
    """An incident with its reports and origins."""

    incident: Incident
    counts: Counts


@prepared
def silences_among(user: User, keys: Any) -> QuerySet[Accusation]:
    """Those of these accusations that the accused has not answered, newest first; one more than a page shows."""
    return silences(user).filter(is_among("pk", keys)).order_by("-pk")[: PAGE_SIZE + 1]


@prepared
def early_among(user: User, keys: Any) -> QuerySet[Any]:
    """Those of these denials that were made before the evidence, in the same way; see ``before_evidence``."""
    early = before_evidence(user).filter(is_among("pk", keys)).only("said_end", "said_zone")
    return early.order_by("-pk")[: PAGE_SIZE + 1]


@prepared
def changed_among(user: User, keys: Any) -> QuerySet[QuoteCheck]:
    """Those of these checks by which words are not as quoted, in the same way, with what their rows need."""
    checks = changed_words(user).filter(is_among("pk", keys))
    shown = checks.select_related("capture", "rendering__capture", "rendering__source").only(
        "outcome", "operations", "capture__number", "capture__created_at", "rendering__statement_id",
        "rendering__exact", "rendering__lang", "rendering__capture__number", "rendering__source__ref",
        "rendering__source__title", "rendering__source__submitted_address",
    )  # fmt: skip
    return shown.order_by("-pk")[: PAGE_SIZE + 1]


def silence_rows(accusations: list[Accusation], user: User) -> list[Silence]:
    """One row for each accusation, in the order given; six queries."""
    rows = _statements([each.statement_id for each in accusations], user)
    parties = Party.objects.in_bulk([each.party_id for each in accusations])
    asked = _asked(accusations, rows, user)
    return [
        Silence(
            parties[each.party_id],
            rows[each.statement_id],
            each.wording if user.sees_through(rows[each.statement_id].statement.handling, HIDES_WORDS) else "",
            asked.get(each.pk, []),
        )
        for each in accusations
    ]


def early_rows(denials: list[Any], user: User) -> list[Early]:
    """One row for each denial of ``early_among``, in the order given; four queries."""
    rows = _statements([each.pk for each in denials], user)
    return [_early(each, rows[each.pk]) for each in denials]


def _early(denial: Any, row: StatementRow) -> Early:
    evidence = first_published(denial)
    zone = ZoneInfo(denial.said_zone)
    # What was said on a day ends as the next begins.
    said = (denial.said_end - timedelta(microseconds=1)).astimezone(zone).date()
    return Early(row, evidence, (evidence.at.astimezone(zone).date() - said).days)


def with_statements(checks: list[QuoteCheck], user: User) -> list[Changed]:
    """One row for each check of ``changed_among``, in the order given; four queries."""
    rows = _statements([each.rendering.statement_id for each in checks], user)
    return [_changed(each, rows[each.rendering.statement_id], user) for each in checks]


def _changed(check: Any, row: StatementRow, user: User) -> Changed:
    rendering = check.rendering
    shows_words = user.sees_through(row.statement.handling, HIDES_WORDS)
    asked = urlencode({"from": rendering.capture.number, "to": check.capture.number})
    look = f"{reverse('source-changes', args=[rendering.source.ref])}?{asked}#q-{rendering.pk}"
    return Changed(check, row, pieces(rendering.exact, check.operations) if shows_words else [], look)


def rested_rows(incidents: list[Incident], user: User) -> list[Rested]:
    """Those of the incidents behind which one report stands more than once, the most often counted too many first."""
    counts = counts_of_origins(incidents, user) if incidents else {}
    rows = [Rested(each, counts[each.pk]) for each in incidents if each.pk in counts and counts[each.pk].over]
    return sorted(rows, key=lambda row: -row.counts.over)


def _statements(keys: Iterable[uuid.UUID], user: User) -> dict[uuid.UUID, StatementRow]:
    rows = statement_rows(list(dict.fromkeys(keys)), user, asks_answers=False)
    return {row.statement.pk: row for row in rows}


def _asked(
    accusations: list[Accusation], rows: dict[uuid.UUID, StatementRow], user: User
) -> dict[uuid.UUID, list[str]]:
    """What came of requests to the accused about the allegation, or about an incident and no allegation."""
    newest = CommentRequestEvent.objects.filter(request=OuterRef("pk")).order_by("-happened_at", "-created_at")
    about = {each.pk: {incident.pk for incident in rows[each.statement_id].incidents} for each in accusations}
    requests = (
        CommentRequest.objects.visible_to(user)
        .filter(
            Q(is_among("statement", [each.statement_id for each in accusations]))
            | Q(is_among("incident", [key for keys in about.values() for key in keys]), statement=None),
            party__in={each.party_id for each in accusations},
        )
        .annotate(latest=Subquery(newest.values("outcome")[:1]), at=F("asked_start"))
        .order_by("created_at", "id")
    )
    found: dict[uuid.UUID, list[str]] = {}
    for request in requests:
        for each in accusations:
            is_about = request.statement_id == each.statement_id if request.statement_id else (
                request.incident_id in about[each.pk]
            )  # fmt: skip
            if request.party_id == each.party_id and is_about:
                found.setdefault(each.pk, []).append(_came_of(request))
    return found


def _came_of(request: Any) -> str:
    """What came of a request, in words: not sought, not sent yet, asked and waiting, or its newest outcome."""
    if request.state != RequestState.SENT:
        return str(RequestState(request.state).label)
    return str(RequestOutcome(request.latest).label) if request.latest else _("Asked; nothing recorded since")
