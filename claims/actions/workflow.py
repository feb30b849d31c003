"""How far a record has come in the house: draft, in review, approved, set aside. Says nothing on truth."""

from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from claims.actions.reexamination import incidents_of
from claims.actions.sampling import is_always_read, is_passed_unread
from claims.models import Incident, MediaItem, Statement
from claims.release.make import is_out
from harmtracker import audit
from harmtracker.db import save_version
from harmtracker.errors import Refused
from harmtracker.models import AuditEvent, User
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

    What is sent for review and is not in the sample of its author's work is approved at once (claims.actions.sampling).
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
    if to == Workflow.IN_REVIEW and is_passed_unread(record, by):
        _pass(record, expected_version, by)
        return
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


def _pass(record: Subject, expected_version: int, by: User) -> None:
    """Approve without a second reader, and say so in the history: also of the sources that need none."""
    about = incidents_of(record)
    with audit.recording():
        _record_passing(record, save_version(record, expected_version, workflow=Workflow.APPROVED), by, about)
        if isinstance(record, Statement):
            for source in _unapproved_sources(record, by):
                if not is_always_read(source):
                    changes = save_version(source, source.version, workflow=Workflow.APPROVED)
                    _record_passing(source, changes, by, about)


def _record_passing(record: Subject, changes: dict[str, list[Any]], by: User, about: list[Any]) -> None:
    share = by.review_share
    told = _("Approved without a second reader: %(share)s of 100 records that %(name)s sends are read.")
    with translation.override(settings.LANGUAGE_CODE):  # it is stored: not in the language of whoever pressed
        reason = str(told % {"share": share, "name": by})
    audit.record(
        f"{record._meta.model_name}.passed",
        subject=record,
        by=by,
        changes=changes | {"review_share": [None, share]},
        reason=reason,
        about=about,
    )


def undo_step(*, record: Subject, expected_version: int, by: User) -> None:
    """Take back the step a record made last, and the approval of the sources that went along with it.

    Only whoever took the step does, only while nothing has happened to the record since, and not once it was released.
    """
    require(by, ACT[record.workflow])
    last = AuditEvent.objects.filter(subject_id=record.pk).order_by("-sequence").first()
    step = f"{record._meta.model_name}.{record.workflow}"
    if last is None or last.verb != step or last.actor_id != by.pk or "workflow" not in last.changes:
        raise Refused(_("Something else has happened to the record since."))
    if not isinstance(record, (MediaItem, Source)) and is_out(record):
        raise Refused(_("It has been released to partners since. Withdraw it there first."))
    with audit.recording():
        changes = save_version(record, expected_version, workflow=last.changes["workflow"][0])
        verb = f"{record._meta.model_name}.step_undone"
        audit.record(verb, subject=record, by=by, changes=changes, about=incidents_of(record))
        if isinstance(record, Statement):
            _undo_sources(record, last, by=by)


def _undo_sources(statement: Statement, step: AuditEvent, *, by: User) -> None:
    """Sources approved along with a statement are what they were before, where nothing happened to them since."""
    quoted: Any = list(Source.objects.visible_to(by).filter(renderings__statement=statement).distinct())
    # One transaction writes its events in one go, so those that went along have the numbers right after it.
    ends = (step.sequence + 1, step.sequence + len(quoted))
    along = AuditEvent.objects.filter(sequence__range=ends, verb="source.approved", actor_id=by.pk)
    for source in quoted:
        last = AuditEvent.objects.filter(subject_id=source.pk).order_by("-sequence").first()
        if last is None or not along.filter(pk=last.pk).exists():
            continue
        changes = save_version(source, source.version, workflow=last.changes["workflow"][0])
        audit.record("source.step_undone", subject=source, by=by, changes=changes, about=incidents_of(statement))


def _unapproved_sources(statement: Statement, by: User) -> Any:
    quoted: Any = Source.objects.visible_to(by).filter(renderings__statement=statement)
    return quoted.exclude(workflow=Workflow.APPROVED).distinct()


def _approve_sources(statement: Statement, *, by: User) -> None:
    for source in _unapproved_sources(statement, by):
        changes = save_version(source, source.version, workflow=Workflow.APPROVED)
        audit.record("source.approved", subject=source, by=by, changes=changes, about=incidents_of(statement))
