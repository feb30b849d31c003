"""Forms about a source: what it is, and whether its site is visited."""

from django import forms
from django.utils.translation import gettext_lazy as _

from claims.forms.conflict import opened_field
from sources.models.source import SourceKind, VisitPolicy


class SourceForm(forms.Form):
    """What a person states of a source. A person's word is never replaced by what a page says of itself."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    opened = opened_field()
    title = forms.CharField(label=_("Title"), required=False, max_length=400)
    kind = forms.ChoiceField(label=_("What it is"), choices=SourceKind.choices)
    publisher = forms.CharField(
        label=_("Outlet"),
        required=False,
        help_text=_("A party's name in any spelling, or its reference."),
        widget=forms.TextInput(attrs={"list": "outlets", "autocomplete": "off"}),
    )
    lang = forms.CharField(
        label=_("Language"), required=False, max_length=35, help_text=_("Its code, such as en, uk, ru.")
    )
    published = forms.CharField(label=_("Published on"), required=False, max_length=40, help_text=_("2022-04-03."))
    published_zone = forms.CharField(label=_("Time zone of that day"), required=False, max_length=40, initial="UTC")
    reason = forms.CharField(label=_("Why it is changed"), required=False, max_length=500)


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
