"""Places: how they are written, and what happened there."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from claims.listing.incidents import incident_rows, incidents_at_place
from claims.models import Place
from claims.views.paging import listed
from harmtracker.htmx import render_page
from harmtracker.permissions import SignedInRequest, requires


@require_safe
@requires("record.read")
def place(request: SignedInRequest, ref: str) -> HttpResponse:
    """One place: its names, and the incidents there, newest first."""
    shown = get_object_or_404(Place.objects.visible_to(request.user).prefetch_related("names"), ref=ref)
    rows = incidents_at_place(request.user, [shown.pk]).filter(merged_into=None)
    pages = listed(request, rows, name=f"place {shown.pk}")
    context = {
        "section": "incidents",
        "place": shown,
        "rows": incident_rows(pages.rows, request.user),
        "pages": pages,
    }
    return render_page(request, "places/detail.html", context)
