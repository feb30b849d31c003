"""Words of a PDF, page by page (pypdf). Imports no Django (reading child process)."""

from __future__ import annotations

import io
from typing import Final

from pypdf import PdfReader
from pypdf.errors import DependencyError, LimitReachedError, PyPdfError

from sources.capture.text import Unreadable

MOST_PAGES: Final = 2000

# What pypdf lets through when a file is damaged, beside errors of its own.
DAMAGE: Final = (PyPdfError, ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError)


def pages_of(body: io.BytesIO) -> tuple[list[tuple[int, str]], str, bool]:
    """Number and text of each page, the title, and whether a page is missing. Raises Unreadable."""
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
    return pages, _title(reader), len(pages) < count


def _title(reader: PdfReader) -> str:
    try:
        title = reader.metadata.title if reader.metadata else None
    except DAMAGE:
        return ""
    return " ".join((title or "").replace("\0", "").split())[:400]
