"""Comment requests: a party was asked for its side, and what came of it."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods

from claims.actions.comment_request import add_outcome, log_request
from claims.forms.comment_request import OutcomeForm, RequestForm
from claims.logbook import one_party
from claims.lookups import incidents_called
from claims.models import CommentRequest, Incident
from claims.queries.voices import Voice, voices
from claims.views.explaining import explain
from harmtracker.drafts import drafted, restore
from harmtracker.errors import Refused
from harmtracker.htmx import go_to, render_page
from harmtracker.permissions import SignedInRequest, requires


@require_http_methods(["GET", "HEAD", "POST"])
@requires("comment_request.edit")
@drafted(_lazy("Request for comment"))
def request_new(request: SignedInRequest, ref: str) -> HttpResponse:
    """Record that a party was asked about the incident, or why it was not."""
    incident = get_object_or_404(incidents_called(request.user, [ref]))
    heard = {voice.statement.ref: voice for voice in voices(incident, request.user)}
    form = RequestForm(request.POST or None, initial=_suggested(heard, request.GET.get("statement", "")))
    restore(request, form)
    form.fields["statement"].choices = [("", "—"), *((ref, voice.in_short) for ref, voice in heard.items())]  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        try:
            made = _log(form, incident, heard, request.user)
        except Refused as refusal:
            explain(form, refusal)
        else:
            return go_to(request, made.get_absolute_url())
    context = {"section": "incidents", "incident": incident, "form": form}
    return render_page(request, "requests/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("comment_request.edit")
@drafted(_lazy("What came of a request"))
def request_outcome(request: SignedInRequest, ref: str) -> HttpResponse:
    """Add what came of a request. What came before stays."""
    asked = get_object_or_404(
        CommentRequest.objects.visible_to(request.user)
        .filter(incident__in=Incident.objects.visible_to(request.user))
        .select_related("incident"),
        ref=ref,
    )
    heard = {voice.statement.ref: voice for voice in voices(asked.incident, request.user)}
    form = OutcomeForm(request.POST or None)
    restore(request, form)
    form.fields["reply"].choices = [("", "—"), *((ref, voice.in_short) for ref, voice in heard.items())]  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        reply = heard.get(form.cleaned_data["reply"])
        try:
            add_outcome(request=asked, by=request.user, reply=reply.statement if reply else None, **form.event())
        except Refused as refusal:
            explain(form, refusal)
        else:
            return go_to(request, asked.get_absolute_url())
    context = {"section": "incidents", "asked": asked, "incident": asked.incident, "form": form}
    return render_page(request, "requests/outcome.html", context, status=422 if form.errors else 200)


def _suggested(heard: dict[str, Voice], statement: str) -> dict[str, Any]:
    """We ask, and of an allegation its accused is asked about it."""
    voice = heard.get(statement)
    accused = voice.accused[0].name if voice and voice.accused else ""
    return {"asked_by": settings.HARMTRACKER_ORGANISATION, "statement": statement if voice else "", "party": accused}


def _log(form: RequestForm, incident: Incident, heard: dict[str, Voice], by: Any) -> CommentRequest:
    given = dict(form.cleaned_data)
    voice = heard.get(given.pop("statement"))
    return log_request(
        asked_by=one_party(given.pop("asked_by"), user=by, field="asked_by"),
        party=one_party(given.pop("party"), user=by, field="party"),
        incident=incident,
        statement=voice.statement if voice else None,
        outcome=given.pop("outcome") or None,
        by=by,
        **given,
    )
