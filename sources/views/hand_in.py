"""The one box in which everything is handed in."""

from datetime import timedelta
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from harmtracker.errors import Refused
from harmtracker.htmx import go_to, render_page
from harmtracker.permissions import SignedInRequest, requires
from harmtracker.records import called
from sources import bulk, intake
from sources.forms import HandInForm
from sources.intake import HandedIn
from sources.models import Source
from sources.shown import sources_shown_to

A_DAY = timedelta(days=1)


@requires("source.hand_in")
@require_http_methods(["GET", "POST"])
def hand_in(request: SignedInRequest) -> HttpResponse:
    """A link, a text or a file; then to its source, where the capture shows its progress."""
    form = HandInForm(request.POST or None, request.FILES or None, initial=request.GET.dict())
    if request.method == "POST" and form.is_valid():
        try:
            if form.cleaned_data["links"].strip():
                return _take_many(request, form)
            return _go_to_source(request, _take(request, form), form.cleaned_data["answers"])
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
    context = {"form": form, "section": "sources", "into": _named(request, form["into"].value())}
    return render_page(request, "sources/hand_in.html", context, status=422 if form.errors else 200)


@requires("source.hand_in")
@require_POST
def follow_link(request: SignedInRequest, ref: str) -> HttpResponse:
    """Capture a link that stands in a captured text, and record that it is cited there."""
    citing = get_object_or_404(sources_shown_to(request.user), ref=ref)
    address = request.POST.get("address", "")
    try:
        if not _stands_in(citing, address):
            raise Refused(_("This link does not stand in the captured text. Hand it in as a link of its own."))
        handed_in = intake.hand_in_link(address=address, by=request.user, cited_by=citing)
    except Refused as refusal:
        form = HandInForm({"address": address, "cited_by": citing.ref})
        form.is_valid()
        form.add_error("address", str(refusal.message))
        return render_page(request, "sources/hand_in.html", {"form": form, "section": "sources"}, status=422)
    return _go_to_source(request, handed_in, "")


def _stands_in(source: Source, address: str) -> bool:
    """Whether a capture of the source lists this link: only then is it cited there."""
    # No listed link holds a NUL, and the database cannot be asked for one.
    return "\0" not in address and source.captures.filter(links__contains=[{"href": address}]).exists()


def _take_many(request: SignedInRequest, form: HandInForm) -> HttpResponse:
    given = form.cleaned_data
    job = bulk.hand_in_links(
        lines=given["links"],
        by=request.user,
        visit_policy=given["visit_policy"] or "public_link",
        tlp=given["tlp"] or None,
    )
    return go_to(request, reverse("hand-in-batch", args=[job.pk]))


def _take(request: SignedInRequest, form: HandInForm) -> HandedIn:
    given = form.cleaned_data
    tlp = given["tlp"] or None
    into = _named(request, given["into"])
    if given["address"].strip():
        return intake.hand_in_link(
            address=given["address"],
            by=request.user,
            visit_policy=given["visit_policy"] or "public_link",
            tlp=tlp,
            cited_by=_named(request, given["cited_by"]),
        )
    if given["file"]:
        upload = given["file"]
        return intake.hand_in_file(
            name=upload.name,
            body=upload.read(),
            media_type=upload.content_type or "",
            by=request.user,
            title=given["title"],
            reason=given["reason"],
            into=into,
            tlp=tlp,
        )
    return intake.hand_in_text(
        text=given["text"], by=request.user, title=given["title"], reason=given["reason"], into=into, tlp=tlp
    )


def _named(request: SignedInRequest, ref: str | None) -> Source | None:
    return get_object_or_404(called(sources_shown_to(request.user), ref)) if ref else None


def _go_to_source(request: SignedInRequest, handed_in: HandedIn, answers: str) -> HttpResponse:
    if handed_in.is_held:
        messages.info(request, _held_words(handed_in))
    query = "?" + urlencode({"answers": answers}) if answers else ""
    return go_to(request, reverse("source", args=[handed_in.source.ref]) + query)


def _held_words(handed_in: HandedIn) -> str:
    """What a person is told of what is held: use it or capture it again; and since when, if it is of the last day."""
    capture = handed_in.capture
    if capture is None or timezone.now() - capture.created_at > A_DAY:
        return _("This is held already. Here is what was taken from it; capture it again if it may have changed.")
    return _("This is held already, captured at %(time)s UTC. Use it as it stands, or capture it again.") % {
        "time": capture.created_at.strftime("%H:%M")
    }
