"""Which offices a speaker held, and whom it belonged to or spoke for, on the day of a statement."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from claims.models import Statement
from harmtracker.models import User
from harmtracker.prepared import prepared
from sources.models import Affiliation, PartyName
from sources.names import fold
from sources.shown import parties_shown_to


@dataclass(frozen=True)
class Offices:
    """``held``: the ties of the day. ``misfit``: why the role as given does not fit it, in words, or ""."""

    held: list[Affiliation]
    misfit: str = ""


def offices_of(statement: Statement, user: User) -> Offices:
    """The speaker's ties on the day it spoke, where it spoke, as far as this reader may see them. One query.

    Nothing for a statement without a date. The caller asks only where the speaker may be named.
    """
    if statement.said_start is None:
        return Offices([])
    day = statement.said_start.astimezone(ZoneInfo(statement.said_zone)).date()
    ties = list(_ties(user, party=statement.party_id))
    held = [tie for tie in ties if _is_of(tie, day)]
    role = fold(statement.role_words)
    named = [tie for tie in ties if role and any(_meets(role, name) for name in tie.body_names)]
    outside = None if any(tie in held for tie in named) else next(iter(named), None)
    return Offices(held, _misfit(outside, day) if outside else "")


@prepared
def _ties(user: User, party: Any) -> QuerySet[Any]:
    """Ties of a party to bodies this reader may see by name, each with the ``body_names`` it is recognised by."""
    names = PartyName.objects.filter(party=OuterRef("body")).values("folded")
    rows: QuerySet[Any] = Affiliation.objects.filter(party=party, withdrawn_at=None, body__in=parties_shown_to(user))
    named: QuerySet[Any] = rows.select_related("body").annotate(body_names=ArraySubquery(names))
    return named.order_by("kind", F("since").asc(nulls_first=True), "pk")


def _is_of(tie: Affiliation, day: date) -> bool:
    return (tie.since is None or tie.since <= day) and (tie.until is None or day <= tie.until)


def _meets(role: str, name: str) -> bool:
    """Whether the role as given is this office: the same words, whatever stands around them."""
    return f" {name} " in f" {role} "


def _misfit(tie: Any, day: date) -> str:
    told = {"office": tie.body.name, "day": date_format(day), "since": "", "until": ""}
    told |= {name: date_format(getattr(tie, name)) for name in ("since", "until") if getattr(tie, name)}
    if tie.since and day < tie.since:
        return _("“%(office)s” is recorded for this speaker only since %(since)s; this was said on %(day)s.") % told
    return _("“%(office)s” is recorded for this speaker only until %(until)s; this was said on %(day)s.") % told
