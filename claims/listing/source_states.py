"""What can be asked of sources in a list: how and how long ago the newest capture ended, what became of the page.

Each is a condition on sources, written so that it starts from whichever is rarer and holds for a hundred thousand.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from claims.listing.source_page import copies_shown_to, statements_resting_on
from claims.models import QuoteCheck
from claims.models.rendering import NOT_AS_QUOTED
from harmtracker.identity import oldest_id
from harmtracker.models import User
from harmtracker.paging import NEWEST_FIRST, Order
from harmtracker.prepared import has_each, is_among
from sources.capture.outcomes import Family, Outcome
from sources.models import Capture, Source
from sources.models.copy import CopyState

UNDER_WAY, FAILED = "under_way", "failed"
GONE, CHANGED, PAUSED, COPIES = "gone", "changed", "paused", "copies"
NEVER = "never"
WITHIN: Final = {"within_day": timedelta(days=1), "within_week": timedelta(days=7)}
BEYOND: Final = {
    "over_week": timedelta(days=7),
    "over_month": timedelta(days=30),
    "over_year": timedelta(days=365),
}
LEEWAY: Final = timedelta(days=1)
"""Far more than ever passes between the making of a capture's key and of its row."""
FEW: Final = 2000
"""So many rows are looked up faster than they are met on the way through all others."""
CAPTURED_LAST, CAPTURED_FIRST, HOST = "captured", "longest_ago", "host"
ORDERS: Final = {
    CAPTURED_LAST: Order(field="newest_capture"),
    CAPTURED_FIRST: Order(field="newest_capture", is_descending=False),
    HOST: Order(field="host", is_descending=False),
}


def outcomes_of(code: str) -> list[str]:
    """The stored outcomes a choice stands for: a family, every failure, one under way, or one outcome."""
    if code == UNDER_WAY:
        return [""]
    if code == FAILED:
        return [outcome.value for outcome in Outcome if not outcome.is_captured]
    if code in Family.values:
        return [outcome.value for outcome in Outcome if outcome.family == Family(code)]
    return [code]


def ended_in(codes: Iterable[str]) -> Q:
    """Sources whose newest capture ended in one of the choices ``codes`` (see ``outcomes_of``)."""
    wanted = sorted({outcome for code in codes for outcome in outcomes_of(code)})
    return Q(pk__in=_newest_captures().filter(outcome__in=wanted).values("source"))


def of_age(code: str) -> Q:
    """Sources by how long ago the newest capture was begun; NEVER for those without any."""
    now = timezone.now()
    if code == NEVER:
        return ~Q(_captured_since(None))
    if code in WITHIN:
        return Q(_captured_since(now - WITHIN[code]))
    return Q(_captured_since(None)) & ~Q(_captured_since(now - BEYOND[code]))


def _captured_since(moment: datetime | None) -> Exists:
    captures = Capture.objects.filter(source=OuterRef("pk"))
    if moment is not None:
        # There is no index on the time; keys are made by time, and have one.
        captures = captures.filter(pk__gte=oldest_id(moment - LEEWAY), created_at__gte=moment)
    return Exists(captures)


def _newest_captures() -> QuerySet[Capture]:
    later = Capture.objects.filter(source=OuterRef("source"), number__gt=OuterRef("number"))
    return Capture.objects.filter(~Exists(later))


def _gone(user: User) -> Q:
    return Q(gone_at__isnull=False)


def _paused(user: User) -> Q:
    return Q(watch=False)


def _changed(user: User) -> Q:
    """Sources of which quoted words no longer stand so in their newest check, as far as this reader may see them."""
    few = QuoteCheck.objects.filter(outcome__in=NOT_AS_QUOTED).order_by()[: FEW + 1].count() <= FEW
    return Q(pk__in=_changed_checks(user).values("rendering__source")) if few else changed(user)


def changed(user: User) -> Q:
    """The same, asked of each source by its key: quick where they are many, or where few sources are asked about."""
    return Q(has_each(_changed_checks(user).filter(rendering__source=OuterRef("pk"))))


def _changed_checks(user: User) -> QuerySet[QuoteCheck]:
    later = QuoteCheck.objects.filter(
        rendering=OuterRef("rendering"),
        capture__source=OuterRef("capture__source"),
        capture__number__gt=OuterRef("capture__number"),
    )
    return QuoteCheck.objects.filter(
        ~Exists(later),
        outcome__in=NOT_AS_QUOTED,
        capture__source=F("rendering__source"),
        rendering__withdrawn_at=None,
        rendering__statement__in=statements_resting_on(user),
    )


def _has_copies_suggested(user: User) -> Q:
    suggested = copies_shown_to(user).filter(state=CopyState.SUGGESTED)
    ends = [is_among("pk", ArraySubquery(suggested.order_by().values(end))) for end in ("derived_id", "original_id")]
    return Q(ends[0]) | Q(ends[1])


STATES: Final[dict[str, Callable[[User], Q]]] = {
    GONE: _gone,
    CHANGED: _changed,
    PAUSED: _paused,
    COPIES: _has_copies_suggested,
}
"""What has become of a source, each as a condition for one reader."""


def in_order(rows: QuerySet[Source], code: str) -> tuple[QuerySet[Source], Order]:
    """The rows with what the order sorts by, and the order; newest handed in first for any other code.

    By capture: sources with no capture stand nowhere, and are left out.
    """
    if code not in (CAPTURED_LAST, CAPTURED_FIRST):
        return rows, ORDERS.get(code, NEWEST_FIRST)
    captured = rows.annotate(newest_capture=F("captures__pk"), newest_number=F("captures__number"))
    later = Capture.objects.filter(source=OuterRef("pk"), number__gt=OuterRef("newest_number"))
    return captured.filter(~Exists(later), newest_capture__isnull=False), ORDERS[code]
