"""How the sources of a list divide, for each choice of its filter: counted over what this reader may see."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import DateTimeField, OuterRef, QuerySet, Subquery
from django.utils import timezone

from claims.listing.source_states import (
    BEYOND,
    CHANGED,
    COPIES,
    FAILED,
    GONE,
    NEVER,
    PAUSED,
    STATES,
    UNDER_WAY,
    WITHIN,
    changed,
)
from harmtracker.models import User
from harmtracker.prepared import is_among, prepared
from sources.capture.outcomes import Outcome
from sources.models import Capture, Source

MOST_COUNTED: Final = 500
"""Counting goes no further than the newest so many: a hundred thousand would take longer than the page."""


@dataclass(frozen=True)
class Tally:
    """``counts`` by facet and code: how many would be listed with that choice and those made in the other facets.

    ``counted`` is over how many sources; ``is_cut`` when there are more, which are left out of every count.
    """

    counts: dict[str, Counter[str]]
    counted: int
    is_cut: bool


Codes = dict[str, frozenset[str]]
"""The choices one source falls under, by facet."""


def tally(rows: QuerySet[Source], chosen: dict[str, list[str]], user: User) -> Tally:
    """Count the newest of ``rows`` (narrowed by names only), ``chosen`` being the codes in force. Three queries."""
    newest = Capture.objects.filter(source=OuterRef("pk")).order_by("-number")
    told: QuerySet[Any] = rows.order_by("-created_at", "-pk").annotate(
        newest_outcome=Subquery(newest.values("outcome")[:1]),
        newest_at=Subquery(newest.values("created_at")[:1], output_field=DateTimeField()),
    )
    columns = ("pk", "kind", "gone_at", "watch", "newest_outcome", "newest_at")
    found = list(told.values(*columns)[: MOST_COUNTED + 1])
    is_cut, found = len(found) > MOST_COUNTED, found[:MOST_COUNTED]
    keys, now = [row["pk"] for row in found], timezone.now()
    among = {state: {source.pk for source in those(user, keys=keys)} for state, those in AMONG.items()}
    coded = [_codes(row, among, now) for row in found]
    return Tally(
        {facet: _count(coded, facet, chosen) for facet in ("outcome", "age", "state", "kind")}, len(found), is_cut
    )


@prepared
def _changed_among(user: User, keys: Any) -> QuerySet[Source]:
    return Source.objects.filter(is_among("id", keys)).filter(changed(user)).only("id")


@prepared
def _copied_among(user: User, keys: Any) -> QuerySet[Source]:
    return Source.objects.filter(is_among("id", keys)).filter(STATES[COPIES](user)).only("id")


AMONG: Final = {CHANGED: _changed_among, COPIES: _copied_among}
"""What is asked of many sources at once: those of them, by key, that it is true of."""


def _codes(row: dict[str, Any], among: dict[str, set[Any]], now: datetime) -> Codes:
    states = {state for state, keys in among.items() if row["pk"] in keys}
    states |= {GONE} if row["gone_at"] else set()
    states |= set() if row["watch"] else {PAUSED}
    return {
        "kind": frozenset({row["kind"]}),
        "state": frozenset(states),
        "outcome": frozenset(_ended(row["newest_outcome"])),
        "age": frozenset(_ages(row["newest_at"], now)),
    }


def _ended(outcome: str | None) -> Iterable[str]:
    if outcome is None:
        return ()
    if not outcome:
        return (UNDER_WAY,)
    known = Outcome(outcome)
    return (outcome, known.family.value) if known.is_captured else (outcome, known.family.value, FAILED)


def _ages(at: datetime | None, now: datetime) -> Iterable[str]:
    if at is None:
        return (NEVER,)
    within = [code for code, span in WITHIN.items() if at >= now - span]
    return [*within, *(code for code, span in BEYOND.items() if at < now - span)]


def _count(coded: list[Codes], facet: str, chosen: dict[str, list[str]]) -> Counter[str]:
    counts: Counter[str] = Counter()
    others = {name: frozenset(codes) for name, codes in chosen.items() if codes and name != facet}
    for codes in coded:
        if all(codes[name] & wanted for name, wanted in others.items()):
            counts.update(codes[facet])
    return counts
