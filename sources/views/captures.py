"""A capture on its way: its steps, trying again, comparing, and the bytes themselves."""

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from harmtracker import audit
from harmtracker.errors import Refused
from harmtracker.htmx import go_to, render_page
from harmtracker.permissions import SignedInRequest, requires
from harmtracker.sent import sent_as
from harmtracker.undo import offer
from sources import intake, recheck
from sources.capture.seal import Damaged, StoreUnavailable, open_blob
from sources.forms import CompareForm
from sources.models import Capture
from sources.progress import progress_of
from sources.shown import sources_shown_to
from sources.undoing import watch_set


def visible_capture(request: SignedInRequest, ref: str, number: int) -> Capture:
    """The capture, if the person may see its source; 404 otherwise."""
    rows = Capture.objects.filter(source__in=sources_shown_to(request.user), source__ref=ref)
    return get_object_or_404(rows.select_related("source", "requested_by", "body"), number=number)


@requires("record.read")
@require_safe
def steps(request: SignedInRequest, ref: str, number: int) -> HttpResponse:
    """How far a capture is; the page asks for it every second until it is finished, then reloads itself."""
    capture = visible_capture(request, ref, number)
    response = render_page(
        request, "sources/steps.html", {"progress": progress_of(capture, request.user)}, fragment="run"
    )
    if not capture.is_under_way:
        response["HX-Refresh"] = "true"
    return response


@requires("capture.retry")
@require_POST
def again(request: SignedInRequest, ref: str) -> HttpResponse:
    """Visit the address once more; where it is asked for, have a browser render the page as well."""
    source = get_object_or_404(sources_shown_to(request.user), ref=ref)
    try:
        intake.capture_again(source=source, by=request.user, render=request.POST.get("render") == "yes")
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    return go_to(request, reverse("source", args=[source.ref]))


@requires("source.watch")
@require_POST
def watch(request: SignedInRequest, ref: str) -> HttpResponse:
    """Stop visiting a source on the schedule, or go on with it."""
    source = get_object_or_404(sources_shown_to(request.user), ref=ref)
    is_wanted = request.POST.get("watch") == "yes"
    held = {"pk": str(source.pk), "watch": source.watch, "reason": source.unwatched_reason}
    try:
        recheck.watch_source(source=source, watch=is_wanted, reason=sent_as(request, "reason"), by=request.user)
        if source.watch != held["watch"]:
            words = _("It is watched again.") if source.watch else _("Visits on the schedule are paused.")
            offer(request, words, watch_set, back=source.get_absolute_url(), **held)
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    return go_to(request, reverse("source", args=[source.ref]))


@requires("capture.compare")
@require_POST
def compared(request: SignedInRequest, ref: str, number: int) -> HttpResponse:
    """Record that a pasted or uploaded capture was compared with the publication by a second person."""
    capture = visible_capture(request, ref, number)
    form = CompareForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say what you compared it with."))
    else:
        try:
            intake.record_comparison(capture=capture, note=form.cleaned_data["note"], by=request.user)
            messages.success(request, _("Recorded: the capture was compared with the publication."))
        except Refused as refusal:
            messages.error(request, str(refusal.message))
    return go_to(request, capture.get_absolute_url())


@requires("record.read")
@require_safe
def body(request: SignedInRequest, ref: str, number: int) -> HttpResponseBase:
    """The sealed bytes, always as a download: captured HTML is never shown as HTML by us."""
    capture = visible_capture(request, ref, number)
    if capture.body is None or capture.body.destroyed_at:
        return render_page(request, "errors/404.html", status=404)
    try:
        held = open_blob(capture.body.sha256)
    except Damaged:
        messages.error(request, _("The stored file is missing or damaged. Tell whoever runs this installation."))
        return go_to(request, capture.get_absolute_url())
    except StoreUnavailable as refusal:
        messages.error(request, str(refusal.sentence))
        return go_to(request, capture.get_absolute_url())
    with audit.recording():
        audit.record("capture.downloaded", subject=capture.source, by=request.user)
    return FileResponse(
        held,
        as_attachment=True,
        filename=f"{capture.source.ref}-{capture.number}.bin",
        content_type="application/octet-stream",
        headers={"Content-Security-Policy": "sandbox; default-src 'none'", "X-Content-Type-Options": "nosniff"},
    )
