"""Forms for parties: a new one, one more way to write it, one more tie."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from claims.lookups import parties_named
from harmtracker.models import User
from harmtracker.wording import told_plainly
from sources.models.party import AffiliationKind, NameKind, PartyKind

MOST_OFFERED = 5


class PartyForm(forms.Form):
    """A new party. A name that is held already is said before a second party of that name is made."""

    name = forms.CharField(
        label=_("Name"), max_length=200, help_text=_("As it is shown. Other spellings and scripts are added after it.")
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=PartyKind.choices, initial=PartyKind.UNKNOWN)
    description = forms.CharField(
        label=_("Description"), max_length=300, required=False, help_text=_("Enough to tell it from others.")
    )
    is_another = forms.BooleanField(
        label=_("It is another party of the same name"),
        required=False,
        help_text=_("Needed only when a party of this name is held already."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.held: list[Any] = []

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("name") and not given.get("is_another"):
            self.held = list(parties_named(self.user, given["name"])[:MOST_OFFERED])
        if self.held:
            self.add_error("name", _("A party of this name is held already. Use it, or tick that it is another one."))
        return given


class NameForm(forms.Form):
    """One more way in which a party is written."""

    text = forms.CharField(label=_("Name"), max_length=200)
    lang = forms.RegexField(
        label=_("Language"),
        regex=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$",
        max_length=35,
        required=False,
        help_text=_("A language tag: uk, ru, en, uk-Latn."),
        error_messages={"invalid": _("Write a language tag such as uk, ru or en.")},
    )
    kind = forms.ChoiceField(label=_("Kind of name"), choices=NameKind.choices, initial=NameKind.OFFICIAL)


class AffiliationForm(forms.Form):
    """This party holds an office, belongs to a body or speaks for it, in a period of whole days."""

    kind = forms.ChoiceField(label=_("It"), choices=AffiliationKind.choices, initial=AffiliationKind.BELONGS_TO)
    body = forms.CharField(
        label=_("Office or body"), max_length=200, help_text=_("Its name in any spelling, or its reference.")
    )
    since = forms.DateField(
        label=_("Since"), required=False, widget=forms.DateInput(attrs={"type": "date"}), help_text=_("YYYY-MM-DD")
    )
    until = forms.DateField(
        label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}), help_text=_("YYYY-MM-DD")
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_body(self) -> Any:
        """The one party meant. Raises for none and for several, naming them by reference."""
        words = self.cleaned_data["body"]
        found = list(parties_named(self.user, words)[: MOST_OFFERED + 1])
        if not found:
            raise forms.ValidationError(_("No party you can see has this name. Add it first."))
        if len(found) > 1:
            names = ", ".join(f"{told_plainly(party.name)} ({party.ref})" for party in found[:MOST_OFFERED])
            raise forms.ValidationError(
                _("Several parties have this name. Write the reference of one: %(names)s."), params={"names": names}
            )
        return found[0]
