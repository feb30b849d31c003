"""What a proposal still lacks before this person may approve it, asked of the rules in the database themselves."""

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from claims.actions.assessment import why_not_approve
from claims.actions.refusals import SENTENCES
from claims.models import Assessment
from claims.models.findings import NEEDS_SECOND_PERSON, NEEDS_TWO_ORIGINS, Finding
from harmtracker.models import User

ASKED = """
SELECT CASE WHEN a.aspect = 'occurrence' THEN NULL ELSE claims_aspect_stage(a) END,
       claims_evidence_origins(a),
       EXISTS (SELECT 1 FROM claims_hands(a) hand WHERE hand = %s),
       EXISTS (SELECT 1 FROM claims_unasked(a))
FROM claims_assessment a WHERE a.id = %s
"""


@dataclass(frozen=True)
class Requirement:
    """One thing a finding needs. ``words`` name it; ``why_not`` says what is missing, empty when it is met."""

    words: str
    why_not: str = ""

    @property
    def is_met(self) -> bool:
        return not self.why_not


def needs_second_person(finding: str, moves_from: str) -> bool:
    """Verified and refuted, and taking one of them back, are never concluded by one person."""
    return finding in NEEDS_SECOND_PERSON or (finding == Finding.WITHDRAWN and moves_from in NEEDS_SECOND_PERSON)


def requirements(assessment: Assessment, user: User) -> list[Requirement]:
    """All that this finding needs, met or not, as the database will ask when ``user`` approves. One query."""
    aspect_stage, origins, is_hand, is_unasked = _asked(assessment, user)
    subject = assessment.subject
    finding = assessment.finding
    stage = aspect_stage or subject.stage
    found = [
        _requirement(_("The finding stands where it stood when this was proposed"), stage == assessment.moves_from,
                     "decision_stage_moved"),
        _requirement(_("The record is unchanged since it was proposed"), subject.version == assessment.subject_version,
                     "decision_subject_unchanged"),
    ]  # fmt: skip
    if needs_second_person(finding, assessment.moves_from):
        found.append(_requirement(_("A second person decides"), not is_hand, "decision_second_person"))
    if finding in NEEDS_TWO_ORIGINS:
        found.append(_requirement(_("Evidence from two origins or more"), origins >= 2, "decision_two_origins"))
    if finding in NEEDS_SECOND_PERSON:
        found.append(
            _requirement(_("Every accused party was asked for its side"), not is_unasked, "decision_accused_was_asked")
        )
    return found


def why_not(assessment: Assessment, user: User, needs: list[Requirement]) -> str:
    """The sentence beside a switched-off Approve, or "" when the person may approve."""
    return why_not_approve(assessment, user) or next((need.why_not for need in needs if not need.is_met), "")


def _asked(assessment: Assessment, user: User) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(ASKED, [user.pk, assessment.pk])
        return cursor.fetchone()


def _requirement(words: str, is_met: bool, rule: str) -> Requirement:
    return Requirement(words, "" if is_met else str(SENTENCES[rule]))
