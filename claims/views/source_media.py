"""From a source to a media item: the photo or video it publishes, described and tied to it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from claims.actions.media_item import create_media_item
from claims.forms.media_item import MediaItemForm
from claims.listing.source_page import sources_of_pages
from claims.models.media_item import MediaKind
from claims.undoing_added import offer_to_set_aside
from claims.views.explaining import explain
from harmtracker.errors import Refused
from harmtracker.htmx import go_to, render_page
from harmtracker.permissions import SignedInRequest, requires
from sources.models import Capture, Source
from sources.models.source import SourceKind


@requires("media_item.edit")
@require_http_methods(["GET", "POST"])
def media_new(request: SignedInRequest, ref: str) -> HttpResponse:
    """Describe the photo or video of a source. The form starts from what the source says of itself."""
    source = get_object_or_404(sources_of_pages(request.user), ref=ref)
    captured = source.captures.exclude(body=None).select_related("body").defer("text", "reading").order_by("-number")
    newest = captured.first()
    form = MediaItemForm(request.POST or None, initial=_as_told(source, newest))
    if request.method == "POST" and form.is_valid():
        try:
            item = create_media_item(
                by=request.user,
                source=source,
                body=newest.body if newest and _kind_of_file(newest) else None,
                **form.cleaned_data,
            )
        except Refused as refusal:
            explain(form, refusal)
        else:
            offer_to_set_aside(request, _("Added %(ref)s.") % {"ref": item.ref}, item)
            return go_to(request, item.get_absolute_url())
    context = {"form": form, "source": source, "section": "sources"}
    return render_page(request, "sources/media.html", context, status=422 if form.errors else 200)


def _as_told(source: Source, newest: Capture | None) -> dict[str, Any]:
    """What the page or file says of itself, as the start of a person's own words."""
    told = newest.metadata if newest else {}
    published = MediaKind.VIDEO if source.kind == SourceKind.VIDEO_PAGE else MediaKind.PHOTO
    return {
        "description": source.title[:300],
        "kind": (newest and _kind_of_file(newest)) or published,
        "first_seen": source.published,
        "address": told.get("content_url", [{"value": source.submitted_address}])[0]["value"],
        "tlp": source.tlp,
        "handling": source.handling,
    }


def _kind_of_file(capture: Capture) -> str:
    """What the captured bytes are: a photo, a video, or "" for anything else."""
    kinds = {"image": MediaKind.PHOTO, "video": MediaKind.VIDEO}
    return kinds.get(capture.media_type.partition("/")[0].strip().lower(), "")
