"""Having the page of a capture rendered, between the visit and the reading, and putting down what came of it."""

from __future__ import annotations

from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from harmtracker import jobs
from harmtracker.models import Job
from sources.capture.extract import extract
from sources.capture.judge import Kind, WrongType, kind_of
from sources.capture.outcomes import Outcome
from sources.capture.render import render
from sources.capture.rendered import Rendered, RenderEnd
from sources.capture.seal import StoreFull, read_blob
from sources.capture.storing import storable
from sources.capture.visiting import go_on_to_reading, keep
from sources.models import Blob, Capture, RenderedPage
from sources.models.source import VisitPolicy

LONGEST: Final = 300


def render_page(job: Job) -> None:
    """Have the page of the capture whose key the job carries rendered; then it is read, whatever came of it.

    A second attempt renders nothing: the first one died of it, and the capture is not to be lost over it.
    """
    capture = Capture.objects.select_related("source").get(pk=job.key)
    if capture.outcome:
        return
    if not RenderedPage.objects.filter(pk=capture.pk).exists():
        jobs.step(job, "rendering")
        fields = _fields(capture) if job.attempts == 1 else _nothing(RenderEnd.BROKEN, Outcome.WORKER_LOST)
        RenderedPage.objects.create(capture=capture, address=capture.final_address, **fields)
    with transaction.atomic():
        go_on_to_reading(job, capture, job.payload["visit"])


def _fields(capture: Capture) -> dict[str, Any]:
    if capture.source.visit_policy == VisitPolicy.DO_NOT_CONTACT:
        return _nothing(RenderEnd.REFUSED, VisitPolicy.DO_NOT_CONTACT)
    if not _is_page(capture):
        return _nothing(RenderEnd.NO_PAGE, capture.transport)
    made = render(capture.final_address)
    try:
        return _circumstances(made) | _kept(made, capture.final_address)
    except StoreFull:
        return _nothing(RenderEnd.BROKEN, Outcome.STORE_FULL)


def _is_page(capture: Capture) -> bool:
    """Whether the visit brought a page at all."""
    if capture.transport != Outcome.OK or not capture.body_id:
        return False
    try:
        return kind_of(capture.media_type, read_blob(capture.body_id)) == Kind.HTML
    except WrongType:
        return False


def _nothing(end: RenderEnd, detail: str) -> dict[str, Any]:
    now = timezone.now()
    return {"end": end, "detail": str(detail), "began_at": now, "ended_at": now}


def _circumstances(made: Rendered) -> dict[str, Any]:
    return {
        "end": made.end,
        "detail": storable(made.detail, LONGEST),
        "began_at": made.began_at,
        "ended_at": made.ended_at,
        "asked": made.asked,
    }


def _kept(made: Rendered, href: str) -> dict[str, Any]:
    """The bytes of a rendering, sealed. Its words are read like those of any page, in the reading child."""
    if made.seen is None:
        return {}
    page, picture = keep(made.seen.page, "text/html; charset=utf-8"), keep(made.seen.picture, "image/png")
    read = extract(made.seen.page, Kind.HTML, charset="utf-8", base=href).text
    words: Blob | None = keep(read.text.encode(), "text/plain; charset=utf-8") if read and read.text else None
    return {"page": page, "picture": picture, "words": words, "browser": storable(made.seen.browser, 100)}
