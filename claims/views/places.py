"""Places: how they are written, and what happened there."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from claims.listing.incidents import incident_rows, incidents_at_place
from claims.models import Place
from claims.views.merging import onwards
from harmtracker.htmx import render_page
from harmtracker.listed import listed
from harmtracker.permissions import SignedInRequest, may, requires


@require_safe
@requires("record.read")
def place(request: SignedInRequest, ref: str) -> HttpResponse:
    """One place: its names, and the incidents there, newest first. A duplicate leads on."""
    shown = get_object_or_404(
        Place.objects.visible_to(request.user).select_related("set_aside_by").prefetch_related("names"), ref=ref
    )
    if shown.merged_into_id is not None:
        return onwards(shown, request.user)
    rows = incidents_at_place(request.user, [shown.pk]).filter(merged_into=None)
    pages = listed(request, rows, name=f"place {shown.pk}")
    context = {
        "section": "incidents",
        "place": shown,
        "rows": incident_rows(pages.rows, request.user),
        "pages": pages,
        "may_merge": may(request.user, "record.merge"),
    }
    return render_page(request, "places/detail.html", context)
