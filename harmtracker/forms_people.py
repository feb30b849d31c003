"""Forms for accounts and teams. Shape only; who may be granted what is the actions' to say."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from harmtracker.markings import WITHHOLDING, Flag, Tlp
from harmtracker.models import Role, Team
from harmtracker.models.user import MailRhythm

SEEN_THROUGH = [(flag.value, flag.label) for flag in Flag if flag in WITHHOLDING]
"""Flags a person can be cleared for; the others stop release or showing for everybody."""


class SignInForm(AuthenticationForm):
    """Django's own, its words in all our languages; it does not say which of name and password was wrong."""

    error_messages = {
        "invalid_login": _("No account has this name and password. Capital letters count in the password."),
        "inactive": _("This account is closed."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("Username")


class GrantsForm(forms.Form):
    """What a person may do and see."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    clearance = forms.ChoiceField(
        label=_("Clearance"),
        choices=Tlp.choices[:4],
        help_text=_("RED is for people named on a record and never comes with a clearance."),
    )
    flags = forms.MultipleChoiceField(
        label=_("May see through"), required=False, choices=SEEN_THROUGH, widget=forms.CheckboxSelectMultiple
    )
    teams = forms.ModelMultipleChoiceField(
        label=_("Teams"), required=False, queryset=Team.objects.order_by("name"), widget=forms.CheckboxSelectMultiple
    )


class NewPersonForm(GrantsForm):
    """A new account."""

    username = forms.CharField(label=_("Signs in as"), max_length=80)
    name = forms.CharField(
        label=pgettext_lazy("person", "Name"), max_length=120, help_text=_("Shown beside what this person does.")
    )
    clearance = forms.ChoiceField(
        label=_("Clearance"),
        required=False,
        choices=[("", _("By the role: viewers GREEN, others AMBER")), *Tlp.choices[:4]],
    )
    field_order = ("username", "name", "role", "clearance", "flags", "teams")


class ChangePersonForm(GrantsForm):
    """Changes to an account; ``stamp`` tells whether somebody else was quicker."""

    review_share = forms.IntegerField(
        label=_("Read by an editor, in percent"),
        required=False,
        min_value=0,
        max_value=100,
        help_text=_(
            "Of what an analyst sends for review. The rest is approved without a second reader, except what accuses"
            " somebody, is protected, came back once, or quotes what does not stand. 100: everything is read."
        ),
    )
    stamp = forms.CharField(widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Why"), required=False, max_length=1000, help_text=_("Every editor reads it."))


class CloseForm(forms.Form):
    """Closing an account, or opening it again."""

    stamp = forms.CharField(widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Why"), required=False, max_length=1000, help_text=_("Every editor reads it."))


class MailForm(forms.Form):
    """One's own news by mail."""

    email = forms.EmailField(label=_("E-mail address"), required=False)
    mail = forms.ChoiceField(
        label=_("News by mail"),
        choices=MailRhythm.choices,
        help_text=_("How many incidents changed and their references; no titles, no names, no words of anybody."),
    )


class TeamForm(forms.Form):
    """A new team."""

    name = forms.CharField(label=_("Name of the team"), max_length=120)
