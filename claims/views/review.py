"""The review queue: what waits for a second look."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from claims.listing.proposals import queue_of
from harmtracker.htmx import render_page
from harmtracker.people import recent_grants
from harmtracker.permissions import SignedInRequest, may, requires


@requires("record.submit")
@require_safe
def review(request: SignedInRequest) -> HttpResponse:
    """Next, please: proposals awaiting a decision and records in review, oldest first."""
    queue = queue_of(request.user)
    is_editor = may(request.user, "record.approve")
    grants = recent_grants() if is_editor else []
    first = next((each for each in queue.proposals if not each.why_not), None)
    context = {"section": "review", "queue": queue, "is_editor": is_editor, "grants": grants, "first": first}
    return render_page(request, "review/review.html", context)
