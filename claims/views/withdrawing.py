"""Taking words and numbers back. They stay in the history, with who, when and why."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from claims.actions.figure import withdraw_figure
from claims.actions.note import withdraw_note
from claims.actions.statement import withdraw_rendering
from claims.models import Figure, Incident, OutsideNote, Rendering, Statement
from harmtracker.errors import Refused
from harmtracker.htmx import go_to
from harmtracker.permissions import SignedInRequest, requires


@requires("statement.edit")
@require_POST
def rendering(request: SignedInRequest, pk: Any) -> HttpResponse:
    """Withdraw one rendering of a statement; another one has to stand."""
    standing = Rendering.objects.filter(withdrawn_at=None, statement__in=Statement.objects.visible_to(request.user))
    found = get_object_or_404(standing.select_related("statement"), pk=pk)
    try:
        withdraw_rendering(rendering=found, reason=request.POST.get("reason", ""), by=request.user)
        messages.success(request, _("Withdrawn. The words stay in the history."))
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    return go_to(request, found.statement.get_absolute_url())


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
    try:
        withdraw_figure(figure=found, reason=request.POST.get("reason", ""), by=request.user)
        messages.success(request, _("Withdrawn. The number stays in the history."))
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    return go_to(request, found.incident.get_absolute_url() + "#figures")


@requires("note.edit")
@require_POST
def note(request: SignedInRequest, pk: Any) -> HttpResponse:
    """Withdraw an outside note; a finding that cites it is examined again."""
    standing = OutsideNote.objects.visible_to(request.user).filter(
        withdrawn_at=None, incident__in=Incident.objects.visible_to(request.user)
    )
    found = get_object_or_404(standing.select_related("incident"), pk=pk)
    try:
        withdraw_note(note=found, reason=request.POST.get("reason", ""), by=request.user)
        messages.success(request, _("Withdrawn. The note stays in the history."))
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    return go_to(request, found.incident.get_absolute_url())
