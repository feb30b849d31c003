"""The captures of a source one after the other, and what changed between two of them, or against a copy."""

import re
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from claims.listing.changes import (
    attempts,
    captures_of,
    checks_in,
    comparison,
    copies_to_compare,
    quotations_of,
)
from claims.listing.source_page import source_frame, sources_of_pages
from harmtracker.htmx import render_page
from harmtracker.permissions import SignedInRequest, requires
from sources.models import Capture, Source
from sources.shown import sources_shown_to

NUMBER = re.compile(r"[0-9]{1,9}")
OTHER = re.compile(r"([A-Z0-9-]{1,12})/([0-9]{1,9})")


@dataclass(frozen=True)
class _Chosen:
    """The two captures asked for; ``other`` is the source of the later one where that is a copy's."""

    left: Capture
    right: Capture
    other: Source | None = None


@require_safe
@requires("record.read")
def changes(request: SignedInRequest, ref: str) -> HttpResponse:
    """The list of captures, and two of them side by side: by default the newest two with text."""
    source = get_object_or_404(sources_of_pages(request.user), ref=ref)
    captures = captures_of(source)
    chosen = _chosen(request, captures)
    renderings = quotations_of([source.pk, *([chosen.other.pk] if chosen and chosen.other else [])], request.user)
    keys = [each.pk for each in captures] + ([chosen.right.pk] if chosen and chosen.other else [])
    checks = checks_in(keys, renderings)
    context: dict[str, Any] = source_frame(request, source) | {
        "attempts": attempts(captures, checks),
        "readable": [each for each in captures if each.text_sha256],
        "copies": copies_to_compare(source, request.user),
        "chosen": chosen,
    }
    if chosen:
        sides = (chosen.left, chosen.right)
        texts = dict(Capture.objects.filter(pk__in=[side.pk for side in sides]).values_list("pk", "text"))
        for side in sides:
            side.text = texts[side.pk]
        context["shown"] = comparison(chosen.left, chosen.right, renderings, checks)
    return render_page(request, "sources/changes.html", context)


def _chosen(request: SignedInRequest, captures: list[Capture]) -> _Chosen | None:
    """What the address asks for, else the newest two with text; None while there are fewer. 404 for what is not."""
    readable = {each.number: each for each in captures if each.text_sha256}
    numbers = list(readable)
    if request.GET.get("with"):
        other, right = _of_copy(request, str(request.GET["with"]))
        left = _numbered(readable, request.GET.get("from"), numbers[0] if numbers else None)
        return _Chosen(left, right, other)
    if len(numbers) < 2 and not (request.GET.get("from") or request.GET.get("to")):
        return None
    right = _numbered(readable, request.GET.get("to"), numbers[0] if numbers else None)
    earlier = next((number for number in numbers if number < right.number), None)
    return _Chosen(_numbered(readable, request.GET.get("from"), earlier), right)


def _numbered(readable: dict[int, Capture], asked: str | None, otherwise: int | None) -> Capture:
    number = int(asked) if asked and NUMBER.fullmatch(asked) else otherwise if not asked else None
    if number not in readable:
        raise Http404
    return readable[number]


def _of_copy(request: SignedInRequest, asked: str) -> tuple[Source, Capture]:
    """A capture of another source the reader may see: ``SO-7K2QPM/2``."""
    match = OTHER.fullmatch(asked)
    if match is None:
        raise Http404
    found = get_object_or_404(
        Capture.objects.select_related("source", "requested_by").filter(source__in=sources_shown_to(request.user)),
        source__ref=match[1],
        number=int(match[2]),
    )
    if not found.is_readable:
        raise Http404
    return found.source, found
