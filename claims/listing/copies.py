"""The copies tab of a source: what it was made from and what was made from it, with the evidence for it.

Every tie needs both of its sources to be shown to the reader; evidence quotes both texts.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from claims.queries.origins import Origin, grouped
from harmtracker.models import User
from sources.copies.evidence import Hint
from sources.models import Capture, Copy, Source
from sources.models.copy import CopyState
from sources.quote_edits import Piece, operations, pieces
from sources.shown import parties_shown_to, sources_shown_to

MOST_COPIES = 60  # rows of one page; a wire report has more copies than anybody reads at once
VERY_LIKELY, LIKELY = 0.85, 0.6
STATES = (CopyState.SUGGESTED, CopyState.CONFIRMED, CopyState.DISMISSED)

TIED = """
WITH RECURSIVE tied(id) AS (
  SELECT %s::uuid
  UNION
  SELECT CASE WHEN copy.derived_id = tied.id THEN copy.original_id ELSE copy.derived_id END
  FROM sources_copy copy JOIN tied ON tied.id IN (copy.derived_id, copy.original_id)
  WHERE copy.state = 'confirmed'
)
SELECT copy.derived_id, copy.original_id, copy.kind
FROM sources_copy copy JOIN tied ON tied.id = copy.derived_id WHERE copy.state = 'confirmed' ORDER BY copy.id
"""


@dataclass(frozen=True)
class Spelling:
    """A name, number or date of both: as the original writes it and as the copy does."""

    original: str
    derived: str

    @property
    def is_same(self) -> bool:
        return self.original.casefold() == self.derived.casefold()


@dataclass(frozen=True)
class Quoted:
    """A quotation as both have it, with what differs marked in each. No marks where the languages differ."""

    original: list[Piece]
    derived: list[Piece]
    is_same: bool
    is_red: bool


@dataclass(frozen=True)
class CopyRow:
    """One copy. ``here`` is the end whose page this is; numbers are those of the captures compared, if any were."""

    copy: Copy
    is_derived: bool
    other: Source
    other_publisher: str
    likeness: Any
    same_words: int
    names: list[Spelling]
    numbers: list[Spelling]
    dates: list[Spelling]
    damaged: list[Spelling]
    quotations: list[Quoted]
    hints: list[Any]
    other_number: int | None

    @property
    def is_compared(self) -> bool:
        """Whether the machine compared the texts; a person may suggest what it never did."""
        return bool(self.copy.evidence)


@dataclass
class Copies:
    """Rows by state, and the origin this source belongs to as far as the reader may see."""

    suggested: list[CopyRow] = field(default_factory=list)
    confirmed: list[CopyRow] = field(default_factory=list)
    dismissed: list[CopyRow] = field(default_factory=list)
    origin: Origin | None = None
    is_cut: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.suggested or self.confirmed or self.dismissed)


def copies_of(source: Source, user: User) -> Copies:
    """Everything the tab shows, in four queries at most."""
    visible = sources_shown_to(user)
    rows = list(
        Copy.objects.filter(Q(derived=source) | Q(original=source), derived__in=visible, original__in=visible)
        .select_related("derived__publisher", "original__publisher", "decided_by", "created_by")
        .annotate(
            derived_named=Exists(parties_shown_to(user).filter(pk=OuterRef("derived__publisher"))),
            original_named=Exists(parties_shown_to(user).filter(pk=OuterRef("original__publisher"))),
        )
        .order_by("-score", "-created_at", "-id")[: MOST_COPIES + 1]
    )
    shown = rows[:MOST_COPIES]
    numbers = _capture_numbers(shown)
    made = [_row(copy, source, numbers) for copy in shown]
    by_state = {state: [row for row in made if row.copy.state == state] for state in STATES}
    return Copies(
        suggested=by_state[CopyState.SUGGESTED],
        confirmed=by_state[CopyState.CONFIRMED],
        dismissed=by_state[CopyState.DISMISSED],
        origin=_origin(source, user) if by_state[CopyState.CONFIRMED] else None,
        is_cut=len(rows) > MOST_COPIES,
    )


def _row(copy: Any, source: Source, numbers: Mapping[str, int]) -> CopyRow:
    is_derived = copy.derived_id == source.pk
    other = copy.original if is_derived else copy.derived
    named = copy.original_named if is_derived else copy.derived_named
    evidence = copy.evidence
    compared = evidence.get("captures", {})
    return CopyRow(
        copy=copy,
        is_derived=is_derived,
        other=other,
        other_publisher=str(other.publisher) if named else "",
        likeness=likeness_words(copy),
        same_words=round(100 * evidence.get("same_words", 0)),
        names=_spellings(evidence.get("names", ())),
        numbers=_spellings(evidence.get("numbers", ())),
        dates=_spellings(evidence.get("dates", ())),
        damaged=_spellings(evidence.get("damaged", ())),
        quotations=[_quoted(pair) for pair in evidence.get("quotations", ())],
        hints=[Hint(code).label for code in evidence.get("hints", ()) if code in Hint.values],
        other_number=numbers.get(compared.get("original" if is_derived else "derived", "")),
    )


def likeness_words(copy: Copy) -> Any:
    """How sure the comparison was, in words; "" where nothing was compared."""
    if copy.score is None:
        return ""
    sure = _("very likely") if copy.score >= VERY_LIKELY else _("likely") if copy.score >= LIKELY else _("possible")
    return format_lazy("{sure} ({score:.2f})", sure=sure, score=copy.score)


def _spellings(pairs: Iterable[Sequence[str]]) -> list[Spelling]:
    return [Spelling(original, derived) for original, derived in pairs]


def _quoted(pair: Mapping[str, Any]) -> Quoted:
    original, derived = str(pair["original"]), str(pair["derived"])
    changes = pair["operations"]
    if not changes:
        return Quoted([Piece(original)], [Piece(derived)], original.casefold() == derived.casefold(), is_red=False)
    back = [
        {"class": str(each.edit), "before": each.before, "after": each.after, "at": each.at}
        for each in operations(derived, original)
    ]
    left = [piece for piece in pieces(original, changes) if piece.change != "added"]
    right = [
        Piece(piece.text, "added" if piece.change else "", piece.edit)
        for piece in pieces(derived, back)
        if piece.change != "added"
    ]
    return Quoted(left, right, is_same=False, is_red=any(piece.is_red for piece in (*left, *right)))


def _capture_numbers(rows: Iterable[Copy]) -> dict[str, int]:
    keys = {key for row in rows for key in row.evidence.get("captures", {}).values()}
    return {str(pk): number for pk, number in Capture.objects.filter(pk__in=keys).values_list("pk", "number")}


def _origin(source: Source, user: User) -> Origin | None:
    """The origin this source belongs to, with the copies of it that the reader may see, tied through such only."""
    with connection.cursor() as cursor:
        cursor.execute(TIED, [source.pk])
        ties: list[tuple[uuid.UUID, uuid.UUID, str]] = cursor.fetchall()
    keys = {key for derived, original, _kind in ties for key in (derived, original)}
    reports: list[Any] = list(
        sources_shown_to(user).filter(pk__in=keys).order_by("published_start", "created_at", "pk")
    )
    for report in reports:
        report.made_from = [(original, kind) for derived, original, kind in ties if derived == report.pk]
    for origin in grouped(reports).origins:
        if source.pk in {origin.root.pk, *(copy.pk for copy, _how in origin.copies)}:
            return origin
    return None
