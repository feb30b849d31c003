"""The captures of a source one after the other, and two of them side by side with the quotations marked in both."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from claims.listing.source_page import copies_shown_to, statements_resting_on
from claims.models import QuoteCheck, Rendering, Statement
from claims.models.rendering import QuoteOutcome
from claims.reading import family_of
from harmtracker.markings import HIDES_SPEAKER
from harmtracker.models import User
from sources.capture.outcomes import Outcome
from sources.models import Capture, Copy, Party, Source
from sources.quote_edits import Piece, pieces
from sources.shown import parties_shown_to, pseudonym
from sources.text_diff import Difference, Row, Stretch, difference

LARGE = ("text", "reading", "links", "flags", "hops", "metadata")
LONGEST_COMPARED = 5_000_000  # characters of both texts together
MOST_ROWS = 600  # paragraphs with changes that one page shows
MOST_FOLDED = 80  # paragraphs of one unchanged stretch that can be unfolded here
AROUND = 1  # unchanged paragraphs shown before and after a change


@dataclass(frozen=True)
class Attempt:
    """One capture in the list. ``before`` is the number of the capture before it that has text, or None."""

    capture: Capture
    outcome: Outcome | None
    before: int | None
    is_same_text: bool
    checks: list[tuple[str, int]]

    @property
    def is_readable(self) -> bool:
        return bool(self.capture.text_sha256)


@dataclass(frozen=True)
class Quoted:
    """A quotation in the two captures compared: what became of it in the later one, word by word."""

    number: int
    rendering: Any
    outcome: str
    pieces: list[Piece]
    attribution_outcome: str
    attribution_pieces: list[Piece]
    is_taken_here: bool

    @property
    def family(self) -> str:
        return family_of(self.rendering.statement.kind)

    @property
    def is_altered(self) -> bool:
        return self.outcome in {QuoteOutcome.EDITED, QuoteOutcome.MISSING, QuoteOutcome.AMBIGUOUS}

    @property
    def is_red(self) -> bool:
        return any(piece.is_red for piece in (*self.pieces, *self.attribution_pieces))


@dataclass(frozen=True)
class Part:
    """A piece of a paragraph: whether it stands only on this side, and which quotation it belongs to."""

    text: str
    is_changed: bool = False
    quoted: Quoted | None = None
    is_last: bool = False


@dataclass(frozen=True)
class Pair:
    """Two paragraphs beside each other; ``begins`` are the quotations that begin in the right one, else in the left."""

    left: list[Part]
    right: list[Part]
    is_same: bool
    begins: list[Quoted] = field(default_factory=list)


@dataclass(frozen=True)
class Passage:
    """Paragraphs shown, or an unchanged stretch folded away; ``count`` how many, shown only where ``pairs`` are."""

    pairs: list[Pair]
    count: int
    is_folded: bool


@dataclass
class Comparison:
    """Two captures side by side. ``is_cut``: too long to be compared or shown to the end."""

    left: Capture
    right: Capture
    passages: list[Passage] = field(default_factory=list)
    quoted: list[Quoted] = field(default_factory=list)
    touched: int = 0
    changes: int = 0
    words: int = 0
    is_cut: bool = False

    @property
    def altered(self) -> int:
        return sum(each.is_altered for each in self.quoted)


def captures_of(source: Source) -> list[Capture]:
    """All attempts at a source, newest first, without their large columns."""
    return list(source.captures.select_related("requested_by").defer(*LARGE).order_by("-number"))


def attempts(captures: Sequence[Capture], checks: Iterable[QuoteCheck]) -> list[Attempt]:
    """The list of captures, newest first, each with what became of the quotations in it."""
    counted: dict[uuid.UUID, Counter[str]] = defaultdict(Counter)
    for check in checks:
        counted[check.capture_id][check.outcome] += 1
    rows = []
    before: Capture | None = None
    for capture in reversed(captures):
        is_same = before is not None and before.text_sha256 == capture.text_sha256
        outcome = Outcome(capture.outcome) if capture.outcome else None
        found = [(code, counted[capture.pk][code]) for code in QuoteOutcome.values if counted[capture.pk][code]]
        rows.append(Attempt(capture, outcome, before.number if before else None, is_same, found))
        before = capture if capture.text_sha256 else before
    return rows[::-1]


def quotations_of(sources: Sequence[uuid.UUID], user: User) -> list[Any]:
    """Standing quotations of these sources whose statements this reader may see and may know to rest on them."""
    named = Statement.objects.seen_through(user, HIDES_SPEAKER).filter(party__in=parties_shown_to(user))
    rows: QuerySet[Any] = Rendering.objects.filter(
        source__in=sources, start__isnull=False, withdrawn_at=None, statement__in=statements_resting_on(user)
    )
    party_seen = Exists(Party.objects.visible_to(user).filter(pk=OuterRef("statement__party_id")))
    named_rows: QuerySet[Any] = rows.annotate(
        names_speaker=Exists(named.filter(pk=OuterRef("statement_id"))), party_seen=party_seen
    )
    found = list(named_rows.select_related("statement__party").order_by("start", "pk"))
    for each in found:
        each.alias = pseudonym(each.statement.party, user, is_visible=each.party_seen)
    return found


def checks_in(captures: Iterable[uuid.UUID], renderings: Iterable[Any]) -> list[QuoteCheck]:
    """What became of these quotations in these captures."""
    return list(QuoteCheck.objects.filter(capture__in=list(captures), rendering__in=[each.pk for each in renderings]))


def copies_to_compare(source: Source, user: User) -> list[tuple[Copy, Source, int]]:
    """Copies this reader may see, each with the other source and its newest capture with text."""
    rows: QuerySet[Any] = (
        copies_shown_to(user)
        .filter(Q(derived=source) | Q(original=source))
        .select_related("derived", "original")
        .annotate(of_derived=_newest_readable("derived"), of_original=_newest_readable("original"))
        .order_by("created_at", "pk")
    )
    found = []
    for copy in rows:
        other, number = (
            (copy.original, copy.of_original) if copy.derived_id == source.pk else (copy.derived, copy.of_derived)
        )
        if number is not None:
            found.append((copy, other, number))
    return found


def _newest_readable(source: str) -> Subquery:
    readable = Capture.objects.filter(source=OuterRef(source)).exclude(text="")
    return Subquery(readable.order_by("-number").values("number")[:1])


def comparison(left: Capture, right: Capture, renderings: Sequence[Any], checks: Iterable[QuoteCheck]) -> Comparison:
    """Lay two captures side by side, both with their text; quotations are marked in both."""
    by_place = {(check.rendering_id, check.capture_id): check for check in checks}
    quoted = [
        _quoted(number, each, by_place.get((each.pk, right.pk)), right)
        for number, each in enumerate(renderings, 1)
        if _spans(each, left, by_place) or _spans(each, right, by_place) or (each.pk, right.pk) in by_place
    ]
    shown = Comparison(left, right, quoted=quoted)
    if len(left.text) + len(right.text) > LONGEST_COMPARED:
        shown.is_cut = True
        return shown
    found = difference(left.text, right.text)
    marks = _marks(quoted, left, by_place), _marks(quoted, right, by_place)
    shown.changes, shown.words, shown.is_cut = found.changes, found.words, found.is_cut
    shown.touched = _touched(found, *marks)
    pairs = [_pair(row, left.text, right.text, *marks) for row in found.rows]
    shown.passages = list(_passages(pairs))
    changed = sum(not passage.is_folded and passage.count for passage in shown.passages)
    if changed > MOST_ROWS:
        shown.passages, shown.is_cut = list(_first(shown.passages, MOST_ROWS)), True
    return shown


Mark = tuple[int, int, Quoted]


def _spans(rendering: Any, capture: Capture, checks: dict[Any, QuoteCheck]) -> list[tuple[int, int]]:
    """Where a quotation stands in a capture: where it was taken, or where it was found again."""
    if rendering.capture_id == capture.pk:
        return [(rendering.start, rendering.end)]
    check = checks.get((rendering.pk, capture.pk))
    return [(each["start"], each["end"]) for each in check.candidates] if check else []


def _marks(quoted: Iterable[Quoted], capture: Capture, checks: dict[Any, QuoteCheck]) -> list[Mark]:
    found = [(*span, each) for each in quoted for span in _spans(each.rendering, capture, checks)]
    return sorted(found, key=lambda mark: (mark[0], -mark[1]))


def _quoted(number: int, rendering: Any, check: QuoteCheck | None, right: Capture) -> Quoted:
    is_taken_here = rendering.capture_id == right.pk
    outcome = check.outcome if check else QuoteOutcome.EXACT if is_taken_here else QuoteOutcome.UNCHECKED
    changes = check.operations if check else []
    about = check.attribution_operations if check else []
    is_told = check is not None and rendering.names_speaker  # an attribution names the speaker
    return Quoted(
        number,
        rendering,
        outcome,
        pieces(rendering.exact, changes),
        check.attribution_outcome if check and is_told else "",
        pieces(rendering.attribution_exact, about) if is_told else [],
        is_taken_here,
    )


def _touched(found: Difference, left: Sequence[Mark], right: Sequence[Mark]) -> int:
    """How many quotations lie where something changed, on either side."""
    touched = set()
    for row in found.rows:
        if not row.is_same:
            for stretches, marks in ((row.left, left), (row.right, right)):
                touched |= {
                    each.number
                    for start, end, each in marks
                    for stretch in stretches
                    if stretch.is_changed and stretch.start < end and start < stretch.end
                }
    return len(touched)


def _pair(row: Row, left: str, right: str, left_marks: Sequence[Mark], right_marks: Sequence[Mark]) -> Pair:
    begins = _beginning(row.right, right_marks) or _beginning(row.left, left_marks)
    return Pair(
        list(_parts(row.left, left, left_marks)), list(_parts(row.right, right, right_marks)), row.is_same, begins
    )


def _beginning(stretches: Sequence[Stretch], marks: Sequence[Mark]) -> list[Quoted]:
    if not stretches:
        return []
    start, end = stretches[0].start, stretches[-1].end
    found = {each.number: each for begin, _end, each in marks if start <= begin < end}
    return list(found.values())


def _parts(stretches: Sequence[Stretch], text: str, marks: Sequence[Mark]) -> Iterator[Part]:
    """A paragraph cut at its changes and at the ends of its quotations; where these overlap the first is marked."""
    for stretch in stretches:
        here = [mark for mark in marks if mark[0] < stretch.end and stretch.start < mark[1]]
        inside = (edge for mark in here for edge in mark[:2] if stretch.start < edge < stretch.end)
        edges = sorted({stretch.start, stretch.end, *inside})
        for start, end in pairwise(edges):
            owner = next((mark for mark in here if mark[0] <= start and end <= mark[1]), None)
            yield Part(
                text[start:end], stretch.is_changed, owner[2] if owner else None, owner is not None and end == owner[1]
            )


def _passages(pairs: Sequence[Pair]) -> Iterator[Passage]:
    """Changed paragraphs with a little around them; longer unchanged stretches folded."""
    near = {index + step for index, pair in enumerate(pairs) if not pair.is_same for step in range(-AROUND, AROUND + 1)}
    for is_shown, group in groupby(enumerate(pairs), key=lambda each: each[0] in near):
        members = [pair for _index, pair in group]
        is_folded = not is_shown and len(members) > 1
        yield Passage(members if len(members) <= MOST_FOLDED or not is_folded else [], len(members), is_folded)


def _first(passages: Iterable[Passage], most: int) -> Iterator[Passage]:
    left = most
    for passage in passages:
        if passage.is_folded:
            yield passage
        elif left > 0:
            yield Passage(passage.pairs[:left], passage.count, False)
            left -= passage.count
