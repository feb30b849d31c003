"""Raising and lowering how sensitive a record is. Raising acts at once, also on what partners see."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from claims.models import CommentRequest, Incident, MediaItem, OutsideNote, Place, Statement
from claims.release.restrict import marking_raised
from harmtracker import audit, jobs
from harmtracker.db import save_version
from harmtracker.errors import NotAllowed, Refused
from harmtracker.markings import Flag, Tlp, is_raised, rank
from harmtracker.models import Team, User
from harmtracker.permissions import require
from sources.models import Party, Source

Marked = Incident | Statement | MediaItem | OutsideNote | CommentRequest | Place | Party | Source


def change_marking(
    *,
    record: Marked,
    expected_version: int,
    by: User,
    tlp: str,
    handling: list[str],
    embargo_until: datetime | None = None,
    team: Team | None = None,
    named: list[User] | None = None,
    reason: str = "",
) -> None:
    """Set a record's marking. Whoever may edit raises it; lowering is an editor's act and needs a reason."""
    if jobs.in_background():
        raise NotAllowed(_("Only a person changes a marking."))
    raised = is_raise(record, tlp=tlp, handling=handling, embargo_until=embargo_until, team=team, named=named)
    require(by, "marking.raise" if raised else "marking.lower")
    if not raised and not reason.strip():
        raise Refused(_("Say why the marking is lowered."), field="reason")
    _check(by, tlp, handling, embargo_until, named)
    same = _is_as_it_stands(record, tlp=tlp, handling=handling, embargo_until=embargo_until, team=team, named=named)
    if same and record.version == expected_version:
        raise Refused(_("The marking is as it was: nothing is changed."))
    # What is lowered in one thing may be raised in another by the same act.
    is_more = rank(tlp) > rank(record.tlp) or not set(handling) <= set(record.handling)
    adds = is_more or team not in (None, record.team)
    with audit.recording():
        changes: dict[str, Any] = save_version(
            record, expected_version, tlp=tlp, handling=handling, embargo_until=embargo_until, team=team
        )
        if named is not None:
            record.named.set(named)
            for person in {by, *named}:
                person.forget_reach()
            changes["named"] = [None, [str(user) for user in named]]
        audit.record(
            "marking.raised" if raised else "marking.lowered",
            subject=record,
            by=by,
            changes=changes,
            reason=reason,
            about=[record.pk],
        )
        if raised or adds:
            marking_raised(record)
            _raise_duplicates(record, by, reason)


def _is_as_it_stands(
    record: Any, *, tlp: str, handling: list[str], embargo_until: datetime | None, team: Any, named: Any
) -> bool:
    """Whether this marking is the one the record has. The chain keeps no decision that decided nothing."""
    given = (tlp, set(handling), embargo_until, team)
    stands = (record.tlp, set(record.handling), record.embargo_until, record.team)
    return given == stands and (named is None or set(named) == set(record.named.all()))


def is_raise(
    record: Any, *, tlp: str, handling: list[str], embargo_until: datetime | None, team: Any, named: Any
) -> bool:
    """Whether this marking would loosen nothing of the record's present one, and let nobody see more."""
    return is_raised(record.tlp, record.handling, tlp, handling) and not _opens(
        record, tlp=tlp, embargo_until=embargo_until, team=team, named=named
    )


def _raise_duplicates(record: Any, by: User, reason: str) -> None:
    """What was merged into the record is raised with it: released documents may still name it by the old key."""
    if not isinstance(record, (Incident, Party, Place)):
        return
    for duplicate in type(record).objects.filter(merged_into=record).order_by("pk"):
        changes: dict[str, Any] = save_version(
            duplicate,
            duplicate.version,
            tlp=max(duplicate.tlp, record.tlp, key=rank),
            handling=sorted({*duplicate.handling, *record.handling}),
            embargo_until=max(filter(None, [duplicate.embargo_until, record.embargo_until]), default=None),
            team=record.team or duplicate.team,
        )
        duplicate.named.set(record.named.all())
        audit.record("marking.raised", subject=duplicate, by=by, changes=changes, reason=reason, about=[duplicate.pk])
        marking_raised(duplicate)


def _opens(record: Any, *, tlp: str, embargo_until: datetime | None, team: Team | None, named: Any) -> bool:
    """Whether somebody sees it, or sees it sooner, who did not: a team left, a person named, an embargo cut short.

    Naming those who saw it, while raising it to RED takes it from everybody else, is no opening.
    """
    leaves_team = record.team is not None and record.team != team
    ends_sooner = (
        record.embargo_until is not None and embargo_until is not None and embargo_until < record.embargo_until
    )
    is_shut = tlp == Tlp.RED and record.tlp != Tlp.RED
    newly = set(named or []) - set(record.named.all())
    if is_shut:
        newly = {user for user in newly if not type(record).objects.visible_to(user).filter(pk=record.pk).exists()}
    return bool(leaves_team or ends_sooner or newly)


def _check(by: User, tlp: str, handling: list[str], embargo_until: datetime | None, named: list[User] | None) -> None:
    if tlp not in Tlp.values or not set(handling) <= set(Flag.values):
        raise Refused(_("Choose a marking from the list."), field="tlp")
    if tlp == Tlp.RED and by not in (named or []):
        raise Refused(_("RED is for named people only. Name them, yourself among them."), field="named")
    if (Flag.EMBARGO in handling) != (embargo_until is not None):
        raise Refused(_("An embargo has a date, and a date goes with an embargo."), field="embargo_until")
    if embargo_until is not None and embargo_until <= timezone.now():
        raise Refused(_("An embargo ends in the future."), field="embargo_until")
