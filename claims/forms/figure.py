"""The form of a figure: one number, as it was given."""

from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from claims.actions.figure import FigureFields
from claims.figure_words import MOST, Read, read_figure
from claims.forms.statement_choice import StatementChoiceForm
from claims.models.figure import CasualtyOutcome, CountKind, Demographic, Population

NUMBERS = ("least", "best", "most")


@dataclass(frozen=True)
class Reading:
    """What was read in the words that were typed; ``read`` is None where no number is clear.

    ``differs`` says that the person wrote other numbers, which stand.
    """

    words: str
    read: Read | None
    differs: bool = False


class FigureForm(StatementChoiceForm):
    """A number a statement gives. Empty means "not stated" and never 0.

    Words are read into numbers, and nothing read is kept before the person has seen it: ``read_as`` holds the words
    whose reading the page showed. Until it does, ``reading`` is to be shown and nothing to be saved.
    """

    words = forms.CharField(
        label=_("As given"),
        required=False,
        max_length=200,
        help_text=_("In any of our languages: at least 20; 20 to 30; about 300; не менее 20."),
        widget=forms.TextInput(
            attrs={
                "hx-post": "",
                "hx-trigger": "input changed delay:400ms",
                "hx-target": "#reading",
                "autocomplete": "off",
            }
        ),
    )
    read_as = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
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

    reading: Reading | None = None
    is_to_be_looked_at = False

    def take_reading(self) -> None:
        """Read the words, and put what was read into the number fields unless the person wrote numbers there.

        To be asked of a form that was sent. Sets ``reading``, and ``is_to_be_looked_at`` where the page has not shown
        this reading yet.
        """
        sent = cast(QueryDict, self.data).copy()
        words, shown = self["words"].value() or "", self["read_as"].value() or ""
        words, shown = words.strip()[:200], shown.strip()
        if not words:
            return
        read, before = read_figure(words), read_figure(shown)
        typed = tuple((sent.get(name) or "").strip() for name in NUMBERS)
        is_untouched = not any(typed) or (before is not None and typed == _as_typed(before))
        if shown != words and is_untouched:
            typed = _as_typed(read) if read else ("", "", "")
            self.is_to_be_looked_at = True
        differs = read is not None and typed != _as_typed(read)
        self.is_to_be_looked_at = self.is_to_be_looked_at or (shown != words and differs)
        self.reading = Reading(words, read, differs)
        for name, value in zip((*NUMBERS, "read_as"), (*typed, words), strict=True):
            sent[name] = value
        self.data = sent

    def given(self) -> FigureFields:
        """The number as the action takes it."""
        left_out = {"statement", "other", "is_other_area", "read_as"}
        values: dict[str, Any] = {name: value for name, value in self.cleaned_data.items() if name not in left_out}
        return FigureFields(is_incident_area=not self.cleaned_data["is_other_area"], **values)


def _as_typed(read: Read) -> tuple[str, ...]:
    return tuple("" if number is None else str(number) for number in read.numbers)
