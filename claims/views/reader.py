"""The Reader: what a source says, and what has been taken from it."""

from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from claims.listing.source_page import copies_shown_to, source_frame, sources_of_pages
from claims.lookups import parties_mentioned, places_mentioned
from claims.models import Rendering
from claims.queries.taken import taken_from
from claims.reading import paragraphs
from harmtracker.htmx import render_page
from harmtracker.models import User
from harmtracker.permissions import SignedInRequest, requires
from sources.capture.outcomes import Outcome
from sources.models import Capture, Copy, Source
from sources.models.copy import CopyKind
from sources.progress import progress_of
from sources.shown import sources_shown_to

MOST_LINKS = 60


@requires("record.read")
@require_safe
def source(request: SignedInRequest, ref: str) -> HttpResponse:
    """A source in its newest readable capture, or in its newest attempt while there is none."""
    found = get_object_or_404(sources_of_pages(request.user), ref=ref)
    captures = captures_of(found)
    shown = next((capture for capture in captures if capture.is_readable), captures[0] if captures else None)
    return _reader(request, found, captures, shown)


@requires("record.read")
@require_safe
def capture(request: SignedInRequest, ref: str, number: int) -> HttpResponse:
    """A source in one named capture."""
    found = get_object_or_404(sources_of_pages(request.user), ref=ref)
    captures = captures_of(found)
    get_object_or_404(found.captures, number=number)
    return _reader(request, found, captures, next(each for each in captures if each.number == number))


def captures_of(source: Source) -> list[Capture]:
    """All attempts at the source, newest first, without the large columns of those not shown."""
    return list(source.captures.select_related("requested_by", "body").order_by("-number"))


def reader_context(request: SignedInRequest, capture: Capture, taken: list[Rendering] | None = None) -> dict[str, Any]:
    """The captured text with its marks, ``taken`` where they are read already: for the Reader and beside the form."""
    taken = taken_from(capture, request.user) if taken is None else taken
    return {
        "capture": capture,
        "paragraphs": paragraphs(capture.text, taken, capture.flags),
        "taken_count": len(taken),
        "answers": request.GET.get("answers", ""),
    }


def _reader(request: SignedInRequest, source: Source, captures: list[Capture], shown: Capture | None) -> HttpResponse:
    under_way = next((each for each in captures if each.is_under_way), None)
    context = source_frame(request, source) | {
        "captures": [(each, Outcome(each.outcome) if each.outcome else None) for each in captures],
        "shown": shown,
        "outcome": Outcome(shown.outcome) if shown and shown.outcome else None,
        "progress": progress_of(under_way) if under_way else None,
        "copies": _copies(source, request.user),
        "cited_by": sources_shown_to(request.user).filter(cites__cited=source).distinct()[:20],
        "copy_kinds": CopyKind.choices,
    }
    if shown and shown.is_readable:
        context |= reader_context(request, shown)
        context["parties"] = parties_mentioned(request.user, shown.text)[:20]
        context["places"] = places_mentioned(request.user, shown.text)[:20]
        context["links"] = shown.links[:MOST_LINKS]
        context["comparisons"] = list(shown.comparisons.select_related("created_by"))
    return render_page(request, "sources/reader.html", context)


def _copies(source: Source, user: User) -> list[Copy]:
    own = Q(derived=source) | Q(original=source)
    return list(copies_shown_to(user).filter(own).select_related("derived", "original", "decided_by"))
