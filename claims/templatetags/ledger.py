"""Template tags of the ledger.

{% load ledger %}
{{ words|said_in_language }}        "Russian, original words", "English, the publisher's translation"
{{ position.spoke|last_said }}      the newest date said, in words, or nothing
{% range_line casualty_range %}     figures drawn on a line of numbers
{{ party.ref|address:"party" }}     the address of a record's page
{{ source.ref|capture_address:2 }}  the address of a capture
{{ incident|summary_for:user }}     its summary, where no flag withholds it
{{ record|is_open_to:user }}         whether no flag withholds what we write on it: reasons, words of a decision
{{ read.shown|line_address:ref }}   where a statement's line is: on this page, or in another part of the ledger
"""

import functools
from dataclasses import dataclass
from typing import Any

from django import template
from django.db.models import Model
from django.urls import reverse
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from claims.event_words import verb_words
from claims.models import Incident
from claims.models.rendering import Fidelity, Rendering
from claims.queries.outline import Said
from claims.queries.ranges import CasualtyRange, Counted
from claims.queries.stretches import Stretch
from harmtracker import wording
from harmtracker.markings import HIDES_SUMMARY, WITHHOLDING
from harmtracker.models import User
from harmtracker.records import Marked

register = template.Library()


@register.filter
@functools.lru_cache(maxsize=20_000)
def address(ref: str, page: str) -> str:
    """The address of a page of the record of this reference. Kept: a ledger links to five pages from every line."""
    return reverse(page, args=[ref])


@register.filter
@functools.lru_cache(maxsize=20_000)
def capture_address(ref: str, number: int) -> str:
    """The address of a capture of the source of this reference."""
    return reverse("capture", args=[ref, number])


@register.filter
def summary_for(incident: Incident, user: User) -> str:
    """What happened, in our words; "" where a flag on the incident withholds it from this reader."""
    return incident.summary if user.sees_through(incident.handling, HIDES_SUMMARY) else ""


@register.filter
def is_open_to(record: Marked, user: User) -> bool:
    """Whether this reader may read what the house writes on the record in its own words: no flag withholds it."""
    return user.sees_through(record.handling, WITHHOLDING)


@register.filter
def reasons_for(record: Any, user: User) -> str:
    """The reasons of the finding that stands on the record; "" where a flag withholds them from this reader."""
    return record.standing.reasons if record.standing and is_open_to(record, user) else ""


@register.filter
def line_address(shown: Stretch, ref: str) -> str:
    """The anchor of a statement's line, with the way to the part of the ledger that has it."""
    return shown.address_of(ref)


LINE_START, LINE_LENGTH = 13, 334
LABEL_ROOM = 34
"""Units of the drawing; labels nearer than LABEL_ROOM to the one before are left to the table."""


@register.filter
def language(code: str) -> str:
    """The language's name in the reader's language; the code itself where none is known."""
    try:
        return str(get_language_info(code.split("-")[0])["name_translated"])
    except KeyError:
        return code


@register.filter
def said_in_language(rendering: Rendering) -> str:
    """Which language, and whose words they are."""
    names = {
        Fidelity.VERBATIM: _("original words"),
        Fidelity.PARAPHRASE: _("paraphrase"),
        Fidelity.SUMMARY: _("summary"),
    }
    how = names.get(Fidelity(rendering.fidelity))
    if how is None:
        how = _("translated by %(who)s") % {"who": rendering.get_translator_display()}
    return f"{language(rendering.lang)}, {how}"


@register.filter
def last_said(spoke: list[Said]) -> str:
    """The date of the newest dated statement in words, of statements oldest first; nothing when none is dated."""
    newest = next((each for each in reversed(spoke) if each.said), None)
    return wording.date_words(newest.said, newest.precision) if newest else ""


@dataclass(frozen=True)
class Mark:
    """A figure on the line: ``at`` is its place; an open one is drawn as an arrow. ``label`` may be left out."""

    at: float
    is_open: bool
    label: str
    counted: Counted


@register.inclusion_tag("components/range_line.html")
def range_line(casualty_range: CasualtyRange) -> dict[str, Any]:
    """Every number of the range on a line from 0; the span between floor and ceiling is drawn thick."""
    greatest = max(casualty_range.high or 0, casualty_range.low or 0, 1)
    values = sorted(_values(casualty_range), key=lambda each: each[0])
    places = [_place(value, greatest) for value, _counted in values]
    labelled = _with_room(places)
    marks = [
        Mark(at, counted.is_open, _label(value, counted) if index in labelled else "", counted)
        for index, (at, (value, counted)) in enumerate(zip(places, values, strict=True))
    ]
    # Hundreds may have given the same number: one drawn upon the other says no more than one.
    drawn = list({(mark.at, mark.is_open, mark.label): mark for mark in marks}.values())
    floor = casualty_range.low if casualty_range.low is not None else 0
    return {
        "casualty_range": casualty_range,
        "marks": drawn,
        "span_from": _place(floor, greatest),
        "span_to": _place(casualty_range.high if casualty_range.high is not None else floor, greatest),
    }


def _with_room(places: list[float]) -> set[int]:
    """Which places can carry a label: the greatest, the least, then those in between as far as they do not touch."""
    labelled: set[int] = set()
    for index in dict.fromkeys([len(places) - 1, *range(len(places))]):
        if index >= 0 and all(abs(places[index] - places[other]) >= LABEL_ROOM for other in labelled):
            labelled.add(index)
    return labelled


def _label(value: int, counted: Counted) -> str:
    return f"{wording.grouped(value)}+" if counted.is_open else wording.grouped(value)


def _values(casualty_range: CasualtyRange) -> list[tuple[int, Counted]]:
    found = []
    for counted in casualty_range.figures:
        ends = [counted.low] if counted.is_open else [counted.figure.least, counted.figure.best, counted.figure.most]
        found += [(value, counted) for value in dict.fromkeys(ends) if value is not None]
    return found


def _place(value: int, greatest: int) -> float:
    return round(LINE_START + LINE_LENGTH * value / greatest, 1)


@register.filter
def in_words(event: Any) -> str:
    """What happened, from the verb of an audit event ("statement.created")."""
    return verb_words(event.verb)


@register.filter
def display(record: Model, name: str) -> str:
    """The words of a coded column."""
    return str(getattr(record, f"get_{name}_display")())
