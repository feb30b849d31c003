"""Outside notes: what another body said about verification."""

from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from claims.actions.reexamination import reopen_after_change
from claims.models import Incident, MediaItem, OutsideNote, Statement
from harmtracker import audit
from harmtracker.db import save_version
from harmtracker.errors import Refused
from harmtracker.markings import Tlp
from harmtracker.models import User
from harmtracker.permissions import require, require_cleared
from sources.models import Capture, Party
from sources.quotes import select


def add_note(
    *,
    party: Party,
    incident: Incident,
    capture: Capture,
    exact: str,
    aspect: str,
    by: User,
    lang: str = "",
    statement: Statement | None = None,
    utf16_start: int | None = None,
    utf16_end: int | None = None,
    tlp: str = Tlp.AMBER,
) -> OutsideNote:
    """Add another body's exact words on verification, anchored in captured text. Never merged with our finding."""
    require(by, "note.edit")
    require_cleared(by, tlp)
    selector = select(capture.text, exact, utf16_start, utf16_end, flags=capture.flags)
    with audit.recording():
        note = OutsideNote.objects.create(
            party=party,
            incident=incident,
            statement=statement,
            wording=selector.exact,
            lang=lang or capture.lang or "und",
            aspect=aspect,
            source=capture.source,
            capture=capture,
            start=selector.start,
            end=selector.end,
            text_sha256=capture.text_sha256,
            tlp=tlp,
            created_by=by,
        )
        audit.record(
            "note.added",
            subject=note,
            by=by,
            changes={"party": [None, party.ref], "wording": [None, selector.exact[:300]]},
            about=[incident.pk],
        )
    return note


def withdraw_note(*, note: OutsideNote, reason: str, by: User) -> None:
    """Take a note back; it stays in the history. A finding that cites it as evidence is examined again."""
    require(by, "note.edit")
    if not reason.strip():
        raise Refused(_("Say why the note is withdrawn."), field="reason")
    with audit.recording():
        save_version(note, note.version, withdrawn_at=Now(), withdrawn_by=by, withdrawn_reason=reason.strip())
        audit.record(
            "note.withdrawn",
            subject=note,
            by=by,
            changes={"wording": [note.wording[:300], None]},
            reason=reason.strip(),
            about=[note.incident_id],
        )
        for model in (Incident, Statement, MediaItem):
            for subject in model.objects.filter(standing__evidence__note=note).distinct().order_by("pk"):
                reopen_after_change(subject, {"evidence": [note.ref, None]}, by=by)
