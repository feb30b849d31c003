"""The Reader: what a source says, and what has been taken from it."""

from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from claims.listing.cautions import cautions, icon_of
from claims.listing.resting import media_items_from
from claims.listing.source_page import source_frame, sources_of_pages
from claims.listing.told import told_by
from claims.lookups import parties_mentioned, places_mentioned
from claims.models import Rendering
from claims.queries.taken import taken_from
from claims.reading import paragraphs
from harmtracker.htmx import render_page
from harmtracker.models import User
from harmtracker.permissions import SignedInRequest, requires
from sources.capture.links import links_by_worth
from sources.capture.outcomes import Outcome
from sources.models import Capture, Source
from sources.models.capture import Obtained
from sources.models.source import SourceKind
from sources.progress import progress_of
from sources.shown import sources_shown_to

MOST_LINKS = 60
MOST_ATTEMPTS = 12
"""Attempts named beside the text; the tab of captures has them all."""
LARGE = ("text", "reading", "hops", "metadata", "links", "flags")
READING = "reading"
SEEN = ("image/", "video/")


@requires("record.read")
@require_safe
def source(request: SignedInRequest, ref: str) -> HttpResponse:
    """A source in its newest readable capture; else in the newest one that brought something, else as it failed."""
    found = get_object_or_404(sources_of_pages(request.user), ref=ref)
    captures = captures_of(found)
    return _reader(request, found, captures, _best(captures))


@requires("record.read")
@require_safe
def capture(request: SignedInRequest, ref: str, number: int) -> HttpResponse:
    """A source in one named capture."""
    found = get_object_or_404(sources_of_pages(request.user), ref=ref)
    captures = captures_of(found)
    named = next((each for each in captures if each.number == number), None)
    if named is None:
        raise Http404
    return _reader(request, found, captures, named)


def captures_of(source: Source) -> list[Any]:
    """All attempts at the source, newest first, without their large columns; ``has_text`` where there is text."""
    rows = source.captures.select_related("requested_by").defer(*LARGE).order_by("-number")
    return list(rows.annotate(has_text=ExpressionWrapper(~Q(text=""), output_field=BooleanField())))


def reader_context(request: SignedInRequest, capture: Capture, taken: list[Rendering] | None = None) -> dict[str, Any]:
    """The captured text with its marks, ``taken`` where they are read already: for the Reader and beside the form."""
    taken = taken_from(capture, request.user) if taken is None else taken
    return {
        "capture": capture,
        "paragraphs": paragraphs(capture.text, taken, capture.flags),
        "taken_count": len(taken),
        "answers": request.GET.get("answers", ""),
    }


def _best(captures: list[Any]) -> Any:
    brought = (each for each in captures if each.outcome and Outcome(each.outcome).is_captured)
    readable = (each for each in captures if each.has_text)
    return next(readable, None) or next(brought, None) or (captures[0] if captures else None)


def _reader(request: SignedInRequest, source: Source, captures: list[Any], named: Any) -> HttpResponse:
    under_way = next((each for each in captures if each.is_under_way), None)
    ended = next((each for each in captures if each.outcome), None)
    shown = source.captures.select_related("requested_by", "body").get(pk=named.pk) if named else None
    context = source_frame(request, source)
    context |= {
        "captures": [(each, Outcome(each.outcome) if each.outcome else None) for each in captures[:MOST_ATTEMPTS]],
        "capture_count": len(captures),
        "shown": shown,
        "outcome": Outcome(shown.outcome) if shown and shown.outcome else None,
        "progress": progress_of(under_way, request.user) if under_way else None,
        "cautions": cautions(source, shown, ended, names_people=context["may_write"]),
        "cited_by": sources_shown_to(request.user).filter(cites__cited=source).distinct()[:20],
    }
    if shown and shown.outcome:
        context |= _beside(shown, source, request.user)
    if shown and shown.is_readable:
        context |= _text(request, shown)
    elif shown:
        context["failure_icon"] = icon_of(Outcome(shown.outcome)) if shown.outcome else ""
        context["readable_before"] = [each for each in captures if each.has_text][:MOST_ATTEMPTS]
    return render_page(request, "sources/reader.html", context)


def _beside(shown: Capture, source: Source, user: User) -> dict[str, Any]:
    """What stands beside the text: what the page says of itself, who compared it, the photo or video it holds."""
    is_seen = source.kind == SourceKind.VIDEO_PAGE or shown.media_type.startswith(SEEN)
    is_handed_over = shown.obtained != Obtained.FETCHED
    return {
        "told": told_by(shown, user),
        "comparisons": list(shown.comparisons.select_related("created_by")) if is_handed_over else [],
        "is_seen": is_seen,
        "items": media_items_from(source, user) if is_seen else [],
    }


def _text(request: SignedInRequest, shown: Capture) -> dict[str, Any]:
    """The words: as canonical text, from which quotations are taken, or as the plain reading view."""
    if request.GET.get("view") == READING and shown.reading:
        return {"reading": [line for line in shown.reading.splitlines() if line.strip()]}
    return reader_context(request, shown) | {
        "parties": parties_mentioned(request.user, shown.text)[:20],
        "places": places_mentioned(request.user, shown.text)[:20],
        "links": links_by_worth(shown.links, shown.flags, shown.text)[:MOST_LINKS],
    }
