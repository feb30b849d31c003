"""Form for the incidents a statement is about: one more, or one less."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from claims.lookups import incidents_named
from claims.models import Incident
from harmtracker.models import User
from harmtracker.records import called


class AddIncidentForm(forms.Form):
    """A further incident, by its reference or title among those the person sees."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    incident = forms.CharField(label=_("Incident"), max_length=200, help_text=_("Its reference or title."))
    reason = forms.CharField(label=_("Why"), required=False, max_length=1000)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_incident(self) -> Incident:
        """The one incident meant; a reference means itself, whatever other titles hold it."""
        words = self.cleaned_data["incident"].replace("\x00", "")
        named = incidents_named(self.user, words)
        found = list(called(named, words)[:1] or named[:2])
        if len(found) != 1:
            raise forms.ValidationError(_("Write the reference of one incident, or its whole title."))
        chosen: Incident = found[0]
        return chosen


class RemoveIncidentForm(forms.Form):
    """One of the incidents it is about, and why it is not."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    incident = forms.CharField(max_length=20, widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Why is it not about this incident?"), max_length=1000)
