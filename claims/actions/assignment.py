"""Who looks after a record: given to a person with a task, ended, handed on. It gives no right and takes none away."""

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from claims.actions.reexamination import incidents_of
from claims.actions.remark import require_part_in
from claims.models import Assignment
from claims.queries.conversation import kind_of, people_who_see
from harmtracker import audit
from harmtracker.errors import NotAllowed, Refused
from harmtracker.models import User
from harmtracker.permissions import may

LONGEST_TASK = 300
ACT = "assignment.make"


def assign(
    *, record: Any, assignee: User, task: str = "", by: User, instead_of: Assignment | None = None
) -> Assignment:
    """Let a person look after a record; ``instead_of`` is the open assignment this one takes over from.

    Raises ``Refused`` for a person who does no such work or may not see the record (one sentence for both), for one
    who looks after it already, and for a task that is too long.
    """
    require_part_in(record, by, ACT)
    task = task.strip()
    if len(task) > LONGEST_TASK:
        raise Refused(_("Use at most 300 characters."), field="task")
    if not people_who_see(record).filter(pk=assignee.pk).exists():
        raise Refused(_("Choose somebody from the list: they must be able to see this record."), field="assignee")
    with audit.recording():
        if instead_of is not None:
            end_assignment(assignment=instead_of, record=record, by=by)
        try:
            with transaction.atomic():
                made = Assignment.objects.create(
                    subject_kind=kind_of(record), subject_id=record.pk, assignee=assignee, task=task, created_by=by
                )
        except IntegrityError as error:
            raise Refused(
                _("%(name)s looks after it already.") % {"name": assignee}, field="assignee", code="assigned_already"
            ) from error
        _record("assignment.made", record, assignee, by, [None, str(assignee)])
    return made


def end_assignment(*, assignment: Assignment, record: Any, by: User) -> None:
    """The task is done, or is no longer this person's. By them, by whoever gave it to them, or by an editor."""
    require_part_in(record, by, ACT)
    if not may_end(assignment, by):
        raise NotAllowed(_("It is ended by whoever looks after it, by whoever assigned it, or by an editor."))
    with audit.recording():
        open_still = Assignment.objects.filter(pk=assignment.pk, ended_at=None)
        if not open_still.update(ended_at=Now(), ended_by=by):
            raise Refused(_("This was ended already. Load the page again."), code="ended_already")
        _record("assignment.ended", record, assignment.assignee, by, [str(assignment.assignee), None])


def may_end(assignment: Assignment, by: User) -> bool:
    """Whether this person may end it, or hand it on."""
    return by.pk in (assignment.assignee_id, assignment.created_by_id) or may(by, "record.approve")


def _record(verb: str, record: Any, assignee: User, by: User, change: list[str | None]) -> None:
    """Filed under the record, and under the person it concerns. The task stays out: it may name who is kept secret."""
    about = [*incidents_of(record), assignee.pk]
    audit.record(verb, subject=record, by=by, changes={"assignee": change}, about=about)
