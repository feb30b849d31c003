"""The captures of a source one after the other, and what changed between them."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from claims.listing.source_page import source_frame, sources_of_pages
from harmtracker.htmx import render_page
from harmtracker.permissions import SignedInRequest, requires


@require_safe
@requires("record.read")
def changes(request: SignedInRequest, ref: str) -> HttpResponse:
    """The tab of that name on the page of a source."""
    source = get_object_or_404(sources_of_pages(request.user), ref=ref)
    return render_page(request, "sources/changes.html", source_frame(request, source))
