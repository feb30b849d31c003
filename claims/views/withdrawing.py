"""Taking words and numbers back. They stay in the history, with who, when and why."""

from typing import Any

from django.contrib import messages
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
from claims.models import Figure, Incident, OutsideNote, Rendering, Statement
from harmtracker.errors import Refused
from harmtracker.htmx import go_to
from harmtracker.permissions import SignedInRequest, requires
from harmtracker.sent import sent_as
from harmtracker.undo import Inverse, offer


@requires("statement.edit")
@require_POST
def rendering(request: SignedInRequest, pk: Any) -> HttpResponse:
    """Withdraw one rendering of a statement; another one has to stand."""
    standing = Rendering.objects.filter(withdrawn_at=None, statement__in=Statement.objects.visible_to(request.user))
    found = get_object_or_404(standing.select_related("statement"), pk=pk)
    page = found.statement.get_absolute_url()
    try:
        withdraw_rendering(rendering=found, reason=sent_as(request, "reason"), by=request.user)
        _offer(request, _("Withdrawn. The words stay in the history."), undoing.withdrawn_rendering, found, page)
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    return go_to(request, page)


@requires("figure.edit")
@require_POST
def figure(request: SignedInRequest, pk: Any) -> HttpResponse:
    """Withdraw a number; ranges are computed without it from now on."""
    standing = Figure.objects.filter(
        withdrawn_at=None,
        statement__in=Statement.objects.visible_to(request.user),
        incident__in=Incident.objects.visible_to(request.user),
    )
    found = get_object_or_404(standing.select_related("incident"), pk=pk)
    page = found.incident.get_absolute_url() + "#figures"
    try:
        withdraw_figure(figure=found, reason=sent_as(request, "reason"), by=request.user)
        _offer(request, _("Withdrawn. The number stays in the history."), undoing.withdrawn_figure, found, page)
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    return go_to(request, page)


@requires("note.edit")
@require_POST
def note(request: SignedInRequest, pk: Any) -> HttpResponse:
    """Withdraw an outside note; a finding that cites it is examined again."""
    standing = OutsideNote.objects.visible_to(request.user).filter(
        withdrawn_at=None, incident__in=Incident.objects.visible_to(request.user)
    )
    found = get_object_or_404(standing.select_related("incident"), pk=pk)
    page = found.incident.get_absolute_url()
    try:
        withdraw_note(note=found, reason=sent_as(request, "reason"), by=request.user)
        _offer(request, _("Withdrawn. The note stays in the history."), undoing.withdrawn_note, found, page)
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    return go_to(request, page)


@requires("party.edit")
@require_POST
def tie(request: SignedInRequest, pk: Any) -> HttpResponse:
    """Withdraw a tie between two parties: they no longer act for one another."""
    found = get_object_or_404(undoing.ties_for(request.user).filter(withdrawn_at=None), pk=pk)
    page = reverse("party-edit", args=[found.party.ref])
    try:
        withdraw_tie(tie=found, reason=sent_as(request, "reason"), by=request.user)
        _offer(request, _("Withdrawn. The tie stays in the history."), undoing.withdrawn_tie, found, page)
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    return go_to(request, page)


def _offer(request: SignedInRequest, words: str, function: Inverse, found: Any, page: str) -> None:
    offer(request, words, function, back=page, pk=str(found.pk), version=found.version)
