"""Canonical text: the words of a whole page, in order, as a reader sees them. Quotations are anchored here.

The walker is versioned: the same bytes read by the same version give the same text, character for character.
Blocks and `<br>` become newlines, other runs of white space one space; script, style, template and noscript are
dropped; hidden text stays, flagged, and cannot be quoted. Unicode is not normalised, or offsets would lie.
Imports no Django (reading child process).
"""

from __future__ import annotations

import io
import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Any, Final

from sources.capture.charset import decode

READ: Final = b"t"  # the piece of the reading child's answer that holds it
WALKER_VERSION: Final = 1
MOST_TEXT: Final = 5_000_000  # code points; a long book has two million
MOST_FLAGS: Final = 20_000
MOST_NODES: Final = 5_000  # blocks put on record
NODE_DEPTH: Final = 40
LONGEST_HEADING: Final = 300

# A soft hyphen or zero-width space says where a line may break; it is no part of a word.
BREAKERS: Final = "\u00ad\u200b\u2060\ufeff"
# Joiners spell words in Persian and hold emoji together; between Latin or Cyrillic letters they only hide a word.
JOINERS: Final = "\u200c\u200d"
UNSTORABLE: Final = "\0\ud800-\udfff"
UNSEEN: Final = re.compile(f"[{BREAKERS}{JOINERS}{UNSTORABLE}]")
LAST_CYRILLIC: Final = "\u052f"
BIDI: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+")
RUN: Final = re.compile(r"\s+|\S+")


class Unreadable(Exception):
    """No text can be read from these bytes. `code` is an Outcome code."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail


@dataclass(slots=True)
class CanonicalText:
    """What was read. Offsets are code points into `text`.

    `metadata`: name -> values with where each came from, best first. `links`: href (absolute), text, start.
    `flags`: start, end, flag, where flag is hidden, in_article, quote_block, caption, heading, comment (what readers
    wrote below), bidi, page (with its number under "page"), node (with the innermost block its characters stand in
    under "path": CSS, from the root, at most NODE_DEPTH steps, then with "…" in front) or, of no width,
    "removed:U+XXXX" for a character that is not kept in the text. `signs`: what the judge wants to know of the page
    (see `sources.capture.signs`). `is_cut`: over MOST_TEXT or, in a PDF, pages that could not be read.
    """

    text: str
    title: str = ""
    lang: str = ""
    published: str = ""
    byline: str = ""
    site_name: str = ""
    metadata: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    links: list[dict[str, Any]] = field(default_factory=list)
    flags: list[dict[str, Any]] = field(default_factory=list)
    signs: list[str] = field(default_factory=list)
    walker_version: int = WALKER_VERSION
    charset: str = ""
    is_cut: bool = False

    def visible(self) -> str:
        """The text without its hidden spans, for judging what kind of page it is. Not for offsets."""
        kept, position = [], 0
        for start, end in self.spans("hidden"):
            kept.append(self.text[position : max(position, start)])
            position = max(position, end)
        return "".join([*kept, self.text[position:]])

    def lines(self) -> list[tuple[int, str]]:
        """Where each line starts and what a reader sees of it; readers' comments are left out."""
        cut, seen, start, first = self.spans("hidden", "comment"), [], 0, 0
        for line in self.text.split("\n"):
            end = start + len(line)
            while first < len(cut) and cut[first][1] <= start:
                first += 1
            kept, position, at = [], start, first
            while at < len(cut) and cut[at][0] < end:
                kept.append(self.text[position : max(position, cut[at][0])])
                position = max(position, min(cut[at][1], end))
                at += 1
            seen.append((start, "".join([*kept, self.text[position:end]])))
            start = end + 1
        return seen

    def first_heading(self) -> str:
        """The first heading a reader sees, cut at LONGEST_HEADING, "" if there is none."""
        hidden = self.spans("hidden")
        starts = [start for start, _ in hidden]
        for start, end in sorted((flag["start"], flag["end"]) for flag in self.flags if flag["flag"] == "heading"):
            before = bisect_right(starts, start)
            if not before or hidden[before - 1][1] <= start:
                return self.text[start : min(end, start + LONGEST_HEADING)]
        return ""

    def spans(self, *names: str) -> list[tuple[int, int]]:
        """Spans of these flags, in order, overlapping ones made one."""
        merged: list[tuple[int, int]] = []
        for start, end in sorted((flag["start"], flag["end"]) for flag in self.flags if flag["flag"] in names):
            if merged and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((start, end))
        return merged


class Writer:
    """Collects canonical text: white space folded, what cannot be seen or stored taken out and put on record."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._pending = ""
        self._last = ""
        self.length = 0
        self.flags: list[dict[str, Any]] = []

    @property
    def is_full(self) -> bool:
        """Whether as much was written as is kept."""
        return self.length >= MOST_TEXT

    def write(self, raw: str, *, keep_lines: bool = False) -> None:
        """Add text as it stands in the source; its line ends count only with `keep_lines`."""
        for run in RUN.findall(raw):
            if not run.isspace():
                self._emit(run)
            elif keep_lines and "\n" in run:
                self.line()
            else:
                self._pending = self._pending or " "

    def line(self) -> None:
        """Begin a new line, once, before whatever comes next."""
        self._pending = "\n"

    def space(self) -> None:
        """Keep the next word apart from the last one."""
        self._pending = self._pending or " "

    def flag(self, start: int, end: int, name: str, **more: Any) -> None:
        """Put a span on record."""
        if len(self.flags) < MOST_FLAGS:
            self.flags.append({"start": start, "end": end, "flag": name, **more})

    def result(self) -> str:
        """The text so far."""
        return "".join(self._pieces)

    def _emit(self, word: str) -> None:
        if self.is_full:
            return
        before = self._pending if self.length else ""
        if UNSEEN.search(word):
            word = self._without_unseen(word, before)
            if not word:
                return
        self._pending = ""
        self._pieces.append(before + word)
        self.length += len(before) + len(word)
        self._last = word[-1]

    def _without_unseen(self, word: str, before: str) -> str:
        kept: list[str] = []
        gone: list[tuple[int, str]] = []
        for character in word:
            previous = kept[-1] if kept else self._last
            if UNSEEN.match(character) and not (character in JOINERS and previous > LAST_CYRILLIC):
                gone.append((len(kept), character))
            else:
                kept.append(character)
        # With nothing kept, the space before it is not written now and, at the end of a text, never.
        at = self.length + (len(before) if kept else 0)
        for offset, character in gone:
            self.flag(at + offset, at + offset, f"removed:U+{ord(character):04X}")
        return "".join(kept)


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """A span without the white space at its ends."""
    end = min(end, len(text))
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def with_bidi_flags(writer: Writer, text: str) -> list[dict[str, Any]]:
    """The flags of a text, with the characters that turn the direction of reading among them."""
    for found in BIDI.finditer(text):
        writer.flag(found.start(), found.end(), "bidi")
    return writer.flags


def read_text(body: bytes, charset_hint: str = "") -> CanonicalText:
    """Plain or pasted text. Lines are kept, the rest is folded as in a page."""
    decoded, charset = decode(body, charset_hint)
    writer = Writer()
    writer.write(decoded.replace("\r\n", "\n").replace("\r", "\n"), keep_lines=True)
    text = writer.result()
    return CanonicalText(text, flags=with_bidi_flags(writer, text), charset=charset, is_cut=writer.is_full)


def read_html(body: bytes, charset_hint: str = "", base: str = "") -> CanonicalText:
    """A web page. `base` is where it was fetched from, for its links."""
    from sources.capture.page import walk

    decoded, charset = decode(body, charset_hint)
    return walk(decoded, charset, base)


def read_pdf(body: bytes) -> CanonicalText:
    """A PDF, page after page. Raises Unreadable: verdict.empty for a scan, type.mismatch, type.unsupported."""
    from sources.capture.pdf import pages_of

    pages, told, is_cut = pages_of(io.BytesIO(body))
    writer = Writer()
    spans: list[tuple[int, int, int]] = []
    for number, page in pages:
        writer.line()
        start = writer.length
        writer.write(page, keep_lines=True)
        spans.append((start, writer.length, number))
    text = writer.result()
    for begun, ended, number in spans:
        start, end = trimmed(text, begun, ended)
        if end > start:
            writer.flag(start, end, "page", page=number)
    return CanonicalText(
        text,
        title=told.get("title", ""),
        byline=told.get("byline", ""),
        metadata={name: [{"value": value, "from": "pdf"}] for name, value in told.items()},
        flags=with_bidi_flags(writer, text),
        is_cut=is_cut or writer.is_full,
    )
