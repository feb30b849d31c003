"""Bytes to text, whatever the page claims. Never raises for any bytes. Imports no Django (reading child process)."""

from __future__ import annotations

import codecs
import re
from typing import Final

BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
META: Final = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{1,40})", re.IGNORECASE)
XML: Final = re.compile(rb"^\s*<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([A-Za-z0-9_:.-]{1,40})", re.IGNORECASE)
LOOKED_AT: Final = 4096
GUESSED_FROM: Final = 100_000

# Names that servers send by default without knowing the page, so that what the page says of itself weighs more.
# Latin-1 is read as windows-1252, as every browser does (WHATWG Encoding).
BY_DEFAULT: Final = frozenset({"cp1252"})


def decode(body: bytes, hint: str = "") -> tuple[str, str]:
    """The text of these bytes and the name of the charset it was read in.

    Order: byte order mark; UTF-8 if the bytes are valid UTF-8 (by chance they never are); UTF-16 without a mark;
    what the server says (`hint`) unless it is a mere default; what the page says; a guess; windows-1252.
    """
    for mark, name in BOMS:
        if body.startswith(mark):
            return body.decode(name, "replace"), name.removesuffix("-sig")
    wide = _wide_without_mark(body)
    if wide:
        return body.decode(wide, "replace"), wide
    for name in _candidates(body, hint):
        try:
            return body.decode(name), name
        except UnicodeError:
            continue
    # Mixed or damaged bytes: the best name with the odd character lost is better than a refusal.
    name = next(iter(_named(body, hint)), "windows-1252")
    return body.decode(name, "replace"), name


def _candidates(body: bytes, hint: str) -> list[str]:
    named = _named(body, hint)
    sure = [name for name in named if name not in BY_DEFAULT]
    return ["utf-8", *sure, *([] if sure else _guesses(body)), *named, "cp1252"]


def _named(body: bytes, hint: str) -> list[str]:
    """Charsets named by the server, then by the page, as Python calls them; unknown names are left out."""
    start = body[:LOOKED_AT]
    told = [hint, *(match.group(1).decode("ascii") for pattern in (META, XML) if (match := pattern.search(start)))]
    return [name for name in map(_canonical, told) if name]


def _canonical(name: str) -> str:
    """Python's name of a text charset, "" for an unknown one. A page whose own words name UTF-16 is not UTF-16."""
    try:
        found = codecs.lookup(name.strip() or "?")
    except (LookupError, ValueError):
        return ""
    if not getattr(found, "_is_text_encoding", True) or found.name.startswith(("utf-16", "utf-32", "utf-7", "idna")):
        return ""
    return "cp1252" if found.name in ("iso8859-1", "ascii") else found.name


def _wide_without_mark(body: bytes) -> str:
    """UTF-16 that says nothing of itself: in markup and Latin text every second byte is nought."""
    start = body[:LOOKED_AT]
    half = len(start) // 2
    if half < 8:
        return ""
    if start[1::2].count(0) > half * 0.3 and start[0::2].count(0) < half * 0.05:
        return "utf-16-le"
    if start[0::2].count(0) > half * 0.3 and start[1::2].count(0) < half * 0.05:
        return "utf-16-be"
    return ""


def _guesses(body: bytes) -> list[str]:
    import charset_normalizer

    best = charset_normalizer.from_bytes(body[:GUESSED_FROM]).best()
    return [best.encoding] if best else []
