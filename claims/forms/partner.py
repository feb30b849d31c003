"""Partners and their tokens."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from claims.actions.partner import LONGEST_DAYS
from claims.models import WebhookEndpoint
from claims.models.webhooks import DeliveryState
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


class DeliveryFilterForm(forms.Form):
    """Which messages to a partner are shown."""

    endpoint = forms.TypedChoiceField(label=_("Endpoint"), required=False, empty_value=None)
    state = forms.ChoiceField(label=_("State"), required=False)

    def __init__(self, chosen: Any, *, endpoints: Iterable[WebhookEndpoint]) -> None:
        super().__init__(chosen, auto_id="chosen-%s")
        addresses = [(str(each.pk), each.address) for each in endpoints]
        self.fields["endpoint"].choices = [("", _("Every endpoint")), *addresses]  # type: ignore[attr-defined]
        self.fields["state"].choices = [("", _("Every state")), *DeliveryState.choices]  # type: ignore[attr-defined]
