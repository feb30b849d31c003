"""Figures: numbers people gave about an incident, one at a time, as one reporter's table, and all of them over time."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods, require_safe

from claims.actions.figure import add_figure, add_table
from claims.forms.figure import FigureForm
from claims.forms.figure_table import FigureTableForm
from claims.lookups import incidents_called
from claims.queries.dossier import incident_for_page
from claims.queries.figures import figures_of
from claims.queries.offered import offered
from claims.undoing_added import figure_added, table_added
from claims.views.explaining import explain
from claims.views.incidents import acts_of, part_of
from claims.views.merging import onwards
from harmtracker.drafts import drafted, restore
from harmtracker.errors import Refused
from harmtracker.htmx import go_to, render_page
from harmtracker.permissions import SignedInRequest, requires
from harmtracker.undo import offer as offer_undo


@require_safe
@requires("record.read")
def figures(request: SignedInRequest, ref: str) -> HttpResponse:
    """Every number given about the incident: the computed ranges, over time, tables by sex and age, and one by one."""
    incident = incident_for_page(ref, request.user)
    if incident is None:
        raise Http404
    if incident.merged_into_id is not None:
        return onwards(incident, request.user)
    read = figures_of(incident, request.user, part_of(request))
    context = {"section": "incidents", "incident": incident, "read": read, "can": acts_of(request.user)}
    return render_page(request, "figures/page.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("figure.edit")
@drafted(_lazy("New figures"))
def figure_new(request: SignedInRequest, ref: str) -> HttpResponse:
    """Add a number that a statement about the incident gives. What is read in its words is shown before it is kept."""
    incident = get_object_or_404(incidents_called(request.user, [ref]))
    form = FigureForm(request.POST or None, initial={"statement": request.GET.get("statement", "")})
    restore(request, form)
    form.offer({voice.statement.ref: voice for voice in offered(incident, request.user, form.asked_for)})
    context: dict[str, Any] = {"section": "incidents", "incident": incident, "form": form}
    if form.is_bound:
        form.take_reading()
    if _asks_for(request, "reading"):
        return render_page(request, "figures/form.html", context, fragment="reading")
    if request.method == "POST" and form.is_valid() and not form.is_to_be_looked_at:
        statement = form.voice.statement
        try:
            made = add_figure(statement=statement, incident=incident, given=form.given(), by=request.user)
        except Refused as refusal:
            explain(form, refusal)
        else:
            page = f"{incident.get_absolute_url()}#figures"
            offer_undo(
                request, _("The figure is added."), figure_added, back=page, pk=str(made.pk), version=made.version
            )
            return go_to(request, page)
    return render_page(request, "figures/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("figure.edit")
@drafted(_lazy("New table of figures"))
def figure_table(request: SignedInRequest, ref: str) -> HttpResponse:
    """Add one reporter's table by sex and age. What the parts add up to is shown before anything is kept."""
    incident = get_object_or_404(incidents_called(request.user, [ref]))
    form = FigureTableForm(request.POST or None, initial={"statement": request.GET.get("statement", "")})
    restore(request, form)
    form.offer({voice.statement.ref: voice for voice in offered(incident, request.user, form.asked_for)})
    context: dict[str, Any] = {"section": "incidents", "incident": incident, "form": form}
    if _asks_for(request, "sums"):
        return render_page(request, "figures/table_form.html", context, fragment="sums")
    if request.method == "POST" and form.is_valid() and (form.was_looked_at or not form.cells):
        statement = form.voice.statement
        try:
            cells = add_table(statement=statement, incident=incident, cells=form.given(), by=request.user)
        except Refused as refusal:
            explain(form, refusal)
        else:
            page = f"{incident.get_absolute_url()}figures/#tables"
            versions = {str(cell.pk): cell.version for cell in cells}
            offer_undo(request, _("The table is added."), table_added, back=page, versions=versions)
            return go_to(request, page)
    context["is_to_be_looked_at"] = request.method == "POST" and not form.errors
    return render_page(request, "figures/table_form.html", context, status=422 if form.errors else 200)


def _asks_for(request: SignedInRequest, fragment: str) -> bool:
    """Whether the page asks only what the server makes of what is typed; nothing is kept then."""
    htmx: Any = getattr(request, "htmx", None)
    return request.method == "POST" and bool(htmx) and htmx.target == fragment
