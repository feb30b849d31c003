"""The marking of a record: from its first moment, and as it is changed later."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from harmtracker.markings import Flag, Tlp
from harmtracker.models import Team, User

MOMENT = "%Y-%m-%dT%H:%M"


MARKING = ("tlp", "handling", "team")
"""Given with a new record; changed on a page of its own."""


class FirstMarkingForm(forms.Form):
    """The marking a new record gets with its first save: nobody reads it unmarked meanwhile."""

    tlp = forms.ChoiceField(label=_("Marking"), choices=Tlp.choices[:4], initial=Tlp.AMBER)
    handling = forms.MultipleChoiceField(
        label=_("Handling"),
        required=False,
        choices=[each for each in Flag.choices if each[0] != Flag.EMBARGO],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("From its first moment on. An embargo is set on the page of its marking, with its date."),
    )
    team = forms.ModelChoiceField(
        label=_("Team"), required=False, queryset=Team.objects.none(), empty_label=_("No team: everyone cleared")
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        own: Any = self.fields["team"]
        own.queryset = Team.objects.filter(pk__in=user.team_ids()).order_by("name")
        if not user.team_ids():
            del self.fields["team"]
        self.order_fields([name for name in self.fields if name not in MARKING])  # the marking comes last

    def marking(self) -> dict[str, Any]:
        """As actions that make a record take it."""
        return {name: self.cleaned_data.get(name) for name in MARKING}


class MarkingForm(forms.Form):
    """How sensitive a record is. Shape only: what is raising and what is lowering is the action's to say."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    tlp = forms.ChoiceField(label=_("Marking"), choices=Tlp.choices, widget=forms.RadioSelect)
    handling = forms.MultipleChoiceField(
        label=_("Handling"), required=False, choices=Flag.choices, widget=forms.CheckboxSelectMultiple
    )
    embargo_until = forms.DateTimeField(
        label=_("Embargo until"),
        required=False,
        input_formats=[MOMENT],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT),
        help_text=_("In UTC. Goes with the handling flag Embargo."),
    )
    team = forms.ModelChoiceField(
        label=_("Team"), required=False, queryset=Team.objects.none(), empty_label=_("No team: everyone cleared")
    )
    named = forms.ModelMultipleChoiceField(
        label=_("People named on it"),
        required=False,
        queryset=User.objects.filter(is_active=True).order_by("name", "username"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("They see it though they are not in its team. RED is for them alone."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed when anything is loosened."),
    )

    def __init__(self, *args: Any, record: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own: Any = self.fields["team"]
        own.queryset = Team.objects.filter(pk__in={*user.team_ids(), record.team_id} - {None}).order_by("name")

    def clean_named(self) -> list[User]:
        """A plain list, as the action compares it with the person."""
        return list(self.cleaned_data["named"])
