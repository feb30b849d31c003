"""Which other sources this one was made from, which were made from it, and what people decide about it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from claims.forms.copies import CopyDecisionForm, CopyForm
from claims.listing.copies import copies_of
from claims.listing.source_page import source_frame, sources_of_pages
from claims.undoing import copy_decided
from claims.views.explaining import explain
from harmtracker.errors import NotAllowed, Refused, StaleRecord
from harmtracker.htmx import go_to, render_page
from harmtracker.permissions import SignedInRequest, requires
from harmtracker.records import called
from harmtracker.undo import offer
from sources.catalogue import decide_copy, suggest_copy
from sources.models import Copy, Source
from sources.models.copy import CopyKind
from sources.shown import sources_shown_to


@require_safe
@requires("record.read")
def copies(request: SignedInRequest, ref: str) -> HttpResponse:
    """The tab of that name on the page of a source."""
    return _page(request, get_object_or_404(sources_of_pages(request.user), ref=ref), CopyForm())


def _page(request: SignedInRequest, source: Source, form: CopyForm) -> HttpResponse:
    context = source_frame(request, source) | {
        "copies": copies_of(source, request.user),
        "kinds": CopyKind.choices,
        "form": form,
    }
    return render_page(request, "sources/copies.html", context, status=422 if form.errors else 200)


@requires("copy.suggest")
@require_POST
def copy_suggest(request: SignedInRequest, ref: str) -> HttpResponse:
    """Suggest that this source was made from another one."""
    derived = get_object_or_404(sources_of_pages(request.user), ref=ref)
    form = CopyForm(request.POST)
    if not form.is_valid():
        return _page(request, derived, form)
    original = called(sources_shown_to(request.user), form.cleaned_data["original"]).first()
    try:
        if original is None:
            raise Refused(_("No source is held under this reference."), field="original")
        suggest_copy(derived=derived, original=original, kind=form.cleaned_data["kind"], by=request.user)
    except Refused as refusal:
        explain(form, refusal)
        return _page(request, derived, form)
    messages.success(request, _("Suggested. An editor confirms it."))
    return go_to(request, reverse("source-copies", args=[derived.ref]))


@requires("copy.confirm")
@require_POST
def copy_decide(request: SignedInRequest, pk: Any) -> HttpResponse:
    """Confirm or dismiss a copy, or decide it anew. Sources tied by confirmed copies are one origin."""
    visible = sources_shown_to(request.user)
    found = Copy.objects.filter(derived__in=visible, original__in=visible).select_related("derived", "original")
    copy = get_object_or_404(found, pk=pk)
    form = CopyDecisionForm(request.POST)
    beside = copy.original if request.POST.get("beside") == copy.original.ref else copy.derived
    page = reverse("source-copies", args=[beside.ref])
    if not form.is_valid():
        messages.error(request, _("Choose whether it is a copy, and of which kind."))
        return go_to(request, page)
    given = form.cleaned_data
    try:
        decide_copy(
            copy=copy,
            confirm=given["decision"] == CopyDecisionForm.CONFIRM,
            reason=given["reason"],
            kind=given["kind"],
            expected_version=given["version"],
            by=request.user,
        )
        held = {"pk": str(copy.pk), "version": copy.version, "beside": beside.ref}
        offer(request, _("Recorded. Origins are counted anew from now on."), copy_decided, back=page, **held)
    except StaleRecord:
        messages.error(request, _("Somebody decided on this copy after you opened the page. Look again."))
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal.message)) from refusal
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    return go_to(request, page)
