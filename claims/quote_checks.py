"""Looking for every quotation again in each later capture of its source. It adds facts and changes nothing else."""

from claims.models import QuoteCheck, Rendering
from claims.models.rendering import QuoteOutcome
from sources.models import Capture
from sources.quote_check import check
from sources.quotes import Selector


def check_quotations(capture: Capture) -> list[QuoteCheck]:
    """Look for all standing quotations from this capture's source in its text; each once per capture.

    A capture without text says nothing on quotations. What was found is for people: no finding, marking or release
    ever follows by itself.
    """
    if not capture.is_readable:
        return []
    quoted = (
        Rendering.objects.filter(source=capture.source, start__isnull=False, withdrawn_at=None)
        .exclude(checks__capture=capture)
        .order_by("id")
    )
    checks = [_check(rendering, capture) for rendering in quoted]
    return QuoteCheck.objects.bulk_create(checks, ignore_conflicts=True)


def _check(rendering: Rendering, capture: Capture) -> QuoteCheck:
    selector = Selector(rendering.exact, rendering.prefix, rendering.suffix, rendering.start or 0, rendering.end or 0)
    found = check(selector, capture.text)
    return QuoteCheck(
        rendering=rendering,
        capture=capture,
        outcome=QuoteOutcome(found.outcome),
        operations=[
            {"class": str(operation.edit), "before": operation.before, "after": operation.after}
            for operation in found.operations
        ],
        candidates=[{"start": place.start, "end": place.end, "score": found.score} for place in found.candidates],
    )
