"""A proposed finding with its evidence and reasons, and the decisions on it. All three tables only grow."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from claims.models.findings import CONCLUSIONS, Finding
from claims.models.incident import Incident
from claims.models.link import Aspect
from claims.models.media_item import MediaItem
from claims.models.note import OutsideNote
from claims.models.rendering import Rendering
from claims.models.statement import Statement
from harmtracker.identity import new_id
from harmtracker.records import choice_constraint


class StandardOfProof(models.TextChoices):
    NONE = "none", _("none reached")
    REASONABLE_SUSPICION = "reasonable_suspicion", _("reasonable suspicion")
    REASONABLE_GROUNDS = "reasonable_grounds", _("reasonable grounds to believe")
    BALANCE_OF_PROBABILITIES = "balance_of_probabilities", _("balance of probabilities")
    CLEAR_AND_CONVINCING = "clear_and_convincing", _("clear and convincing evidence")
    BEYOND_REASONABLE_DOUBT = "beyond_reasonable_doubt", _("beyond reasonable doubt")


class Confidence(models.TextChoices):
    LOW = "low", _("low")
    MODERATE = "moderate", _("moderate")
    HIGH = "high", _("high")


class MediaAuthenticity(models.TextChoices):
    UNDETERMINED = "undetermined", _("Undetermined")
    ORIGINAL = "original", _("Original")
    DECONTEXTUALISED = "decontextualised", _("Shown out of context")
    EDITED = "edited", _("Edited")
    TRANSFORMED = "transformed", _("Transformed")
    STAGED = "staged", _("Staged")
    SATIRE = "satire", _("Satire")


class Tried(models.TextChoices):
    """What was tried before "could not independently confirm" was concluded."""

    NO_ACCESS = "no_access", _("No access")
    NO_SECOND_SOURCE = "no_second_source", _("No second source")
    SOURCES_NOT_INDEPENDENT = "sources_not_independent", _("Sources not independent")
    MEDIA_NOT_GEOLOCATABLE = "media_not_geolocatable", _("Media not geolocatable")
    CONTRADICTING_EVIDENCE = "contradicting_evidence", _("Contradicting evidence")
    SOURCE_WITHDRAWN = "source_withdrawn", _("Source withdrawn")
    OTHER = "other", _("Other")


class Assessment(models.Model):
    """A finding proposed about one statement, incident or media item, as it stood in ``subject_version``.

    ``moves_from`` is the stage it was proposed from. ``aspect`` is ``occurrence`` for an incident's headline finding;
    a finding on responsibility is a separate assessment. Append-only.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, null=True, related_name="assessments")
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, null=True, related_name="assessments")
    media_item = models.ForeignKey(MediaItem, on_delete=models.PROTECT, null=True, related_name="assessments")
    subject_version = models.PositiveIntegerField()
    aspect = models.CharField(max_length=20, choices=Aspect.choices, default=Aspect.OCCURRENCE)
    moves_from = models.CharField(max_length=20, choices=Finding.choices)
    finding = models.CharField(max_length=20, choices=Finding.choices)
    standard_of_proof = models.CharField(max_length=26, choices=StandardOfProof.choices, default=StandardOfProof.NONE)
    confidence = models.CharField(max_length=10, choices=Confidence.choices, blank=True)
    media_authenticity = models.CharField(max_length=18, choices=MediaAuthenticity.choices, blank=True)
    reasons = models.TextField(help_text=_("For the house: why the evidence leads here."))
    public_wording = models.TextField(blank=True, help_text=_("What partners read, as it stands."))
    tried = ArrayField(models.CharField(max_length=26, choices=Tried.choices), default=list, blank=True)
    tried_words = models.TextField(blank=True)
    would_settle = models.TextField(blank=True, help_text=_("What evidence would settle it."))
    proposed_at = models.DateTimeField(auto_now_add=True)
    proposed_by = models.ForeignKey("harmtracker.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-proposed_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(statement__isnull=False, incident__isnull=True, media_item__isnull=True)
                | Q(statement__isnull=True, incident__isnull=False, media_item__isnull=True)
                | Q(statement__isnull=True, incident__isnull=True, media_item__isnull=False),
                name="assessment_has_one_subject",
            ),
            choice_constraint("assessment", "finding", Finding),
            choice_constraint("assessment", "moves_from", Finding),
            choice_constraint("assessment", "aspect", Aspect),
            choice_constraint("assessment", "standard_of_proof", StandardOfProof),
            models.CheckConstraint(condition=Q(tried__contained_by=Tried.values), name="assessment_tried_known"),
            models.CheckConstraint(condition=~Q(reasons=""), name="assessment_has_reasons"),
            models.CheckConstraint(
                condition=~Q(finding__in=sorted(CONCLUSIONS)) | Q(confidence__in=Confidence.values),
                name="assessment_conclusion_has_confidence",
            ),
            models.CheckConstraint(
                condition=~Q(finding="could_not_confirm")
                | (~Q(public_wording="") & ~Q(would_settle="") & Q(tried__len__gt=0)),
                name="assessment_could_not_confirm_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(tried__contains=["other"]) | ~Q(tried_words=""), name="assessment_other_tried_in_words"
            ),
            models.CheckConstraint(
                condition=~Q(finding="verified") | ~Q(standard_of_proof="none"), name="assessment_verified_has_standard"
            ),
            models.CheckConstraint(
                condition=Q(media_authenticity="") | Q(media_item__isnull=False),
                name="assessment_authenticity_of_media",
            ),
        ]
        indexes = [
            models.Index(fields=["statement", "-proposed_at"], name="assessment_of_statement"),
            models.Index(fields=["incident", "-proposed_at"], name="assessment_of_incident"),
        ]

    def __str__(self) -> str:
        return f"{self.get_finding_display()}"

    @property
    def subject(self) -> Statement | Incident | MediaItem:
        """The record this is about."""
        if self.statement is not None:
            return self.statement
        if self.incident is not None:
            return self.incident
        if self.media_item is not None:
            return self.media_item
        raise ValueError("assessment_has_one_subject is broken")


class Direction(models.TextChoices):
    FOR = "for", _("For")
    AGAINST = "against", _("Against")
    CONTEXT = "context", _("Context")


class Reliability(models.TextChoices):
    """Admiralty scale, reliability of the source. Never combined with credibility into one number."""

    A = "A", _("A: completely reliable")
    B = "B", _("B: usually reliable")
    C = "C", _("C: fairly reliable")
    D = "D", _("D: not usually reliable")
    E = "E", _("E: unreliable")
    F = "F", _("F: cannot be judged")


class Credibility(models.TextChoices):
    """Admiralty scale, credibility of the information."""

    ONE = "1", _("1: confirmed by others")
    TWO = "2", _("2: probably true")
    THREE = "3", _("3: possibly true")
    FOUR = "4", _("4: doubtful")
    FIVE = "5", _("5: improbable")
    SIX = "6", _("6: cannot be judged")


class Evidence(models.Model):
    """One piece of evidence cited by an assessment: a captured passage, statement, media item or note. Append-only."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="evidence")
    direction = models.CharField(max_length=8, choices=Direction.choices)
    rendering = models.ForeignKey(Rendering, on_delete=models.PROTECT, null=True, related_name="cited_as_evidence")
    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, null=True, related_name="cited_as_evidence")
    media_item = models.ForeignKey(MediaItem, on_delete=models.PROTECT, null=True, related_name="cited_as_evidence")
    note = models.ForeignKey(OutsideNote, on_delete=models.PROTECT, null=True, related_name="cited_as_evidence")
    reliability = models.CharField(max_length=1, choices=Reliability.choices, blank=True)
    credibility = models.CharField(max_length=1, choices=Credibility.choices, blank=True)
    remark = models.TextField(blank=True)

    class Meta:
        constraints = [
            choice_constraint("evidence", "direction", Direction),
            models.CheckConstraint(
                condition=Q(rendering__isnull=False, statement=None, media_item=None, note=None)
                | Q(rendering=None, statement__isnull=False, media_item=None, note=None)
                | Q(rendering=None, statement=None, media_item__isnull=False, note=None)
                | Q(rendering=None, statement=None, media_item=None, note__isnull=False),
                name="evidence_is_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.direction} {self.assessment_id}"


class DecisionKind(models.TextChoices):
    APPROVE = "approve", _("Approved")
    SEND_BACK = "send_back", _("Sent back")
    LAPSE = "lapse", _("Lapsed")
    WITHDRAW = "withdraw", _("Withdrawn by the proposer")


class Decision(models.Model):
    """What was decided on a proposal, by whom and why. Append-only; at most one decision for each proposal.

    An INSERT of ``approve`` is checked by a trigger (move allowed from the present stage, subject unchanged, two people
    and two origins where the rules ask for them) and moves the subject's finding.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    assessment = models.OneToOneField(Assessment, on_delete=models.PROTECT, related_name="decision")
    kind = models.CharField(max_length=10, choices=DecisionKind.choices)
    reason = models.TextField(blank=True)
    decided_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey("harmtracker.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            choice_constraint("decision", "kind", DecisionKind),
            models.CheckConstraint(condition=Q(kind="approve") | ~Q(reason=""), name="decision_refusal_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.assessment_id}"


class OpenProposal(models.Model):
    """A proposal nobody has decided on yet. Kept by triggers on the two tables above, and by nothing else.

    The queue is short and what was ever proposed is long: without this every look at the queue would go through all.
    """

    assessment = models.OneToOneField(Assessment, on_delete=models.CASCADE, primary_key=True, related_name="open")
    proposed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["proposed_at", "assessment"], name="open_proposal_oldest")]

    def __str__(self) -> str:
        return str(self.pk)


__all__ = ["Assessment", "Decision", "Evidence", "Finding", "OpenProposal"]
