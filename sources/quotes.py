"""Finding words in captured text. Pure functions: no database, no request.

All offsets are Unicode code points into canonical text, except those a browser sends, which are UTF-16 code units
and are converted once, here. In its own capture a quotation is exact by construction; looking for what resembles it
serves only to compare with a later capture or a copy (`sources.quote_check`).
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from harmtracker.errors import Refused

LONGEST_CONTEXT: Final = 300
SHOWN_AROUND: Final = 60
MOST_PLACES: Final = 100

SENTENCE_END: Final = re.compile(r"[.!?…][\"'»”’)\]]*\s+|\n+")
FOLDED_MARKS: Final = {
    **dict.fromkeys("“”„‟«»‹›‘’‚‛`´ʼ′″\"", "'"),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    "…": "...",
    "\N{NO-BREAK SPACE}": " ",
}  # fmt: skip
# Soft hyphens, zero-width characters and marks that only turn the direction of reading.
IGNORED: Final = frozenset(
    "\u00ad\u200b\u200c\u200d\u2060\ufeff\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)


@dataclass(frozen=True, slots=True)
class Selector:
    """A W3C TextQuoteSelector with its position: `text[start:end] == exact`, prefix and suffix stand around it."""

    exact: str
    prefix: str
    suffix: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Place:
    """One place where words stand, with a little of what stands around them, so that a person can choose."""

    start: int
    end: int
    exact: str
    before: str
    after: str


class QuoteRefused(Refused):
    """Words that cannot be quoted from this text. The message is for the person who chose them."""

    code = "quote"


class QuoteNotFound(QuoteRefused):
    """The words do not stand in the text (or none were given)."""

    code = "quote.not_found"


class QuoteAmbiguous(QuoteRefused):
    """The words stand in several places; `places` has them all."""

    code = "quote.ambiguous"

    def __init__(self, message: Any, *, places: list[Place], field: str | None = None) -> None:
        super().__init__(message, field=field)
        self.places = places


class QuoteOutside(QuoteRefused):
    """The offsets do not lie within the text, or split a character."""

    code = "quote.outside"


class QuoteHidden(QuoteRefused):
    """The words stand where a reader of the page does not see them."""

    code = "quote.hidden"


def to_code_points(text: str, utf16_start: int, utf16_end: int) -> tuple[int, int]:
    """Offsets in UTF-16 code units, as browsers count, in code points. An emoji is two units and one code point.

    Raises QuoteOutside for offsets beyond the text, reversed, or inside a character.
    """
    encoded = text.encode("utf-16-le", "surrogatepass")
    if not 0 <= utf16_start <= utf16_end <= len(encoded) // 2:
        raise _outside_refusal()
    try:
        start = len(encoded[: utf16_start * 2].decode("utf-16-le"))
        return start, start + len(encoded[utf16_start * 2 : utf16_end * 2].decode("utf-16-le"))
    except UnicodeDecodeError as error:
        raise _outside_refusal() from error


def to_utf16(text: str, start: int, end: int) -> tuple[int, int]:
    """Code points as UTF-16 code units, for marking a quotation in the browser."""
    before = sum(2 if character > "\uffff" else 1 for character in text[:start])
    return before, before + sum(2 if character > "\uffff" else 1 for character in text[start:end])


def select(
    text: str,
    exact: str,
    utf16_start: int | None = None,
    utf16_end: int | None = None,
    *,
    flags: Iterable[Mapping[str, Any]] = (),
) -> Selector:
    """Anchor words in captured text. `flags` are the capture's: nothing may be quoted from a hidden span.

    With offsets the words must stand there; without (the form that works with no script) they must stand in
    exactly one place. Raises QuoteNotFound, QuoteAmbiguous (with all places), QuoteOutside, QuoteHidden.
    """
    if not exact.strip():
        raise QuoteNotFound(_("Select the words in the text, or paste them here."), field="exact")
    hidden = [(flag["start"], flag["end"]) for flag in flags if flag["flag"] == "hidden"]
    if utf16_start is None or utf16_end is None:
        start, end = _only_place(text, exact, hidden)
    else:
        start, end = _stated_place(text, exact, *to_code_points(text, utf16_start, utf16_end))
        if _is_hidden(start, end, hidden):
            raise _hidden_refusal()
    return selector_at(text, start, end)


def selector_at(text: str, start: int, end: int) -> Selector:
    """The selector of a span that is known, with whole neighbouring sentences around it."""
    return Selector(text[start:end], _sentences_before(text, start), _sentences_after(text, end), start, end)


def find_all(text: str, words: str) -> list[Place]:
    """Every place where words stand: letter by letter; if nowhere so, then alike but for white space, quotation
    marks, dashes and characters nobody sees. At most MOST_PLACES."""
    spans = exact_spans(text, words.strip()) or folded_spans(text, words)
    return [
        Place(
            start,
            end,
            text[start:end],
            text[max(0, start - SHOWN_AROUND) : start],
            text[end : end + SHOWN_AROUND],
        )
        for start, end in spans
    ]


def folded_spans(text: str, words: str) -> list[tuple[int, int]]:
    """Spans that are the words but for formatting."""
    needle = folded_words(words).strip()
    haystack, positions = fold(text)
    if not needle:
        return []
    return [(positions[start], positions[end - 1] + 1) for start, end in exact_spans(haystack, needle)]


class _Folding(dict[int, str]):
    """What stands for each character in folded text, found out once: nothing, for one that nobody sees."""

    def __init__(self, cased: bool) -> None:
        super().__init__()
        self.cased = cased

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if character in IGNORED:
            plain = ""
        elif character.isspace():
            plain = " "
        else:
            plain = FOLDED_MARKS.get(character) or unicodedata.normalize("NFD", character)
        self[code] = plain if self.cased else plain.casefold()
        return self[code]


FOLDING: Final = {cased: _Folding(cased) for cased in (True, False)}
SPACES: Final = re.compile(" {2,}")


def fold(text: str, *, cased: bool = True) -> tuple[str, array[int]]:
    """Text without differences of formatting, and for each of its characters the position it came from.

    With ``cased=False`` capital letters are no difference either.
    """
    folding = FOLDING[cased]
    folded: list[str] = []
    positions = array("L")
    for position, character in enumerate(text):
        replaced = folding[ord(character)]
        if replaced == " " and folded and folded[-1] == " ":
            continue
        for each in replaced:
            folded.append(each)
            positions.append(position)
    return "".join(folded), positions


def folded_words(text: str, *, cased: bool = True) -> str:
    """The text of ``fold`` alone, which is much quicker."""
    return SPACES.sub(" ", text.translate(FOLDING[cased]))


def exact_spans(text: str, words: str) -> list[tuple[int, int]]:
    """Spans of the very words, none of which leaves an accent of its last letter behind."""
    spans: list[tuple[int, int]] = []
    start = text.find(words) if words else -1
    while start >= 0 and len(spans) < MOST_PLACES:
        end = start + len(words)
        if end == len(text) or not unicodedata.combining(text[end]):
            spans.append((start, end))
        start = text.find(words, end)
    return spans


def _only_place(text: str, exact: str, hidden: list[tuple[int, int]]) -> tuple[int, int]:
    places = find_all(text, exact)
    if not places:
        raise QuoteNotFound(
            _("These words do not stand in the captured text. Copy them from the text below, letter by letter."),
            field="exact",
        )
    seen = [place for place in places if not _is_hidden(place.start, place.end, hidden)]
    if not seen:
        raise _hidden_refusal()
    if len(seen) > 1:
        raise QuoteAmbiguous(
            _("These words stand in several places. Choose the one you mean."), places=seen, field="exact"
        )
    return seen[0].start, seen[0].end


def _stated_place(text: str, exact: str, start: int, end: int) -> tuple[int, int]:
    """The span the browser named, if the words it sent stand there; white space at its ends is left out."""
    start, end = trimmed(text, start, end)
    stands = text[start:end]
    if start == end:
        raise QuoteNotFound(_("Select the words in the text, or paste them here."), field="exact")
    # A browser joins blocks and line ends in its own way; words and marks must be the same.
    if stands != exact.strip() and " ".join(stands.split()) != " ".join(exact.split()):
        raise QuoteNotFound(
            _("The words and their place do not agree. Load the page again and select the words anew."), field="exact"
        )
    return start, end


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """A span without the white space at its ends."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _outside_refusal() -> QuoteOutside:
    return QuoteOutside(_("The selection lies outside the captured text. Select the words again."), field="exact")


def _hidden_refusal() -> QuoteHidden:
    return QuoteHidden(
        _("Readers of the page do not see these words, so they cannot be quoted. Choose words that are visible."),
        field="exact",
    )


def _is_hidden(start: int, end: int, hidden: list[tuple[int, int]]) -> bool:
    return any(start < hidden_end and hidden_start < end for hidden_start, hidden_end in hidden)


def _sentences_before(text: str, start: int) -> str:
    """The beginning of the sentence the quotation stands in and the whole sentence before it."""
    window = text[max(0, start - LONGEST_CONTEXT) : start]
    begins = [found.end() for found in SENTENCE_END.finditer(window)]
    return window[begins[-2] :] if len(begins) > 1 else window


def _sentences_after(text: str, end: int) -> str:
    """The rest of the sentence the quotation stands in and the whole sentence after it."""
    window = text[end : end + LONGEST_CONTEXT]
    ends = [found.end() for found in SENTENCE_END.finditer(window)]
    return window[: ends[1]] if len(ends) > 1 else window
