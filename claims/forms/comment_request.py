"""Forms of comment requests: that a party was asked, and what came of it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from claims.models.comment_request import RequestOutcome, RequestState
from harmtracker.markings import Tlp

MOMENT = {"type": "datetime-local"}


class RequestForm(forms.Form):
    """Who asked whom, about what, when and how; or why nobody asked."""

    asked_by = forms.CharField(
        label=_("Who asked"),
        max_length=200,
        help_text=_("Our own name, or the outlet that says it asked."),
        widget=forms.TextInput(attrs={"autofocus": True}),
    )
    party = forms.CharField(label=_("Who was asked"), max_length=200, help_text=_("A name in any spelling."))
    statement = forms.ChoiceField(label=_("About which allegation"), required=False)
    question = forms.CharField(
        label=_("What was asked"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )
    state = forms.ChoiceField(label=_("Was it sent?"), choices=RequestState.choices, initial=RequestState.SENT)
    not_sought_reason = forms.CharField(label=_("If not sought: why"), required=False, max_length=1000)
    channel = forms.CharField(label=_("How"), required=False, max_length=120, help_text=_("e-mail, phone, letter"))
    asked = forms.CharField(label=_("Asked on"), required=False, max_length=40, help_text=_("2022-04-03, or empty."))
    deadline = forms.DateTimeField(
        label=_("Answer due, UTC"), required=False, widget=forms.DateTimeInput(attrs=MOMENT, format="%Y-%m-%dT%H:%M")
    )
    outcome = forms.ChoiceField(
        label=_("What came of it"), required=False, choices=[("", _("nothing known yet")), *RequestOutcome.choices]
    )
    tlp = forms.ChoiceField(label=_("Marking"), choices=Tlp.choices[:4], initial=Tlp.AMBER)


class OutcomeForm(forms.Form):
    """What happened with a request. Earlier outcomes stay."""

    outcome = forms.ChoiceField(label=_("What happened"), choices=RequestOutcome.choices, widget=forms.RadioSelect)
    happened_at = forms.DateTimeField(
        label=_("When, UTC"),
        required=False,
        help_text=_("Empty means now."),
        widget=forms.DateTimeInput(attrs=MOMENT, format="%Y-%m-%dT%H:%M"),
    )
    words = forms.CharField(
        label=_("In words"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    reply = forms.ChoiceField(label=_("The reply is held as"), required=False)

    def event(self) -> dict[str, Any]:
        """Arguments of the action, without the reply."""
        return {name: self.cleaned_data[name] for name in ("outcome", "happened_at", "words")}
