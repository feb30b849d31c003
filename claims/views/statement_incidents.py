"""The incidents a statement is about: adding one and taking one out."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from claims.actions.statement_incidents import add_incident, remove_incident
from claims.forms.statement_incidents import AddIncidentForm, RemoveIncidentForm
from claims.listing.history import happened_meanwhile
from claims.models import Incident, Statement
from claims.undoing import put_under_incident, taken_out_of_incident
from claims.views.explaining import explain
from claims.views.statements import visible_statement
from harmtracker.errors import Refused, StaleRecord
from harmtracker.htmx import go_to, render_page
from harmtracker.permissions import SignedInRequest, requires
from harmtracker.records import called
from harmtracker.sent import replace_sent
from harmtracker.undo import Inverse, offer


@require_http_methods(["GET", "HEAD", "POST"])
@requires("statement.edit")
def statement_incidents(request: SignedInRequest, ref: str) -> HttpResponse:
    """What the statement is about, as far as the person sees it. ``do`` says which of the two forms was sent."""
    shown = visible_statement(request, ref)
    sent = request.POST.get("do", "") if request.method == "POST" else ""
    adding = AddIncidentForm(request.POST if sent == "add" else None, user=request.user)
    removing = RemoveIncidentForm(request.POST if sent == "remove" else None)
    form = {"add": adding, "remove": removing}.get(sent)
    is_stale = False
    if form is not None and form.is_valid():
        try:
            _do(request, shown, sent, form.cleaned_data)
        except StaleRecord as refusal:
            is_stale = True
            replace_sent(form, "version", refusal.current.version)
            form.add_error(None, str(refusal.message))
        except Refused as refusal:
            explain(form, refusal)
        else:
            return go_to(request, shown.get_absolute_url())
    return _page(request, ref, adding, removing, form=form, is_stale=is_stale)


def _do(request: SignedInRequest, shown: Statement, sent: str, given: dict[str, Any]) -> None:
    if sent == "add":
        add_incident(
            statement=shown,
            incident=given["incident"],
            expected_version=given["version"],
            reason=given["reason"],
            by=request.user,
        )
        words = _("It is now also about “%(title)s”.") % {"title": given["incident"].title}
        _offer(request, words, put_under_incident, shown, given["incident"])
        return
    incident = called(Incident.objects.visible_to(request.user).filter(statements=shown), given["incident"]).first()
    if incident is None:
        raise Refused(_("It is not about this incident."), field="incident")
    remove_incident(
        statement=shown,
        incident=incident,
        reason=given["reason"],
        expected_version=given["version"],
        by=request.user,
    )
    words = _("It is no longer about “%(title)s”.") % {"title": incident.title}
    _offer(request, words, taken_out_of_incident, shown, incident)


def _offer(request: SignedInRequest, words: str, function: Inverse, shown: Statement, incident: Incident) -> None:
    held = {"pk": str(shown.pk), "incident": str(incident.pk), "version": shown.version}
    offer(request, words, function, back=shown.get_absolute_url(), **held)


def _page(
    request: SignedInRequest,
    ref: str,
    adding: AddIncidentForm,
    removing: RemoveIncidentForm,
    *,
    form: Any,
    is_stale: bool,
) -> HttpResponse:
    shown = visible_statement(request, ref)
    context = {
        "section": "statements",
        "statement": shown,
        "incidents": list(Incident.objects.visible_to(request.user).filter(statements=shown).order_by("-pk")),
        "adding": adding,
        "removing": removing,
        "sent_form": form,
        "removed": removing.data.get("incident", ""),
        "changed": happened_meanwhile(shown, request.user) if is_stale else [],
    }
    return render_page(request, "statements/incidents.html", context, status=422 if form is not None else 200)
