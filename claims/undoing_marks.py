"""Undoing a marking: a marking again, by that person, who has to be allowed this one too; lowering is an editor's."""

from typing import Any

from django.contrib import messages
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from claims.actions.marking import change_marking, is_raise
from claims.release.make import is_out
from claims.undoing import UNDONE
from claims.undoing_edits import KINDS
from harmtracker.db import plain
from harmtracker.errors import Refused
from harmtracker.models import Team, User
from harmtracker.permissions import SignedInRequest, may
from harmtracker.undo import Undone, inverse, offer
from harmtracker.wording import for_the_record


def marking_of(record: Any) -> dict[str, Any]:
    """The marking of a record as ``offer_to_unmark`` is told it: as it stood before the change."""
    return {
        "tlp": record.tlp,
        "handling": list(record.handling),
        "embargo_until": record.embargo_until,
        "team": record.team,
        "named": list(record.named.all()),
    }


def offer_to_unmark(request: SignedInRequest, words: str, record: Any, kind: str, before: dict[str, Any]) -> None:
    """Say how the record is marked now, with a button for whoever may mark it as it was marked ``before``."""
    if not may(request.user, "marking.raise" if is_raise(record, **before) else "marking.lower"):
        messages.success(request, words)
        return
    held = {name: plain(value) for name, value in before.items()}
    held |= {"kind": kind, "pk": str(record.pk), "version": record.version}
    offer(request, words, marked, back=record.get_absolute_url(), **held)


@inverse
def marked(*, by: User, kind: str, pk: str, version: int, **before: Any) -> Undone:
    """Mark the record as it was marked before. What was taken from partners stays so until it is released again."""
    record = KINDS[kind][0](by).filter(pk=pk).first()
    if record is None:
        raise Refused(_("It is not there any more, as far as you may see."))
    before["embargo_until"] = parse_datetime(before["embargo_until"] or "")
    before["team"] = Team.objects.filter(pk=before["team"]).first() if before["team"] else None
    before["named"] = list(User.objects.filter(pk__in=before["named"]))
    lowers = not is_raise(record, **before)
    change_marking(record=record, expected_version=version, by=by, reason=for_the_record(UNDONE), **before)
    told = {"ref": record.ref, "tlp": record.get_tlp_display()}
    words = _("Undone. %(ref)s is %(tlp)s, as before.") % told
    if lowers and kind in {"incident", "statement"} and is_out(record):
        words = _("Undone. %(ref)s is %(tlp)s, as before. For partners it opens when it is released again.") % told
    return Undone(words, record.get_absolute_url())
