"""Captured text as the Reader shows it: paragraphs, each with the words already taken from it. Pure functions."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from claims.models import Rendering
from claims.models.statement import StatementKind

FAMILIES: dict[str, frozenset[str]] = {
    "claim": frozenset(
        {StatementKind.ALLEGATION, StatementKind.CASUALTY_FIGURE, StatementKind.TESTIMONY, StatementKind.FINDING}
    ),
    "judge": frozenset({StatementKind.CHARACTERIZATION, StatementKind.CONDEMNATION}),
    "act": frozenset({StatementKind.ANNOUNCEMENT, StatementKind.ENDORSEMENT, StatementKind.APPEAL}),
}
PARAGRAPH = re.compile(r"[^\n]+")


def family_of(kind: str) -> str:
    """How words of this kind are marked: claim, judge, act, or answer for all that speaks against or for oneself."""
    return next((family for family, kinds in FAMILIES.items() if kind in kinds), "answer")


@dataclass(frozen=True)
class Taken:
    """Words taken from the text: their number on the page, and the rendering they became."""

    number: int
    rendering: Rendering

    @property
    def family(self) -> str:
        return family_of(self.rendering.statement.kind)


@dataclass(frozen=True)
class Run:
    """A stretch of text within a paragraph. ``is_first`` and ``is_last`` where its mark begins and ends: there its
    anchor and its number stand, once. ``attributes`` is the passage of which these words say who is quoted.
    """

    text: str
    taken: Taken | None = None
    is_first: bool = False
    is_last: bool = False
    is_hidden: bool = False
    attributes: Taken | None = None


@dataclass
class Paragraph:
    """One paragraph. ``start`` counts UTF-16 units of the canonical text, as the page's script does. ``pages`` are the
    numbers of the pages of a PDF that begin with it; ``begins_comments`` where what readers wrote begins.
    """

    start: int
    runs: list[Run] = field(default_factory=list)
    notes: list[Taken] = field(default_factory=list)
    pages: list[int] = field(default_factory=list)
    begins_comments: bool = False
    is_comment: bool = False


def paragraphs(text: str, renderings: Sequence[Rendering], flags: Sequence[dict[str, Any]] = ()) -> list[Paragraph]:
    """Cut canonical text into paragraphs and mark the passages taken. Where passages overlap the earlier one is marked;
    every one is named in the notes beside the paragraph where it begins."""
    taken = [Taken(number, rendering) for number, rendering in enumerate(_by_place(renderings), 1)]
    hidden = [(flag["start"], flag["end"]) for flag in flags if flag["flag"] == "hidden"]
    pages = sorted((flag["start"], flag["page"]) for flag in flags if flag["flag"] == "page")
    comments = sorted((flag["start"], flag["end"]) for flag in flags if flag["flag"] == "comment")
    made: list[Paragraph] = []
    begun, passed = 0, 0
    units, counted = 0, 0
    for match in PARAGRAPH.finditer(text):
        first, last = match.span()
        units += _units(text[counted:first])
        counted = first
        paragraph = Paragraph(units)
        paragraph.runs = _runs(text, first, last, taken, hidden)
        paragraph.notes = [each for each in taken if first <= _start(each) < last]
        while begun < len(pages) and pages[begun][0] < last:
            paragraph.pages.append(pages[begun][1])
            begun += 1
        while passed < len(comments) and comments[passed][1] <= first:
            passed += 1
        paragraph.is_comment = passed < len(comments) and comments[passed][0] < last
        paragraph.begins_comments = paragraph.is_comment and not (made and made[-1].is_comment)
        made.append(paragraph)
    return made


def _runs(text: str, first: int, last: int, taken: Sequence[Taken], hidden: Sequence[tuple[int, int]]) -> list[Run]:
    here = [each for each in taken if _start(each) < last and _end(each) > first]
    edges = {first, last}
    for each in here:
        edges |= {max(first, _start(each)), min(last, _end(each))}
    told = [each for each in taken if _names_in(each, first, last)]
    for each in told:
        edges |= {max(first, each.rendering.attribution_start or 0), min(last, each.rendering.attribution_end or 0)}
    for start, end in hidden:
        edges |= {edge for edge in (start, end) if first < edge < last}
    cuts = sorted(edges)
    runs = []
    for start, end in pairwise(cuts):
        owner = next((each for each in here if _start(each) <= start and end <= _end(each)), None)
        is_hidden = any(low <= start and end <= high for low, high in hidden)
        begins = owner is not None and start == _start(owner)
        ends = owner is not None and end == min(_end(owner), last)
        says_who = None if owner else next((each for each in told if _names_in(each, start, end)), None)
        if says_who:
            ends = end == min(says_who.rendering.attribution_end or 0, last)
        runs.append(Run(text[start:end], owner, begins, ends, is_hidden, says_who))
    return runs


def _names_in(taken: Taken, first: int, last: int) -> bool:
    """Whether its attribution lies within a stretch, at least in part, and its speaker may be named."""
    start, end = taken.rendering.attribution_start, taken.rendering.attribution_end
    if start is None or end is None or not getattr(taken.rendering, "names_speaker", True):
        return False
    return start < last and end > first


def _by_place(renderings: Sequence[Rendering]) -> list[Rendering]:
    return sorted(renderings, key=lambda rendering: (rendering.start or 0, -(rendering.end or 0)))


def _start(taken: Taken) -> int:
    return taken.rendering.start or 0


def _end(taken: Taken) -> int:
    return taken.rendering.end or 0


def _units(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)
