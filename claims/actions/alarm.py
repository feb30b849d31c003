"""Answering an alarm: a person says what they did about it, and may take that back."""

from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from claims.actions.reexamination import incidents_of
from claims.models import Alarm
from claims.models.alarm import AlarmAnswer
from harmtracker import audit, jobs
from harmtracker.errors import NotAllowed, Refused
from harmtracker.models import User
from harmtracker.permissions import require

LONGEST_NOTE = 300


def answer_alarm(*, alarm: Alarm, answer: str, note: str = "", by: User) -> Alarm:
    """Say what was done about an alarm. Answered once; to say something else, take the answer back first."""
    _require_own(alarm, by)
    note = note.strip()
    if answer not in AlarmAnswer.values:
        raise Refused(_("Choose what you did about it."), field="answer")
    if answer == AlarmAnswer.ACTED and not note:
        raise Refused(_("Say what was changed because of it."), field="note")
    if len(note) > LONGEST_NOTE:
        raise Refused(_("Use at most 300 characters."), field="note")
    with audit.recording():
        changed = Alarm.objects.filter(pk=alarm.pk, answered_at=None).update(
            answer=answer, answer_note=note, answered_at=Now(), answered_by=by
        )
        if not changed:
            raise Refused(_("Somebody has answered this already. Load the page again."))
        _record("alarm.answered", alarm, by, {"answer": ["", answer]}, note)
    alarm.refresh_from_db()
    return alarm


def reopen_alarm(*, alarm: Alarm, by: User) -> Alarm:
    """Take an answer back: the alarm waits again."""
    _require_own(alarm, by)
    with audit.recording():
        before = alarm.answer
        changed = Alarm.objects.filter(pk=alarm.pk, answered_at__isnull=False).update(
            answer="", answer_note="", answered_at=None, answered_by=None
        )
        if changed:
            _record("alarm.reopened", alarm, by, {"answer": [before, ""]})
    alarm.refresh_from_db()
    return alarm


def _require_own(alarm: Alarm, by: User) -> None:
    require(by, "alarm.answer")
    if jobs.in_background():
        raise NotAllowed(_("Only a person answers an alarm."))
    if alarm.for_user_id != by.pk:
        raise NotAllowed(_("This alarm is for somebody else."))


def _record(verb: str, alarm: Alarm, by: User, changes: dict[str, list[str]], note: str = "") -> None:
    """In the history of the statement it is about, else of the source."""
    subject = alarm.statement or alarm.source or alarm
    about = incidents_of(alarm.statement) if alarm.statement else []
    kind = {"alarm": [None, alarm.kind]}
    audit.record(verb, subject=subject, by=by, changes=kind | changes, reason=note, about=about)
