"""One capture from request to outcome. Any step may run twice; the outcome is stored once.

Uploaded and pasted captures arrive with their bytes sealed and go the same way without the visit.
"""

from __future__ import annotations

import hashlib
import mimetypes
import re
import uuid
from dataclasses import asdict
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from harmtracker import audit, jobs
from harmtracker.dates import parse_date
from harmtracker.db import save_version
from harmtracker.errors import Refused
from harmtracker.models import Job
from sources.addresses import AddressRefused, parse
from sources.capture.extract import Extracted, extract
from sources.capture.fetch import Fetched, fetch
from sources.capture.judge import WrongType, judge, kind_of
from sources.capture.outcomes import Again, Outcome
from sources.capture.seal import Damaged, StoreFull, read_blob, seal
from sources.capture.text import CanonicalText
from sources.capture.visit import Hop, split_content_type
from sources.models import Blob, Capture, Source
from sources.models.capture import Obtained
from sources.models.source import VisitPolicy

SOON: Final = 60  # seconds; a wait longer than that is for a later capture, not for this job
DAY: Final = re.compile(r"^\d{4}-\d{2}-\d{2}")


class TryAgain(Exception):
    """The site may answer in a few seconds; nothing is stored yet."""

    def __init__(self, outcome: Outcome, seconds: int) -> None:
        super().__init__(outcome)
        self.outcome = outcome
        self.seconds = seconds


def run(job: Job) -> None:
    """Do the capture whose key the job carries. Raises TryAgain while attempts are left.

    Raises Refused, with the site left alone, when somebody decided after the hand-in that it must not be contacted.
    """
    capture = Capture.objects.select_related("source", "body").get(pk=job.key)
    if capture.outcome:
        return
    try:
        fetched, body = _obtain(job, capture)
    except AddressRefused as refused:
        _store(capture, refused.outcome)
        return
    except StoreFull:
        _store(capture, Outcome.STORE_FULL)
        return
    except Damaged:
        _store(capture, Outcome.STORE_HASH_MISMATCH)
        return
    if not body:
        _store(capture, judge(fetched, None), detail=fetched.detail if fetched else "")
        return
    jobs.step(job, "reading")
    extracted = _read(capture, fetched, body)
    outcome = extracted.outcome
    if outcome == Outcome.OK or (fetched and fetched.outcome != Outcome.OK):
        outcome = judge(fetched, extracted.text)
    _store(capture, outcome, text=extracted.text, detail=_why(fetched, extracted))
    jobs.step(job, "ready", str(outcome))


def keep(body: bytes, media_type: str) -> Blob:
    """Seal bytes and put them on record. Call it, and commit, before anything is parsed. Raises StoreFull."""
    sha256 = seal(body)
    blob, _is_new = Blob.objects.get_or_create(sha256=sha256, defaults={"size": len(body), "media_type": media_type})
    return blob


def _obtain(job: Job, capture: Capture) -> tuple[Fetched | None, bytes]:
    """The sealed bytes of a capture, visiting the site if nobody has yet. Raises what run() turns into outcomes."""
    if capture.obtained != Obtained.FETCHED:
        return None, read_blob(capture.body_id) if capture.body_id else b""
    if capture.body_id:  # an earlier attempt died after sealing: the site is not visited again
        return _visit_on_record(capture), read_blob(capture.body_id)
    if capture.source.visit_policy == VisitPolicy.DO_NOT_CONTACT:
        raise Refused(_("This site is not to be contacted. Upload the page, or paste its text."))
    jobs.step(job, "fetching", capture.source.host)
    fetched = fetch(parse(capture.source.submitted_address).href)
    wait = fetched.outcome.retry_seconds
    if fetched.outcome.again == Again.LATER and wait and wait <= SOON and job.attempts < job.max_attempts:
        raise TryAgain(fetched.outcome, wait)
    jobs.step(job, "sealing", str(len(fetched.body)))
    _seal(capture, fetched)
    return fetched, fetched.body


def _seal(capture: Capture, fetched: Fetched) -> None:
    """Bytes, hash and the record of the visit are committed before any parsing."""
    capture.body = keep(fetched.body, fetched.media_type) if fetched.body else None
    capture.media_type = _storable(fetched.media_type, 120)
    capture.charset = _storable(fetched.charset, 40)
    capture.final_address = fetched.href
    capture.hops = [asdict(hop) for hop in fetched.hops]
    capture.outcome_detail = str(fetched.outcome)  # until the outcome is stored: how the visit went
    capture.metadata = {"wire": [{"value": fetched.wire_sha256, "from": str(fetched.wire_length)}]}
    capture.save(update_fields=["body", "media_type", "charset", "final_address", "hops", "outcome_detail", "metadata"])


def _visit_on_record(capture: Capture) -> Fetched:
    return Fetched(
        submitted=capture.source.submitted_address,
        href=capture.final_address,
        outcome=Outcome(capture.outcome_detail),
        started_at=capture.created_at,
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


def _why(fetched: Fetched | None, extracted: Extracted) -> str:
    """Why a capture is only one in part, or failed, for the log and the page's small print."""
    if extracted.detail:
        return extracted.detail
    return str(fetched.outcome) if fetched and fetched.outcome != Outcome.OK else ""


def _store(capture: Capture, outcome: Outcome, *, text: CanonicalText | None = None, detail: str = "") -> None:
    """Store the outcome, once, and have the claims looked at. Words of what is no capture are not kept as text."""
    fields: dict[str, Any] = {
        "outcome": outcome,
        "outcome_detail": _storable(detail, 300),
        "finished_at": timezone.now(),
    }
    if text and outcome.is_captured:
        fields |= _fields_of(text) | {"metadata": capture.metadata | text.metadata}
    with audit.recording():
        if not Capture.objects.filter(pk=capture.pk, outcome="").update(**fields):
            return  # another run stored it first
        if text and outcome.is_captured:
            _fill_source(capture.source_id, text)
        audit.record("capture.finished", subject=capture, by=None, changes={"outcome": ["", str(outcome)]})
        jobs.enqueue("capture.sealed", str(capture.pk))


def _fields_of(text: CanonicalText) -> dict[str, Any]:
    return {
        "text": text.text,
        "text_sha256": hashlib.sha256(text.text.encode()).hexdigest(),
        "walker_version": text.walker_version,
        "charset": _storable(text.charset, 40),
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
    if origin in ("json-ld", "time"):
        return origin
    return "opengraph" if origin.startswith(("og:", "article:")) else "meta"


def _storable(text: str, length: int) -> str:
    """Text the database takes: no NUL, no lone surrogate, not too long."""
    return text.replace("\0", "").encode("utf-8", "ignore").decode()[:length]
