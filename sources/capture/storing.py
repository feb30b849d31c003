"""Reading sealed bytes, judging what they are, and storing the outcome: the second half of a capture.

Uploaded and pasted captures begin here. Any step may run twice; the outcome is stored once.
"""

from __future__ import annotations

import hashlib
import mimetypes
import re
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils import timezone

from harmtracker import audit, jobs
from harmtracker.dates import parse_date
from harmtracker.db import save_version
from harmtracker.errors import Refused
from harmtracker.models import Job
from sources.addresses import AddressRefused, parse
from sources.capture import schedule
from sources.capture.extract import Extracted, extract
from sources.capture.fetch import Fetched
from sources.capture.judge import WrongType, judge, kind_of
from sources.capture.outcomes import Outcome
from sources.capture.seal import Damaged, StoreFull, read_blob
from sources.capture.text import CanonicalText
from sources.capture.visit import Hop, split_content_type
from sources.evidence.manifests import write_manifest
from sources.intake import PRIORITY
from sources.models import Capture, Source
from sources.models.capture import Cause, Obtained

DAY: Final = re.compile(r"^\d{4}-\d{2}-\d{2}")
STORE_WAIT: Final = timedelta(minutes=5)


def read(job: Job) -> None:
    """Read the sealed bytes of the capture whose key the job carries and store what came of it.

    Raises TryAgain when the store cannot be reached just now.
    """
    capture = Capture.objects.select_related("source").get(pk=job.key)
    if capture.outcome:
        return
    visit = job.payload.get("visit", {})
    fetched = _visit_on_record(capture, visit) if capture.obtained == Obtained.FETCHED else None
    try:
        body = read_blob(capture.body_id) if capture.body_id else b""
    except StoreFull as failed:
        raise jobs.TryAgain(failed.sentence, STORE_WAIT) from failed
    except Damaged:
        store(capture, Outcome.STORE_HASH_MISMATCH, visit=visit)
        return
    jobs.step(job, "reading", str(len(body)))
    extracted = _read(capture, fetched, body)
    jobs.step(job, "judging")
    outcome = _outcome_of(fetched, extracted)
    store(capture, outcome, extracted=extracted, detail=_why(fetched, extracted), visit=visit)
    jobs.step(job, "ready", str(outcome))


def store(
    capture: Capture,
    outcome: Outcome,
    *,
    extracted: Extracted | None = None,
    detail: str = "",
    visit: Mapping[str, Any] | None = None,
) -> None:
    """Store the outcome, once, and have the claims looked at. Words of what is no capture are not kept as text.

    ``visit`` is what is known of the visit besides the capture's row; it goes into the manifest.
    """
    text = extracted.text if extracted and outcome.is_captured else None
    fields: dict[str, Any] = {
        "outcome": outcome,
        "outcome_detail": storable(detail, 300),
        "finished_at": timezone.now(),
    }
    if extracted and text:
        fields |= _fields_of(extracted, text) | {"metadata": capture.metadata | text.metadata}
    priority = PRIORITY[Cause(capture.cause)]
    with audit.recording():
        if not Capture.objects.filter(pk=capture.pk, outcome="").update(**fields):
            return  # another run stored it first
        if text:
            _fill_source(capture.source_id, text)
        write_manifest(capture, visit)
        schedule.after(capture)
        audit.record("capture.finished", subject=capture, by=None, changes={"outcome": ["", str(outcome)]})
        jobs.enqueue("capture.sealed", str(capture.pk), by=capture.requested_by, priority=priority)
        if text:
            jobs.enqueue("capture.compared", str(capture.pk), by=capture.requested_by, priority=priority)


def storable(text: str, length: int) -> str:
    """Text the database takes: no NUL, no lone surrogate, not too long."""
    return text.replace("\0", "").encode("utf-8", "ignore").decode()[:length]


def _visit_on_record(capture: Capture, visit: Mapping[str, Any]) -> Fetched:
    began = visit.get("started_at")
    return Fetched(
        submitted=capture.source.submitted_address,
        href=capture.final_address,
        outcome=Outcome(capture.transport),
        started_at=datetime.fromisoformat(began) if began else capture.created_at,
        hops=tuple(Hop(**hop) for hop in capture.hops),
        media_type=capture.media_type,
        charset=capture.charset,
    )


def _read(capture: Capture, fetched: Fetched | None, body: bytes) -> Extracted:
    """Canonical text of what was sealed; a body of the wrong kind has an outcome instead."""
    media_type, charset = split_content_type(capture.media_type)
    if capture.obtained == Obtained.UPLOADED and media_type in ("", "application/octet-stream"):
        media_type = mimetypes.guess_type(capture.file_name)[0] or media_type
    try:
        kind = kind_of(media_type, body)
    except WrongType as wrong:
        return Extracted(wrong.outcome)
    return extract(
        body, kind, charset=capture.charset or charset, base=fetched.href if fetched else _address_of(capture.source)
    )


def _address_of(source: Source) -> str:
    """Where an uploaded page came from, as far as its source says: its links start there."""
    try:
        return parse(source.submitted_address).href
    except AddressRefused:
        return ""


def _outcome_of(fetched: Fetched | None, extracted: Extracted) -> Outcome:
    """What was read, judged. That two readers disagree is the outcome only of what would else be a capture."""
    is_judged = extracted.outcome in (Outcome.OK, Outcome.PARSE_DISAGREE)
    if not is_judged and (fetched is None or fetched.outcome == Outcome.OK):
        return extracted.outcome
    verdict = judge(fetched, extracted.text)
    return extracted.outcome if verdict.is_captured and extracted.outcome != Outcome.OK else verdict


def _why(fetched: Fetched | None, extracted: Extracted) -> str:
    """Why a capture is only one in part, or failed, for the log and the page's small print."""
    if extracted.detail:
        return extracted.detail
    return str(fetched.outcome) if fetched and fetched.outcome != Outcome.OK else ""


def _fields_of(extracted: Extracted, text: CanonicalText) -> dict[str, Any]:
    return {
        "text": text.text,
        "text_sha256": hashlib.sha256(text.text.encode()).hexdigest() if text.text else "",  # a picture has no words
        "walker_version": text.walker_version,
        "reading": extracted.reading,
        "agreement": extracted.agreement,
        "charset": storable(text.charset, 40),
        "title": text.title[:400],
        "lang": text.lang[:35],
        "links": text.links,
        "flags": text.flags,
    }


def _fill_source(source_id: uuid.UUID, text: CanonicalText) -> None:
    """Title, language and date of publication, where nobody has written one: a person's word is never replaced."""
    source = Source.objects.select_for_update().get(pk=source_id)
    told = {"title": text.title[:400], "lang": text.lang[:35], **_published(text)}
    changes = {name: value for name, value in told.items() if value and not getattr(source, name)}
    if "published" not in changes:  # the date, its bounds and its origin are filled together or not at all
        changes = {name: value for name, value in changes.items() if not name.startswith("published")}
    if changes:
        changed = save_version(source, source.version, **changes)
        audit.record("source.described", subject=source, by=None, changes=changed)


def _published(text: CanonicalText) -> dict[str, Any]:
    """The day of publication as the page tells it, "" for anything that is no day."""
    day = DAY.match(text.published)
    if not day:
        return {}
    try:
        reported = parse_date(day.group())
    except Refused:  # a page may claim the 30th of February
        return {}
    return {
        "published": reported.text,
        "published_from": _sort_of(text.metadata["published"][0]["from"]),
        "published_start": reported.start,
        "published_end": reported.end,
    }


def _sort_of(origin: str) -> str:
    """Which sort of statement a page makes of itself there, short enough to show beside the value."""
    if origin in ("json-ld", "time", "microdata", "telegram", "pdf"):
        return origin
    return "opengraph" if origin.startswith(("og:", "article:")) else "meta"
