"""Counts of what a caller reads, kept stretch by stretch: after a change only the stretch it lies in is counted anew.

They are good for as long as the lines they are counted from (ready.py): until a ``Change`` has a higher number.
"""

import hashlib
import time
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from typing import Final
from uuid import UUID

from django.core.cache import cache

from claims.api.ready import Stretch, eyes, refresh, stretches, tallied
from claims.api.tokens import Caller
from claims.models import Change
from harmtracker.audit import newest_sequence

Counts = Counter[tuple[str, str]]  # how many records there are of a month and a value; "" for what is not known
KEPT_SECONDS: Final = 24 * 60 * 60
MANY: Final = 10_000  # after so many changes all is counted anew


class TakesTooLong(Exception):
    """Much has to be written out before it can be counted. What was counted stays: asking again goes on from there."""


def counts(kind: str, dimension: int, caller: Caller, patience: float) -> Counts:
    """How many records of each month and value of a dimension (tallies.py; 1 is the first) this caller reads.

    Raises ``TakesTooLong`` after so many seconds.
    """
    until = time.monotonic() + patience
    head = newest_sequence()  # before anything is counted: whatever is committed later has a higher number
    place = f"counts:{hashlib.sha256(f'{eyes(caller)} {kind} {dimension}'.encode()).hexdigest()}"
    seq, kept = cache.get(place, (head, []))
    changed = _changed_since(kind, seq) if kept else []
    if len(changed) > MANY:
        kept = []
    pieces: list[tuple[Stretch, Counts]] = []
    for stretch, counted in _pieces(kind, kept, changed):
        pieces.append((stretch, _count(kind, dimension, caller, stretch) if counted is None else counted))
        if counted is None and time.monotonic() > until:
            cache.set(place, (head, pieces), KEPT_SECONDS)
            raise TakesTooLong
    if changed or len(pieces) != len(kept):
        cache.set(place, (head, pieces), KEPT_SECONDS)
    return sum((counted for _stretch, counted in pieces), Counter())


def _pieces(
    kind: str, kept: list[tuple[Stretch, Counts]], changed: list[UUID]
) -> Iterator[tuple[Stretch, Counts | None]]:
    """All stretches of a kind with what is known of them; None for those that have to be counted."""
    behind = kept[-1][0].last if kept else None
    for stretch, counted in kept:
        if not _holds_any(stretch, changed):
            yield stretch, counted
        elif stretch.last is not None:
            yield stretch, None
        else:  # new records come in at the end
            yield from ((each, None) for each in stretches(kind, stretch.after))
    if not kept or behind is not None:  # they were not counted to the end
        yield from ((each, None) for each in stretches(kind, behind))


def _holds_any(stretch: Stretch, keys: list[UUID]) -> bool:
    """Whether one of the keys, which are in their order, lies in a stretch."""
    at = bisect_right(keys, stretch.after) if stretch.after else 0
    return at < len(keys) and (stretch.last is None or keys[at] <= stretch.last)


def _changed_since(kind: str, seq: int) -> list[UUID]:
    """Keys of what changed, in their order; not all of them where there are more than ``MANY``."""
    rows = Change.objects.filter(seq__gt=seq, record_type=kind).order_by()
    return sorted(set(rows.values_list("record_id", flat=True)[: MANY + 1]))


def _count(kind: str, dimension: int, caller: Caller, stretch: Stretch) -> Counts:
    refresh(kind, caller, stretch)
    counted: Counts = Counter()
    for month, value, number in tallied(kind, caller, stretch, dimension):
        counted[month, value] += number
    return counted
