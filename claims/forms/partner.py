"""Partners and their tokens."""

from django import forms
from django.utils.translation import gettext_lazy as _

from claims.actions.partner import LONGEST_DAYS
from claims.release.scopes import SCOPES
from harmtracker.markings import Tlp

CEILINGS = Tlp.choices[:4]
DAYS = 90


class PartnerForm(forms.Form):
    """An organisation that may pull the export."""

    name = forms.CharField(label=_("Name of the organisation"), max_length=160)
    contact = forms.CharField(label=_("Contact"), required=False, max_length=200)
    ceiling = forms.ChoiceField(
        label=_("Ceiling"),
        choices=CEILINGS,
        initial=Tlp.GREEN,
        help_text=_("The most sensitive marking any of its tokens may reach."),
    )


class TokenForm(forms.Form):
    """A token for a partner."""

    ceiling = forms.ChoiceField(label=_("Up to"), choices=CEILINGS, initial=Tlp.GREEN)
    scopes = forms.MultipleChoiceField(
        label=_("May read"),
        choices=[(scope, scope) for scope in SCOPES],
        initial=list(SCOPES)[:2],
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.IntegerField(label=_("Valid for days"), initial=DAYS, min_value=1, max_value=LONGEST_DAYS)
    networks = forms.CharField(
        label=_("Only from these networks"), required=False, help_text=_("192.0.2.0/24, with spaces; empty: anywhere.")
    )

    def clean_networks(self) -> list[str]:
        """The blocks as they were written; whether each is a network is the action's to say."""
        return str(self.cleaned_data["networks"]).replace(",", " ").split()


class ActiveForm(forms.Form):
    """Shutting a partner out, or letting it in again."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Why"), required=False, max_length=1000)
