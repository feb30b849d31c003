"""The vocabulary of findings, and the columns in which a subject carries the one in force."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Finding(models.TextChoices):
    """What we make of a statement, incident or media item. The labels are complete and exact wherever shown."""

    UNVERIFIED = "unverified", _("Not yet assessed")
    IN_PROGRESS = "in_progress", _("In progress")
    COULD_NOT_CONFIRM = "could_not_confirm", _("Could not independently confirm")
    PARTLY_CORROBORATED = "partly_corroborated", _("Partly corroborated")
    CORROBORATED = "corroborated", _("Corroborated")
    VERIFIED = "verified", _("Verified")
    CONTRADICTED = "contradicted", _("Contradicted by evidence")
    REFUTED = "refuted", _("Refuted")
    NOT_CHECKABLE = "not_checkable", _("Not a checkable claim")
    WITHDRAWN = "withdrawn", _("Finding withdrawn")


CONCLUSIONS = frozenset(Finding) - {Finding.UNVERIFIED, Finding.IN_PROGRESS, Finding.WITHDRAWN}
NEEDS_SECOND_PERSON = frozenset({Finding.VERIFIED, Finding.REFUTED})
NEEDS_TWO_ORIGINS = frozenset({Finding.CORROBORATED, Finding.VERIFIED, Finding.REFUTED})

MOVES: dict[str, frozenset[str]] = {
    Finding.UNVERIFIED: frozenset({Finding.IN_PROGRESS, Finding.NOT_CHECKABLE}),
    Finding.IN_PROGRESS: frozenset({Finding.UNVERIFIED}) | CONCLUSIONS,
    Finding.PARTLY_CORROBORATED: frozenset({Finding.CORROBORATED, Finding.CONTRADICTED}),
    Finding.CORROBORATED: frozenset({Finding.VERIFIED, Finding.CONTRADICTED}),
    Finding.CONTRADICTED: frozenset({Finding.REFUTED}),
    Finding.WITHDRAWN: frozenset({Finding.IN_PROGRESS}),
}
for _conclusion in CONCLUSIONS:
    MOVES[_conclusion] = MOVES.get(_conclusion, frozenset()) | {Finding.IN_PROGRESS, Finding.WITHDRAWN}


class Assessed(models.Model):
    """A subject of assessments. These columns are written by a trigger when a decision is added, and by nothing else.

    ``finding`` is the standing conclusion, or unverified / in_progress / withdrawn where none stands; ``stage`` is
    where the moves start from, so that a re-examination leaves the conclusion in force.
    """

    finding = models.CharField(max_length=20, choices=Finding.choices, default=Finding.UNVERIFIED, editable=False)
    stage = models.CharField(max_length=20, choices=Finding.choices, default=Finding.UNVERIFIED, editable=False)
    standing = models.ForeignKey(
        "claims.Assessment", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    under_review_since = models.DateTimeField(null=True, editable=False)
    under_review_reason = models.TextField(blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def is_under_review(self) -> bool:
        return self.under_review_since is not None


def assessed_constraints(table: str) -> list[models.CheckConstraint]:
    """The finding columns agree with one another."""
    return [
        models.CheckConstraint(condition=Q(finding__in=Finding.values), name=f"{table}_finding_known"),
        models.CheckConstraint(condition=Q(stage__in=Finding.values), name=f"{table}_stage_known"),
        models.CheckConstraint(
            condition=Q(finding__in=sorted(CONCLUSIONS), standing__isnull=False)
            | (~Q(finding__in=sorted(CONCLUSIONS)) & Q(standing__isnull=True)),
            name=f"{table}_conclusion_has_assessment",
        ),
    ]
