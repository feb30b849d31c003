"""Visiting a link and sealing what came: the first half of a capture. Nothing is parsed here.

Any step may run twice. What was sealed is on record before it is read, with the job that reads it.
"""

from __future__ import annotations

import random
import time
from dataclasses import asdict
from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from harmtracker import jobs, turns
from harmtracker.errors import Refused
from harmtracker.models import Job, Priority
from sources.addresses import Address, AddressRefused, parse
from sources.capture.fetch import Fetched, fetch
from sources.capture.judge import judge
from sources.capture.outcomes import Again, Outcome
from sources.capture.seal import StoreFull, seal
from sources.capture.storing import storable, store
from sources.capture.telegram import address_to_visit
from sources.models import Blob, Capture
from sources.models.capture import Cause
from sources.models.source import VisitPolicy

# What of a visit the capture's row does not hold; the job that reads the bytes carries it to the manifest.
BESIDE_THE_ROW: Final = ("started_at", "finished_at", "detail", "crawl_delay", "limits", "doors", "versions")
BETWEEN_STEPS: Final = 1.0  # seconds; the page asks no oftener
JITTER: Final = 0.3  # share by which a wait is lengthened, so that what failed together does not return together


def visit(job: Job) -> None:
    """Visit the address of the capture whose key the job carries. Raises TryAgain while attempts are left.

    Raises Refused, with the site left alone, when somebody decided after the hand-in that it must not be contacted.
    """
    capture = Capture.objects.select_related("source").get(pk=job.key)
    if capture.outcome or capture.transport:  # an earlier attempt died after sealing: the site is not visited again
        return
    if capture.source.visit_policy == VisitPolicy.DO_NOT_CONTACT:
        raise Refused(_("This site is not to be contacted. Upload the page, or paste its text."))
    try:
        address = parse(capture.source.submitted_address)
    except AddressRefused as refused:
        store(capture, refused.outcome)
        return
    jobs.step(job, "fetching", address.host)
    where = address_to_visit(address.href)
    fetched = fetch(where, on_progress=_Telling(job), for_person=capture.cause != Cause.RECHECK)
    _mind_the_host(job, fetched)
    _come_back_later(job, fetched.outcome, fetched.retry_after)
    jobs.step(job, "sealing", str(len(fetched.body)))
    try:
        _keep(job, capture, address, fetched)
    except StoreFull:
        _come_back_later(job, Outcome.STORE_FULL, None)
        store(capture, Outcome.STORE_FULL)


def keep(body: bytes, media_type: str) -> Blob:
    """Seal bytes and put them on record. Call it, and commit, before anything is parsed. Raises StoreFull."""
    sha256 = seal(body)
    blob, _is_new = Blob.objects.get_or_create(sha256=sha256, defaults={"size": len(body), "media_type": media_type})
    return blob


def _come_back_later(job: Job, outcome: Outcome, asked: int | None) -> None:
    """Raise TryAgain where that can help and attempts are left; nothing is stored then. ``asked``: seconds."""
    if outcome.again != Again.LATER or job.attempts >= job.max_attempts:
        return
    seconds = asked or (outcome.retry_seconds or 0) * job.attempts
    wait = timedelta(seconds=seconds * random.uniform(1, 1 + JITTER))  # noqa: S311  # nosec B311 - no secret
    raise jobs.TryAgain(outcome.sentence, wait)


def _mind_the_host(job: Job, fetched: Fetched) -> None:
    """Remember what the site asked of its visitors: a pause now, or a pace for ever."""
    if not job.host:
        return
    if fetched.crawl_delay:
        turns.set_pace(job.host, min(round(fetched.crawl_delay), turns.SLOWEST_PACE))
    if fetched.outcome == Outcome.HTTP_429 or fetched.retry_after:
        seconds = fetched.retry_after or fetched.outcome.retry_seconds or 0
        turns.hold_host(job.host, timedelta(seconds=seconds), str(fetched.outcome))


def _keep(job: Job, capture: Capture, address: Address, fetched: Fetched) -> None:
    """Bytes, hashes and the record of the visit, committed with the job that reads them. Raises StoreFull."""
    body = keep(fetched.body, fetched.media_type) if fetched.body else None
    wire = keep(fetched.wire_body, "") if fetched.wire_body else None
    columns: dict[str, Any] = {
        "body": body,
        "wire": wire,
        "wire_sha256": fetched.wire_sha256 if fetched.wire_length else "",
        "wire_length": fetched.wire_length if fetched.wire_length else None,
        "media_type": storable(fetched.media_type, 120),
        "charset": storable(fetched.charset, 40),
        "final_address": fetched.href or address.href,
        "hops": [asdict(hop) for hop in fetched.hops],
        "transport": fetched.outcome,
        "robots": fetched.robots,
    }
    told = fetched.manifest()
    beside = {name: told[name] for name in BESIDE_THE_ROW}
    with transaction.atomic():
        Capture.objects.filter(pk=capture.pk, outcome="", transport="").update(**columns)
        if body is not None and job.payload.get("render"):
            jobs.enqueue("capture.render", str(capture.pk), payload={"visit": beside}, host=job.host, **_asker(job))
            return
        if body is not None:
            go_on_to_reading(job, capture, beside)
            return
        capture.refresh_from_db()
        store(capture, judge(fetched, None), detail=fetched.detail, visit=beside)


def go_on_to_reading(job: Job, capture: Capture, visit: dict[str, Any]) -> None:
    """Have the sealed bytes read, for whom and as soon as this job was done. ``visit``: see BESIDE_THE_ROW."""
    jobs.enqueue("capture.read", str(capture.pk), payload={"visit": visit}, **_asker(job))


def _asker(job: Job) -> dict[str, Any]:
    """For whom a job is done, and how soon: what follows from it is done likewise."""
    return {"by": job.requested_by, "priority": Priority(job.priority)}


class _Telling:
    """Puts what the visit tells of itself into steps of the job, one a second at most."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._told_at = time.monotonic()

    def __call__(self, told: dict[str, Any]) -> None:
        if told.get("step") != "downloading" or time.monotonic() - self._told_at < BETWEEN_STEPS:
            return
        self._told_at = time.monotonic()
        jobs.step(self._job, "fetching", str(told["bytes"]))
