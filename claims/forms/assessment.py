"""Forms of assessing: taking up, proposing with evidence, deciding."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from claims.actions.assessment import Cited, Proposal
from claims.listing.exhibits import Exhibit
from claims.models import MediaItem
from claims.models.assessment import (
    Confidence,
    Credibility,
    Direction,
    MediaAuthenticity,
    Reliability,
    StandardOfProof,
    Tried,
)
from claims.models.findings import CONCLUSIONS, Finding
from claims.models.link import Aspect
from claims.public_wording import draft
from harmtracker.sent import replace_sent

NOT_CHOSEN = [("", "—")]
TEXT = {"rows": 3}


class TakeUpForm(forms.Form):
    """Start work on a record, or look again at what was concluded."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reasons = forms.CharField(
        label=_("Why"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Partners read it too, beside a finding that stands: name nobody who is to be protected."),
        error_messages={"required": _("Say why it is taken up.")},
    )


class EvidenceForm(forms.Form):
    """How one thing of the record bears on the finding. Reliability and credibility stay two marks, never one."""

    direction = forms.ChoiceField(label=_("Speaks"), required=False, choices=[("", _("not cited")), *Direction.choices])
    reliability = forms.ChoiceField(label=_("Source"), required=False, choices=[*NOT_CHOSEN, *Reliability.choices])
    credibility = forms.ChoiceField(label=_("Information"), required=False, choices=[*NOT_CHOSEN, *Credibility.choices])
    remark = forms.CharField(label=_("What it shows"), required=False, max_length=500)

    def __init__(self, posted: Any, *, exhibit: Exhibit) -> None:
        super().__init__(posted, prefix=exhibit.key.replace(":", "-"))
        self.exhibit = exhibit

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("direction") and any(given.get(name) for name in ("reliability", "credibility", "remark")):
            self.add_error("direction", _("Say whether it speaks for, against or is context; or clear the rest."))
        return given

    def cited(self) -> Cited | None:
        """What the proposal cites, or None when this is not cited."""
        given = self.cleaned_data
        if not given["direction"]:
            return None
        return Cited(
            self.exhibit.thing, given["direction"], given["reliability"], given["credibility"], given["remark"]
        )


class ProposalForm(forms.Form):
    """A finding with its reasons. Shape only: which finding may follow is decided by the action and the database."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    aspect = forms.ChoiceField(choices=Aspect.choices, widget=forms.HiddenInput)
    finding = forms.ChoiceField(
        label=_("Finding"),
        choices=Finding.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a finding."), "invalid_choice": _("There is no such finding.")},
    )
    media_authenticity = forms.ChoiceField(
        label=_("The photo or video is"), required=False, choices=[*NOT_CHOSEN, *MediaAuthenticity.choices]
    )
    confidence = forms.ChoiceField(
        label=_("Confidence"), required=False, choices=Confidence.choices, widget=forms.RadioSelect
    )
    standard_of_proof = forms.ChoiceField(
        label=_("Standard of proof reached"), choices=StandardOfProof.choices, initial=StandardOfProof.NONE
    )
    reasons = forms.CharField(
        label=_("Reasons"),
        widget=forms.Textarea(attrs=TEXT),
        help_text=_("For the house: why the evidence leads here."),
        error_messages={"required": _("Give the reasons.")},
    )
    tried = forms.MultipleChoiceField(
        label=_("What was tried"), required=False, choices=Tried.choices, widget=forms.CheckboxSelectMultiple
    )
    tried_words = forms.CharField(label=_("What else was tried, in words"), required=False)
    would_settle = forms.CharField(
        label=_("What would settle it"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    public_wording = forms.CharField(
        label=_("What partners will read"),
        required=False,
        widget=forms.Textarea(attrs=TEXT),
        help_text=_("Leave it empty to have it written from the answers above; you read it before it is sent."),
    )
    also = forms.CharField(
        label=_("Cite another record"), required=False, help_text=_("References, such as ST-7K2QPMX, with spaces.")
    )

    def __init__(self, *args: Any, subject: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not isinstance(subject, MediaItem):
            del self.fields["media_authenticity"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        finding = given.get("finding")
        if finding == Finding.COULD_NOT_CONFIRM:
            self._ask_what_was_tried(given)
        if finding in CONCLUSIONS and not self.errors and not given.get("public_wording", "").strip():
            self._write_wording(given)
        return given

    def _ask_what_was_tried(self, given: dict[str, Any]) -> None:
        """All that is missing is said at once; the action would name one thing after the other."""
        if not given.get("tried"):
            self.add_error("tried", _("Say what was tried."))
        if not given.get("would_settle", "").strip():
            self.add_error("would_settle", _("Say what would settle it."))

    def _write_wording(self, given: dict[str, Any]) -> None:
        """Fill the empty wording and ask to read it: nothing goes to partners that nobody has read."""
        text = draft(
            given["finding"], given.get("tried", []), given.get("tried_words", ""), given.get("would_settle", ""),
            timezone.now().date(),
        )  # fmt: skip
        replace_sent(self, "public_wording", text)
        self.add_error("public_wording", _("Written from your answers. Read it, change what is wrong, and send again."))

    def proposal(self, evidence: list[Cited]) -> Proposal:
        """What the action is asked to propose."""
        given = {name: value for name, value in self.cleaned_data.items() if name not in ("version", "also")}
        return Proposal(**given, evidence=evidence)


class DecisionForm(forms.Form):
    """What becomes of a proposal."""

    APPROVE, SEND_BACK, WITHDRAW = "approve", "send_back", "withdraw"

    act = forms.ChoiceField(
        choices=[(APPROVE, APPROVE), (SEND_BACK, SEND_BACK), (WITHDRAW, WITHDRAW)],
        error_messages={"required": _("Choose what becomes of it."), "invalid_choice": _("There is no such decision.")},
    )
    reason = forms.CharField(label=_("Reason"), required=False, max_length=2000, widget=forms.Textarea(attrs=TEXT))
