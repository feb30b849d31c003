"""Findings: proposed with evidence and reasons, decided by an editor. Both are only ever added."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from django.utils.translation import gettext_lazy as _

from claims.actions.reexamination import incidents_of, open_examination, subject_field
from claims.actions.refusals import in_words
from claims.models import Assessment, Decision, Evidence, Incident, MediaItem, OutsideNote, Rendering, Statement
from claims.models.assessment import DecisionKind, StandardOfProof
from claims.models.findings import CONCLUSIONS, MOVES, Finding
from claims.models.link import Aspect
from harmtracker import audit, jobs
from harmtracker.errors import NotAllowed, Refused, StaleRecord
from harmtracker.models import User
from harmtracker.permissions import may, require

Subject = Statement | Incident | MediaItem


@dataclass(frozen=True)
class Cited:
    """One piece of evidence: a captured passage, a statement, a media item or a note, for, against or context."""

    thing: Rendering | Statement | MediaItem | OutsideNote
    direction: str
    reliability: str = ""
    credibility: str = ""
    remark: str = ""

    def column(self) -> str:
        """The column of Evidence that points to the thing."""
        columns = {Rendering: "rendering", Statement: "statement", MediaItem: "media_item", OutsideNote: "note"}
        return columns[type(self.thing)]


@dataclass(frozen=True)
class Proposal:
    """A finding as proposed. ``aspect`` is occurrence for the headline finding."""

    finding: str
    reasons: str
    aspect: str = Aspect.OCCURRENCE
    standard_of_proof: str = StandardOfProof.NONE
    confidence: str = ""
    media_authenticity: str = ""
    public_wording: str = ""
    tried: list[str] = field(default_factory=list)
    tried_words: str = ""
    would_settle: str = ""
    evidence: Sequence[Cited] = ()


def take_up(*, subject: Subject, reason: str, expected_version: int, by: User) -> Assessment:
    """Start work on a record, or re-examine it; a conclusion that stands stays in force meanwhile."""
    require(by, "assessment.reexamine")
    _refuse_jobs()
    _check_version(subject, expected_version)
    if Finding.IN_PROGRESS not in MOVES[subject.stage]:
        raise Refused(_("Someone is working on it already."), code="decision_move_allowed")
    if not reason.strip():
        raise Refused(_("Say why it is taken up."), field="reasons")
    with audit.recording(), in_words():
        return open_examination(subject, reasons=reason, by=by)


def propose(*, subject: Subject, proposal: Proposal, expected_version: int, by: User) -> Assessment:
    """Propose a finding on the record as it stands in ``expected_version``. Nothing changes until it is approved."""
    require(by, "assessment.propose")
    _refuse_jobs()
    _check_version(subject, expected_version)
    if isinstance(subject, Incident) and subject.merged_into_id is not None:
        raise Refused(_("It was merged into another incident. Assess that one."))
    stage = current_stage(subject, proposal.aspect)
    _check_proposal(proposal, stage)
    columns = {each.name: getattr(proposal, each.name) for each in fields(proposal) if each.name != "evidence"}
    with audit.recording(), in_words(field="finding"):
        _refuse_twice(subject, proposal, by)
        assessment = Assessment.objects.create(
            **{subject_field(subject): subject},
            **columns,
            subject_version=subject.version,
            moves_from=stage,
            proposed_by=by,
        )
        Evidence.objects.bulk_create(
            Evidence(
                assessment=assessment,
                direction=cited.direction,
                reliability=cited.reliability,
                credibility=cited.credibility,
                remark=cited.remark,
                **{cited.column(): cited.thing},
            )
            for cited in proposal.evidence
        )
        audit.record(
            "finding.proposed",
            subject=subject,
            by=by,
            changes={"finding": [stage, proposal.finding]},
            reason=proposal.reasons,
            about=incidents_of(subject),
        )
    return assessment


def approve(*, assessment: Assessment, by: User, reason: str = "") -> Decision:
    """Approve a proposal: the finding takes effect. All rules are checked again, under lock, by the database."""
    require(by, "assessment.decide")
    return _decide(assessment, DecisionKind.APPROVE, by=by, reason=reason)


def send_back(*, assessment: Assessment, reason: str, by: User) -> Decision:
    """Send a proposal back with a reason; the record stays where it is."""
    require(by, "assessment.decide")
    return _decide(assessment, DecisionKind.SEND_BACK, by=by, reason=reason)


def withdraw_proposal(*, assessment: Assessment, reason: str, by: User) -> Decision:
    """Take one's own proposal back."""
    require(by, "assessment.propose")
    return _decide(assessment, DecisionKind.WITHDRAW, by=by, reason=reason)


def conclude(*, subject: Subject, proposal: Proposal, expected_version: int, by: User) -> Assessment:
    """Propose and approve in one act, where one editor may conclude alone."""
    require(by, "assessment.decide")
    with audit.recording():
        assessment = propose(subject=subject, proposal=proposal, expected_version=expected_version, by=by)
        approve(assessment=assessment, by=by)
    return assessment


def current_stage(subject: Subject, aspect: str) -> str:
    """Where moves start from: the subject's stage, or for another aspect its newest approved finding."""
    if aspect == Aspect.OCCURRENCE:
        subject.refresh_from_db(fields=["stage"])
        return subject.stage
    newest = (
        Assessment.objects.filter(
            **{subject_field(subject): subject}, aspect=aspect, decision__kind=DecisionKind.APPROVE
        )
        .order_by("-decision__decided_at")
        .first()
    )
    return newest.finding if newest else Finding.UNVERIFIED


def why_not_approve(assessment: Assessment, user: User) -> str:
    """The sentence beside a disabled Approve, or "" when the person may approve. For pages; the database decides."""
    if not may(user, "assessment.decide"):
        return str(_("An editor concludes. You can propose."))
    weighty = assessment.finding in {Finding.VERIFIED, Finding.REFUTED} or (
        assessment.finding == Finding.WITHDRAWN and assessment.moves_from in {Finding.VERIFIED, Finding.REFUTED}
    )
    if weighty and user.pk in {assessment.proposed_by_id, assessment.subject.created_by_id}:
        return str(_("You proposed this or logged the record. Verified and refuted need a second person."))
    return ""


def _decide(assessment: Assessment, kind: str, *, by: User, reason: str) -> Decision:
    _refuse_jobs()
    if kind != DecisionKind.APPROVE and not reason.strip():
        raise Refused(_("Say why."), field="reason")
    subject = assessment.subject
    with audit.recording(), in_words():
        decision = Decision.objects.create(assessment=assessment, kind=kind, reason=reason.strip(), decided_by=by)
        subject.refresh_from_db(fields=["finding", "stage", "standing", "under_review_since", "under_review_reason"])
        changes: dict[str, Any] = {}
        if kind == DecisionKind.APPROVE:
            changes = {"finding": [assessment.moves_from, assessment.finding]}
        audit.record(
            f"finding.{kind}",
            subject=subject,
            by=by,
            changes=changes,
            reason=reason or assessment.reasons,
            about=[*incidents_of(subject), assessment.proposed_by_id],  # whose news it is
        )
    return decision


def _check_proposal(proposal: Proposal, stage: str) -> None:
    if proposal.finding not in MOVES[stage]:
        raise Refused(
            _("“%(finding)s” cannot follow “%(stage)s”.")
            % {"finding": _label(proposal.finding), "stage": _label(stage)},
            field="finding",
            code="decision_move_allowed",
        )
    if not proposal.reasons.strip():
        raise Refused(_("Give the reasons."), field="reasons")
    if proposal.finding in CONCLUSIONS and not proposal.confidence:
        raise Refused(_("Say how confident you are."), field="confidence")
    if proposal.finding == Finding.COULD_NOT_CONFIRM:
        _check_could_not_confirm(proposal)
    if proposal.finding == Finding.VERIFIED and proposal.standard_of_proof == StandardOfProof.NONE:
        raise Refused(_("Verified needs a declared standard of proof."), field="standard_of_proof")


def _check_could_not_confirm(proposal: Proposal) -> None:
    if not proposal.public_wording.strip():
        raise Refused(_("Write the wording for publication."), field="public_wording")
    if not proposal.tried:
        raise Refused(_("Say what was tried."), field="tried")
    if "other" in proposal.tried and not proposal.tried_words.strip():
        raise Refused(_("Say in words what else was tried."), field="tried_words")
    if not proposal.would_settle.strip():
        raise Refused(_("Say what would settle it."), field="would_settle")


def _refuse_twice(subject: Subject, proposal: Proposal, by: User) -> None:
    """A double click proposes once. Proposals on one record wait for each other, so that none slips through."""
    type(subject)._base_manager.select_for_update().get(pk=subject.pk)
    is_waiting = Assessment.objects.filter(
        **{subject_field(subject): subject},
        subject_version=subject.version,
        aspect=proposal.aspect,
        finding=proposal.finding,
        reasons=proposal.reasons,
        proposed_by=by,
        decision=None,
    ).exists()
    if is_waiting:
        raise Refused(_("You proposed this already. It waits for a decision."), code="proposed_already")


def _label(code: str) -> str:
    return str(Finding(code).label) if code in Finding.values else code


def _check_version(subject: Subject, expected_version: int) -> None:
    subject.refresh_from_db(fields=["version", "stage"])
    if subject.version != expected_version:
        raise StaleRecord(
            _("Someone changed the record after you opened it. Look at the change before you judge it."),
            current=subject,
        )


def _refuse_jobs() -> None:
    if jobs.in_background():
        raise NotAllowed(_("Only a person sets a finding."))
