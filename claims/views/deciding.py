"""The decision page: what changes, on what evidence, in which words for partners, and who may decide."""

from typing import Any

from claims.actions.reexamination import subject_field
from claims.listing.exhibits import cited
from claims.listing.proposals import next_to_decide
from claims.listing.requirements import needs_second_person, requirements, why_not
from claims.listing.turns import turns_on
from claims.models import Assessment
from claims.models.assessment import Direction, Tried
from claims.views.proposing import incidents_shown, subject_exhibit
from harmtracker.permissions import SignedInRequest, may

MOST_EARLIER = 8


def deciding_context(request: SignedInRequest, found: Assessment) -> dict[str, Any]:
    """Everything beside the decision. Nothing about deciding is asked of a proposal that was decided."""
    user = request.user
    subject = found.subject
    evidence = cited(found, user)
    decision = getattr(found, "decision", None)
    needs = [] if decision else requirements(found, user)
    turns = turns_on([found], user)
    return {
        "assessment": found,
        "subject": subject,
        "shown": subject_exhibit(subject, user),
        "incidents": incidents_shown(subject, user),
        "evidence": evidence,
        "tally": _tally([row.direction for row, _line in evidence]),
        "earlier": _earlier(found),
        "tried": [str(Tried(code).label) for code in found.tried],
        "decision": decision,
        "needs": needs,
        "why_not": "" if decision else why_not(found, user, needs),
        "is_weighty": needs_second_person(found.finding, found.moves_from),
        "may_decide": may(user, "assessment.decide"),
        "is_own": found.proposed_by_id == user.pk,
        "turn": turns.taken.get(found.pk),
        "skips": turns.skips.get(found.pk, []),
        "upcoming": next_to_decide(user, after=found),
    }


def _tally(directions: list[str]) -> list[tuple[int, str]]:
    """How many pieces speak which way, of those shown."""
    counted = [(directions.count(code), str(label)) for code, label in Direction.choices]
    return [(number, label) for number, label in counted if number]


def _earlier(found: Assessment) -> list[Assessment]:
    """What was proposed and decided on this record and aspect before, newest first."""
    subject = found.subject
    rows = Assessment.objects.filter(
        **{subject_field(subject): subject}, aspect=found.aspect, proposed_at__lt=found.proposed_at
    )
    return list(rows.select_related("proposed_by", "decision__decided_by")[:MOST_EARLIER])
