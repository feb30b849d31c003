"""Media items: one photo or video, described; what was said about it and what we make of it. Nothing is shown."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from claims.listing.statements import statement_rows, statements_for_list
from claims.models import Assessment, MediaItem
from claims.models.assessment import DecisionKind
from claims.queries.conversation import remark_count
from harmtracker.htmx import render_page
from harmtracker.listed import listed
from harmtracker.markings import HIDES_SOURCE, HIDES_WORDS, Flag
from harmtracker.models import User
from harmtracker.permissions import SignedInRequest, may, requires
from sources.shown import sources_shown_to


@require_safe
@requires("record.read")
def media_item(request: SignedInRequest, ref: str) -> HttpResponse:
    """One media item: description, flags, finding, assessments, the statements about it."""
    items = MediaItem.objects.visible_to(request.user).select_related(
        "source", "standing__proposed_by", "standing__decision__decided_by"
    )
    item = get_object_or_404(items.annotate(remark_count=remark_count()), ref=ref)
    pages = listed(request, statements_for_list(request.user).filter(media_item=item), name=f"media {item.pk}")
    context = {
        "section": "statements",
        "item": item,
        "is_described": request.user.sees_through(item.handling, HIDES_WORDS),
        "flags": [Flag(flag).label for flag in item.handling],
        "source": _source(item, request.user),
        "shows_address": request.user.sees_through(item.handling, HIDES_SOURCE),
        "assessments": _assessments(item, request.user),
        "sees_work": may(request.user, "history.read"),
        "may_assess": may(request.user, "assessment.propose"),
        "rows": statement_rows(pages.keys, request.user),
        "pages": pages,
    }
    return render_page(request, "media_items/detail.html", context)


def _source(item: MediaItem, user: User) -> Any:
    """Where it was first seen, if this reader may see that."""
    if item.source_id is None or not user.sees_through(item.handling, HIDES_SOURCE):
        return None
    return sources_shown_to(user).filter(pk=item.source_id).first()


def _assessments(item: MediaItem, user: User) -> list[Assessment]:
    """Proposals and what became of them, newest first. Who does not work here sees the approved ones."""
    rows = Assessment.objects.filter(media_item=item).select_related("proposed_by", "decision__decided_by")
    if not may(user, "history.read"):
        rows = rows.filter(decision__kind=DecisionKind.APPROVE)
    return list(rows[:50])
