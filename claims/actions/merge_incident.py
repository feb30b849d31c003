"""Merging an incident that is held twice."""

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from claims.actions.following import carried_over, carry_over
from claims.actions.merging import Moved, merging, point
from claims.actions.moved_rows import Watched
from claims.models import Assessment, CommentRequest, Figure, Incident, OutsideNote, Statement, StatementIncident
from claims.models.release import WithdrawalReason
from claims.release.make import is_out, withdraw_release
from harmtracker import audit
from harmtracker.errors import Refused
from harmtracker.models import User


def merge_incident(*, duplicate: Incident, into: Incident, reason: str, expected_version: int, by: User) -> Incident:
    """Put the statements, figures, notes and requests of the duplicate under ``into``. Returns ``into``.

    ``expected_version`` is the duplicate's. A statement about both is about one. Partners who read the duplicate are
    told that it was merged. Assessments only grow and stay where they were made, so a duplicate with a finding in
    force or a proposal nobody decided on is refused, as is what ``merging`` refuses.
    """
    touched = [
        Watched(Incident, Q(merged_into=duplicate), ("merged_into_id",)),
        Watched(StatementIncident, Q(incident=duplicate)),
        *(Watched(model, Q(incident=duplicate), ("incident_id",)) for model in (Figure, OutsideNote, CommentRequest)),
        *carried_over(duplicate),
    ]
    with merging(duplicate, into, touched, reason=reason, expected_version=expected_version, by=by):
        _refuse_with_findings(duplicate)
        moved = _statements(duplicate, into)
        for rows in (Figure.objects.all(), OutsideNote.objects.all(), CommentRequest.objects.all()):
            moved |= point(rows, "incident", duplicate, into)
        carry_over(duplicate=duplicate, into=into, by=by)
        audit.record(
            "incident.merged",
            subject=duplicate,
            held_by=into,
            by=by,
            changes={"merged_into": [None, into.ref]} | moved,
            reason=reason.strip(),
            about=[duplicate.pk, into.pk],
        )
        if is_out(duplicate):
            withdraw_release(record=duplicate, by=by, code=WithdrawalReason.MERGED, reason=reason)
    return into


def _refuse_with_findings(duplicate: Incident) -> None:
    if duplicate.standing_id is not None:
        raise Refused(
            _("A finding stands on the duplicate and cannot be moved. Withdraw it, or merge the other way round."),
            code="merge_finding_stands",
        )
    if Assessment.objects.filter(incident=duplicate, decision=None).exists():
        raise Refused(_("A finding is proposed on the duplicate. Decide on it first."), code="merge_finding_proposed")


def _statements(duplicate: Incident, into: Incident) -> Moved:
    """One row for each statement, whichever of the two it was about; each is a new version."""
    about = StatementIncident.objects.filter(incident=duplicate)
    keys = list(about.values_list("statement", flat=True))
    both = StatementIncident.objects.filter(incident=into, statement__in=keys).values_list("statement", flat=True)
    about.exclude(statement__in=list(both)).update(incident=into)
    # What is left is about both already. First the others: a statement is about an incident at every moment.
    about.delete()
    Statement.objects.filter(pk__in=keys).update(version=F("version") + 1)
    refs = list(Statement.objects.filter(pk__in=keys).order_by("pk").values_list("ref", flat=True))
    return {"statements": [refs, into.ref]} if refs else {}
