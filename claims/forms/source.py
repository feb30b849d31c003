"""Forms about a source: what it is, and what it was made from."""

from django import forms
from django.utils.translation import gettext_lazy as _

from sources.models.copy import CopyKind
from sources.models.source import SourceKind, VisitPolicy


class SourceForm(forms.Form):
    """What a person states of a source. A person's word is never replaced by what a page says of itself."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    title = forms.CharField(label=_("Title"), required=False, max_length=400)
    kind = forms.ChoiceField(label=_("What it is"), choices=SourceKind.choices)
    publisher = forms.CharField(
        label=_("Outlet"), required=False, help_text=_("A party's name in any spelling, or its reference.")
    )
    lang = forms.CharField(label=_("Language"), required=False, max_length=35, help_text=_("BCP 47: en, uk, ru."))
    published = forms.CharField(label=_("Published on"), required=False, max_length=40, help_text=_("2022-04-03."))
    published_zone = forms.CharField(label=_("Time zone of that day"), required=False, max_length=40, initial="UTC")


class VisitsForm(forms.Form):
    """Whether the site may be contacted. Who may say so, and what needs a reason, is the action's to say."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    visit_policy = forms.ChoiceField(label=_("Visits to the site"), choices=VisitPolicy.choices)
    reason = forms.CharField(
        label=_("Why"),
        required=False,
        max_length=2000,
        help_text=_("Needed, and an editor's act, to allow visits again."),
    )


class CopyForm(forms.Form):
    """This source was made from that one."""

    original = forms.CharField(label=_("Reference of the original"), max_length=12)
    kind = forms.ChoiceField(label=_("Kind of copy"), choices=CopyKind.choices)


class CopyDecisionForm(forms.Form):
    """Whether it is one. Dismissing needs a reason."""

    CONFIRM, DISMISS = "confirm", "dismiss"

    decision = forms.ChoiceField(choices=[(CONFIRM, _("It is a copy")), (DISMISS, _("It is not"))])
    reason = forms.CharField(label=_("Why"), required=False, max_length=2000)
