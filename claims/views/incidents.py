"""The incident page: who said what, and what do we make of it?"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from claims.models.assessment import Tried
from claims.queries.dossier import Published, dossier, incidents_for_page
from harmtracker.htmx import render_page
from harmtracker.markings import Flag
from harmtracker.permissions import may, requires

ACTS_SHOWN = {
    "edits": "incident.edit",
    "answers": "link.edit",
    "proposes": "assessment.propose",
    "submits": "record.submit",
    "approves": "record.approve",
    "releases": "release.make",
    "marks": "marking.raise",
    "asks": "comment_request.edit",
    "sees_people": "history.read",
}


@require_safe
@requires("record.read")
def incident(request: HttpRequest, ref: str) -> HttpResponse:
    """The dossier of one incident. Prints as it stands."""
    found = get_object_or_404(incidents_for_page(request.user), ref=ref)
    read = dossier(found, request.user)
    silent = next((line.anchor for line in read.ledger.threads if line.silent), "")
    context = {"section": "incidents", "read": read, "can": acts_of(request.user), "first_silent": silent}
    return render_page(request, "incidents/detail.html", context | head_of(found, read.published))


def head_of(record: Any, state: Published | None) -> dict[str, Any]:
    """What stands at the top of a record's page in words: release, handling, what was tried."""
    tried = record.standing.tried if record.standing else []
    return {
        "released": release_words(state),
        "handling": [str(Flag(flag).label) for flag in record.handling],
        "tried": [str(Tried(code).label) for code in tried if code != Tried.OTHER],
    }


def release_words(state: Published | None) -> str:
    """Where a record stands with partners, in words."""
    if state is None:
        return _("Not released")
    if state.is_withdrawn:
        return _("Withdrawn from partners")
    if state.is_held:
        return _("Held back: a flag stops it")
    words = _("Version %(version)s released") % {"version": state.version}
    return _("%(words)s, changes not yet released") % {"words": words} if state.is_behind else words


def acts_of(user: object) -> dict[str, bool]:
    """What the reader's role lets the page offer, by the names templates use."""
    return {name: may(user, act) for name, act in ACTS_SHOWN.items()}
