"""What proves that the captured bytes are those we held then."""

import re

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from claims.listing.evidence import proofs_of
from claims.listing.source_page import source_frame, sources_of_pages
from harmtracker.htmx import render_page
from harmtracker.permissions import SignedInRequest, requires

NUMBER = re.compile(r"[0-9]{1,9}")


@require_safe
@requires("record.read")
def evidence(request: SignedInRequest, ref: str) -> HttpResponse:
    """The tab of that name on the page of a source. ``?before=7`` goes on with the captures before the seventh."""
    source = get_object_or_404(sources_of_pages(request.user), ref=ref)
    asked = request.GET.get("before", "")
    before = int(asked) if NUMBER.fullmatch(asked) else None
    context = source_frame(request, source) | {"proofs": proofs_of(source, before)}
    return render_page(request, "sources/evidence.html", context)
