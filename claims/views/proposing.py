"""The sheet on which a finding is proposed: the record, what may follow, the form and the evidence offered."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from claims.actions.assessment import Cited, Proposal, current_stage
from claims.actions.reexamination import subject_field
from claims.forms.assessment import EvidenceForm, ProposalForm, TakeUpForm
from claims.listing import exhibits
from claims.listing.history import Happening, happened_meanwhile
from claims.listing.requirements import needs_second_person
from claims.models import Assessment, Incident, MediaItem, Statement
from claims.models.findings import CONCLUSIONS, MOVES, NEEDS_TWO_ORIGINS, Finding
from claims.models.link import Aspect
from claims.views.evidence_listed import listed
from claims.views.subjects import SECTIONS, kind_of
from harmtracker.drafts import fill
from harmtracker.errors import StaleRecord
from harmtracker.permissions import SignedInRequest, may
from harmtracker.sent import replace_sent


@dataclass
class Sheet:
    """Everything on the page, and what was sent, whether it is whole or not."""

    request: SignedInRequest
    subject: Any
    form: ProposalForm
    aspect: str
    stage: str
    incidents: list[Incident]
    shown: exhibits.Exhibit | None
    evidence: list[EvidenceForm]
    take_up_form: TakeUpForm
    also: list[str] = field(default_factory=list)
    changed: list[Happening] = field(default_factory=list)

    def is_valid(self) -> bool:
        """Every form is looked at, so that all there is to mend is said at once."""
        return all([self.form.is_valid(), *[each.is_valid() for each in self.evidence]])

    def proposal(self) -> Proposal:
        cited: list[Cited] = [found for each in self.evidence if (found := each.cited()) is not None]
        return self.form.proposal(cited)

    def made_already(self) -> Assessment | None:
        """This very proposal, if this person made it a moment ago and it waits or stands."""
        given = self.form.cleaned_data
        rows = Assessment.objects.filter(
            **{subject_field(self.subject): self.subject},
            subject_version=given["version"],
            aspect=self.aspect,
            finding=given["finding"],
            reasons=given["reasons"],
            proposed_by=self.request.user,
        )
        self.subject.refresh_from_db(fields=["standing"])
        return rows.filter(Q(decision=None) | Q(pk=self.subject.standing_id)).first()

    def stale_after(self, refusal: StaleRecord) -> None:
        """Keep what was written, show what changed meanwhile, and let it be sent again on the record as it is now."""
        self.subject.refresh_from_db()
        self.stage = current_stage(self.subject, self.aspect)
        self.changed = happened_meanwhile(self.subject, self.request.user)
        replace_sent(self.form, "version", refusal.current.version)
        self.form.add_error(None, str(refusal.message))

    def context(self) -> dict[str, Any]:
        kind = kind_of(self.subject)
        return {
            "section": SECTIONS[kind],
            "kind": kind,
            "subject": self.subject,
            "shown": self.shown,
            "incidents": self.incidents,
            "form": self.form,
            "take_up_form": self.take_up_form,
            "evidence": listed(self.evidence, self.subject, self.request.POST, self.also),
            "aspect": Aspect(self.aspect),
            "aspects": Aspect.choices,
            "stage": self.stage,
            "moves": moves_from(self.stage),
            "may_take_up": self.aspect == Aspect.OCCURRENCE and Finding.IN_PROGRESS in MOVES[self.stage],
            "is_reexamination": self.stage in CONCLUSIONS,
            "may_conclude": may(self.request.user, "assessment.decide"),
            "waiting": _waiting(self.subject),
            "changed": self.changed,
        }


@dataclass(frozen=True)
class Move:
    """A finding on the sheet: offered, or not and why. ``needs`` says what approving it will take."""

    code: str
    is_offered: bool
    why_not: str = ""
    needs: str = ""


def moves_from(stage: str) -> list[Move]:
    """All findings in the order of the vocabulary. Taking up has a form of its own and is not among them."""
    codes = [code for code in Finding.values if code not in (stage, Finding.IN_PROGRESS)]
    return [Move(code, code in MOVES[stage], _why_not(code, stage), _needs(code, stage)) for code in codes]


def _why_not(code: str, stage: str) -> str:
    if code in MOVES[stage]:
        return ""
    if code in MOVES[Finding.IN_PROGRESS] and Finding.IN_PROGRESS in MOVES[stage]:
        return _("Take it up first; then this can be proposed.")
    return _("Does not follow from “%(stage)s”.") % {"stage": Finding(stage).label}


def _needs(code: str, stage: str) -> str:
    words = []
    if needs_second_person(code, stage):
        words.append(_("a second person approves"))
    if code in NEEDS_TWO_ORIGINS:
        words.append(_("evidence from two origins"))
    return ", ".join(words)


def blank_sheet(request: SignedInRequest, subject: Any, *, also: str = "") -> Sheet:
    """The sheet as it is opened; ``?aspect=`` chooses what the finding is about, ``also`` lists more evidence."""
    aspect = request.GET.get("aspect", "")
    return _sheet(request, subject, aspect if aspect in Aspect.values else Aspect.OCCURRENCE, None, also)


def sent_sheet(request: SignedInRequest, subject: Any) -> Sheet:
    """The sheet as it was sent."""
    return _sheet(request, subject, _aspect(request), request.POST, request.POST.get("also", ""))


def relisted_sheet(request: SignedInRequest, subject: Any) -> Sheet:
    """The sheet with all that was typed, listing other evidence; nothing is checked yet."""
    sheet = _sheet(request, subject, _aspect(request), None, request.POST.get("also", ""))
    fill(request.POST, sheet.form, *sheet.evidence)
    return sheet


def _aspect(request: SignedInRequest) -> str:
    aspect = request.POST.get("aspect", "")
    return aspect if aspect in Aspect.values else Aspect.OCCURRENCE


def _sheet(request: SignedInRequest, subject: Any, aspect: str, posted: Any, also: str) -> Sheet:
    incidents = incidents_shown(subject, request.user)
    form = ProposalForm(posted, subject=subject, initial={"version": subject.version, "aspect": aspect})
    refs = also.upper().split()
    shown, offered = exhibits.offered(incidents, request.user, also=refs, subject=subject)
    return Sheet(
        request=request,
        subject=subject,
        form=form,
        aspect=aspect,
        stage=subject.stage if aspect == Aspect.OCCURRENCE else current_stage(subject, aspect),
        incidents=incidents,
        shown=shown,
        evidence=[EvidenceForm(posted, exhibit=each) for each in offered],
        also=refs,
        take_up_form=TakeUpForm(initial={"version": subject.version}, auto_id="take_%s"),
    )


def incidents_shown(subject: Any, user: Any) -> list[Incident]:
    """The incidents a record belongs to, as far as this person may see them."""
    visible = Incident.objects.visible_to(user)
    if isinstance(subject, Incident):
        return [subject]
    if isinstance(subject, Statement):
        return list(visible.filter(statements=subject).order_by("created_at", "pk"))
    spoken_of = Statement.objects.visible_to(user).filter(media_item=subject)
    return list(visible.filter(statements__in=spoken_of).distinct().order_by("created_at", "pk"))


def subject_exhibit(subject: Any, user: Any) -> exhibits.Exhibit | None:
    """The words of a statement or the description of a media item; an incident has its title."""
    if isinstance(subject, MediaItem):
        return exhibits.media_exhibit(subject, user)
    if isinstance(subject, Statement):
        return exhibits.subject_statement(subject, user)
    return None


def _waiting(subject: Any) -> list[Assessment]:
    """Proposals on this record nobody has decided on."""
    rows = Assessment.objects.filter(**{subject_field(subject): subject}, decision=None)
    return list(rows.select_related("proposed_by").order_by("proposed_at"))
