"""Drafts: the pages' scripts save what is typed here; a person throws one away."""

import uuid

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import resolve_url
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from harmtracker.drafts import KEY, SAVED, Saved, ago, save_draft, stamp, throw_away
from harmtracker.errors import Refused
from harmtracker.htmx import go_to
from harmtracker.permissions import SignedInRequest, requires


@requires("draft.keep")
@never_cache
@require_POST
def save(request: SignedInRequest) -> HttpResponse:
    """Keep a form as it is being typed: its fields, and which page and saving they belong to. Answers in words."""
    key, known = request.POST.get(KEY, ""), request.POST.get(SAVED, "")
    try:
        saved = save_draft(key=key, sent=request.POST, known=known, by=request.user)
    except Refused as refusal:
        return JsonResponse({"words": str(refusal.message)}, status=422)
    return JsonResponse({"saved": stamp(saved.draft), "words": _words(saved)})


@requires("draft.keep")
@require_POST
def drop(request: SignedInRequest) -> HttpResponse:
    """Throw one's own draft away, and go back to the empty form or to the desk, wherever the button was."""
    try:
        asked = uuid.UUID(request.POST.get("draft", ""))
    except ValueError:
        return go_to(request, resolve_url("desk"))
    page = throw_away(pk=asked, by=request.user)
    messages.success(request, _("Thrown away."))
    is_from_form = page is not None and request.POST.get("back") != "desk"
    return go_to(request, page.url if page and is_from_form else resolve_url("desk"))


def _words(saved: Saved) -> str:
    at = _("Saved %(time)s UTC") % {"time": date_format(saved.draft.saved_at, "H:i:s")}
    if saved.elsewhere is None:
        return at
    seconds = ago(saved.elsewhere)
    elsewhere = ngettext(
        "Also open elsewhere, saved there %(number)s second ago. Both are on your desk.",
        "Also open elsewhere, saved there %(number)s seconds ago. Both are on your desk.",
        seconds,
    )
    return f"{at}. {elsewhere % {'number': seconds}}"
