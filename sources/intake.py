"""Step 1: a link, a pasted text or a file becomes a Source with a queued Capture. Nothing handed in is ever lost."""

import hashlib
from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from harmtracker import audit, jobs
from harmtracker.errors import Refused
from harmtracker.markings import Tlp
from harmtracker.models import Job, Lane, Priority, User
from harmtracker.permissions import require, require_cleared
from sources.addresses import Address, AddressRefused, Doors, normalised_key, parse
from sources.capture.seal import Damaged, StoreFull, seal
from sources.models import Blob, Capture, CaptureComparison, Citation, Source
from sources.models.capture import Cause, Obtained
from sources.models.source import SourceKind, VisitPolicy
from sources.shown import sources_shown_to

CAPTURE_KINDS = ("capture.fetch", "capture.render", "capture.read")
MAX_UPLOAD = 25 * 1024 * 1024
LONGEST_TYPE = 120
PRIORITY = {Cause.PERSON: Priority.PERSON, Cause.RECHECK: Priority.RECHECK, Cause.BULK: Priority.BULK}
LOCK = 4715  # beside 4711 (audit chain), 4712 (links), 4713 (sign-in) and 4714 (logging)


@dataclass(frozen=True)
class HandedIn:
    """What came of handing something in. ``is_held``: it was here already and nothing new was made."""

    source: Source
    capture: Capture | None
    is_held: bool = False


def held_by_address(address: str, *, user: User) -> Source | None:
    """The source that already holds this address, as far as the person may see it."""
    try:
        key = normalised_key(parse(address).href)
    except AddressRefused:
        return None
    return sources_shown_to(user).filter(address_key=key).order_by("created_at").first()


def held_by_bytes(sha256: str, *, user: User) -> Source | None:
    """The source one of whose captures has exactly these bytes, as far as the person may see it."""
    return sources_shown_to(user).filter(captures__body=sha256).order_by("created_at").first()


def hand_in_link(
    *,
    address: str,
    by: User,
    visit_policy: str = VisitPolicy.PUBLIC_LINK,
    tlp: str | None = None,
    cited_by: Source | None = None,
    cause: Cause = Cause.PERSON,
) -> HandedIn:
    """Take a link. Held already: that source, and nothing new. Else a source, captured by a job if it may be visited.

    Raises ``Refused`` for what is no link or leads where we do not go.
    """
    require(by, "source.hand_in")
    link = _parsed(address)
    key = normalised_key(link.href)
    visits = visit_policy == VisitPolicy.PUBLIC_LINK
    with audit.recording():
        _one_at_a_time(key)
        held = held_by_address(address, user=by)
        if held is not None:
            if cited_by is not None:
                cite(citing=cited_by, cited=held, address=address, by=by)
            return HandedIn(held, held.captures.order_by("-number").first(), is_held=True)
        source = _add_source(
            by=by,
            kind=SourceKind.ARTICLE,
            submitted_address=address,
            address_key=key,
            host=link.host,
            visit_policy=visit_policy,
            tlp=tlp or (Tlp.GREEN if visits else Tlp.AMBER),
        )
        capture = add_capture(source, by=by, cause=cause, obtained=Obtained.FETCHED) if visits else None
        if cited_by is not None:
            cite(citing=cited_by, cited=source, address=address, by=by)
    return HandedIn(source, capture)


def hand_in_text(
    *, text: str, by: User, title: str = "", reason: str = "", into: Source | None = None, tlp: str | None = None
) -> HandedIn:
    """Take pasted text, kept byte for byte as UTF-8; into an existing source if one is named."""
    if not text.strip():
        raise Refused(_("Paste the text, or give a link or a file."), field="text")
    # A lone surrogate cannot be stored as UTF-8; it is kept as the replacement character, and only that.
    body = text.encode("utf-8", "replace")
    return _hand_in_bytes(
        body=body,
        media_type="text/plain; charset=utf-8",
        obtained=Obtained.PASTED,
        by=by,
        title=title,
        reason=reason,
        into=into,
        tlp=tlp,
    )


def hand_in_file(
    *,
    name: str,
    body: bytes,
    media_type: str,
    by: User,
    title: str = "",
    reason: str = "",
    into: Source | None = None,
    tlp: str | None = None,
) -> HandedIn:
    """Take an uploaded HTML, text or PDF file; into an existing source if one is named."""
    if not body:
        raise Refused(_("This file is empty. Choose another one."), field="file")
    return _hand_in_bytes(
        body=body,
        media_type=media_type,
        obtained=Obtained.UPLOADED,
        by=by,
        title=title or name,
        reason=reason,
        into=into,
        file_name=name,
        tlp=tlp,
    )


def capture_again(*, source: Source, by: User, cause: Cause = Cause.PERSON, render: bool = False) -> Capture:
    """Try the source's address once more. A capture still under way is returned as it is.

    ``render``: have a browser load the page as well, where this installation does so. Refused while one is under way.
    """
    require(by, "capture.retry")
    if render and not settings.RENDER_PAGES:
        raise Refused(_("Pages are not rendered in this installation."))
    if not source.submitted_address:
        raise Refused(_("This source has no address to visit. Upload it, or paste its text."))
    if source.visit_policy == VisitPolicy.DO_NOT_CONTACT:
        raise Refused(_("This site is not to be contacted. Upload the page, or paste its text."))
    _parsed(source.submitted_address)
    with audit.recording():
        Source.objects.select_for_update().get(pk=source.pk)
        under_way = source.captures.filter(outcome="").order_by("-number").first()
        if under_way is not None and render:
            raise Refused(_("A capture is under way. Have the page rendered when it has ended."))
        if under_way is not None:
            _revive(under_way, by=by)
            return under_way
        return add_capture(source, by=by, cause=cause, render=render, obtained=Obtained.FETCHED)


def record_comparison(*, capture: Capture, note: str, by: User) -> CaptureComparison:
    """A second person compared a pasted or uploaded capture with the publication; it then counts as an origin."""
    require(by, "capture.compare")
    if capture.obtained == Obtained.FETCHED:
        raise Refused(_("We fetched this ourselves; there is nothing to compare."))
    if capture.requested_by_id == by.pk:
        raise Refused(_("You handed this in yourself. A second person compares it with the publication."))
    if not note.strip():
        raise Refused(_("Say what you compared it with."), field="note")
    with audit.recording():
        comparison = CaptureComparison.objects.create(capture=capture, note=note.strip(), created_by=by)
        audit.record("capture.compared", subject=capture.source, by=by, reason=note)
    return comparison


def cite(*, citing: Source, cited: Source, address: str, by: User) -> Citation | None:
    """Record that ``citing`` links to ``cited``. A source does not cite itself; doing it twice changes nothing."""
    if citing.pk == cited.pk:
        return None
    with audit.recording():
        citation, made = Citation.objects.get_or_create(
            citing=citing, cited=cited, address=address, defaults={"created_by": by}
        )
        if made:
            audit.record("source.cited", subject=cited, by=by, changes={"cited_by": [None, citing.ref]})
    return citation


def _hand_in_bytes(
    *,
    body: bytes,
    media_type: str,
    obtained: str,
    by: User,
    title: str,
    reason: str,
    into: Source | None,
    tlp: str | None,
    file_name: str = "",
) -> HandedIn:
    require(by, "source.hand_in")
    if len(body) > MAX_UPLOAD:
        raise Refused(
            _("This is larger than %(limit)s MB. Upload a smaller part of it.") % {"limit": MAX_UPLOAD // 1024**2},
            field="file" if file_name else "text",
        )
    sha256 = _sealed(body)
    # As the sender has them: of any length, and with a NUL, which the database cannot hold.
    media_type, file_name = media_type.replace("\0", "")[:LONGEST_TYPE], file_name.replace("\0", "")[:255]
    with audit.recording():
        _one_at_a_time(sha256)
        held = held_by_bytes(sha256, user=by) if into is None else None
        if held is not None:
            return HandedIn(held, held.captures.filter(body=sha256).order_by("-number").first(), is_held=True)
        blob, _made = Blob.objects.get_or_create(sha256=sha256, defaults={"size": len(body), "media_type": media_type})
        source = into or _add_source(
            by=by,
            kind=SourceKind.PASTED if obtained == Obtained.PASTED else SourceKind.UPLOAD,
            title=title[:400],
            visit_policy=VisitPolicy.DO_NOT_CONTACT,
            tlp=tlp or Tlp.AMBER,
        )
        capture = add_capture(
            source,
            by=by,
            obtained=obtained,
            body=blob,
            media_type=media_type,
            file_name=file_name,
            reason=reason,
        )
    return HandedIn(source, capture)


def _sealed(body: bytes) -> str:
    """Seal the bytes; their hash. Bytes once destroyed for legal reasons are not taken in again."""
    sha256 = hashlib.sha256(body).hexdigest()
    if Blob.objects.filter(pk=sha256, destroyed_at__isnull=False).exists():
        raise Refused(_("These very bytes were removed for legal reasons. They are not taken in again."))
    try:
        return seal(body)
    except StoreFull as refusal:  # or out of reach; it says which
        raise Refused(refusal.sentence) from None
    except Damaged:
        raise Refused(
            _("These bytes were held before, and the stored file is damaged. Tell whoever runs this installation.")
        ) from None


def _one_at_a_time(key: str) -> None:
    """Whoever hands in the same thing at this moment waits until the first is written, and then finds it held."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK, key])


def _add_source(*, by: User, tlp: str, **fields: object) -> Source:
    require_cleared(by, tlp)
    source = Source.objects.create(created_by=by, tlp=tlp, **fields)
    audit.record("source.created", subject=source, by=by, changes={"tlp": [None, tlp]})
    return source


def add_capture(
    source: Source, *, by: User | None, cause: Cause = Cause.PERSON, render: bool = False, **fields: object
) -> Capture:
    """A new attempt at a source, inside the caller's ``audit.recording()``, with the job that makes it."""
    Source.objects.select_for_update().get(pk=source.pk)  # numbers are given one after the other
    newest = source.captures.aggregate(newest=Max("number"))["newest"] or 0
    capture = Capture.objects.create(source=source, number=newest + 1, requested_by=by, cause=cause, **fields)
    if capture.obtained == Obtained.FETCHED:
        jobs.enqueue(
            "capture.fetch",
            str(capture.pk),
            payload={"render": True} if render else None,
            by=by,
            lane=Lane.RECHECK if cause == Cause.RECHECK else Lane.FETCH,
            priority=PRIORITY[cause],
            host=_host_in_turn(parse(source.submitted_address)),
        )
    else:
        jobs.enqueue("capture.read", str(capture.pk), by=by, priority=PRIORITY[cause])
    audit.record("capture.requested", subject=source, by=by, changes={"capture": [None, capture.number]})
    return capture


def _host_in_turn(link: Address) -> str:
    """The host whose turn a visit takes; none for the pairs of this machine, unless they are to be spared as well."""
    if not Doors.from_settings().allow_pair(link.host, link.port):
        return link.host
    return f"{link.host}:{link.port}" if settings.FETCH_SPARES_LOOPBACK else ""


def _revive(capture: Capture, *, by: User) -> None:
    """Give the job of a capture under way new attempts if it was given up; out of quarantine only with that right."""
    for job in Job.objects.filter(kind__in=CAPTURE_KINDS, key=str(capture.pk)):
        if job.state == Job.State.DEAD:
            jobs.retry(job, by=by)
        elif job.state == Job.State.QUARANTINED:
            jobs.release(job, by=by)


def _parsed(address: str) -> Address:
    try:
        return parse(address)
    except AddressRefused as refusal:
        raise Refused(refusal.outcome.sentence, field="address", code=refusal.code) from None
