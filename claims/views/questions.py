"""What only this record can answer: who never answered, who denied before the evidence, where everybody stood."""

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from claims.forms.question_filters import PositionFilters, SilenceFilters, SpeakerFilters
from claims.listing.parties import positions_among
from claims.listing.questions import (
    changed_among,
    early_among,
    early_rows,
    rested_rows,
    silence_rows,
    silences_among,
    with_statements,
)
from claims.listing.statements import incidents_of
from claims.models import Incident, Statement
from claims.queries.answers import standing_accusations
from claims.queries.questions import disproved_denials, not_as_quoted
from claims.queries.stances import end_of, spoken_for, stances_on
from harmtracker.htmx import render_page
from harmtracker.listed import listed, looked_through
from harmtracker.models import User
from harmtracker.permissions import SignedInRequest, requires

QUESTIONS = [
    (
        "question-silences",
        _("Never answered"),
        _("Allegations that an accused party has not answered, and whether it was asked for its side."),
    ),
    (
        "question-denials",
        _("Denied before the evidence"),
        _("Denials made before the evidence that now stands against them was published."),
    ),
    (
        "question-positions",
        _("Positions"),
        _("What each party says of its own part in an incident, today or on a past day. Never our finding."),
    ),
    (
        "question-changed",
        _("Changed at the source"),
        _("Statements whose words no longer stand in their source as they were taken."),
    ),
    (
        "question-origins",
        _("Reports and origins"),
        _("Incidents of which more reports were published than there are origins behind them."),
    ),
]
"""Address, name and meaning of each, in the order in which they are shown."""
MOST_POSITIONS = 120
INCIDENTS_COUNTED = 100
"""Incidents whose reports are counted for one page."""


@require_safe
@requires("record.read")
def questions(request: SignedInRequest) -> HttpResponse:
    """The questions, each with what it means."""
    return _show(request, "index", "questions")


@require_safe
@requires("record.read")
def unanswered(request: SignedInRequest) -> HttpResponse:
    """Allegations the accused has never answered, newest first; by accused party where one is named."""
    user, filters = request.user, SilenceFilters(request.GET, request.user)
    rows = filters.apply(standing_accusations(user))
    pages = looked_through(request, rows, lambda keys: silences_among(user, keys=keys), name=request.path)
    return _show(request, "silences", "question-silences", filters=filters, pages=pages,
                 rows=silence_rows(pages.rows, user) if pages.rows else [])  # fmt: skip


@require_safe
@requires("record.read")
def denials(request: SignedInRequest) -> HttpResponse:
    """Denials made before the evidence that now contradicts them, newest logged first."""
    user, filters = request.user, SpeakerFilters(request.GET, request.user)
    rows = filters.apply(disproved_denials(user))
    pages = looked_through(request, rows, lambda keys: early_among(user, keys=keys), name=request.path)
    return _show(request, "denials", "question-denials", filters=filters, pages=pages,
                 rows=early_rows(pages.rows, user) if pages.rows else [])  # fmt: skip


@require_safe
@requires("record.read")
def changed(request: SignedInRequest) -> HttpResponse:
    """Statements whose words were edited, moved or lost in the newest capture of their source, newest change first."""
    user, filters = request.user, SpeakerFilters(request.GET, request.user)
    rows = filters.apply(not_as_quoted(user))
    pages = looked_through(request, rows, lambda keys: changed_among(user, keys=keys), name=request.path)
    return _show(request, "changed", "question-changed", filters=filters, pages=pages,
                 rows=with_statements(pages.rows, user) if pages.rows else [])  # fmt: skip


@require_safe
@requires("record.read")
def origins(request: SignedInRequest) -> HttpResponse:
    """Incidents with more reports than origins: of so many of the newest, the most often counted too many first."""
    rows = Incident.objects.visible_to(request.user).filter(merged_into=None)
    pages = listed(request, rows, name=request.path, size=INCIDENTS_COUNTED)
    found = rested_rows(pages.rows, request.user)
    return _show(request, "origins", "question-origins", pages=pages, rows=found, looked_at=len(pages.rows))


@require_safe
@requires("record.read")
def positions(request: SignedInRequest) -> HttpResponse:
    """Where each party stood: ``?incident=`` everybody on it, ``?party=`` one on every incident, ``?at=2022-04-05``."""
    filters = PositionFilters(request.GET, request.user)
    incident, party = filters.incident_found(), filters.party_found()
    day = filters.day
    until = end_of(day) if day else None
    more: dict[str, Any] = {"filters": filters, "incident": incident, "party": party, "day": day}
    more["choices"] = [(name, filters.several(name)) for name in ("incident", "party")]
    if party is not None:
        spoken = spoken_for(party, request.user, most=MOST_POSITIONS, until=until, about=incident)
        more["stands"] = _stands(spoken, incident, request.user)
        more["earlier"] = _day_before(spoken) if len(spoken) == MOST_POSITIONS else None
    elif incident is not None:
        more["stances"] = stances_on(incident, request.user, until)
    return _show(request, "positions", "question-positions", **more)


def _stands(spoken: list[Statement], incident: Incident | None, user: User) -> list[Any]:
    about = incidents_of([each.pk for each in spoken], user) if spoken else {}
    stands = positions_among(spoken, about)
    return [each for each in stands if incident is None or each.incident == incident]


def _day_before(spoken: list[Statement]) -> Any:
    """The day before the oldest of these was said: where the next look begins. None where it is not dated."""
    start = spoken[-1].said_start
    return (start - timedelta(days=1)).date() if start else None


def _show(request: SignedInRequest, page: str, name: str, **context: Any) -> HttpResponse:
    filters, pages = context.get("filters"), context.get("pages")
    complaints = [*(filters.complaints if filters else []), *(pages.complaints if pages else [])]
    words = next((means for address, _label, means in QUESTIONS if address == name), "")
    heading = next((label for address, label, _means in QUESTIONS if address == name), "")
    own = {"section": "questions", "questions": QUESTIONS, "here": name, "heading": heading, "words": words}
    return render_page(request, f"questions/{page}.html", own | {"complaints": complaints} | context)
