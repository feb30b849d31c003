"""Words of a PDF, page by page, and what it says of itself (pypdf). Imports no Django (reading child process)."""

from __future__ import annotations

import io
import re
from typing import Any, Final

from pypdf import PdfReader
from pypdf.errors import DependencyError, LimitReachedError, PyPdfError

from sources.capture.text import Unreadable

MOST_PAGES: Final = 2000

# What pypdf lets through when a file is damaged, beside errors of its own.
DAMAGE: Final = (PyPdfError, ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError)


# ISO 32000-1, 7.9.4: D:YYYYMMDDHHmmSSOHH'mm', everything after the year may be missing.
MOMENT: Final = re.compile(
    r"(?:D:)?(\d{4})(?:(\d\d)(?:(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?)?)?\s*(Z|[+-]\d\d)?'?(\d\d)?'?.*", re.DOTALL
)
# key of the document information -> name of ours
TOLD: Final = {
    "/Title": "title", "/Author": "byline", "/Producer": "producer", "/Creator": "software",
    "/CreationDate": "created", "/ModDate": "modified",
}  # fmt: skip
LONGEST: Final = 400


def pages_of(body: io.BytesIO) -> tuple[list[tuple[int, str]], dict[str, str], bool]:
    """Number and text of each page, what the document says of itself by our names, and whether a page is missing.

    Raises Unreadable.
    """
    try:
        reader = PdfReader(body)
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable("type.unsupported", "encrypted")
        count = len(reader.pages)
    except DependencyError as error:
        raise Unreadable("type.unsupported", "encrypted") from error
    except LimitReachedError as error:
        raise Unreadable("parse.memory", str(error)[:200]) from error
    except DAMAGE as error:
        raise Unreadable("type.mismatch", f"{type(error).__name__}: {error}"[:200]) from error
    pages: list[tuple[int, str]] = []
    for number in range(min(count, MOST_PAGES)):
        try:
            pages.append((number + 1, reader.pages[number].extract_text()))
        except DAMAGE:
            continue  # counted below: the capture is then one in part
    if not any(text.strip() for _, text in pages):
        raise Unreadable("verdict.empty", f"{count} pages without text")
    return pages, _told(reader), len(pages) < count


def _told(reader: PdfReader) -> dict[str, str]:
    """Title, author, programs and times as the document states them; a damaged entry is left out."""
    told: dict[str, str] = {}
    try:
        stated: dict[str, Any] = dict(reader.metadata or {})
    except DAMAGE:
        return told
    for key, name in TOLD.items():
        try:
            value = str(stated.get(key) or "")
        except DAMAGE:
            continue
        clean = " ".join(value.replace("\0", "").encode("utf-8", "ignore").decode().split())[:LONGEST]
        if clean:
            told[name] = _moment(clean) if name in ("created", "modified") else clean
    return told


def _moment(stated: str) -> str:
    """A PDF's time in ISO 8601 as exactly as it was given, with its zone if it has one; what is no time stays as is."""
    found = MOMENT.fullmatch(stated)
    if not found:
        return stated
    year, month, day, hour, minute, second, zone, zone_minutes = found.groups()
    date = "-".join(part for part in (year, month, day) if part)
    if not hour:
        return date
    time = ":".join(part for part in (hour, minute, second) if part)
    if zone and zone != "Z":
        return f"{date}T{time}{zone}:{zone_minutes or '00'}"
    return f"{date}T{time}{zone or ''}"
