"""Taking back what was just done to a finding: by further moves that the rules allow. Nothing is removed.

What was taken up is put down again; what was concluded is withdrawn, and the record is where it was before. Where the
rules ask for two people, or where another finding stood before, no press does it.
"""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from claims.actions.reexamination import incidents_of, step, subject_field
from claims.actions.refusals import in_words
from claims.models import Assessment
from claims.models.assessment import DecisionKind
from claims.models.findings import CONCLUSIONS, NEEDS_SECOND_PERSON, Finding
from harmtracker import audit
from harmtracker.errors import Refused
from harmtracker.models import User
from harmtracker.permissions import require


def put_down(*, taken_up: Assessment, reason: str, by: User) -> None:
    """Put work down that was taken up; a finding that was re-examined stands as it stood.

    Raises ``Refused`` where something was proposed or decided since, and from "Finding withdrawn", to which no move
    leads back.
    """
    require(by, "assessment.reexamine")
    _refuse(why_not_put_down(taken_up))
    subject = taken_up.subject
    with audit.recording(), in_words():
        _refuse_moved_on(taken_up)
        step(subject, Finding.UNVERIFIED, moves_from=Finding.IN_PROGRESS, reasons=reason, by=by)
        _record("finding.put_down", taken_up, [Finding.IN_PROGRESS, subject.stage], reason, by)


def take_back(*, concluded: Assessment, reason: str, by: User) -> None:
    """Withdraw a finding that was concluded by mistake, and go on where the record was before it.

    Raises ``Refused`` for what takes two people, where another finding stood before, and where something has been
    proposed or decided since.
    """
    require(by, "assessment.decide")
    _refuse(why_not_taken_back(concluded))
    subject = concluded.subject
    told: dict[str, Any] = {"reasons": reason, "by": by, "aspect": concluded.aspect}
    with audit.recording(), in_words():
        _refuse_moved_on(concluded)
        step(subject, Finding.WITHDRAWN, moves_from=concluded.finding, **told)
        step(subject, Finding.IN_PROGRESS, moves_from=Finding.WITHDRAWN, **told)
        if concluded.moves_from == Finding.UNVERIFIED:
            step(subject, Finding.UNVERIFIED, moves_from=Finding.IN_PROGRESS, **told)
        _record("finding.taken_back", concluded, [concluded.finding, concluded.moves_from], reason, by)


def why_not_put_down(taken_up: Assessment) -> str:
    """Why no press puts down what was taken up; "" where one may."""
    if taken_up.moves_from == Finding.WITHDRAWN:
        return str(_("No press puts it down again: no move leads back to “Finding withdrawn”."))
    return ""


def why_not_taken_back(concluded: Assessment) -> str:
    """Why no press takes back what was concluded; "" where one may."""
    finding = Finding(concluded.finding).label
    if concluded.finding not in CONCLUSIONS:
        return str(_("No press takes “%(finding)s” back: take the record up again.") % {"finding": finding})
    if concluded.finding in NEEDS_SECOND_PERSON:
        words = _("Taking “%(finding)s” back needs two people: propose “Finding withdrawn”; another editor approves.")
        return str(words % {"finding": finding})
    before = _approved(concluded).filter(proposed_at__lt=concluded.proposed_at)
    stood = before.exclude(finding__in=[Finding.IN_PROGRESS, Finding.UNVERIFIED]).first()
    if stood is not None and stood.finding in CONCLUSIONS:
        words = _("No press puts “%(finding)s” back, which stood before: it would be a finding of its own.")
        return str(words % {"finding": Finding(stood.finding).label})
    return ""


def _approved(beside: Assessment) -> QuerySet[Assessment]:
    """Approved assessments of the same point of the same record, the newest first."""
    subject = {subject_field(beside.subject): beside.subject}
    rows = Assessment.objects.filter(**subject, aspect=beside.aspect, decision__kind=DecisionKind.APPROVE)
    return rows.order_by("-decision__decided_at", "-pk")


def _refuse_moved_on(last: Assessment) -> None:
    """Only the last step is taken back, and nothing that somebody went on from. Decisions on one record wait here."""
    subject = type(last.subject)._base_manager.select_for_update().get(pk=last.subject.pk)
    waits = Assessment.objects.filter(**{subject_field(subject): subject}, aspect=last.aspect, decision=None)
    if _approved(last).first() != last or waits.filter(proposed_at__gt=last.proposed_at).exists():
        raise Refused(_("Something was proposed or decided since."))


def _refuse(why: str) -> None:
    if why:
        raise Refused(why)


def _record(verb: str, last: Assessment, change: list[str], reason: str, by: User) -> None:
    about = [*incidents_of(last.subject), last.proposed_by_id]  # whose news it is
    audit.record(verb, subject=last.subject, by=by, changes={"stage": change}, reason=reason, about=about)
