"""What came back: the article, or something that only looks like an answer. Conservative: when in doubt, a page
is a capture, and a person sees what it says. The rules stand in `sources.capture.verdicts`."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

from sources.capture.fetch import Fetched
from sources.capture.outcomes import Outcome
from sources.capture.pictures import STILL_BRANDS
from sources.capture.text import CanonicalText
from sources.capture.verdicts import Page, is_challenge, is_deleted_post, verdict_on

BINARY_STARTS: Final = (
    b"\x89PNG", b"GIF8", b"PK\x03\x04", b"PK\x05\x06", b"RIFF", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"\x7fELF",
    b"MZ", b"OggS", b"ID3", b"\xd0\xcf\x11\xe0",
)  # fmt: skip
MARKUP: Final = re.compile(rb"^\s*<(?:!doctype\s+html|html|head|body|\?xml|!--|meta|title|p|div|article|h1)\b", re.I)
PICTURES: Final = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a")
WEBM: Final = b"\x1a\x45\xdf\xa3"


class Kind(StrEnum):
    """What bytes are read as."""

    HTML = "html"
    TEXT = "text"
    PDF = "pdf"
    PICTURE = "picture"
    VIDEO = "video"


class WrongType(Exception):
    """The bytes are of no kind that can be read. `outcome` is TYPE_UNSUPPORTED or TYPE_MISMATCH."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome)
        self.outcome = outcome


def kind_of(media_type: str, body: bytes) -> Kind:
    """What to read bytes as, from what they are and only then from what they claim. Raises WrongType."""
    if body[:1024].lstrip().startswith(b"%PDF-"):
        return Kind.PDF
    if media_type == "application/pdf":
        raise WrongType(Outcome.TYPE_MISMATCH)
    claims_words = media_type in ("text/html", "application/xhtml+xml") or media_type.startswith("text/")
    shown = _shown_kind(body)
    if shown and not claims_words:
        return shown
    if shown or body.startswith(BINARY_STARTS) or body[4:8] == b"ftyp":
        raise WrongType(Outcome.TYPE_MISMATCH if claims_words else Outcome.TYPE_UNSUPPORTED)
    if media_type in ("text/html", "application/xhtml+xml") or MARKUP.match(body[:1024]):
        return Kind.HTML
    if media_type in ("text/plain", "text/markdown"):
        return Kind.TEXT
    raise WrongType(Outcome.TYPE_UNSUPPORTED)


def _shown_kind(body: bytes) -> Kind | None:
    """Picture or video by the first bytes, None for anything else."""
    is_iso = body[4:8] == b"ftyp"
    is_still = body.startswith(PICTURES) or (body[:4] == b"RIFF" and body[8:12] == b"WEBP")
    if is_still or (is_iso and body[8:12] in STILL_BRANDS):
        return Kind.PICTURE
    return Kind.VIDEO if is_iso or body.startswith(WEBM) else None


def judge(fetched: Fetched | None, text: CanonicalText | None) -> Outcome:
    """The outcome of a capture from how the visit went (None for what was handed over) and what was read.

    A site that sends a robot check with status 403 refused our visit either way; the check is the truer name.
    """
    page = Page(fetched, text, text.visible()) if fetched and text else None
    if page and is_challenge(page):
        return Outcome.VERDICT_CHALLENGE
    if fetched and fetched.outcome not in (Outcome.OK, Outcome.BODY_TRUNCATED):
        return fetched.outcome
    if text and not {"picture", "video"}.isdisjoint(text.signs):
        return Outcome.OK_PARTIAL
    if page and is_deleted_post(page):
        return Outcome.VERDICT_DELETED_POST
    verdict = verdict_on(page) if page else None
    if verdict:
        return verdict
    broke_off = fetched is not None and fetched.outcome == Outcome.BODY_TRUNCATED
    if text is None or not any(character.isalnum() for character in text.visible()):
        return Outcome.BODY_TRUNCATED if broke_off else Outcome.VERDICT_EMPTY
    return Outcome.OK_PARTIAL if text.is_cut or broke_off else Outcome.OK
