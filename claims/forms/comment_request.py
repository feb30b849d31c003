"""Forms of comment requests: that a party was asked, and what came of it."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from claims.actions.comment_request import RequestFields
from claims.forms.conflict import opened_field
from claims.forms.statement_choice import OfferedStatements
from claims.models import CommentRequest
from claims.models.comment_request import RequestOutcome, RequestState
from harmtracker.markings import Tlp

MOMENT = {"type": "datetime-local"}
MINUTE = "%Y-%m-%dT%H:%M"
STATED = ("state", "question", "not_sought_reason", "channel", "asked", "deadline")


class _Stated(forms.Form):
    """What is stated of a request beside who asked whom."""

    question = forms.CharField(
        label=_("What was asked"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )
    state = forms.ChoiceField(
        label=_("Was it sent?"),
        choices=RequestState.choices,
        initial=RequestState.SENT,
        help_text=_("A draft can be sent later. Not sought needs the reason below."),
    )
    not_sought_reason = forms.CharField(label=_("If not sought: why"), required=False, max_length=1000)
    channel = forms.CharField(label=_("How"), required=False, max_length=120, help_text=_("e-mail, phone, letter"))
    asked = forms.CharField(label=_("Asked on"), required=False, max_length=40, help_text=_("2022-04-03, or empty."))
    deadline = forms.DateTimeField(
        label=_("Answer due, UTC"),
        required=False,
        help_text=_("It reaches your desk a week before, and again when it has passed."),
        widget=forms.DateTimeInput(attrs=MOMENT, format=MINUTE),
    )


class RequestForm(OfferedStatements, _Stated):
    """Who asked whom, about what, when and how; or why nobody asked."""

    asked_by = forms.CharField(
        label=_("Who asked"),
        max_length=200,
        help_text=_("Our own name, or the outlet that says it asked."),
        widget=forms.TextInput(attrs={"autofocus": True}),
    )
    party = forms.CharField(label=_("Who was asked"), max_length=200, help_text=_("A name in any spelling."))
    statement = forms.ChoiceField(label=_("About which allegation"), required=False)
    outcome = forms.ChoiceField(
        label=_("What came of it"), required=False, choices=[("", _("nothing known yet")), *RequestOutcome.choices]
    )
    tlp = forms.ChoiceField(label=_("Marking"), choices=Tlp.choices[:4], initial=Tlp.AMBER)
    field_order = ["asked_by", "party", "statement", "other"]


class RequestEditForm(_Stated):
    """A draft that is changed or sent, or the record of what was sent that is corrected."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    opened = opened_field()
    reason = forms.CharField(
        label=_("Why it is corrected"),
        required=False,
        max_length=500,
        help_text=_("Asked of what is no draft any more."),
    )

    def fields_given(self, kept: CommentRequest) -> RequestFields:
        """What the form says; a field it does not have, because it is withheld, stays as it is."""
        return RequestFields(**{name: self.cleaned_data.get(name, getattr(kept, name)) for name in STATED})


class OutcomeForm(OfferedStatements):
    """What happened with a request. Earlier outcomes stay."""

    chosen_in = "reply"

    outcome = forms.ChoiceField(label=_("What happened"), choices=RequestOutcome.choices, widget=forms.RadioSelect)
    happened_at = forms.DateTimeField(
        label=_("When, UTC"),
        required=False,
        help_text=_("Empty means now; of a deadline that passed in silence, the deadline itself."),
        widget=forms.DateTimeInput(attrs=MOMENT, format=MINUTE),
    )
    words = forms.CharField(
        label=_("In words"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    reply = forms.ChoiceField(
        label=_("The reply is held as"),
        required=False,
        help_text=_("The statement that holds the words of an answer. It has to be by who was asked."),
    )
    field_order = ["outcome", "happened_at", "words", "reply", "other"]

    def event(self) -> dict[str, Any]:
        """Arguments of the action, without the reply."""
        return {name: self.cleaned_data[name] for name in ("outcome", "happened_at", "words")}


def as_it_stands(request: CommentRequest) -> dict[str, Any]:
    """The request as initial values of its form; the deadline to the minute, UTC."""
    due = timezone.localtime(request.deadline).strftime(MINUTE) if request.deadline else ""
    plain = ("state", "question", "not_sought_reason", "channel", "asked", "version")
    return {name: getattr(request, name) for name in plain} | {"deadline": due}
