"""Form for setting a reference record aside: why."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SetAsideForm(forms.Form):
    """Why a party or a place is set aside, and the version of it that was looked at."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Why it is set aside"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
