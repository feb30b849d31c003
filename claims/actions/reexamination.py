"""When a person changes what a finding rested on, the same action reopens it. The finding stays in force meanwhile."""

from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from claims.models import Assessment, Decision, Incident, MediaItem, Statement
from claims.models.assessment import DecisionKind
from claims.models.findings import CONCLUSIONS, Finding
from claims.models.link import Aspect
from harmtracker import audit
from harmtracker.models import User
from sources.models import Source

CHANGED: dict[str, Promise] = {
    "party": gettext_lazy("speaker"),
    "kind": gettext_lazy("kind of statement"),
    "said": gettext_lazy("date"),
    "words": gettext_lazy("words"),
    "occurred": gettext_lazy("date"),
    "place": gettext_lazy("place"),
    "harm": gettext_lazy("harm"),
    "accuses": gettext_lazy("whom it accuses"),
    "evidence": gettext_lazy("cited evidence"),
    "first_seen": gettext_lazy("date"),
}
DERIVED = frozenset(f"{name}_{end}" for name in ("said", "occurred") for end in ("start", "end", "precision"))


def reopen_after_change(
    subject: Statement | Incident | MediaItem, changes: dict[str, list[Any]], *, by: User
) -> Assessment | None:
    """Open a re-examination ("approval lapsed: what changed") if a conclusion stands and is not under review yet."""
    subject.refresh_from_db(fields=["finding", "stage", "version"])
    if subject.stage not in CONCLUSIONS:
        return None
    # Partners read this reason beside the finding: it says what changed, never from what to what. It is stored, so it
    # is in the language of the installation, not in that of whoever made the change.
    with translation.override(settings.LANGUAGE_CODE):
        what = ", ".join(str(CHANGED.get(field, field.replace("_", " "))) for field in changes if field not in DERIVED)
        reasons = _("Approval lapsed: changed %(what)s.") % {"what": what}
    return open_examination(subject, reasons=reasons, by=by)


def open_examination(subject: Statement | Incident | MediaItem, *, reasons: str, by: User) -> Assessment:
    """Propose ``in_progress`` and let it take effect at once: taking up work needs nobody's approval."""
    proposal = step(subject, Finding.IN_PROGRESS, moves_from=subject.stage, reasons=reasons, by=by)
    audit.record(
        "finding.examined",
        subject=subject,
        by=by,
        changes={"stage": [proposal.moves_from, Finding.IN_PROGRESS]},
        reason=reasons,
        about=incidents_of(subject),
    )
    return proposal


def step(
    subject: Statement | Incident | MediaItem,
    finding: str,
    *,
    moves_from: str,
    reasons: str,
    by: User,
    aspect: str = Aspect.OCCURRENCE,
) -> Assessment:
    """Propose a finding and let it take effect at once, by one person; the database refuses where two are needed."""
    proposal = Assessment.objects.create(
        **{subject_field(subject): subject},
        subject_version=subject.version,
        moves_from=moves_from,
        finding=finding,
        aspect=aspect,
        reasons=reasons,
        proposed_by=by,
    )
    Decision.objects.create(assessment=proposal, kind=DecisionKind.APPROVE, decided_by=by)
    subject.refresh_from_db(fields=["finding", "stage", "standing", "under_review_since", "under_review_reason"])
    return proposal


def subject_field(subject: Statement | Incident | MediaItem) -> str:
    """The column of Assessment that points to this subject."""
    return {Statement: "statement", Incident: "incident", MediaItem: "media_item"}[type(subject)]


def incidents_of(subject: Statement | Incident | MediaItem | Source) -> list[Any]:
    """Keys of the incidents whose history shows what happens to the subject."""
    if isinstance(subject, Incident):
        return [subject.pk]
    if isinstance(subject, Statement):
        return list(subject.about.values_list("incident_id", flat=True))
    return []
