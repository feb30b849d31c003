"""Setting a party or a place aside on which nothing rests, and putting it back.

Reference records have no workflow (docs/decisions/0012). One that was added by mistake is taken out of every choice and
list; its page, its reference and its history stay. What is held twice is merged instead.
"""

from typing import Any, Final

from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from claims.models import Accusation, CommentRequest, Incident, OutsideNote, Place, Statement
from harmtracker import audit
from harmtracker.db import save_version
from harmtracker.errors import Refused
from harmtracker.models import User
from harmtracker.permissions import require
from sources.models import Affiliation, Party, Source

RESTS: Final[dict[type[Any], tuple[tuple[type[Any], str], ...]]] = {
    Party: (
        (Statement, "party"),
        (Statement, "on_behalf_of"),
        (Accusation, "party"),
        (OutsideNote, "party"),
        (CommentRequest, "asked_by"),
        (CommentRequest, "party"),
        (Source, "publisher"),
        (Affiliation, "party"),
        (Affiliation, "body"),
    ),
    Place: ((Incident, "place"),),
}
"""What names a party or a place, by columns. Withdrawn rows too, for they may be put back; but for withdrawn ties, of
which the database asks then whether both ends stand."""


def set_aside(*, record: Party | Place, reason: str, expected_version: int, by: User) -> None:
    """Take a party or place out of every choice and list. Refused where anything names it, seen by this person or not.

    The row is locked while that is asked, and what comes to name it meanwhile is refused by the database.
    """
    require(by, "record.set_aside")
    if not reason.strip():
        raise Refused(_("Say why it is set aside."), field="reason")
    with audit.recording():
        held = type(record)._base_manager.select_for_update().get(pk=record.pk)
        if held.merged_into_id is not None:
            raise Refused(_("It was merged into another record already."))
        if held.set_aside_at is not None:
            raise Refused(_("It is set aside already."))
        if any(_naming(model, field, held).exists() for model, field in RESTS[type(record)]):
            raise Refused(
                _("Something still names it: statements, notes, requests, sources, ties or incidents. Merge it, if it "
                  "is held twice."),
                code="set_aside_rests",
            )  # fmt: skip
        save_version(record, expected_version, set_aside_at=Now(), set_aside_by=by, set_aside_reason=reason.strip())
        audit.record(f"{record._meta.model_name}.set_aside", subject=record, by=by, reason=reason.strip())


def put_back(*, record: Party | Place, expected_version: int, by: User, reason: str = "") -> None:
    """Let a party or place that was set aside be chosen and listed again."""
    require(by, "record.set_aside")
    if record.set_aside_at is None:
        raise Refused(_("It stands already: nobody has taken it out, or somebody has put it back."))
    with audit.recording():
        save_version(record, expected_version, set_aside_at=None, set_aside_by=None, set_aside_reason="")
        audit.record(f"{record._meta.model_name}.put_back", subject=record, by=by, reason=reason.strip())


def _naming(model: type[Any], field: str, held: Party | Place) -> Any:
    rows = model._base_manager.filter(**{field: held})
    return rows.filter(withdrawn_at=None) if model is Affiliation else rows
