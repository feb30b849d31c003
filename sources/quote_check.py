"""Looking for a quotation again: in a later capture of its source, or in a copy. Pure functions.

Never silent: every difference is named and classed (`sources.quote_edits`), and the score decides only whether the
words are still there at all. Nothing is ever re-anchored by this.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, Final

from sources.alike import ratio
from sources.quote_edits import EditClass, Operation, is_negation, operations
from sources.quote_near import Folded, likeliest_spans
from sources.quotes import Place, Selector, exact_spans, folded_words

ALIKE: Final = 70.0  # of 100; below it the words are missing
ALIKE_IF_SHORT: Final = 82.0
ALIKE_BETWEEN_NEIGHBOURS: Final = 45.0  # where what stood before and after them still does
SHORT: Final = 30
ANCHOR: Final = 40  # characters of context that have to agree
EVEN: Final = 4.0  # of 100; two places closer than that to each other in likeness are both offered
AROUND: Final = 60  # characters shown around a place
ATTRIBUTION_WITHIN: Final = 700  # characters before and after a quotation: its own and the neighbouring sentences
SHIFTED: Final = 30  # characters by which it may have slid towards or from its quotation
BOTH: Final = 2


class QuoteOutcome(StrEnum):
    """What became of a quotation in one capture. Labels stand where the checks are stored."""

    EXACT = "exact"
    FORMAT_ONLY = "format_only"
    EDITED = "edited"
    MOVED = "moved"
    MISSING = "missing"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True, slots=True)
class QuoteCheck:
    """What became of a quotation. `candidates`: where it stands now, or might; `score` is of 100, edited only."""

    outcome: QuoteOutcome
    candidates: list[Place] = field(default_factory=list)
    operations: list[Operation] = field(default_factory=list)
    score: float | None = None


class Searched:
    """A captured text that is looked through for many quotations: folded once, when one first needs it.

    Passages that readers of the page do not see count as not there.
    """

    def __init__(self, text: str, flags: Iterable[Mapping[str, Any]] = ()) -> None:
        self.text = text
        for flag in flags:
            if flag["flag"] == "hidden":
                start, end = flag["start"], flag["end"]
                self.text = self.text[:start] + "\n" * (end - start) + self.text[end:]

    @cached_property
    def folded(self) -> Folded:
        """The text without differences of formatting and of capital letters."""
        return Folded(self.text)

    def place(self, start: int, end: int) -> Place:
        """A span with a little of what stands around it."""
        text = self.text
        return Place(start, end, text[start:end], text[max(0, start - AROUND) : start], text[end : end + AROUND])


def check(selector: Selector, text: str | Searched) -> QuoteCheck:
    """Look for a quotation in another canonical text. For many quotations give one `Searched`."""
    searched = text if isinstance(text, Searched) else Searched(text)
    outcome = QuoteOutcome.EXACT
    spans = [span for span in _very_spans(selector, searched.text) if _is_whole(selector, searched.text, *span)]
    if not spans:
        outcome = QuoteOutcome.FORMAT_ONLY
        spans = [span for span in searched.folded.spans_of(selector.exact) if _is_whole(selector, searched.text, *span)]
    if not spans:
        return _look_for_edit(selector, searched)
    return _of_same_words(selector, searched, spans, outcome)


def _very_spans(selector: Selector, text: str) -> list[tuple[int, int]]:
    """Where the very words stand, and where they stood before: words that repeat themselves may overlap."""
    spans = exact_spans(text, selector.exact)
    stood = (selector.start, selector.end)
    if stood not in spans and text[slice(*stood)] == selector.exact:
        spans = sorted([*spans, stood])
    return spans


def check_attribution(
    attribution: Selector, quotation: Selector, text: str | Searched, place: Place | None
) -> QuoteCheck:
    """Look for an attribution beside ``place``, where its quotation stands now; anywhere when that is not known.

    First where it stood in relation to the quotation, so that the same words about another quotation do not hide that
    these were changed; then in the neighbouring sentences.
    """
    searched = text if isinstance(text, Searched) else Searched(text)
    if place is None:
        return check(attribution, searched)
    if attribution.start >= quotation.end:
        expected = place.end + attribution.start - quotation.end
    else:
        expected = place.start - (quotation.start - attribution.start)
    length = attribution.end - attribution.start
    reaches = ((expected - SHIFTED, expected + length + SHIFTED),
               (place.start - ATTRIBUTION_WITHIN, place.end + ATTRIBUTION_WITHIN))  # fmt: skip
    for first, last in reaches:
        found = _check_within(attribution, searched, max(0, first), max(0, last), expected)
        if found.outcome != QuoteOutcome.MISSING:
            break
    return found


def _check_within(attribution: Selector, searched: Searched, first: int, last: int, expected: int) -> QuoteCheck:
    """The check of a part of the text alone; of several places the one nearest to where it is expected counts."""
    found = check(attribution, Searched(searched.text[first:last]))
    near = [searched.place(first + each.start, first + each.end) for each in found.candidates]
    if found.outcome in (QuoteOutcome.AMBIGUOUS, QuoteOutcome.MOVED):
        near = [min(near, key=lambda each: abs(each.start - expected))]
        edits = operations(attribution.exact, near[0].exact)
        if edits:
            return QuoteCheck(QuoteOutcome.EDITED, near, edits)
        same = near[0].exact == attribution.exact
        return QuoteCheck(QuoteOutcome.EXACT if same else QuoteOutcome.FORMAT_ONLY, near)
    return QuoteCheck(found.outcome, near, found.operations, found.score)


def _of_same_words(
    selector: Selector, searched: Searched, spans: list[tuple[int, int]], outcome: QuoteOutcome
) -> QuoteCheck:
    """The words stand there: at one place, or at several of which the one among its neighbours is meant."""
    if len(spans) > 1:
        meant = [span for span in spans if _context_agrees(selector, searched.text, *span) == BOTH]
        if len(meant) != 1:
            return QuoteCheck(QuoteOutcome.AMBIGUOUS, [searched.place(*span) for span in spans])
        spans = meant
    [(start, end)] = spans
    turned = list(_turned_round(selector, searched.text, start, end))
    if turned:
        return QuoteCheck(QuoteOutcome.EDITED, [searched.place(start, end)], turned, 100.0)
    if outcome == QuoteOutcome.EXACT and start != selector.start:
        stayed = _context_agrees(selector, searched.text, start, end) > 0
        outcome = QuoteOutcome.EXACT if stayed else QuoteOutcome.MOVED
    return QuoteCheck(outcome, [searched.place(start, end)])


def _look_for_edit(selector: Selector, searched: Searched) -> QuoteCheck:
    """The words do not stand there as they were: the places most like them, if they are like them at all."""
    least = ALIKE_IF_SHORT if len(selector.exact) < SHORT else ALIKE
    wanted = folded_words(selector.exact, cased=False).strip()
    found: list[tuple[float, int, int]] = []
    for start, end, is_anchored in likeliest_spans(selector, searched.folded, least - 10):
        first, last = _widened(searched.text, start, end)
        score = ratio(wanted, folded_words(searched.text[first:last], cased=False))
        if score >= (ALIKE_BETWEEN_NEIGHBOURS if is_anchored else least):
            if is_anchored:
                found = [(score, first, last)]
                break
            found.append((score, first, last))
    if not found:
        return QuoteCheck(QuoteOutcome.MISSING)
    found.sort(key=lambda each: (-each[0], each[1]))
    best, start, end = found[0]
    even = [each for each in found if best - each[0] < EVEN and (each[1] >= end or each[2] <= start)]
    edits = operations(selector.exact, searched.text[start:end])
    if even:
        places = [searched.place(start, end), *(searched.place(first, last) for _score, first, last in even)]
        return QuoteCheck(QuoteOutcome.AMBIGUOUS, places, edits)
    edits += _turned_round(selector, searched.text, start, end)
    if not edits:
        return QuoteCheck(QuoteOutcome.FORMAT_ONLY, [searched.place(start, end)])
    return QuoteCheck(QuoteOutcome.EDITED, [searched.place(start, end)], edits, round(best, 1))


def _context_agrees(selector: Selector, text: str, start: int, end: int) -> int:
    """On how many sides (0 to 2) the nearest words around a place are those around the quotation."""
    return _agrees_before(selector.prefix, text, start) + _agrees_after(selector.suffix, text, end)


def _agrees_before(prefix: str, text: str, start: int) -> bool:
    if text[max(0, start - ANCHOR) : start] == prefix[-ANCHOR:]:
        return True
    wanted = _squeezed(prefix[-4 * ANCHOR :])[-ANCHOR:]
    return _squeezed(text[max(0, start - 4 * ANCHOR) : start]).endswith(wanted)


def _agrees_after(suffix: str, text: str, end: int) -> bool:
    if text[end : end + ANCHOR] == suffix[:ANCHOR]:
        return True
    wanted = _squeezed(suffix[: 4 * ANCHOR])[:ANCHOR]
    return _squeezed(text[end : end + 4 * ANCHOR]).startswith(wanted)


def _squeezed(text: str) -> str:
    return "".join(folded_words(text).split())


# ---- Words cut in two, numbers that go on ----

GOES_ON: Final = re.compile(r"[.,:’']?\d|[ \u00a0\u202f]\d{3}(?!\d)|\s?[%‰]")
BEGUN: Final = re.compile(r"(?:\d[.,:’'  \u202f]?|(?<!\w)[-−]|[$€£₴₽¥]\s?)$")
REACH: Final = 6  # characters looked at on either side


def _is_whole(selector: Selector, text: str, start: int, end: int) -> bool:
    """Whether the words are not part of a longer word or number there, unless they were so where they were taken."""
    words = selector.exact
    if _are_one(text[max(0, start - REACH) : start], words) and not _are_one(selector.prefix[-REACH:], words):
        return False
    return not (_are_one(words, text[end : end + REACH]) and not _are_one(words, selector.suffix[:REACH]))


def _are_one(left: str, right: str) -> bool:
    """Whether what stands on both sides of a boundary is one word or one number."""
    if not left or not right:
        return False
    a, b = left[-1], right[0]
    if a.isalnum() and b.isalnum():
        return not (_is_unspaced(a) or _is_unspaced(b))
    if a.isdecimal() and GOES_ON.match(right):
        return True
    return b.isdecimal() and bool(BEGUN.search(left[-REACH:]))


def _is_unspaced(character: str) -> bool:
    """Letters of scripts that write no spaces between words."""
    return "\u2e80" <= character <= "\ua4cf" or "\u0e00" <= character <= "\u0eff" or character >= "\U00020000"


def _widened(text: str, start: int, end: int) -> tuple[int, int]:
    """A span made longer until it ends with whole words and numbers."""
    while start > 0 and _are_one(text[max(0, start - REACH) : start], text[start : start + 1]):
        begun = BEGUN.search(text[max(0, start - REACH) : start]) if text[start].isdecimal() else None
        start -= len(begun.group()) if begun else 1
    while end < len(text) and _are_one(text[max(0, end - REACH) : end], text[end : end + REACH]):
        goes_on = GOES_ON.match(text, end) if text[end - 1].isdecimal() else None
        end += len(goes_on.group()) if goes_on else 1
    return start, end


# ---- A negation put beside the words ----

BESIDE: Final = 2  # words before and after, as long as no mark stands between
BEFORE: Final = re.compile(r"(?:[\w'’-]+\s+)?[\w'’-]+\s+$")
AFTER: Final = re.compile(r"^\s+[\w'’-]+(?:\s+[\w'’-]+)?")


def _turned_round(selector: Selector, text: str, start: int, end: int) -> Iterator[Operation]:
    """The words may stand as they were and a negation beside them be new, or gone."""
    for pattern, then, now, at in (
        (BEFORE, selector.prefix[-AROUND:], text[max(0, start - AROUND) : start], 0),
        (AFTER, selector.suffix[:AROUND], text[end : end + AROUND], len(selector.exact)),
    ):
        had, has = _negations(pattern, then), _negations(pattern, now)
        if had and not has:
            yield Operation(EditClass.NEGATION, had, "", at)
        elif has and not had:
            yield Operation(EditClass.NEGATION, "", has, at)


def _negations(pattern: re.Pattern[str], beside: str) -> str:
    found = pattern.search(beside)
    return " ".join(word for word in found.group().split() if is_negation(word)) if found else ""
