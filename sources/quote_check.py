"""Looking for a quotation again: in a later capture of its source, or in a copy. Pure functions.

Never silent: deleting "not" leaves a likeness of 97 in 100, so every difference is named and classed, and the score
decides only whether the words are still there at all. Nothing is ever re-anchored by this.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from rapidfuzz import fuzz

from sources.quote_words import ATTRIBUTIONS, HEDGES, NEGATIONS, NUMBERS, OPENERS
from sources.quotes import Place, Selector, find_all, fold, folded_spans, trimmed

ALIKE: Final = 70.0  # of 100; below it the words are missing
ALIKE_IF_SHORT: Final = 82.0
SHORT: Final = 30
ANCHOR: Final = 40  # characters of context used to find where the words stood


class QuoteOutcome(StrEnum):
    """What became of a quotation in one capture. Labels stand where the checks are stored."""

    EXACT = "exact"
    FORMAT_ONLY = "format_only"
    EDITED = "edited"
    MOVED = "moved"
    MISSING = "missing"
    AMBIGUOUS = "ambiguous"


class EditClass(TextChoices):
    """What an edit touches. The first three change what was said, whatever the score."""

    NEGATION = "negation", _("Negation")
    NUMBER = "number", _("Number or date")
    NAME = "name", _("Name")
    HEDGE = "hedge", _("Hedge")
    ATTRIBUTION = "attribution", _("Attribution")
    PUNCTUATION = "punctuation", _("Punctuation")
    OTHER = "other", _("Other words")


RED: Final = frozenset({EditClass.NEGATION, EditClass.NUMBER, EditClass.NAME})


@dataclass(frozen=True, slots=True)
class Operation:
    """One difference: words before, words now ("" for none), and what it touches."""

    edit: EditClass
    before: str
    after: str

    @property
    def is_red(self) -> bool:
        """Whether it changes what was said."""
        return self.edit in RED


@dataclass(frozen=True, slots=True)
class QuoteCheck:
    """What became of a quotation. `candidates`: where it stands now, or might; `score` is of 100, edited only."""

    outcome: QuoteOutcome
    candidates: list[Place] = field(default_factory=list)
    operations: list[Operation] = field(default_factory=list)
    score: float | None = None


TOKEN: Final = re.compile(r"\w+(?:['’.,:-]\w+)*|[^\w\s]")


def check(selector: Selector, text: str) -> QuoteCheck:
    """Look for a quotation in another canonical text."""
    places = find_all(text, selector.exact)
    if not places:
        return _look_for_edit(selector, text)
    formatted = places[0].exact != selector.exact
    if len(places) > 1:
        likeliest = [place for place in places if _context_agrees(selector, text, place) == BOTH]
        if len(likeliest) != 1:
            return QuoteCheck(QuoteOutcome.AMBIGUOUS, places)
        places = likeliest
    if formatted:
        return QuoteCheck(QuoteOutcome.FORMAT_ONLY, places)
    stayed = places[0].start == selector.start or _context_agrees(selector, text, places[0]) > 0
    return QuoteCheck(QuoteOutcome.EXACT if stayed else QuoteOutcome.MOVED, places)


BOTH: Final = 2


def _context_agrees(selector: Selector, text: str, place: Place) -> int:
    """On how many sides (0 to 2) the nearest words around a place are those around the quotation."""
    before, after = _squeezed(selector.prefix)[-ANCHOR:], _squeezed(selector.suffix)[:ANCHOR]
    stands_before = _squeezed(text[max(0, place.start - 4 * ANCHOR) : place.start])
    stands_after = _squeezed(text[place.end : place.end + 4 * ANCHOR])
    return stands_before.endswith(before) + stands_after.startswith(after)


def _squeezed(text: str) -> str:
    return "".join(fold(text)[0].split())


def _look_for_edit(selector: Selector, text: str) -> QuoteCheck:
    span = _between_anchors(selector, text) or _most_alike(selector.exact, text)
    if span is None:
        return QuoteCheck(QuoteOutcome.MISSING)
    start, end = span
    now = text[start:end]
    score = fuzz.ratio(fold(selector.exact)[0], fold(now)[0])
    if score < (ALIKE_IF_SHORT if len(selector.exact) < SHORT else ALIKE):
        return QuoteCheck(QuoteOutcome.MISSING)
    place = Place(start, end, now, text[max(0, start - 60) : start], text[end : end + 60])
    return QuoteCheck(QuoteOutcome.EDITED, [place], operations(selector.exact, now), round(score, 1))


def _between_anchors(selector: Selector, text: str) -> tuple[int, int] | None:
    """Where the words stood, if what stood around them still stands there once: the surest way to find an edit."""
    before, after = selector.prefix[-ANCHOR:].strip(), selector.suffix[:ANCHOR].strip()
    if len(before) < ANCHOR // 2 or len(after) < ANCHOR // 2:
        return None
    left, right = folded_spans(text, before), folded_spans(text, after)
    longest = 2 * len(selector.exact) + ANCHOR
    found = [
        (begin, end) for _, begin in left for end, _ in right if 0 < end - begin <= longest and text[begin:end].strip()
    ]
    if len(found) != 1:
        return None
    begin, end = found[0]
    return trimmed(text, begin, end)


def _most_alike(exact: str, text: str) -> tuple[int, int] | None:
    """The stretch of text most like the words, widened to whole words."""
    if not text:
        return None
    found = fuzz.partial_ratio_alignment(exact, text, score_cutoff=ALIKE - 10)
    if found is None or found.dest_start == found.dest_end:
        return None
    start, end = found.dest_start, found.dest_end
    while start > 0 and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum() and text[end - 1].isalnum():
        end += 1
    return _widened(exact, text, start, end)


def _widened(exact: str, text: str, start: int, end: int) -> tuple[int, int]:
    """The alignment has the length of the needle; words put in or left out shift its ends, so try a few."""
    starts = {start, *(begin for begin, _ in _words_near(text, start))}
    ends = {end, *(ended for _, ended in _words_near(text, end))}
    length = len(exact.split())

    def likeness(span: tuple[int, int]) -> float:
        words = text[span[0] : span[1]]
        return fuzz.ratio(exact, words) - 4 * abs(length - len(words.split()))

    best = max(((a, b) for a in starts for b in ends if a < b), key=likeness)
    return trimmed(text, *best)


def _words_near(text: str, position: int) -> list[tuple[int, int]]:
    begin = max(0, position - ANCHOR)
    return [(begin + word.start(), begin + word.end()) for word in re.finditer(r"\w+", text[begin : position + ANCHOR])]


def operations(before: str, after: str) -> list[Operation]:
    """The differences between two wordings, word by word, each with its class."""
    old, new = TOKEN.findall(before), TOKEN.findall(after)
    compared = SequenceMatcher(None, [_plain(token) for token in old], [_plain(token) for token in new], autojunk=False)
    return [
        Operation(_class_of(old[i:j], new[k:m]), " ".join(old[i:j]), " ".join(new[k:m]))
        for tag, i, j, k, m in compared.get_opcodes()
        if tag != "equal"
    ]


def _plain(token: str) -> str:
    return fold(token)[0]


def _class_of(old: list[str], new: list[str]) -> EditClass:
    """The gravest thing an edit touches; what stands on both sides of it was not touched."""
    touched = [token for token in old if token not in new] + [token for token in new if token not in old]
    words = [token for token in touched if token[0].isalnum()]
    if not words:
        return EditClass.PUNCTUATION
    for edit, belongs in (
        (EditClass.NEGATION, _is_negation),
        (EditClass.NUMBER, _is_number),
        (EditClass.NAME, _is_name),
        (EditClass.HEDGE, lambda word: word.casefold() in HEDGES),
        (EditClass.ATTRIBUTION, lambda word: word.casefold() in ATTRIBUTIONS),
    ):
        if any(belongs(word) for word in words):
            return edit
    return EditClass.OTHER


def _is_negation(word: str) -> bool:
    plain = word.casefold().replace("’", "'")
    return plain in NEGATIONS or plain.endswith("n't")


def _is_number(word: str) -> bool:
    return any(character.isdecimal() for character in word) or word.casefold() in NUMBERS


def _is_name(word: str) -> bool:
    return word[0].isupper() and word.casefold() not in OPENERS
