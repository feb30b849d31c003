"""Partners and their tokens."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from claims.actions.partner import LONGEST_DAYS
from claims.models import WebhookEndpoint
from claims.models.webhooks import DeliveryState
from claims.release.scopes import MANAGE_WEBHOOKS, READ_BULK, READ_CHANGES, READ_INCIDENTS, READ_STATEMENTS
from harmtracker.markings import Tlp

CEILINGS = Tlp.choices[:4]
# What a scope opens, in words; its code stands beside them, for it is what the partner's own documents say.
READABLE = {
    READ_INCIDENTS: _("Incidents"),
    READ_STATEMENTS: _("Statements"),
    READ_CHANGES: _("What changed, in order"),
    READ_BULK: _("Whole lists and dumps"),
    "figures:read": _("Figures"),
    "notes:read": _("Outside notes"),
    "ratings:read": _("Ratings of evidence"),
    "evidence:read": _("Evidence and proof of quotations"),
    "locations.exact:read": _("Exact locations"),
}
WRITABLE = {MANAGE_WEBHOOKS: _("Say where it is told of changes")}
DAYS = 90


def _choices(worded: dict[str, Any]) -> list[tuple[str, Any]]:
    return [(scope, format_lazy("{} ({})", words, scope)) for scope, words in worded.items()]


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
        choices=_choices(READABLE),
        initial=[READ_INCIDENTS, READ_STATEMENTS],
        widget=forms.CheckboxSelectMultiple,
    )
    manages = forms.MultipleChoiceField(
        label=_("May also"), required=False, choices=_choices(WRITABLE), widget=forms.CheckboxSelectMultiple
    )
    days = forms.IntegerField(label=_("Valid for days"), initial=DAYS, min_value=1, max_value=LONGEST_DAYS)
    networks = forms.CharField(
        label=_("Only from these networks"), required=False, help_text=_("192.0.2.0/24, with spaces; empty: anywhere.")
    )

    def clean(self) -> dict[str, Any]:
        """All scopes stand under ``scopes``."""
        given = self.cleaned_data
        return given | {"scopes": [*given.get("scopes", ()), *given.pop("manages", ())]}

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
