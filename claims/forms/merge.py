"""Forms for merging a duplicate, and for taking a merge apart: into which record, and why."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from claims.lookups import incidents_named, parties_named, places_named
from harmtracker.models import User
from harmtracker.records import called

NAMED: dict[str, Any] = {"party": parties_named, "place": places_named, "incident": incidents_named}
MOST_OFFERED = 5


class MergeForm(forms.Form):
    """The record that stays, by name, title or reference among those the person sees."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    into = forms.CharField(label=_("The record that stays"), max_length=200, help_text=_("Its name or reference."))
    reason = forms.CharField(label=_("Why they are the same"), max_length=1000)
    is_sure = forms.BooleanField(label=_("I compared the two."))

    def __init__(self, *args: Any, kind: str, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.user = kind, user

    def clean_into(self) -> Any:
        """The one record meant. Raises for none and for several, naming them by reference."""
        words = self.cleaned_data["into"].replace("\x00", "")
        named: QuerySet[Any] = NAMED[self.kind](self.user, words)
        found = list(called(named, words)[:1] or named[: MOST_OFFERED + 1])
        if not found:
            raise forms.ValidationError(_("No record you can see is called so."))
        if len(found) > 1:
            offered = ", ".join(f"{record} ({record.ref})" for record in found[:MOST_OFFERED])
            raise forms.ValidationError(
                _("Several are called so. Write the reference of one: %(names)s."), params={"names": offered}
            )
        return found[0]


class TakeApartForm(forms.Form):
    """Why two records that were merged are not the same, and the version of the duplicate that was looked at."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Why they are not the same"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
