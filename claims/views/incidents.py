"""Incidents: the page (who said what, and what do we make of it?), adding one, editing one."""

import re
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods, require_safe

from claims.actions.incident import IncidentFields, create_incident, edit_incident
from claims.actions.place import create_place
from claims.forms.conflict import Differing, compared, opened_with, with_choices, without_withheld
from claims.forms.incident import IncidentEditForm, IncidentForm, as_it_stands, withheld_fields
from claims.lookups import places_suggested
from claims.models import Incident, Place
from claims.models.assessment import Tried
from claims.queries.dossier import Published, dossier, incident_for_page
from claims.queries.figure_chart import charts_of
from claims.queries.printed import marking_of
from claims.restoring import prefill
from claims.undoing_added import offer_to_set_aside
from claims.undoing_edits import offer_to_undo
from claims.views.explaining import explain
from claims.views.merging import led_on, onwards
from harmtracker import audit
from harmtracker.drafts import drafted, restore
from harmtracker.errors import Refused, StaleRecord
from harmtracker.htmx import go_to, render_page
from harmtracker.markings import HIDES_PLACE, HIDES_SUMMARY, Flag
from harmtracker.models import AuditEvent, User
from harmtracker.permissions import SignedInRequest, may, requires
from harmtracker.presence import shows_presence

PART = re.compile(r"[0-9]{1,6}")
ACTS_SHOWN = {
    "edits": "incident.edit",
    "answers": "link.edit",
    "proposes": "assessment.propose",
    "submits": "record.submit",
    "approves": "record.approve",
    "releases": "release.make",
    "marks": "marking.raise",
    "merges": "record.merge",
    "asks": "comment_request.edit",
    "notes": "note.edit",
    "sees_people": "history.read",
}


@require_safe
@requires("record.read")
def incident(request: SignedInRequest, ref: str) -> HttpResponse:
    """The dossier of one incident. Prints as it stands.

    A long ledger comes in parts: ``?part=2``, or ``?at=ST-7K2QPMX`` for the part in which a statement has its line.
    """
    found = incident_for_page(ref, request.user)
    if found is None:
        raise Http404
    if found.merged_into_id is not None:
        return onwards(found, request.user)
    read = dossier(found, request.user, part=part_of(request), at=request.GET.get("at", ""))
    chart = next(iter(charts_of(read.figures, read.ranges)), None)
    context = {"section": "incidents", "read": read, "chart": chart, "can": acts_of(request.user)}
    context |= {"marking": marking_of(read), "now": timezone.now()}
    return render_page(request, "incidents/detail.html", context | head_of(found, read.published))


def part_of(request: SignedInRequest) -> int:
    """The number of the part asked for by ``?part=``; 1 for what is no number."""
    part = request.GET.get("part", "")
    return int(part) if PART.fullmatch(part) else 1


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


@require_http_methods(["GET", "HEAD", "POST"])
@requires("incident.edit")
@drafted(_lazy("New incident"))
def incident_new(request: SignedInRequest) -> HttpResponse:
    """Add an incident as a draft."""
    form = IncidentForm(request.POST or None, user=request.user)
    restore(request, form)
    if request.method == "POST" and form.is_valid():
        try:
            with audit.recording():
                given = _fields(form, request.user)
                made = create_incident(given=given, by=request.user, **form.marking())
        except Refused as refusal:
            explain(form, refusal)
        else:
            offer_to_set_aside(request, _("Added %(ref)s.") % {"ref": made.ref}, made)
            return go_to(request, made.get_absolute_url())
    return _form_page(request, form, {})


@require_http_methods(["GET", "HEAD", "POST"])
@requires("incident.edit")
@drafted(_lazy("Incident, edited"))
@shows_presence(Incident.objects.visible_to)
def incident_edit(request: SignedInRequest, ref: str) -> HttpResponse:
    """Edit an incident. When somebody saved meanwhile, both versions stand side by side and nothing typed is lost."""
    shown = get_object_or_404(Incident.objects.visible_to(request.user).select_related("place"), ref=ref)
    if (onto := led_on(request, shown)) is not None:
        return onto
    stands = as_it_stands(shown, request.user)
    posted = with_choices(request.POST, stands) if request.method == "POST" else None
    form = IncidentEditForm(posted, initial=opened_with(stands), user=request.user)
    restore(request, form)
    without_withheld(form, withheld_fields(shown, request.user))
    prefill(request, shown, "incident", form)
    differing: list[Differing] | None = None
    if posted is not None and form.is_valid():
        try:
            _save(shown, form, request.user)
        except StaleRecord as refusal:
            stands = as_it_stands(refusal.current, request.user)
            form, differing = compared(lambda sent: IncidentEditForm(sent, user=request.user), request.POST, stands)
            explain(form, refusal)
        except Refused as refusal:
            explain(form, refusal)
        else:
            offer_to_undo(request, shown, "incident", since=form.cleaned_data["version"])
            return go_to(request, shown.get_absolute_url())
    last = AuditEvent.objects.filter(subject_id=shown.pk).first() if differing is not None else None
    return _form_page(request, form, {"incident": shown, "differing": differing, "last": last})


def _save(shown: Incident, form: IncidentEditForm, by: Any) -> None:
    with audit.recording():
        edit_incident(
            incident=shown,
            given=_fields(form, by, shown),
            expected_version=form.cleaned_data["version"],
            by=by,
            reason=form.cleaned_data["reason"],
        )


def _fields(form: IncidentForm, by: User, shown: Incident | None = None) -> IncidentFields:
    """What the form says; a new place is added in the same act. What is withheld from the person stays as it is."""
    given = form.cleaned_data
    plain = ("title", "summary", "occurred", "occurred_zone", "place_as_reported", "place_precision", "harm", "means")
    values = {name: given[name] for name in plain}
    place = form.found_place
    if given["place"] and given["is_new_place"]:
        place = create_place(by=by, name=given["place"])
    if shown is None:
        return IncidentFields(**values, place=place)
    sees_place = by.sees_through(shown.handling, HIDES_PLACE)
    if place is None and not (sees_place and Place.objects.visible_to(by).filter(incidents=shown).exists()):
        place = shown.place
    if not by.sees_through(shown.handling, HIDES_SUMMARY):
        values["summary"] = values["summary"] or shown.summary
    if not sees_place:
        values["place_as_reported"] = values["place_as_reported"] or shown.place_as_reported
    return IncidentFields(**values, place=place, latitude=shown.latitude, longitude=shown.longitude)


def _form_page(request: SignedInRequest, form: IncidentForm, context: dict[str, Any]) -> HttpResponse:
    context |= {"section": "incidents", "form": form, "suggested": places_suggested(request.user)}
    return render_page(request, "incidents/form.html", context, status=422 if form.errors else 200)


def acts_of(user: User) -> dict[str, bool]:
    """What the reader's role lets the page offer, by the names templates use."""
    return {name: may(user, act) for name, act in ACTS_SHOWN.items()}
