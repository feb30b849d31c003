"""The desk: everything that waits for one person as piles, ordered by what is lost first, each cut to a few rows."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from claims.listing.exhibits import Exhibit, standing_words, statement_exhibit
from claims.listing.unsent import Unsent, unsent_of
from claims.models import Statement
from claims.models.comment_request import RequestOutcome, RequestState
from claims.models.review import ReviewKind
from claims.queries.conversation import page_of
from claims.queries.desk import open_alarms
from claims.queries.waiting import MOST, pile, waiting_for
from harmtracker.markings import HIDES_WORDS
from harmtracker.models import User
from harmtracker.permissions import may
from harmtracker.prepared import is_among, prepared
from sources.capture.outcomes import Outcome
from sources.models import Party
from sources.models.source import VisitPolicy

SHOWN: Final = 5
Found = dict[str, list[dict[str, Any]] | None]
DUE, REVIEW, LAPSED, QUOTES, BACK = "due", "review", "lapsed", "quotes", "back"
FAILED_CAPTURES, UNANSWERED, UNSENT = "failed", "unanswered", "unsent"
TITLES: Final[dict[str, str | Promise]] = {
    DUE: _("Comment deadlines"),
    REVIEW: _("To review"),
    LAPSED: _("Lapsed approvals"),
    QUOTES: _("Changed or altered quotes"),
    BACK: _("Sent back to you"),
    FAILED_CAPTURES: _("Failed captures"),
    UNANSWERED: _("Unanswered allegations"),
}
"""In the order of urgency: what is lost first stands first."""
WITH_A_PAGE: Final = (BACK, FAILED_CAPTURES, UNANSWERED)
"""Piles no list of the record holds by itself: each has a page of its own."""


@dataclass(frozen=True)
class Row:
    """One thing that waits. ``shown`` are the words of a statement, else ``title`` names it; ``facts`` are what the
    pile it lies on tells of it besides.
    """

    url: str
    ref: str
    title: str = ""
    shown: Exhibit | None = None
    at: datetime | None = None
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Pile:
    """One kind of what waits: how many, cut at ``MOST``, and the first few of them. ``all_url`` has the rest."""

    code: str
    title: str
    count: int
    rows: list[Any]
    all_url: str
    oldest: datetime | None = None
    is_urgent: bool = False
    is_alone: bool = False  # on a page of its own

    @property
    def is_more(self) -> bool:
        """More wait than were counted."""
        return self.count >= MOST

    @property
    def number(self) -> str:
        return f"{MOST - 1}+" if self.is_more else str(self.count)

    @property
    def is_cut(self) -> bool:
        return self.count > len(self.rows)


@dataclass(frozen=True)
class WholeDesk:
    """All piles; ``count`` is what waits in all. ``yours`` of the reviews are one's own, which another decides."""

    piles: list[Pile]
    unsent: list[Unsent]
    unsent_count: int
    red: int
    yours: int

    @property
    def count(self) -> int:
        return sum(pile.count for pile in self.piles)

    @property
    def is_more(self) -> bool:
        return any(pile.is_more for pile in self.piles)

    @property
    def number(self) -> str:
        """As the menu shows it; "" for none."""
        return f"{MOST - 1}+" if self.is_more else str(self.count or "")


def whole_desk(user: User) -> WholeDesk:
    """What waits for this person, in a fixed number of queries."""
    waiting = waiting_for(user)
    found = _found(waiting, user)
    words = _words([row for rows in found.values() for row in (rows or [])[:SHOWN]], user)
    alarms = open_alarms(user, SHOWN) if waiting.alarm_rows else []
    piles = [
        _pile(code, rows, alarms if code == QUOTES else [_row(row, words, user) for row in rows[:SHOWN]])
        for code, rows in found.items()
        if rows is not None
    ]
    unsent, unsent_count = unsent_of(user)
    red = sum(each["is_red"] for each in waiting.alarm_rows)
    yours = sum(each["by_id"] == str(user.pk) for each in found[REVIEW] or [])
    return WholeDesk(piles, unsent, unsent_count, red, yours)


def one_pile(user: User, code: str) -> Pile:
    """One of ``WITH_A_PAGE`` with all its rows, at most ``MOST``, the most urgent first."""
    rows = _found(waiting_for(user), user)[code] or []
    words = _words(rows, user)
    return replace(_pile(code, rows, [_row(row, words, user) for row in rows]), is_alone=True)


def _found(waiting: Any, user: User) -> Found:
    """The rows of each pile by its code, in the order of urgency; None for a pile that is not this person's."""
    return {
        DUE: waiting.due,
        REVIEW: _to_review(waiting) if may(user, "record.approve") else None,
        LAPSED: pile(waiting, "lapsed"),
        QUOTES: waiting.alarm_rows,
        BACK: pile(waiting, "back"),
        FAILED_CAPTURES: waiting.failed,
        UNANSWERED: waiting.unanswered,
    }


def _to_review(waiting: Any) -> list[dict[str, Any]]:
    """Proposed findings and records in review together, the oldest first."""
    proposals = [row | {"kind": "assessment"} for row in waiting.proposals]
    return sorted([*proposals, *pile(waiting, "review")], key=lambda row: str(row["since"]))[:MOST]


def _pile(code: str, rows: list[dict[str, Any]], shown: list[Any]) -> Pile:
    moments = [_moment(row.get("since") or row.get("deadline") or row.get("created_at")) for row in rows]
    known = [moment for moment in moments if moment]
    oldest = min(known, default=None)
    is_urgent = code == DUE and bool(rows)
    return Pile(code, str(TITLES[code]), len(rows), shown, _rest_of(code), oldest, is_urgent)


def _rest_of(code: str) -> str:
    """The list in which all of a pile stands."""
    name, query = {
        DUE: ("requests", ""),
        REVIEW: ("review", ""),
        LAPSED: ("review", "#lapsed-h"),
        QUOTES: ("desk-quotes", ""),
    }.get(code, ("", ""))
    return reverse(name) + query if name else reverse("desk-pile", args=[code])


def _statement_of(row: dict[str, Any]) -> str:
    """The key of the statement that the row is about; "" for none."""
    return row.get("statement") or (row["pk"] if row.get("kind") == ReviewKind.STATEMENT else "")


def _words(rows: Iterable[dict[str, Any]], user: User) -> dict[str, Exhibit]:
    """The statements the rows are about, as lines, by their keys. Two queries, or none."""
    asked = [uuid.UUID(key) for key in {_statement_of(row) for row in rows} if key]
    statements = _statements(user, keys=asked) if asked else []
    words = standing_words([each.pk for each in statements], user) if asked else {}
    return {str(each.pk): statement_exhibit(each, words[each.pk], each.speaker_is_seen, user) for each in statements}


@prepared
def _statements(user: User, keys: Any) -> QuerySet[Any]:
    is_seen = Exists(Party.objects.visible_to(user).filter(pk=OuterRef("party")))
    rows: QuerySet[Any] = Statement.objects.visible_to(user).filter(is_among("pk", keys)).select_related("party")
    shown: QuerySet[Any] = rows.annotate(speaker_is_seen=is_seen)
    return shown


def _row(row: dict[str, Any], words: dict[str, Exhibit], user: User) -> Row:
    shown = words.get(_statement_of(row))
    ref = row.get("ref") or (shown.ref if shown else "")
    title = row.get("title") or row.get("about") or row.get("address") or ""
    if row.get("handling") is not None:
        may_tell = user.sees_through(row["handling"], HIDES_WORDS)
        title = (row.get("media") or title) if may_tell else str(_("words withheld"))
    facts = row | {name: _moment(row.get(name)) for name in ("deadline",) if name in row}
    return Row(_url_of(row, ref), ref, title, shown, _moment(row.get("since")), facts | _in_words(row, user))


def _url_of(row: dict[str, Any], ref: str) -> str:
    if row.get("assessment"):
        return reverse("assessment", args=[row["assessment"]])
    if row.get("incident"):
        return reverse("incident", args=[row["incident"]]) + f"?at={ref}#{ref}"
    if ref.startswith("CR-"):
        return reverse("request", args=[ref])
    return page_of(ref)


def _in_words(row: dict[str, Any], user: User) -> dict[str, Any]:
    """Codes of the row in words, and what the person may do about it."""
    said: dict[str, Any] = {"is_own": row.get("by_id") == str(user.pk)}
    if "deadline" in row:
        due = _moment(row["deadline"])
        said |= {"is_passed": due is not None and due < timezone.now(), "due_words": due_words(due)}
        said["outcome_words"] = str(RequestOutcome(row["outcome"]).label) if row["outcome"] else ""
    if "policy" in row:
        outcome = Outcome(row["outcome"])
        said |= {"sentence": outcome.sentence, "may_retry": row["policy"] == VisitPolicy.PUBLIC_LINK}
    if "asked" in row:
        said["asked_words"] = _asked_in_words(row["asked"])
    return said


def _asked_in_words(asked: list[dict[str, Any]]) -> str:
    """ "Not asked", "awaiting" and "did not respond" are different facts."""
    if not asked:
        return ""
    (request,) = asked
    if request["state"] == RequestState.NOT_SOUGHT:
        return str(RequestState.NOT_SOUGHT.label)
    return str(RequestOutcome(request["outcome"] or RequestOutcome.AWAITING_REPLY).label)


def due_words(due: datetime | None) -> str:
    """How far off a deadline is, or how long ago it passed, in days or hours."""
    if due is None:
        return ""
    left = due - timezone.now()
    hours = int(abs(left).total_seconds() // 3600)
    if hours >= 48:
        days = hours // 24
        ahead = ngettext("in %(number)s day", "in %(number)s days", days)
        passed = ngettext("passed %(number)s day ago", "passed %(number)s days ago", days)
        return (ahead if left > timedelta(0) else passed) % {"number": days}
    ahead = ngettext("in %(number)s hour", "in %(number)s hours", hours)
    passed = ngettext("passed %(number)s hour ago", "passed %(number)s hours ago", hours)
    return (ahead if left > timedelta(0) else passed) % {"number": hours}


def _moment(value: str | None) -> datetime | None:
    return parse_datetime(value) if value else None
