"""Our own translation of words that are held."""

from django import forms
from django.utils.translation import gettext_lazy as _

from claims.models.rendering import Translator


class TranslationForm(forms.Form):
    """Words of ours in another language, and which of the words held they translate."""

    translates = forms.ChoiceField(label=_("It translates"), widget=forms.RadioSelect)
    lang = forms.RegexField(
        label=_("Language of the translation"),
        regex=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$",
        max_length=35,
        help_text=_("Its code, such as en, uk, ru."),
        error_messages={"invalid": _("Write a language tag such as uk, ru or en.")},
    )
    text = forms.CharField(
        label=_("The translation"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 4, "autofocus": True})
    )
    translator = forms.ChoiceField(
        label=_("Translated by"),
        choices=[(code, code.label) for code in (Translator.TRACKER_HUMAN, Translator.TRACKER_MACHINE)],
        initial=Translator.TRACKER_HUMAN,
    )
