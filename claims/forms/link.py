"""Forms of links: how a statement answers another, and why a link is removed."""

from django import forms
from django.utils.translation import gettext_lazy as _

from claims.models.link import Aspect, Basis, LinkType


class AnswerForm(forms.Form):
    """One press says who answers and how: ``answer`` is "denies:ST-7K2QPM"."""

    answer = forms.CharField(max_length=40)
    aspect = forms.ChoiceField(label=_("On which point"), choices=Aspect.choices, initial=Aspect.OCCURRENCE)
    basis = forms.ChoiceField(
        label=_("Does the speaker refer to it"),
        choices=[(Basis.EXPLICIT, _("yes, explicitly")), (Basis.EDITORIAL, _("no, we tie them"))],
        initial=Basis.EXPLICIT,
    )
    reason = forms.CharField(
        label=_("Why we tie them"), required=False, max_length=500, help_text=_("Asked when the speaker does not.")
    )

    def clean_answer(self) -> tuple[str, str]:
        """The kind of link and the reference of the statement that answers."""
        kind, _colon, ref = self.cleaned_data["answer"].partition(":")
        if kind not in LinkType.values or not ref:
            raise forms.ValidationError(_("Choose a statement and how it answers."))
        return kind, ref


class RemoveForm(forms.Form):
    """Why a link is taken back; it stays in the history."""

    reason = forms.CharField(label=_("Why is it removed?"), max_length=500)
