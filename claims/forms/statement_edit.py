"""Forms for a statement that is held: what is stated of it, and its life after it was said."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from claims.forms.conflict import opened_field
from claims.models import MediaItem, Statement
from claims.models.statement import (
    Checkability,
    HowKnown,
    Lifecycle,
    ResponsibilityPosition,
    SpokenAs,
    StatementKind,
)
from harmtracker.markings import HIDES_SPEAKER, HIDES_WHERE_SAID
from harmtracker.models import User
from sources.shown import parties_shown_to


class StatementEditForm(forms.Form):
    """Everything stated of a statement apart from its words. Parties are names in any spelling, or references."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    opened = opened_field()
    kind = forms.ChoiceField(label=_("What kind"), choices=StatementKind.choices)
    party = forms.CharField(
        label=_("Who says it"), required=False, max_length=200, help_text=_("Left empty, the speaker stays.")
    )
    on_behalf_of = forms.CharField(label=_("On whose behalf"), required=False, max_length=200)
    responsibility_position = forms.ChoiceField(
        label=_("What it says of its own part"),
        required=False,
        choices=[("", _("Not asked")), *ResponsibilityPosition.choices],
    )
    accuses = forms.CharField(
        label=_("Whom it accuses"), required=False, max_length=1000, help_text=_("Names, separated by semicolons.")
    )
    names_nobody = forms.BooleanField(label=_("It names nobody"), required=False)
    media_item = forms.CharField(
        label=_("Which photo or video"), required=False, max_length=20, help_text=_("Its reference: ME-7K2QPM.")
    )
    said = forms.CharField(label=_("Said on"), required=False, max_length=40, help_text=_("2022-04-03, or empty."))
    said_zone = forms.CharField(label=_("Time zone"), required=False, max_length=40)
    spoken_as = forms.ChoiceField(label=_("In the role of"), choices=SpokenAs.choices)
    role_words = forms.CharField(label=_("Role, as given"), required=False, max_length=160)
    said_in = forms.CharField(label=_("Said in"), required=False, max_length=200)
    how_known = forms.ChoiceField(label=_("How we know"), choices=HowKnown.choices)
    checkability = forms.ChoiceField(label=_("Can it be checked"), choices=Checkability.choices)
    reason = forms.CharField(label=_("Why it is changed"), required=False, max_length=500)


class LifecycleForm(forms.Form):
    """Corrected, superseded, retracted by its speaker, removed by us, or current again."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    lifecycle = forms.ChoiceField(label=_("The statement is now"), choices=Lifecycle.choices)
    reason = forms.CharField(label=_("Why"), required=False, max_length=1000)


def as_it_stands(statement: Statement, user: User) -> dict[str, Any]:
    """The statement as initial values of its form; whatever is withheld from this person is left empty."""
    plain = ("kind", "said", "said_zone", "spoken_as", "role_words", "said_in", "how_known", "checkability", "version")
    rows = list(statement.accuses.select_related("party").order_by("id"))
    named = [party for party in (statement.party, statement.on_behalf_of, *(row.party for row in rows)) if party]
    seen = parties_shown_to(user).filter(pk__in=[party.pk for party in named])
    refs: dict[Any, str] = dict(seen.values_list("pk", "ref"))
    media = MediaItem.objects.visible_to(user).filter(statements=statement).first()
    stands = {name: getattr(statement, name) for name in plain} | {
        "party": refs.get(statement.party_id, ""),
        "on_behalf_of": refs.get(statement.on_behalf_of_id, ""),
        "responsibility_position": statement.responsibility_position or "",
        "accuses": "; ".join(refs[row.party_id] for row in rows if row.party_id in refs),
        "names_nobody": bool(statement.names_nobody),
        "media_item": media.ref if media else "",
    }
    return stands | dict.fromkeys(withheld_fields(statement, user), "")


def withheld_fields(statement: Statement, user: User) -> list[str]:
    """Fields a flag takes away from this person. They are left empty in the form, and stay when left empty."""
    withheld = []
    if not user.sees_through(statement.handling, HIDES_SPEAKER):
        withheld += ["party", "on_behalf_of", "role_words"]
    if not user.sees_through(statement.handling, HIDES_WHERE_SAID):
        withheld.append("said_in")
    return withheld
