"""What happened around an incident, in the order in which it happened: said, asked, captured, found.

Each item stands at its own date: a statement where it was said, a capture when it was made, a finding when it was
decided, a request when it was sent. Taken from a dossier already read, so it shows what that one may show.
"""

import datetime as dates
import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from claims.models.assessment import DecisionKind
from claims.models.comment_request import RequestOutcome, RequestState
from claims.models.findings import Finding
from claims.queries.dossier import Dossier
from harmtracker.models import User
from harmtracker.prepared import is_among, prepared
from sources.capture.outcomes import Outcome
from sources.models import Capture
from sources.shown import sources_shown_to

LANE_WORDS: Final = {
    "happened": gettext_lazy("Happened"),
    "said": gettext_lazy("Said"),
    "asked": gettext_lazy("Asked"),
    "captured": gettext_lazy("Captured"),
    "found": gettext_lazy("Found"),
}
LANES: Final = tuple(LANE_WORDS)
LONG: Final = frozenset({"few_days", "week", "month", "range"})
"""Precisions of which the picture draws the whole time."""
MOST_CAPTURES: Final = 400
"""Captures read for one timeline, oldest first; those of one day are one item."""


@dataclass(frozen=True)
class Item:
    """Something that happened: when (UTC), in which lane, who and what in words; ``url`` is "" where nothing is shown.

    ``date`` and ``precision`` are the date as reported, "" for a moment of ours. ``quoted`` are somebody's own words
    in ``lang``, ``told`` what they said in other words. ``until`` is when something that took long ended.
    """

    at: datetime
    lane: str
    who: str
    what: str
    url: str = ""
    ref: str = ""
    date: str = ""
    precision: str = ""
    quoted: str = ""
    lang: str = ""
    code: str = ""
    zone: str = "UTC"
    told: str = ""
    until: datetime | None = None

    @property
    def day(self) -> dates.date:
        """The day it was where it happened: midnight in Kyiv is the day before in UTC."""
        return self.at.astimezone(ZoneInfo(self.zone)).date()

    @property
    def last_day(self) -> dates.date:
        """The day on which it ended: its end is the beginning of the day after."""
        return ((self.until or self.at) - timedelta(seconds=1)).astimezone(ZoneInfo(self.zone)).date()

    @property
    def lane_words(self) -> str:
        return str(LANE_WORDS[self.lane])


@dataclass(frozen=True)
class Day:
    """What happened on one day; ``gap`` is how many days after the day before it, 0 for the first and for the next."""

    date: dates.date
    items: list[Item]
    gap: int


@dataclass(frozen=True)
class Timeline:
    """All items, oldest first. ``undated`` are said at a time nobody stated, and stand nowhere on the axis."""

    items: list[Item]
    undated: list[Item]

    @property
    def days(self) -> list[Day]:
        """The items by day, each day with how long after the one before it came."""
        days: list[Day] = []
        for day, items in itertools.groupby(sorted(self.items, key=lambda item: item.day), key=lambda item: item.day):
            passed = (day - days[-1].date).days if days else 0
            days.append(Day(day, list(items), passed if passed > 1 else 0))
        return days


def timeline_of(read: Dossier, user: User, at: datetime | None = None) -> Timeline:
    """The timeline of a dossier whose lines have their words. One query, for the captures; up to ``at`` if given."""
    incident = read.incident
    items = [*_happened(incident), *_asked(read), *_found(read), *_captured(read, user, at)]
    said = _said(read)
    items += [item for item, is_dated in said if is_dated]
    items.sort(key=lambda item: (item.at, LANES.index(item.lane)))
    return Timeline(items, [item for item, is_dated in said if not is_dated])


def _happened(incident: Any) -> Iterable[Item]:
    if incident.occurred_start:
        yield Item(
            incident.occurred_start, "happened", "", incident.title,
            date=incident.occurred, precision=incident.occurred_precision, zone=incident.occurred_zone,
            until=incident.occurred_end if incident.occurred_precision in LONG else None,
        )  # fmt: skip


def _said(read: Dossier) -> list[tuple[Item, bool]]:
    found = []
    for voice in read.voices:
        statement = voice.statement
        words = voice.words[0].rendering if voice.words else None
        is_speech = words is not None and voice.words[0].check != "none"
        item = Item(
            statement.said_start or statement.created_at,
            "said",
            voice.who,
            str(statement.get_kind_display()),
            url=statement.get_absolute_url(),
            ref=statement.ref,
            date=statement.said,
            precision=statement.said_precision,
            quoted=words.text if words and is_speech else "",
            told=words.text if words and not is_speech else "",
            lang=words.lang if words else "",
            code=statement.kind,
            zone=statement.said_zone,
        )
        found.append((item, statement.said_start is not None))
    return found


def _asked(read: Dossier) -> Iterable[Item]:
    for each in read.asked:
        request, url = each.request, each.request.get_absolute_url()
        asker, party = each.asker_name, each.party_name
        if request.state == RequestState.SENT and request.asked_start:
            what = _("asked %(party)s for its side") % {"party": party or _("a party that is withheld")}
            yield Item(
                request.asked_start, "asked", asker or _("Somebody"), what, url, request.ref,
                request.asked, request.asked_precision,
            )  # fmt: skip
        for event in each.events:
            outcome = str(RequestOutcome(event.outcome).label)
            yield Item(event.happened_at, "asked", party or _("Party withheld"), outcome, url, request.ref)


def _found(read: Dossier) -> Iterable[Item]:
    """Decisions that took effect, on the incident and on each statement's standing finding."""
    for each in read.assessments:
        decision = getattr(each, "decision", None)
        if decision is not None and decision.kind == DecisionKind.APPROVE:
            label = str(Finding(each.finding).label)
            yield Item(decision.decided_at, "found", _("The incident"), label, code=each.finding)
    for voice in read.voices:
        standing = voice.statement.standing
        if standing is not None:
            url, ref = voice.statement.get_absolute_url(), voice.statement.ref
            label = str(Finding(standing.finding).label)
            yield Item(standing.decision.decided_at, "found", voice.who, label, url, ref, code=standing.finding)


def _captured(read: Dossier, user: User, at: datetime | None) -> Iterable[Item]:
    """Captures of the sources behind the words and notes shown, those of one day as one item."""
    shown = {words.source.pk for voice in read.voices for words in voice.words if words.source is not None}
    shown |= {each.source.pk for each in read.notes if each.source is not None}
    days: dict[Any, list[Any]] = {}
    for capture in _captures_of(user, sources=sorted(shown)):
        if at is None or capture.finished_at <= at:
            days.setdefault(capture.finished_at.astimezone(UTC).date(), []).append(capture)
    for captures in days.values():
        yield _capture_item(captures)


def _capture_item(captures: list[Any]) -> Item:
    first = captures[0]
    sources = {capture.source_id: capture.source for capture in captures}
    if len(captures) == 1:
        words = _("capture %(number)s: %(outcome)s") % {
            "number": first.number,
            "outcome": Outcome(first.outcome).label,
        }
        return Item(first.finished_at, "captured", str(first.source), words, first.get_absolute_url(), first.source.ref)
    names = [str(source) for source in sources.values()]
    told = "; ".join(name if len(name) <= 60 else f"{name[:59]}…" for name in names[:4])
    what = told if len(names) <= 4 else _("%(names)s and %(number)s more") % {"names": told, "number": len(names) - 4}
    who = ngettext("%(number)s capture", "%(number)s captures", len(captures)) % {"number": len(captures)}
    return Item(first.finished_at, "captured", who, what)


@prepared
def _captures_of(user: User, sources: Any) -> QuerySet[Capture]:
    seen = sources_shown_to(user).filter(is_among("pk", sources))
    return (
        Capture.objects.filter(source__in=seen, finished_at__isnull=False)
        .select_related("source")
        .only("source__title", "source__ref", "source__submitted_address", "number", "outcome", "finished_at")
        .order_by("finished_at", "id")[:MOST_CAPTURES]
    )
