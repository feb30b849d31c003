"""Putting back what was taken out: a figure, words, an outside note, a link. The rules are asked as for a new one.

Who took it out, when and why stays in the history; the row itself says again that it stands. A finding is not examined
again: what is put back adds to the record, as a new rendering, note or link does.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from claims.actions.reexamination import incidents_of
from claims.actions.refusals import in_words
from claims.models import Figure, Link, OutsideNote, Rendering, Statement, StatementIncident
from harmtracker import audit
from harmtracker.db import save_version
from harmtracker.errors import Refused
from harmtracker.models import User
from harmtracker.permissions import require

STANDS: dict[str, Any] = {"withdrawn_at": None, "withdrawn_by": None, "withdrawn_reason": ""}


def put_back_figure(*, figure: Figure, expected_version: int, by: User, reason: str = "") -> None:
    """Let a withdrawn number count again. Raises ``Refused`` when its statement is no longer about that incident."""
    require(by, "figure.edit")
    _refuse_standing(figure.withdrawn_at)
    with audit.recording():
        Statement.objects.select_for_update().get(pk=figure.statement_id)
        if not StatementIncident.objects.filter(statement=figure.statement, incident=figure.incident).exists():
            raise Refused(_("Its statement is no longer about this incident. Put the statement under it first."))
        save_version(figure, expected_version, **STANDS)
        audit.record(
            "figure.put_back",
            subject=figure,
            held_by=figure.statement,
            by=by,
            changes={figure.outcome: [None, [figure.least, figure.best, figure.most]]},
            reason=reason.strip(),
            about=[figure.incident_id],
        )


def put_back_rendering(*, rendering: Rendering, expected_version: int, by: User, reason: str = "") -> None:
    """Let withdrawn words stand again. Raises ``Refused`` for a translation of words that are withdrawn themselves."""
    require(by, "statement.edit")
    _refuse_standing(rendering.withdrawn_at)
    with audit.recording():
        Statement.objects.select_for_update().get(pk=rendering.statement_id)
        original = rendering.translates
        if original is not None and Rendering.objects.filter(pk=original.pk, withdrawn_at__isnull=False).exists():
            raise Refused(_("It translates words that are withdrawn. Put those back first."))
        save_version(rendering, expected_version, **STANDS)
        audit.record(
            "rendering.put_back",
            subject=rendering,
            held_by=rendering.statement,
            by=by,
            changes={"words": [None, rendering.text[:300]]},
            reason=reason.strip(),
            about=incidents_of(rendering.statement),
        )


def put_back_note(*, note: OutsideNote, expected_version: int, by: User, reason: str = "") -> None:
    """Let a withdrawn outside note stand again."""
    require(by, "note.edit")
    _refuse_standing(note.withdrawn_at)
    with audit.recording():
        save_version(note, expected_version, **STANDS)
        audit.record(
            "note.put_back",
            subject=note,
            by=by,
            changes={"wording": [None, note.wording[:300]]},
            reason=reason.strip(),
            about=[note.incident_id],
        )


def put_back_link(*, link: Link, expected_version: int, by: User, reason: str = "") -> None:
    """Let a removed link stand again. Raises ``Refused`` with the rule that forbids it today."""
    require(by, "link.edit")
    _refuse_standing(link.removed_at)
    with audit.recording(), in_words():
        save_version(link, expected_version, removed_at=None, removed_by=None, removed_reason="")
        audit.record(
            "link.put_back",
            subject=link,
            by=by,
            changes={
                "from": [None, link.from_statement.ref],
                link.type: [None, link.to_statement.ref],
                "aspect": [None, link.aspect],
            },
            reason=reason.strip(),
            about=[*incidents_of(link.from_statement), *incidents_of(link.to_statement)],
        )


def _refuse_standing(taken_out_at: Any) -> None:
    if taken_out_at is None:
        raise Refused(_("It stands already: nobody has taken it out, or somebody has put it back."))
