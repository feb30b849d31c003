"""Two captured texts side by side: paragraphs that belong together, and the words that differ in them. Pure functions.

Bounded: what both texts begin and end with is never compared, long differing parts are cut off after so many
paragraphs and so many words, and the result says so. Offsets are code points into each text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sources.alike import differences, ratio

if TYPE_CHECKING:
    from rapidfuzz.distance import Opcode

MOST_PARAGRAPHS: Final = 4000  # of one text, between what both begin and end with
MOST_PAIRS: Final = 1600  # pairs of paragraphs of one differing part that are weighed against each other
AHEAD: Final = 8  # paragraphs looked at where there are too many pairs to weigh them all
MOST_WORDS: Final = 3000  # of two paragraphs together; longer ones count as replaced whole
ALIKE: Final = 50.0  # of 100; paragraphs less alike than that are no versions of each other
WEIGHED: Final = 400  # characters of a paragraph that are weighed
CRUMB: Final = 3  # characters; fewer that stayed between two changes are read as part of the change

PARAGRAPH: Final = re.compile(r"[^\n]+")
WORD: Final = re.compile(r"\w+(?:['’ʼ.,:-]\w+)*|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of one text, and whether it stands only there."""

    start: int
    end: int
    is_changed: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """Two paragraphs beside each other, either of which may be missing."""

    left: list[Stretch]
    right: list[Stretch]
    changes: int = 0

    @property
    def is_same(self) -> bool:
        return not self.changes


@dataclass
class Difference:
    """All rows in their order; `changes` counts places, `words` the words taken out and put in."""

    rows: list[Row] = field(default_factory=list)
    changes: int = 0
    words: int = 0
    is_cut: bool = False


Span = tuple[int, int]


def difference(left: str, right: str) -> Difference:
    """Compare two texts paragraph by paragraph and word by word."""
    ours = [match.span() for match in PARAGRAPH.finditer(left)]
    theirs = [match.span() for match in PARAGRAPH.finditer(right)]
    a = [" ".join(left[start:end].split()) for start, end in ours]
    b = [" ".join(right[start:end].split()) for start, end in theirs]
    found = Difference()
    first = _shared(a, b)
    last = _shared(a[first:][::-1], b[first:][::-1])
    ends = len(a) - last, len(b) - last
    found.is_cut = max(ends) - first > MOST_PARAGRAPHS
    stops = tuple(min(end, first + MOST_PARAGRAPHS) for end in ends)
    found.rows += [_same(one, other) for one, other in zip(ours[:first], theirs[:first], strict=True)]
    for i, j in _aligned(a[first : stops[0]], b[first : stops[1]]):
        one = ours[first + i] if i is not None else None
        other = theirs[first + j] if j is not None else None
        if i is not None and j is not None and a[first + i] == b[first + j]:
            found.rows.append(_same(ours[first + i], theirs[first + j]))
        else:
            _add_changed(found, left, right, one, other)
    if not found.is_cut and last:
        found.rows += [_same(one, other) for one, other in zip(ours[-last:], theirs[-last:], strict=True)]
    return found


def _same(one: Span, other: Span) -> Row:
    return Row([Stretch(*one)], [Stretch(*other)])


def _shared(a: Sequence[str], b: Sequence[str]) -> int:
    """How many paragraphs both begin with."""
    count = 0
    for one, other in zip(a, b, strict=False):
        if one != other:
            break
        count += 1
    return count


def _add_changed(found: Difference, left: str, right: str, one: Span | None, other: Span | None) -> None:
    """A row of paragraphs that differ; with one side missing all of the other is a change."""
    if one is None or other is None:
        start, end = one or other or (0, 0)
        whole = [Stretch(start, end, True)]
        row = Row(whole if one else [], whole if other else [], 1)
        found.words += len(WORD.findall((left if one else right)[start:end]))
    else:
        row, words = _compared(left, right, one, other)
        found.words += words
    found.rows.append(row)
    found.changes += row.changes


# ---- Which paragraphs belong together


def _aligned(a: list[str], b: list[str]) -> Iterator[tuple[int | None, int | None]]:
    """Pairs of indices in reading order; None where the other text has nothing of the kind."""
    for is_equal, (i1, i2), (j1, j2) in _blocks(differences(a, b)):
        if is_equal:
            yield from zip(range(i1, i2), range(j1, j2), strict=True)
        else:
            yield from ((_plus(i1, i), _plus(j1, j)) for i, j in _paired(a[i1:i2], b[j1:j2]))


def _plus(base: int, index: int | None) -> int | None:
    return None if index is None else base + index


def _blocks(opcodes: list[Opcode]) -> Iterator[tuple[bool, Span, Span]]:
    """Neighbouring insertions and deletions as one differing part."""
    at = 0
    while at < len(opcodes):
        end = at + 1
        if opcodes[at].tag != "equal":
            while end < len(opcodes) and opcodes[end].tag != "equal":
                end += 1
        begun, ended = opcodes[at], opcodes[end - 1]
        yield begun.tag == "equal", (begun.src_start, ended.src_end), (begun.dest_start, ended.dest_end)
        at = end


def _paired(a: list[str], b: list[str]) -> Iterator[tuple[int | None, int | None]]:
    """The pairing of a differing part that keeps the order and adds up to the most likeness."""
    if len(a) * len(b) > MOST_PAIRS:
        yield from _paired_ahead(a, b)
        return
    likeness = [[ratio(one[:WEIGHED], other[:WEIGHED], ALIKE) for other in b] for one in a]
    best = [[0.0] * (len(b) + 1) for _row in range(len(a) + 1)]
    for i in range(len(a) - 1, -1, -1):
        for j in range(len(b) - 1, -1, -1):
            pair = likeness[i][j] + best[i + 1][j + 1] if likeness[i][j] else 0.0
            best[i][j] = max(best[i + 1][j], best[i][j + 1], pair)
    i = j = 0
    while i < len(a) and j < len(b):
        if likeness[i][j] and best[i][j] == likeness[i][j] + best[i + 1][j + 1]:
            yield i, j
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            yield i, None
            i += 1
        else:
            yield None, j
            j += 1
    yield from ((rest, None) for rest in range(i, len(a)))
    yield from ((None, rest) for rest in range(j, len(b)))


def _paired_ahead(a: list[str], b: list[str]) -> Iterator[tuple[int | None, int | None]]:
    """For long parts: each paragraph with the most alike of the few that come next."""
    j = 0
    for i, one in enumerate(a):
        ahead = [(ratio(one[:WEIGHED], other[:WEIGHED], ALIKE), -k) for k, other in enumerate(b[j : j + AHEAD], j)]
        score, place = max(ahead, default=(0.0, 0))
        if not score:
            yield i, None
            continue
        yield from ((None, between) for between in range(j, -place))
        yield i, -place
        j = 1 - place
    yield from ((None, rest) for rest in range(j, len(b)))


# ---- Which words differ


def _compared(left: str, right: str, one: Span, other: Span) -> tuple[Row, int]:
    """The words of two paragraphs beside each other, and how many of them differ."""
    a, b = _words(left, one), _words(right, other)
    if len(a) + len(b) > MOST_WORDS:
        return Row([Stretch(*one, True)], [Stretch(*other, True)], 1), len(a) + len(b)
    opcodes = differences([left[s:e] for s, e in a], [right[s:e] for s, e in b])
    blocks = _without_crumbs(list(_blocks(opcodes)), a)
    row = Row(
        list(_stretches(one, a, [(same, span) for same, span, _ in blocks])),
        list(_stretches(other, b, [(same, span) for same, _, span in blocks])),
        max(1, sum(not same for same, _, _ in blocks)),
    )
    words = sum(i2 - i1 + j2 - j1 for same, (i1, i2), (j1, j2) in blocks if not same)
    return row, words


def _words(text: str, span: Span) -> list[Span]:
    return [match.span() for match in WORD.finditer(text, *span)]


Block = tuple[bool, Span, Span]


def _without_crumbs(blocks: list[Block], words: list[Span]) -> list[Block]:
    """Lone marks and short words that stayed by chance between two changes count as changed with them."""
    kept: list[Block] = []
    for index, block in enumerate(blocks):
        is_same, a, b = block
        between = 0 < index < len(blocks) - 1
        if is_same and between and a[1] - a[0] == 1 and words[a[0]][1] - words[a[0]][0] <= CRUMB:
            block = _is_worth_keeping(blocks[index - 1], blocks[index + 1]), a, b  # noqa: PLW2901 - the same place
        if kept and not block[0] and not kept[-1][0]:
            _same, before_a, before_b = kept.pop()
            block = False, (before_a[0], a[1]), (before_b[0], b[1])  # noqa: PLW2901 - joined to the one before
        kept.append(block)
    return kept


def _is_worth_keeping(before: Block, after: Block) -> bool:
    """A short word between two small changes is a landmark; between rewritten passages it is chance."""
    return all(max(a[1] - a[0], b[1] - b[0]) <= 2 for _same, a, b in (before, after))


def _stretches(span: Span, words: list[Span], blocks: list[tuple[bool, Span]]) -> Iterator[Stretch]:
    """A paragraph cut where words begin to differ and where they end to; white space between goes with what stays."""
    start, end = span
    at = start
    for is_same, (first, last) in blocks:
        if is_same or first == last:
            continue
        if words[first][0] > at:
            yield Stretch(at, words[first][0])
        at = words[last - 1][1]
        yield Stretch(words[first][0], at, True)
    if at < end:
        yield Stretch(at, end)
