"""Which of the evidence a sheet lists: what is cited already, then what is likely, never all of a long record at once.

What is not listed is not cited: whatever somebody has begun to say of a piece keeps it on the page.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q

from claims.forms.assessment import EvidenceForm
from claims.models import Link, MediaItem, OutsideNote, Rendering, Statement
from sources.names import fold

STEP: Final = 12
"""Pieces listed at first, and with each press more."""
FIND, MORE = "find", "more"


@dataclass(frozen=True)
class Listed:
    """The pieces on the page. ``left`` are those one press away; ``find`` the words they were chosen by."""

    rows: Sequence[EvidenceForm]
    left: int = 0
    shown: int = STEP
    find: str = ""


def listed(evidence: Sequence[EvidenceForm], subject: Any, sent: Any, also: Iterable[str]) -> Listed:
    """What to list of all that is offered.

    ``sent`` is the form as it came, empty when the page is opened; ``also`` are references asked for.
    """
    find = str(sent.get("find", ""))[:100].strip()
    number = str(sent.get("shown", ""))
    shown = min(int(number), len(evidence)) if number.isdecimal() and len(number) < 5 else 0
    shown = max(shown, STEP) + (STEP if sent.get("act") == MORE else 0)
    kept = [each for each in evidence if each.exhibit.ref in also or _is_begun(each)]
    others = [each for each in _likely_first(evidence, subject) if each not in kept and _holds(each, find)]
    return Listed([*kept, *others[:shown]], left=max(0, len(others) - shown), shown=shown, find=find)


def _is_begun(form: EvidenceForm) -> bool:
    return any(field.value() for field in form)


def _holds(form: EvidenceForm, find: str) -> bool:
    """Whether all words stand in what is shown of the piece, in any capitals and spelling look-ups fold."""
    shown = form.exhibit
    text = fold(f"{shown.ref} {shown.speaker} {shown.what} {shown.text}")
    return all(word in text for word in fold(find).split())


def _likely_first(evidence: Sequence[EvidenceForm], subject: Any) -> list[EvidenceForm]:
    """Its own words, then what is tied to it by a link, a note or as its photo, then the rest as it comes."""
    tied = _tied(subject)
    return sorted(evidence, key=lambda form: _rank(form.exhibit.thing, subject, tied))


def _rank(thing: Any, subject: Any, tied: set[Any]) -> int:
    if isinstance(thing, Rendering) and thing.statement_id == subject.pk:
        return 0
    if isinstance(thing, OutsideNote):
        return 1
    statement = thing.statement_id if isinstance(thing, Rendering) else thing.pk
    return 1 if statement in tied else 2


def _tied(subject: Any) -> set[Any]:
    """Keys of what is tied to the record: the far ends of links of a statement, and its photo or video."""
    if isinstance(subject, MediaItem):
        return set(Statement.objects.filter(media_item=subject).values_list("pk", flat=True))
    if not isinstance(subject, Statement):
        return set()
    links = Link.objects.filter(Q(from_statement=subject) | Q(to_statement=subject), removed_at=None)
    ends = {key for pair in links.values_list("from_statement", "to_statement") for key in pair}
    return (ends - {subject.pk}) | {subject.media_item_id}
