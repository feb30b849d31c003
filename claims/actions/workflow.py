"""How far a record has come in the house: draft, in review, approved, set aside. Says nothing on truth."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from claims.actions.reexamination import incidents_of
from claims.models import Incident, MediaItem, Statement
from harmtracker import audit
from harmtracker.db import save_version
from harmtracker.errors import Refused
from harmtracker.models import User
from harmtracker.permissions import require
from harmtracker.records import Workflow
from sources.models import Source

Subject = Incident | Statement | MediaItem | Source

FROM: dict[str, frozenset[str]] = {
    Workflow.IN_REVIEW: frozenset({Workflow.DRAFT, Workflow.CHANGES_REQUESTED}),
    Workflow.CHANGES_REQUESTED: frozenset({Workflow.IN_REVIEW, Workflow.APPROVED}),
    Workflow.APPROVED: frozenset({Workflow.DRAFT, Workflow.IN_REVIEW, Workflow.CHANGES_REQUESTED}),
    Workflow.SET_ASIDE: frozenset({Workflow.DRAFT, Workflow.IN_REVIEW, Workflow.CHANGES_REQUESTED, Workflow.APPROVED}),
    Workflow.DRAFT: frozenset({Workflow.SET_ASIDE}),
}
ACT: dict[str, str] = {
    Workflow.IN_REVIEW: "record.submit",
    Workflow.CHANGES_REQUESTED: "record.approve",
    Workflow.APPROVED: "record.approve",
    Workflow.SET_ASIDE: "record.set_aside",
    Workflow.DRAFT: "record.submit",
}
NEEDS_REASON = frozenset({Workflow.CHANGES_REQUESTED, Workflow.SET_ASIDE})


def move(*, record: Subject, to: str, expected_version: int, by: User, reason: str = "") -> None:
    """Move a record along. Approving a statement approves the sources it quotes, so that viewers may read them.

    Raises ``Refused`` for a move that is not one of the workflow's, ``StaleRecord`` for an outdated page.
    """
    if to not in FROM:
        raise Refused(_("There is no such step."), field="to")
    require(by, ACT[to])
    if record.workflow not in FROM[to]:
        raise Refused(
            _("%(record)s is %(state)s; this step does not follow from there.")
            % {"record": record.ref, "state": record.get_workflow_display()},
            field="to",
        )
    if to in NEEDS_REASON and not reason.strip():
        raise Refused(_("Say why."), field="reason")
    with audit.recording():
        changes = save_version(record, expected_version, workflow=to)
        audit.record(
            f"{record._meta.model_name}.{to}",
            subject=record,
            by=by,
            changes=changes,
            reason=reason,
            about=incidents_of(record),
        )
        if to == Workflow.APPROVED and isinstance(record, Statement):
            _approve_sources(record, by=by)


def _approve_sources(statement: Statement, *, by: User) -> None:
    quoted: Any = Source.objects.visible_to(by).filter(renderings__statement=statement)
    for source in quoted.exclude(workflow=Workflow.APPROVED).distinct():
        changes = save_version(source, source.version, workflow=Workflow.APPROVED)
        audit.record("source.approved", subject=source, by=by, changes=changes, about=incidents_of(statement))
