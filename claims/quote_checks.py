"""Looking for every quotation again: in each later capture of its source, and in each copy of it, both ways.

It adds facts and changes nothing else: what was found is for people (`claims.alarms`), and no finding, marking or
release ever follows by itself.
"""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from claims.models import QuoteCheck, Rendering
from claims.models.rendering import QuoteOutcome
from sources.models import Capture, Copy
from sources.models.copy import CopyState
from sources.quote_check import QuoteCheck as Found
from sources.quote_check import Searched, check, check_attribution
from sources.quote_edits import Operation
from sources.quotes import Place, Selector, selector_at

MOST_CANDIDATES = 20  # places kept of words that stand in many


def check_quotations(capture: Capture) -> list[QuoteCheck]:
    """Look for all standing quotations of this capture's source, and of its confirmed copies, in its text; each once.

    A capture without text says nothing on quotations: nothing is written, and they count as not looked for there.
    """
    if not capture.is_readable:
        return []
    return _check_all(_standing([capture.source_id, *_tied_to(capture.source_id)]), [capture])


def check_across(copy: Copy) -> list[QuoteCheck]:
    """Two sources turned out to be one report: look for the quotations of each in the captures there are of the other.

    Only where the copy stands confirmed; a suggestion says nothing yet.
    """
    if copy.state != CopyState.CONFIRMED:
        return []
    ends = (copy.derived_id, copy.original_id)
    checks: list[QuoteCheck] = []
    for here, there in (ends, ends[::-1]):
        captures = Capture.objects.filter(source=there).exclude(text="").order_by("number")
        checks += _check_all(_standing([here]), list(captures))
    return checks


def check_later(rendering: Rendering) -> list[QuoteCheck]:
    """Words taken from a capture that is not the newest: look for them in those of their source that came after."""
    if rendering.capture is None:
        return []
    later = Capture.objects.filter(source=rendering.source_id, number__gt=rendering.capture.number).exclude(text="")
    return _check_all(Rendering.objects.filter(pk=rendering.pk), later.order_by("number"))


def own_checks(rendering: str = "pk", source: str = "source_id") -> QuerySet[QuoteCheck]:
    """For a subquery: the checks of a rendering in captures of its own source, newest capture first."""
    rows = QuoteCheck.objects.filter(rendering=OuterRef(rendering), capture__source=OuterRef(source))
    return rows.order_by("-capture__number", "-created_at")


def selector_of(rendering: Rendering) -> Selector:
    """Where the words of a rendering stand in the capture they were taken from."""
    return Selector(rendering.exact, rendering.prefix, rendering.suffix, rendering.start or 0, rendering.end or 0)


def _tied_to(source_id: uuid.UUID) -> list[uuid.UUID]:
    """Sources of which this one is a confirmed copy, or which are of it."""
    tied = Copy.objects.filter(state=CopyState.CONFIRMED)
    return [
        *tied.filter(derived=source_id).values_list("original", flat=True),
        *tied.filter(original=source_id).values_list("derived", flat=True),
    ]


def _standing(sources: Sequence[uuid.UUID]) -> QuerySet[Rendering]:
    return Rendering.objects.filter(source__in=sources, start__isnull=False, withdrawn_at=None).order_by("id")


def _check_all(quoted: QuerySet[Rendering], captures: Iterable[Capture]) -> list[QuoteCheck]:
    """Look for these quotations in these captures, where nobody has yet. Returns what was written now."""
    made: list[QuoteCheck] = []
    for capture in captures:
        done = QuoteCheck.objects.filter(rendering=OuterRef("pk"), capture=capture)
        renderings = list(quoted.exclude(Exists(done)))
        attributions = _attributions(renderings)
        searched = Searched(capture.text, capture.flags)
        made += [_check(each, capture, searched, attributions.get(each.pk)) for each in renderings]
    QuoteCheck.objects.bulk_create(made, ignore_conflicts=True)
    # Another job may have been quicker; then its rows are the ones that count.
    return list(QuoteCheck.objects.filter(pk__in=[each.pk for each in made]).select_related("rendering", "capture"))


def _attributions(renderings: Sequence[Rendering]) -> dict[uuid.UUID, Selector]:
    """The attributions of those that have one, each with what stood around it; one query for the texts."""
    having = [each for each in renderings if each.attribution_start is not None]
    texts = dict(Capture.objects.filter(pk__in={each.capture_id for each in having}).values_list("pk", "text"))
    return {
        each.pk: selector_at(texts[each.capture_id], each.attribution_start or 0, each.attribution_end or 0)
        for each in having
        if each.capture_id is not None
    }


def _check(rendering: Rendering, capture: Capture, searched: Searched, attribution: Selector | None) -> QuoteCheck:
    quotation = selector_of(rendering)
    found = check(quotation, searched)
    made = QuoteCheck(
        rendering=rendering,
        capture=capture,
        outcome=QuoteOutcome(found.outcome),
        operations=_stored(found.operations),
        candidates=_candidates(found),
    )
    if attribution is not None:
        place = found.candidates[0] if len(found.candidates) == 1 else None
        beside = check_attribution(attribution, quotation, searched, place)
        made.attribution_outcome = QuoteOutcome(beside.outcome)
        made.attribution_operations = _stored(beside.operations)
    return made


def _stored(operations: Iterable[Operation]) -> list[dict[str, Any]]:
    return [{"class": str(each.edit), "before": each.before, "after": each.after, "at": each.at} for each in operations]


def _candidates(found: Found) -> list[dict[str, Any]]:
    places: list[Place] = found.candidates[:MOST_CANDIDATES]
    return [{"start": place.start, "end": place.end, "score": found.score} for place in places]
