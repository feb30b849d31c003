"""Figures: numbers people gave about an incident."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods

from claims.actions.figure import add_figure
from claims.forms.figure import FigureForm
from claims.lookups import incidents_called
from claims.queries.voices import voices
from claims.views.explaining import explain
from harmtracker.drafts import drafted, restore
from harmtracker.errors import Refused
from harmtracker.htmx import go_to, render_page
from harmtracker.permissions import SignedInRequest, requires


@require_http_methods(["GET", "HEAD", "POST"])
@requires("figure.edit")
@drafted(_lazy("New figures"))
def figure_new(request: SignedInRequest, ref: str) -> HttpResponse:
    """Add a number that one of the incident's statements gives."""
    incident = get_object_or_404(incidents_called(request.user, [ref]))
    heard = {voice.statement.ref: voice for voice in voices(incident, request.user)}
    form = FigureForm(request.POST or None, initial={"statement": request.GET.get("statement", "")})
    restore(request, form)
    form.fields["statement"].choices = [(ref, voice.in_short) for ref, voice in heard.items()]  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        statement = heard[form.cleaned_data["statement"]].statement
        try:
            add_figure(statement=statement, incident=incident, given=form.given(), by=request.user)
        except Refused as refusal:
            explain(form, refusal)
        else:
            return go_to(request, f"{incident.get_absolute_url()}#figures")
    context: dict[str, Any] = {"section": "incidents", "incident": incident, "form": form}
    return render_page(request, "figures/form.html", context, status=422 if form.errors else 200)
