"""Taking words and numbers back. They stay in the history, with who, when and why."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from claims import undoing
from claims.actions.figure import withdraw_figure
from claims.actions.note import withdraw_note
from claims.actions.party import withdraw_tie
from claims.actions.statement import withdraw_rendering
from harmtracker.errors import Refused
from harmtracker.htmx import go_to
from harmtracker.permissions import SignedInRequest, requires
from harmtracker.sent import sent_as
from harmtracker.undo import Inverse, offer


@requires("statement.edit")
@require_POST
def rendering(request: SignedInRequest, pk: Any) -> HttpResponse:
    """Withdraw one rendering of a statement; another one has to stand."""
    found = _standing(undoing.renderings_for(request.user), pk)
    words, page = _("Withdrawn. The words stay in the history."), found.statement.get_absolute_url()
    return _withdraw(
        request, found, page, partial(withdraw_rendering, rendering=found), words, undoing.withdrawn_rendering
    )


@requires("figure.edit")
@require_POST
def figure(request: SignedInRequest, pk: Any) -> HttpResponse:
    """Withdraw a number; ranges are computed without it from now on."""
    found = _standing(undoing.figures_for(request.user), pk)
    words, page = _("Withdrawn. The number stays in the history."), found.incident.get_absolute_url() + "#figures"
    return _withdraw(request, found, page, partial(withdraw_figure, figure=found), words, undoing.withdrawn_figure)


@requires("note.edit")
@require_POST
def note(request: SignedInRequest, pk: Any) -> HttpResponse:
    """Withdraw an outside note; a finding that cites it is examined again."""
    found = _standing(undoing.notes_for(request.user), pk)
    words, page = _("Withdrawn. The note stays in the history."), found.incident.get_absolute_url()
    return _withdraw(request, found, page, partial(withdraw_note, note=found), words, undoing.withdrawn_note)


@requires("party.edit")
@require_POST
def tie(request: SignedInRequest, pk: Any) -> HttpResponse:
    """Withdraw a tie between two parties: they no longer act for one another."""
    found = _standing(undoing.ties_for(request.user), pk)
    words, page = _("Withdrawn. The tie stays in the history."), reverse("party-edit", args=[found.party.ref])
    return _withdraw(request, found, page, partial(withdraw_tie, tie=found), words, undoing.withdrawn_tie)


def _standing(rows: QuerySet[Any], pk: Any) -> Any:
    """The row of this key, if it is among these and nobody has withdrawn it; 404 otherwise."""
    return get_object_or_404(rows.filter(withdrawn_at=None), pk=pk)


def _withdraw(
    request: SignedInRequest, found: Any, page: str, withdraw: Callable[..., Any], words: str, function: Inverse
) -> HttpResponse:
    """Withdraw it with the reason that was sent, offer to undo that, and go to the page it stands on."""
    try:
        withdraw(reason=sent_as(request, "reason"), by=request.user)
        offer(request, words, function, back=page, pk=str(found.pk), version=found.version)
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    return go_to(request, page)
