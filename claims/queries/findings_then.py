"""Findings as they stood at a moment of the past, from the assessments and decisions made by then."""

from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime

from claims.models import Assessment, Decision
from claims.models.assessment import DecisionKind
from claims.models.findings import CONCLUSIONS, Finding
from claims.models.link import Aspect
from claims.queries.rows import folded, unfolded
from harmtracker.models import User
from harmtracker.permissions import may

type Assessed = list[tuple[Assessment, Decision | None]]


def assessed_by(at: datetime, **subject: Any) -> Any:
    """For a subquery: assessments of the subject proposed by then, oldest first, with who decided what and when."""
    proposed = Assessment.objects.filter(proposed_at__lte=at, **subject).order_by("proposed_at", "id")
    columns = {column.attname: column.attname for column in Assessment._meta.concrete_fields}
    return folded(
        proposed,
        **columns,
        proposer="proposed_by__name",
        kind="decision__kind",
        reason="decision__reason",
        decided_at="decision__decided_at",
        decider="decision__decided_by__name",
    )


def assessments_then(rows: list[dict[str, Any]], at: datetime) -> Assessed:
    """The rows of ``assessed_by`` as records, each with its decision if that was made by then."""
    made: Assessed = []
    for row in rows:
        assessment = unfolded(Assessment, row)
        assessment.proposed_by = User(pk=assessment.proposed_by_id, name=row["proposer"])
        decided_at = parse_datetime(row["decided_at"]) if row["decided_at"] else None
        decision = None
        if decided_at is not None and decided_at <= at:
            by = User(name=row["decider"])
            decision = Decision(kind=row["kind"], reason=row["reason"], decided_at=decided_at, decided_by=by)
            assessment.decision = decision
        made.append((assessment, decision))
    return made


def put_finding(record: Any, assessed: Assessed) -> None:
    """Set the finding as it stood after these decisions, by the moves of the trigger ``move_subject``."""
    record.finding, record.standing = Finding.UNVERIFIED, None
    record.under_review_since, record.under_review_reason = None, ""
    approved = [
        (each, decision)
        for each, decision in assessed
        if decision is not None and decision.kind == DecisionKind.APPROVE and each.aspect == Aspect.OCCURRENCE
    ]
    for each, decision in sorted(approved, key=lambda pair: pair[1].decided_at):
        record.under_review_since, record.under_review_reason = None, ""
        if each.finding in CONCLUSIONS:
            record.finding, record.standing = each.finding, each
        elif each.finding == Finding.WITHDRAWN or record.standing is None:
            record.finding, record.standing = each.finding, None
        elif each.finding == Finding.IN_PROGRESS:
            record.under_review_since, record.under_review_reason = decision.decided_at, each.reasons


def shown_assessments(assessed: Assessed, user: User) -> list[Assessment]:
    """Newest first; for whoever may not read histories only those that took effect."""
    shown = [
        each
        for each, decision in assessed
        if may(user, "history.read") or (decision is not None and decision.kind == DecisionKind.APPROVE)
    ]
    return shown[::-1]


def waiting_proposal(assessed: Assessed) -> str:
    """The finding that awaited a decision then, "" for none."""
    waiting = [each.finding for each, decision in assessed if decision is None and each.aspect == Aspect.OCCURRENCE]
    return waiting[-1] if waiting else ""
