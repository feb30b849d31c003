"""Suggesting copies after a capture. It adds suggestions with their evidence; whether they are copies a person decides.

Everything here may run twice. A pair that somebody decided on, in either direction, is never touched again.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from django.db import connection
from django.db.models import Q
from django.utils.dateparse import parse_datetime

from harmtracker import audit
from sources.copies.evidence import Side, evidence_of, key_of
from sources.copies.likeness import Likeness, likeness
from sources.copies.search import candidates
from sources.copies.traits import METHOD, Traits, told_text, traits_of
from sources.models import Capture, Copy, Source, SourceTraits
from sources.models.copy import CopyState

MOST_NUMBERS: Final = 300  # kept of one text; a table of figures has thousands
MOST_NAMES: Final = 500
LONGEST_AT_ONCE: Final = 60_000  # characters of each of two texts that are compared while a person waits
LOCK: Final = 4718  # beside 4711 (audit chain) to 4717 (the clock)


def look_for_copies(capture: Capture) -> list[Copy]:
    """Take the traits of a capture's text, compare it with what is held and suggest what it seems to be a copy of,
    or what seems to be a copy of it. Returns the suggestions that now stand because of this text.

    A capture without text, or older than the one whose traits are held, changes nothing.
    """
    if not capture.is_readable or _is_outdated(capture):
        return []
    source = Source.objects.select_related("publisher").get(pk=capture.source_id)
    here = Side(source, capture, _traits_of(source, capture))
    _keep(here)
    likely = []
    for there in _sides(candidates(here.traits, source.pk)):
        found = likeness(here.traits, there.traits)
        if found.is_likely:
            likely.append((found, there))
    standing = [_suggest(here, there) for _found, there in _one_of_each_origin(source, likely)]
    return [copy for copy in standing if copy is not None]


def compared(derived: Source, original: Source) -> tuple[float, dict[str, Any]] | None:
    """Score and evidence of a pair that a person names, from the newest texts of both.

    None where one has no text, or one is so long that nobody should wait for it.
    """
    sides = []
    for source in (original, derived):
        newest = source.captures.exclude(text="").select_related("source__publisher").order_by("-number").first()
        if newest is None or len(newest.text) > LONGEST_AT_ONCE:
            return None
        sides.append(Side(newest.source, newest, _traits_of(newest.source, newest)))
    first, second = sides
    found = likeness(first.traits, second.traits)
    return found.score, evidence_of(found, derived=second, original=first)


def _is_outdated(capture: Capture) -> bool:
    return SourceTraits.objects.filter(source=capture.source_id, capture__number__gt=capture.number).exists()


def _traits_of(source: Source, capture: Capture) -> Traits:
    stated = capture.metadata.get("site_name", [])
    outlet = str(source.publisher) if source.publisher else str(stated[0]["value"]) if stated else ""
    return traits_of(told_text(capture.text, capture.flags), capture.lang or source.lang, outlet)


def _keep(side: Side) -> None:
    """The traits by which later captures find this source."""
    traits = side.traits
    names = [*traits.keys("name"), *traits.keys("opener")]
    SourceTraits.objects.update_or_create(
        source=side.source,
        defaults={
            "capture": side.capture,
            "method": METHOD,
            "lang": traits.lang,
            "words": traits.words,
            "names": names[:MOST_NAMES],
            "numbers": traits.keys("number")[:MOST_NUMBERS],
            "dates": traits.keys("date")[:MOST_NUMBERS],
            "sketch": traits.sketch,
        },
    )


def _sides(keys: list[uuid.UUID]) -> Iterable[Side]:
    """Sources with the captures their traits were taken from, read one by one: texts are long."""
    held = SourceTraits.objects.filter(source__in=keys).select_related("source__publisher", "capture")
    for row in held.order_by("source").iterator(chunk_size=1):
        yield Side(row.source, row.capture, _traits_of(row.source, row.capture))


def _one_of_each_origin(source: Source, likely: list[tuple[Likeness, Side]]) -> list[tuple[Likeness, Side]]:
    """Of sources already tied among each other only the likeliest: a wire report in fifty papers is one question.

    Sources that are tied to this one by a copy of any state are left in: their row stands, and is only brought up
    to date.
    """
    keys = [side.source.pk for _found, side in likely]
    ties = Copy.objects.filter(derived__in=keys, original__in=keys).exclude(state=CopyState.DISMISSED)
    known = Copy.objects.filter(Q(derived=source) | Q(original=source)).values_list("derived", "original")
    own = {key for pair in known for key in pair} - {source.pk}
    beside: dict[uuid.UUID, set[uuid.UUID]] = {key: set() for key in keys}
    for derived, original in ties.values_list("derived", "original"):
        beside[derived].add(original)
        beside[original].add(derived)
    kept: list[tuple[Likeness, Side]] = []
    told: set[uuid.UUID] = set()
    for found, side in sorted(likely, key=lambda each: -each[0].score):
        if side.source.pk in own or side.source.pk not in told:
            kept.append((found, side))
            told |= _reached(side.source.pk, beside)
    return kept


def _reached(start: uuid.UUID, beside: dict[uuid.UUID, set[uuid.UUID]]) -> set[uuid.UUID]:
    reached: set[uuid.UUID] = set()
    waiting = [start]
    while waiting:
        key = waiting.pop()
        if key not in reached:
            reached.add(key)
            waiting.extend(beside[key])
    return reached


def _suggest(here: Side, there: Side) -> Copy | None:
    """Write the suggestion, or bring the one that stands up to date; None where a person decided already."""
    with audit.recording():
        _lock(here.source, there.source)
        held = list(
            Copy.objects.filter(
                Q(derived=here.source, original=there.source) | Q(derived=there.source, original=here.source)
            )
        )
        if any(copy.state != CopyState.SUGGESTED for copy in held):
            return None
        original, derived = _as_held(held[0], here, there) if held else _in_order(here, there)
        found = likeness(original.traits, derived.traits)
        evidence = evidence_of(found, derived=derived, original=original)
        if held:
            return _refreshed(held[0], found.score, evidence)
        copy = Copy.objects.create(
            derived=derived.source,
            original=original.source,
            kind=found.kind,
            evidence=evidence,
            score=found.score,
            suggested_by_machine=True,
        )
        changes = {"copy_of": [None, original.source.ref], "score": [None, found.score]}
        audit.record("copy.suggested", subject=derived.source, by=None, changes=changes)
    return copy


def _as_held(copy: Copy, here: Side, there: Side) -> tuple[Side, Side]:
    return (there, here) if copy.derived_id == here.source.pk else (here, there)


def _refreshed(copy: Copy, score: float, evidence: dict[str, Any]) -> Copy:
    """A suggestion that stands gets the evidence of today's texts. Its direction and kind stay."""
    if (copy.score, copy.evidence) != (score, evidence):
        Copy.objects.filter(pk=copy.pk, state=CopyState.SUGGESTED).update(score=score, evidence=evidence)
        copy.score, copy.evidence = score, evidence
    return copy


def _in_order(one: Side, other: Side) -> tuple[Side, Side]:
    """The original and what was made from it: the one published first. A guess; a person decides.

    Days are compared where no hours are told. On one day the page that links to the other is the later one, and where
    neither does, the one that was handed in later.
    """
    hours = _published(one), _published(other)
    days = one.source.published_start, other.source.published_start
    for first, second in (hours, days):
        if first and second and first != second:
            return (one, other) if first < second else (other, one)
    links = _links_to(one, other), _links_to(other, one)
    if links[0] != links[1]:
        return (other, one) if links[0] else (one, other)
    return (one, other) if one.source.created_at <= other.source.created_at else (other, one)


def _published(side: Side) -> datetime | None:
    """The moment of publication as the page tells it, if with a zone and on the day that stands on record."""
    for told in side.capture.metadata.get("published", []):
        try:
            moment = parse_datetime(str(told["value"]))
        except ValueError:  # a page may claim the 30th of February
            continue
        if moment and moment.tzinfo and side.source.published[:10] == str(told["value"])[:10]:
            return moment
    return None


def _links_to(side: Side, other: Side) -> bool:
    there = other.source.address_key
    return bool(there) and any(key_of(link.get("href", "")) == there for link in side.capture.links)


def _lock(one: Source, other: Source) -> None:
    """Hold this pair until the transaction ends: two captures read at once may find each other."""
    pair = " ".join(sorted((str(one.pk), str(other.pk))))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK, pair])
