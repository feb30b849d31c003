"""What was taken out under an incident or of a statement, and putting it back."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from claims.actions.comment_request import put_back_request
from claims.actions.party import put_back_tie
from claims.actions.put_back import put_back_figure, put_back_link, put_back_note, put_back_rendering
from claims.models import Figure, Link, OutsideNote, Rendering
from claims.queries.taken_out import taken_out_of
from claims.undoing import added_link, figures_for, links_for, notes_for, renderings_for, ties_for
from claims.undoing_added import figure_added, note_added, rendering_added, tie_added
from claims.views.subjects import SECTIONS, visible_record
from harmtracker.errors import Refused
from harmtracker.htmx import go_to, render_page
from harmtracker.permissions import SignedInRequest, may, requires
from harmtracker.sent import sent_as
from harmtracker.undo import Inverse, offer
from sources.models import Affiliation

LONGEST_REASON = 2000


@requires("history.read")
@require_safe
def taken_out(request: SignedInRequest, kind: str, ref: str) -> HttpResponse:
    """Everything that was withdrawn, removed or set aside there, with who, when and why."""
    record = visible_record(request, kind, ref)
    context = {
        "section": SECTIONS[kind],
        "record": record,
        "gone": taken_out_of(record, request.user),
        "may_put_back": may(request.user, "statement.edit"),
        "may_set_aside": may(request.user, "record.set_aside"),
    }
    return render_page(request, "review/taken_out.html", context)


@requires("statement.edit")
@require_POST
def rendering(request: SignedInRequest, pk: Any) -> HttpResponse:
    """Let withdrawn words stand again."""
    found: Rendering = get_object_or_404(renderings_for(request.user), pk=pk)
    return put_back_by(
        request,
        found,
        lambda told: put_back_rendering(rendering=found, **told),
        reverse("statement-taken-out", args=[found.statement.ref]),
        found.statement.get_absolute_url(),
        rendering_added,
    )


@requires("figure.edit")
@require_POST
def figure(request: SignedInRequest, pk: Any) -> HttpResponse:
    """Let a withdrawn number count again."""
    found: Figure = get_object_or_404(figures_for(request.user), pk=pk)
    return put_back_by(
        request,
        found,
        lambda told: put_back_figure(figure=found, **told),
        reverse("incident-taken-out", args=[found.incident.ref]),
        found.incident.get_absolute_url() + "#figures",
        figure_added,
    )


@requires("note.edit")
@require_POST
def note(request: SignedInRequest, pk: Any) -> HttpResponse:
    """Let a withdrawn outside note stand again."""
    found: OutsideNote = get_object_or_404(notes_for(request.user), pk=pk)
    return put_back_by(
        request,
        found,
        lambda told: put_back_note(note=found, **told),
        reverse("incident-taken-out", args=[found.incident.ref]),
        found.get_absolute_url(),
        note_added,
    )


@requires("link.edit")
@require_POST
def link(request: SignedInRequest, pk: Any) -> HttpResponse:
    """Let a removed link stand again, within the rules of today."""
    found: Link = get_object_or_404(links_for(request.user), pk=pk)
    return put_back_by(
        request,
        found,
        lambda told: put_back_link(link=found, **told),
        reverse("statement-taken-out", args=[found.from_statement.ref]),
        found.from_statement.get_absolute_url(),
        added_link,
    )


@requires("party.edit")
@require_POST
def tie(request: SignedInRequest, pk: Any) -> HttpResponse:
    """Let a withdrawn tie between two parties hold again."""
    found: Affiliation = get_object_or_404(ties_for(request.user), pk=pk)
    page = reverse("party-edit", args=[found.party.ref])
    return put_back_by(request, found, lambda told: put_back_tie(tie=found, **told), page, page, tie_added)


@requires("comment_request.edit")
@require_POST
def request_of(request: SignedInRequest, ref: str) -> HttpResponse:
    """Let a request for comment wait again whose withdrawal was recorded by mistake."""
    found = visible_record(request, "request", ref)
    return put_back_by(
        request,
        found,
        lambda told: put_back_request(request=found, by=told["by"], reason=told["reason"]),
        found.get_absolute_url(),
        found.get_absolute_url(),
    )


def put_back_by(
    request: SignedInRequest,
    found: Any,
    put: Callable[[dict[str, Any]], None],
    page: str,
    shown: str,
    undone_by: Inverse | None = None,
    **more: str,
) -> HttpResponse:
    """Put something back as the form that was sent says: ``put`` is told the version, the reason and by whom.

    To the page that shows it, having put it back; to the list of what is out, with the sentence, where refused.
    ``undone_by``, where there is such an inverse, is told ``more`` beside the key and the version of what was found.
    """
    version, reason = sent_as(request, "version"), sent_as(request, "reason")
    is_number = version.isascii() and version.isdigit() and len(version) < 10
    told = {"expected_version": int(version) if is_number else 0, "reason": reason[:LONGEST_REASON], "by": request.user}
    try:
        put(told)
    except Refused as refusal:
        messages.error(request, str(refusal.message))
        return go_to(request, page)
    words = _("Put back. The history keeps that it was out, and why.")
    if undone_by is None:
        messages.success(request, words)
    else:
        offer(request, words, undone_by, back=shown, pk=str(found.pk), version=found.version, **more)
    return go_to(request, shown)
