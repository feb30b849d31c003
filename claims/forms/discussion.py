"""Forms of the discussion page. Shape only; who can be mentioned and who may look after what is the actions' to say."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from harmtracker.models import User


class RemarkForm(forms.Form):
    """Something to say about a record."""

    words = forms.CharField(
        label=_("What you want to say"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("@ and the name somebody signs in with tells them."),
    )


class AssignForm(forms.Form):
    """A person to look after a record, and what for; ``instead_of`` is the assignment that is handed on, if one is."""

    assignee = forms.ChoiceField(label=_("Who looks after it"))
    task = forms.CharField(label=_("What is to be done"), required=False, max_length=300)
    instead_of = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, people: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["assignee"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # nosec B101  # for the types
        field.choices = [("", _("Choose a person")), *((str(each.pk), str(each)) for each in people)]
