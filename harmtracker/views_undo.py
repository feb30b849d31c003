"""The button beside a sentence that says what was done."""

from django.http import HttpResponse
from django.shortcuts import resolve_url
from django.views.decorators.http import require_POST

from harmtracker.htmx import go_to
from harmtracker.permissions import SignedInRequest, requires
from harmtracker.undo import undo


@requires("act.undo")
@require_POST
def press(request: SignedInRequest) -> HttpResponse:
    """Undo what the reference names, and go to the page that shows it; a refusal is said in words."""
    onwards = undo(request, request.POST.get("token", ""), by=request.user)
    return go_to(request, onwards or resolve_url("desk"))
