"""The pages of the demonstration site, handed in as links and captured by the same jobs as any link."""

import time
from dataclasses import dataclass

from claims.demo import site
from claims.demo.accounts import Cast
from harmtracker import jobs
from harmtracker.models import Lane
from sources import intake
from sources.models import Capture, Source

WAIT_SECONDS = 60.0


class PageNotCaptured(Exception):
    """A page of our own site could not be captured; the case cannot be entered without it."""


@dataclass(frozen=True)
class Pages:
    """Captures of the pages the case quotes."""

    report: Capture
    copy: Capture
    ministry: Capture
    transcript: Capture
    hospital: Capture
    digest: Capture


def capture_pages(address: str, cast: Cast) -> Pages:
    """Hand in every page the case rests on and wait for its capture. Links handed in before are not visited again."""
    report = _hand_in(address + site.REPORT, cast)
    pages = Pages(
        report=_captured(report),
        copy=_captured(_hand_in(address + site.COPY, cast)),
        ministry=_captured(_hand_in(address + site.MINISTRY, cast, cited_by=report)),
        transcript=_captured(_hand_in(address + site.TRANSCRIPT, cast, cited_by=report)),
        hospital=_captured(_hand_in(address + site.HOSPITAL, cast, cited_by=report)),
        digest=_captured(_hand_in(address + site.DIGEST, cast)),
    )
    intake.cite(citing=pages.copy.source, cited=report, address=address + site.REPORT, by=cast.analyst)
    # One that did not become a capture: a page that says it is not there with status 200.
    _newest(_hand_in(address + site.SOFT_404, cast))
    return pages


def _hand_in(address: str, cast: Cast, cited_by: Source | None = None) -> Source:
    return intake.hand_in_link(address=address, by=cast.analyst, cited_by=cited_by).source


def _captured(source: Source) -> Capture:
    capture = _newest(source)
    if not capture.is_readable:
        raise PageNotCaptured(f"{source.submitted_address}: {capture.outcome}")
    return capture


def _newest(source: Source) -> Capture:
    """The newest capture once it has ended, and what follows from it: done here, unless a worker took its jobs."""
    capture = source.captures.order_by("-number")[0]
    until = time.monotonic() + WAIT_SECONDS
    while not capture.outcome and time.monotonic() < until:
        is_busy = [jobs.work(lane, most=1) for lane in (Lane.FETCH, Lane.PARSE)]
        capture = Capture.objects.select_related("source").get(pk=capture.pk)
        if not capture.outcome and not any(is_busy):
            time.sleep(0.1)
    while jobs.work(Lane.CLAIMS):
        pass
    return capture
