"""Forms for witnesses whose name is withheld."""

from django import forms
from django.utils.translation import gettext_lazy as _


class WitnessForm(forms.Form):
    """A witness under a pseudonym. Only those cleared for the flag ever see what is written here."""

    name = forms.CharField(
        label=_("Name"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off", "spellcheck": "false"}),
        help_text=_(
            "May stay empty. Once saved it is shown only to those cleared for witnesses; that may leave you out."
        ),
    )
    description = forms.CharField(
        label=_("What to tell this witness by"),
        required=False,
        max_length=300,
        help_text=_("Guarded like the name."),
    )


class PseudonymForm(forms.Form):
    """What stands for a name that is withheld."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    pseudonym = forms.CharField(
        label=_("Pseudonym"),
        required=False,
        max_length=80,
        help_text=_("Shown instead of the name to those who may not see it, and to partners: Witness A."),
    )
