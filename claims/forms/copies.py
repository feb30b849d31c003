"""Forms about copies: which source was made from which, and whether an editor agrees."""

from django import forms
from django.utils.translation import gettext_lazy as _

from sources.models.copy import CopyKind


class CopyForm(forms.Form):
    """This source was made from that one."""

    original = forms.CharField(label=_("Reference of the original"), max_length=12)
    kind = forms.ChoiceField(label=_("Kind of copy"), choices=CopyKind.choices)


class CopyDecisionForm(forms.Form):
    """Whether it is one, and of which kind. What needs a reason is the action's to say."""

    CONFIRM, DISMISS = "confirm", "dismiss"

    decision = forms.ChoiceField(choices=[(CONFIRM, _("It is a copy")), (DISMISS, _("It is not"))])
    kind = forms.ChoiceField(label=_("Kind of copy"), choices=CopyKind.choices, required=False)
    reason = forms.CharField(label=_("Why"), required=False, max_length=2000)
    version = forms.IntegerField(required=False)
    beside = forms.CharField(required=False, max_length=12)  # the source on whose page it was decided
