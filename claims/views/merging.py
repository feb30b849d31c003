"""Merging duplicates, and leading from a duplicate's page to the record that stays."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from claims.actions.merge_incident import merge_incident
from claims.actions.merge_party import merge_party
from claims.actions.merge_place import merge_place
from claims.actions.separating import separate
from claims.forms.merge import MergeForm, TakeApartForm
from claims.listing.history import happened_meanwhile
from claims.models import Incident, Place
from claims.undoing_merges import merged
from claims.views.explaining import explain
from harmtracker.errors import Refused, StaleRecord
from harmtracker.htmx import go_to, render_page
from harmtracker.models import User
from harmtracker.permissions import SignedInRequest, requires
from harmtracker.sent import replace_sent
from harmtracker.undo import offer
from sources.shown import parties_shown_to

ACTIONS: dict[str, Any] = {"party": merge_party, "place": merge_place, "incident": merge_incident}
MOST_PARTS = 50
SECTIONS = {"party": "parties", "place": "incidents", "incident": "incidents"}


@require_http_methods(["GET", "HEAD", "POST"])
@requires("record.merge")
def merge(request: SignedInRequest, kind: str, ref: str) -> HttpResponse:
    """Merge this record, the duplicate, into another one of its kind."""
    duplicate = get_object_or_404(_rows(kind, request.user), ref=ref)
    form = MergeForm(request.POST or None, initial={"version": duplicate.version}, kind=kind, user=request.user)
    is_stale = False
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            into = ACTIONS[kind](
                duplicate=duplicate,
                into=given["into"],
                reason=given["reason"],
                expected_version=given["version"],
                by=request.user,
            )
        except StaleRecord as refusal:
            is_stale = True
            replace_sent(form, "version", refusal.current.version)
            form.add_error(None, str(refusal.message))
        except Refused as refusal:
            explain(form, refusal)
        else:
            words, page = (
                _("%(ref)s is now part of “%(name)s”.") % {"ref": duplicate.ref, "name": into},
                into.get_absolute_url(),
            )
            offer(request, words, merged, back=page, kind=kind, pk=str(duplicate.pk), version=duplicate.version)
            return go_to(request, page)
    context = {
        "section": SECTIONS[kind],
        "record": duplicate,
        "form": form,
        "changed": happened_meanwhile(duplicate, request.user) if is_stale else [],
        "parts": _parts(duplicate, request.user),
    }
    return render_page(request, "review/merge.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("record.merge")
def take_apart(request: SignedInRequest, kind: str, ref: str) -> HttpResponse:
    """Make a record that was merged a record of its own again, with a reason. One that is part of none is shown."""
    rows = _rows(kind, request.user)
    duplicate = get_object_or_404(rows.filter(Q(merged_into=None) | Q(merged_into__in=rows)), ref=ref)
    if duplicate.merged_into is None:  # also the second press of a double click
        return go_to(request, duplicate.get_absolute_url())
    form = TakeApartForm(request.POST or None, initial={"version": duplicate.version})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            separate(duplicate=duplicate, reason=given["reason"], expected_version=given["version"], by=request.user)
        except Refused as refusal:
            explain(form, refusal)
        else:
            messages.success(request, _("%(ref)s is a record of its own again.") % {"ref": ref})
            return go_to(request, duplicate.get_absolute_url())
    context = {"section": SECTIONS[kind], "record": duplicate, "into": duplicate.merged_into, "form": form}
    return render_page(request, "review/take_apart.html", context, status=422 if form.errors else 200)


def _parts(record: Any, user: User) -> list[tuple[Any, str]]:
    """Records that were merged into this one and may be taken out of it again, each with the page for that."""
    kind = record._meta.model_name
    rows = _rows(kind, user).filter(merged_into=record.pk).order_by("ref")[:MOST_PARTS]
    return [(row, reverse(f"{kind}-take-apart", args=[row.ref])) for row in rows]


def led_on(request: SignedInRequest, record: Any) -> HttpResponse | None:
    """From a form on a duplicate to the record it became; None where it is none, or where something was typed.

    What was typed would be lost: the form says that it was merged. 404 where the person does not see what it became.
    """
    if getattr(record, "merged_into_id", None) is None:
        return None
    onto = onwards(record, request.user)
    return None if holds_words(request) else onto


def holds_words(request: SignedInRequest) -> bool:
    """Whether something typed came with the request, or stands in a draft of its page."""
    return request.method == "POST" or request.drafting.draft is not None


def onwards(duplicate: Any, user: User) -> HttpResponseRedirect:
    """To the record a duplicate became. Not for ever: what one may see changes. 404 where the person sees it not."""
    kind = duplicate._meta.model_name
    stays = _rows(kind, user).filter(pk=duplicate.merged_into_id).first()
    if stays is None:
        raise Http404
    return HttpResponseRedirect(stays.get_absolute_url())


def _rows(kind: str, user: User) -> Any:
    rows = {"party": parties_shown_to, "place": Place.objects.visible_to, "incident": Incident.objects.visible_to}
    return rows[kind](user)
