"""Outside notes: what another body said about verification."""

from claims.models import Incident, OutsideNote, Statement
from harmtracker import audit
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
