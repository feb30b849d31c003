"""The form of a figure: one number, as it was given."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from claims.actions.figure import FigureFields
from claims.models.figure import CasualtyOutcome, CountKind, Demographic, Population

MOST = 2_000_000_000
"""Persons; the greatest number the column holds is a little more."""


class FigureForm(forms.Form):
    """A number a statement gives. Empty means "not stated" and never 0."""

    statement = forms.ChoiceField(label=_("Who says it, in which statement"))
    words = forms.CharField(label=_("As given"), required=False, max_length=200, help_text=_("at least 20"))
    outcome = forms.ChoiceField(label=_("What is counted"), choices=CasualtyOutcome.choices)
    population = forms.ChoiceField(label=_("Of whom"), choices=Population.choices, initial=Population.UNKNOWN)
    demographic = forms.ChoiceField(label=_("Which part"), choices=Demographic.choices, initial=Demographic.TOTAL)
    least = forms.IntegerField(label=_("Least"), required=False, min_value=0, max_value=MOST, help_text=_("at least"))
    best = forms.IntegerField(
        label=_("Best"), required=False, min_value=0, max_value=MOST, help_text=_("exactly, or about")
    )
    most = forms.IntegerField(label=_("Most"), required=False, min_value=0, max_value=MOST, help_text=_("at most"))
    count_kind = forms.ChoiceField(label=_("Counts"), choices=CountKind.choices, initial=CountKind.INCIDENT)
    is_other_area = forms.BooleanField(label=_("It counts another area than this incident’s"), required=False)
    area = forms.CharField(label=_("The area counted"), required=False, max_length=160)
    as_of = forms.CharField(label=_("As of"), required=False, max_length=40, help_text=_("2022-04-03, or empty."))

    def given(self) -> FigureFields:
        """The number as the action takes it."""
        values: dict[str, Any] = {
            name: value for name, value in self.cleaned_data.items() if name not in {"statement", "is_other_area"}
        }
        return FigureFields(is_incident_area=not self.cleaned_data["is_other_area"], **values)
