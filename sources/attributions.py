"""The words that say who is quoted ("said Zelensky on Sunday"): finding them beside a quotation, and offering them.

Pure functions. What is offered is never taken unasked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from sources.quote_words import ATTRIBUTIONS, OPENERS
from sources.quotes import (
    Place,
    QuoteAmbiguous,
    QuoteNotFound,
    QuoteRefused,
    Selector,
    folded_words,
    select,
    trimmed,
)

FIELD: Final = "attribution"
NEAR: Final = 700  # characters: the sentence of the quotation and its neighbours
LONGEST_OFFERED: Final = 160
MOST_OFFERED: Final = 3
WORD: Final = re.compile(r"\w+(?:['’ʼ-]\w+)*")
# Where a part that names a speaker may begin and end: at quotation marks, sentence ends and line ends.
EDGE: Final = re.compile(r"[\n“”„«»\"…]|[.!?](?=\s|$)|(?<=\s)[—–](?=\s)")
AT_ENDS: Final = " \t,;:—–-"


def locate(
    text: str,
    words: str,
    quotation: Selector,
    utf16_start: int | None = None,
    utf16_end: int | None = None,
    *,
    flags: Iterable[Mapping[str, Any]] = (),
) -> tuple[int, int]:
    """Where an attribution stands, in code points. With offsets it must stand there; without, in one place, or in
    several of which the nearest to the quotation is meant.

    Raises QuoteRefused naming the field "attribution": not in the text, several places and none near, hidden.
    """
    flags = list(flags)
    try:
        found = select(text, words, utf16_start, utf16_end, flags=flags)
    except QuoteAmbiguous as several:
        nearest = min(several.places, key=lambda place: _apart(place, quotation))
        if _apart(nearest, quotation) > NEAR:
            raise QuoteRefused(
                _("These words stand in several places, none of them near the quotation. Select them in the text."),
                field=FIELD,
            ) from several
        return nearest.start, nearest.end
    except QuoteNotFound as missing:
        raise QuoteNotFound(
            _("These words do not stand in the captured text. Copy them from it, letter by letter."), field=FIELD
        ) from missing
    except QuoteRefused as refused:
        raise QuoteRefused(refused.message, field=FIELD) from refused
    return found.start, found.end


def offered(text: str, start: int, end: int, names: Iterable[str]) -> list[str]:
    """Parts of the sentences around a quotation that hold a verb of saying and a name, nearest first, as they stand.

    ``names`` are parties known to be named nearby; a part that holds one goes before one with another capital letter.
    """
    known = {folded_words(part, cased=False) for name in names for part in WORD.findall(name) if len(part) > 2}
    first, last = _surroundings(text, start, end)
    found = []
    for begin, stop in (*_parts(text, first, start), *_parts(text, end, last)):
        words = [(word, folded_words(word, cased=False)) for word in WORD.findall(text[begin:stop])]
        says = any(plain in ATTRIBUTIONS for _word, plain in words)
        is_known = any(plain in known for _word, plain in words)
        has_name = any(word[0].isupper() and plain not in OPENERS for word, plain in words)
        if says and (is_known or has_name) and stop - begin <= LONGEST_OFFERED:
            apart = start - stop if stop <= start else begin - end
            found.append((not is_known, apart, text[begin:stop]))
    found.sort(key=lambda each: each[:2])
    return list(dict.fromkeys(words for _unknown, _apart, words in found))[:MOST_OFFERED]


def _surroundings(text: str, start: int, end: int) -> tuple[int, int]:
    """What may name the speaker: the paragraph of the quotation and those beside it, as far as they are near."""
    first, last = max(0, start - NEAR // 2), min(len(text), end + NEAR // 2)
    before, after = text[first:start].split("\n"), text[end:last].split("\n")
    return start - len("\n".join(before[-2:])), end + len("\n".join(after[:2]))


def _apart(place: Place, quotation: Selector) -> int:
    """Characters between a place and the quotation; 0 where they touch or overlap."""
    return max(0, place.start - quotation.end, quotation.start - place.end)


def _parts(text: str, first: int, last: int) -> list[tuple[int, int]]:
    """The stretches between quotation marks and sentence ends, without the commas and dashes at their ends."""
    edges = [first, *(first + match.start() for match in EDGE.finditer(text[first:last])), last]
    found = []
    for edge, next_edge in pairwise(edges):
        begin, stop = trimmed(text, edge, next_edge)
        while begin < stop and (text[begin] in AT_ENDS or EDGE.match(text, begin)):
            begin += 1
        while stop > begin and text[stop - 1] in AT_ENDS:
            stop -= 1
        if begin < stop:
            found.append((begin, stop))
    return found
