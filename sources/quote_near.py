"""Where in a text words might stand that are no longer as they were. Pure functions, quick enough for a thousand.

The words are cut into short pieces; a change leaves most of them whole. Where several pieces lie as far apart as they
did, the words are looked for by likeness, and only there.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property
from typing import Final

from sources.alike import fitted, ratio
from sources.quotes import Selector, exact_spans, fold, folded_words

ANCHOR: Final = 40  # characters of context used to find where the words stood
WORD: Final = re.compile(r"\w+")
BEGINNING: Final = 6
SHARE: Final = 5  # of the words of a quotation at least one in so many stands where it might
PIECE: Final = 8
PIECE_OF_FEW: Final = 4
FEW: Final = 24  # characters; shorter words are cut into shorter pieces
MOST_PIECES: Final = 12
MOST_HITS: Final = 30  # places of one piece that are looked at
MOST_SPANS: Final = 6
SLID_OVER: Final = 300_000  # characters; in a longer text words without any whole piece are not looked for
SLIDES: Final = 64  # characters; longer words always leave a piece whole, unless they are others


class Folded:
    """A text without differences of formatting and capital letters; `positions` lead back to the text."""

    def __init__(self, text: str) -> None:
        self.text, self.positions = fold(text, cased=False)
        self._pieces: dict[int, frozenset[str]] = {}

    @cached_property
    def beginnings(self) -> dict[str, list[int]]:
        """Where a word begins so, by its first characters and those that follow."""
        found: dict[str, list[int]] = {}
        for word in WORD.finditer(self.text):
            found.setdefault(self.text[word.start() : word.start() + BEGINNING], []).append(word.start())
        return found

    def may_hold(self, piece: str) -> bool:
        """False for a short piece that stands nowhere: known at once, without reading the whole text for each piece.

        Of a very long text it is not known: all its pieces together would take hundreds of megabytes.
        """
        size = len(piece)
        if len(self.text) > SLID_OVER:
            return True
        if size not in self._pieces:
            self._pieces[size] = frozenset(self.text[at : at + size] for at in range(len(self.text) - size + 1))
        return piece in self._pieces[size]

    def spans_of(self, words: str) -> list[tuple[int, int]]:
        """Spans of the text that are the words but for formatting and capitals."""
        wanted = folded_words(words, cased=False).strip()
        return [self.back(*span) for span in exact_spans(self.text, wanted)] if wanted else []

    def back(self, start: int, end: int) -> tuple[int, int]:
        """A span of the folded text as a span of the text itself."""
        return self.positions[start], self.positions[end - 1] + 1

    def at(self, position: int) -> int:
        """Where a position of the text lies in the folded text."""
        return bisect_left(self.positions, position)


def likeliest_spans(selector: Selector, folded: Folded, least: float) -> Iterator[tuple[int, int, bool]]:
    """Spans of the text where the words might stand, likeliest first; True for one between its old neighbours."""
    wanted = folded_words(selector.exact, cased=False).strip()
    if not wanted or not folded.text:
        return
    between = _between_neighbours(selector, folded, len(wanted))
    if between is not None:
        yield (*folded.back(*between), True)
    seen = []
    for begin, end in _windows(wanted, folded, least):
        start, stop = _fitted(wanted, folded.text, begin, end, least)
        if start < stop and (start, stop) not in seen:
            seen.append((start, stop))
            yield (*folded.back(start, stop), False)


def _between_neighbours(selector: Selector, folded: Folded, length: int) -> tuple[int, int] | None:
    """Where the words stood, if what stood around them still stands there once: the surest way to find an edit."""
    before = folded_words(selector.prefix, cased=False).strip()[-ANCHOR:].strip()
    after = folded_words(selector.suffix, cased=False).strip()[:ANCHOR].strip()
    if len(before) < ANCHOR // 2 or len(after) < ANCHOR // 2:
        return None
    left, right = exact_spans(folded.text, before), exact_spans(folded.text, after)
    longest = 2 * length + ANCHOR
    found = [(begin, end) for _, begin in left for end, _ in right if 0 < end - begin <= longest]
    stripped = [_stripped(folded.text, *span) for span in found]
    standing = [(begin, end) for begin, end in stripped if begin < end]
    return standing[0] if len(standing) == 1 else None


def _windows(wanted: str, folded: Folded, least: float) -> list[tuple[int, int]]:
    """Stretches in which pieces of the words lie as far apart as they do in the words, most pieces first."""
    text = folded.text
    slack = max(12, len(wanted) // 3)
    enough = len(WORD.findall(wanted)) // SHARE
    groups = _grouped(sorted(_by_words(wanted, folded)), slack, enough)
    groups = groups or _grouped(sorted(_by_pieces(wanted, folded)), slack, enough)
    if not groups and len(wanted) <= SLIDES and len(text) <= SLID_OVER:
        found = fitted(wanted, text, least)
        groups = [(1, found.dest_start, found.dest_start)] if found and found.dest_end > found.dest_start else []
    return [(max(0, first - slack), min(len(text), last + len(wanted) + slack)) for _count, first, last in groups]


def _by_words(wanted: str, folded: Folded) -> list[tuple[int, int]]:
    """For each place of a beginning of a word: how far the words would have moved, and which beginning it was."""
    return [
        (at - word.start(), word.start())
        for word in WORD.finditer(wanted)
        for at in folded.beginnings.get(wanted[word.start() : word.start() + BEGINNING], [])[:MOST_HITS]
    ]


def _by_pieces(wanted: str, folded: Folded) -> list[tuple[int, int]]:
    """The same with pieces of a fixed length, for scripts without spaces and words changed everywhere."""
    size = PIECE if len(wanted) >= FEW else PIECE_OF_FEW
    step = max(size, len(wanted) // MOST_PIECES)
    shifts: list[tuple[int, int]] = []
    for offset in range(0, max(1, len(wanted) - size + 1), step):
        piece, at, hits = wanted[offset : offset + size], -1, 0
        if not folded.may_hold(piece):
            continue
        while hits < MOST_HITS and (at := folded.text.find(piece, at + 1)) >= 0:
            shifts.append((at - offset, offset))
            hits += 1
    return shifts


def _grouped(shifts: list[tuple[int, int]], slack: int, enough: int) -> list[tuple[int, int, int]]:
    """Shifts near each other, as (pieces, first shift, last shift), most different pieces first; no chance meetings."""
    groups: list[tuple[int, int, int]] = []
    begin = 0
    for index in range(1, len(shifts) + 1):
        if index == len(shifts) or shifts[index][0] - shifts[begin][0] > slack:
            members = shifts[begin:index]
            groups.append((len({offset for _shift, offset in members}), members[0][0], members[-1][0]))
            begin = index
    groups.sort(key=lambda group: (-group[0], group[1]))
    most = groups[0][0] if groups else 0
    return [group for group in groups if group[0] >= enough and 2 * group[0] >= most][:MOST_SPANS]


def _fitted(wanted: str, text: str, begin: int, end: int, least: float) -> tuple[int, int]:
    """The whole words of a stretch that are most like those wanted; nothing where it is quite another stretch."""
    found = fitted(wanted, text[begin:end], least - 10)
    if found is None or found.dest_end <= found.dest_start:
        return begin, begin
    starts, ends = _edges(text, begin, end)
    start, stop = begin + found.dest_start, begin + found.dest_end
    length = len(wanted.split())

    def likeness(first: int, last: int) -> float:
        words = text[first:last]
        return ratio(wanted, words) - abs(length - len(words.split()))

    near = len(wanted) // 4 + 24
    starts = [each for each in starts if abs(each - start) <= near] or [start]
    ends = [each for each in ends if abs(each - stop) <= near] or [stop]
    for _turn in range(2):  # the better start depends on the end, and the other way round
        start = max((each for each in starts if each < stop), key=lambda each: likeness(each, stop), default=start)
        stop = max((each for each in ends if each > start), key=lambda each: likeness(start, each), default=stop)
    return _stripped(text, start, stop)


def _edges(text: str, begin: int, end: int) -> tuple[list[int], list[int]]:
    """Where the words of a stretch begin, and where they end, with the mark that follows."""
    found = list(re.finditer(r"\S+", text[begin:end]))
    words = list(re.finditer(r"\w+", text[begin:end]))
    starts = {begin + each.start() for each in (*found, *words)}
    ends = {begin + each.end() for each in (*found, *words)}
    return sorted(starts), sorted(ends)


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
