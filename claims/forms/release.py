"""Releasing a version of a record, and taking it back."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from claims.models import Statement
from claims.models.release import WithdrawalReason


class ReleaseForm(forms.Form):
    """What goes out. Statements are ticked one by one, each in the version that was looked at."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    statements = forms.MultipleChoiceField(
        label=_("Statements that go along"), required=False, widget=forms.CheckboxSelectMultiple
    )
    confirmed_unassessed = forms.BooleanField(
        label=_("It goes out as “Not yet assessed” where no finding stands"), required=False
    )
    reason = forms.CharField(label=_("Reason, for the record"), required=False, max_length=2000)

    def __init__(self, *args: Any, offered: list[Statement], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = {ticket(each): each for each in offered}
        self.fields["statements"] = forms.MultipleChoiceField(
            label=_("Statements that go along"),
            required=False,
            choices=[(key, each.ref) for key, each in self.offered.items()],
            error_messages={
                "invalid_choice": _("A statement you ticked has changed meanwhile. Look at it and tick it again.")
            },
        )

    def ticked(self) -> list[Statement]:
        """The statements chosen, in the versions that were shown."""
        return [self.offered[key] for key in self.cleaned_data["statements"]]


def ticket(statement: Statement) -> str:
    """What a tick sends: which statement, in which version."""
    return f"{statement.ref}@{statement.version}"


class WithdrawForm(forms.Form):
    """Taking a released record back at once."""

    code = forms.ChoiceField(
        label=_("Partners are told"), choices=[("", "—"), *WithdrawalReason.choices], required=False
    )
    reason = forms.CharField(
        label=_("Reason, for the house"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
