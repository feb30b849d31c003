"""The form of one reporter's table by sex and age: several outcomes of one statement at once."""

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from claims.actions.figure import FigureFields
from claims.figure_words import Read, read_figure
from claims.forms.statement_choice import StatementChoiceForm
from claims.models.figure import CasualtyOutcome, CountKind, Demographic, Population
from claims.queries.figure_tables import PARTS, Sum, sum_of

PLAIN = re.compile(r"\d[\d ,.\u00a0\u202f\u2009]*")
COLUMNS = (*PARTS, Demographic.TOTAL)


@dataclass(frozen=True)
class Cell:
    """What stands in one cell, and what was read in it; ``read`` None: kept in words, without a number."""

    outcome: str
    demographic: str
    words: str
    read: Read | None

    @property
    def label(self) -> str:
        return f"{CasualtyOutcome(self.outcome).label}, {str(Demographic(self.demographic).label).lower()}"

    @property
    def is_plain(self) -> bool:
        """Nothing but digits, with their thousands set apart or not: there is nothing to interpret."""
        return self.read is not None and PLAIN.fullmatch(self.words) is not None

    @property
    def low(self) -> int | None:
        return self.read.low if self.read else None

    @property
    def high(self) -> int | None:
        return self.read.high if self.read else None


@dataclass(frozen=True)
class CheckedRow:
    """One outcome as typed: what its parts add up to beside the total given."""

    label: str | Promise
    sum: Sum | None
    total: Cell | None

    @property
    def agrees(self) -> bool:
        return self.sum is None or self.total is None or self.sum.agrees_with(self.total)


class FigureTableForm(StatementChoiceForm):
    """A cell takes digits or words ("at least 20"). An empty one is not stated, and nothing is kept of it.

    Nothing is kept before the page has shown what was read in the cells and what they add up to: ``looked`` names the
    cells as the page showed them.
    """

    population = forms.ChoiceField(label=_("Of whom"), choices=Population.choices, initial=Population.UNKNOWN)
    as_of = forms.CharField(
        label=_("As of"), required=False, max_length=40, widget=forms.TextInput(attrs={"placeholder": "2022-04-13"})
    )
    count_kind = forms.ChoiceField(label=_("Counts"), choices=CountKind.choices, initial=CountKind.INCIDENT)
    is_other_area = forms.BooleanField(label=_("It counts another area than this incident’s"), required=False)
    area = forms.CharField(label=_("The area counted"), required=False, max_length=160)
    looked = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for outcome in CasualtyOutcome:
            for column in COLUMNS:
                self.fields[f"{outcome}-{column}"] = forms.CharField(
                    label=f"{outcome.label}, {str(column.label).lower()}",
                    required=False,
                    max_length=200,
                    widget=forms.TextInput(
                        attrs={"aria-label": f"{outcome.label}, {str(column.label).lower()}", "autocomplete": "off"}
                    ),
                )

    @property
    def grid(self) -> list[tuple[str, list[tuple[str, BoundField]]]]:
        """Rows of the table as people fill it in: each part, then the total; a cell for each outcome with its name."""
        return [
            (str(column.label), [(str(outcome.label), self[f"{outcome}-{column}"]) for outcome in CasualtyOutcome])
            for column in COLUMNS
        ]

    @property
    def outcomes(self) -> list[str]:
        return [str(outcome.label) for outcome in CasualtyOutcome]

    @property
    def cells(self) -> list[Cell]:
        """What stands in the cells that are not empty."""
        typed = [
            (outcome, column, (self[f"{outcome}-{column}"].value() or "").strip()[:200])
            for outcome in CasualtyOutcome
            for column in COLUMNS
        ]
        return [Cell(outcome, column, words, read_figure(words)) for outcome, column, words in typed if words]

    @property
    def checked(self) -> list[CheckedRow]:
        """Each outcome that was given a part or a total."""
        rows = []
        for outcome in CasualtyOutcome:
            given = [cell for cell in self.cells if cell.outcome == outcome]
            parts = [cell for cell in given if cell.demographic != Demographic.TOTAL]
            total = next((cell for cell in given if cell.demographic == Demographic.TOTAL), None)
            if given:
                rows.append(CheckedRow(outcome.label, sum_of(parts), total))
        return rows

    @property
    def seal(self) -> str:
        """Names the cells as they are typed now."""
        typed = json.dumps([[cell.outcome, cell.demographic, cell.words] for cell in self.cells])
        return hashlib.sha256(typed.encode()).hexdigest()

    @property
    def was_looked_at(self) -> bool:
        return self.data.get("looked") == self.seal

    def given(self) -> list[FigureFields]:
        """A figure for each cell; the words are kept where they are more than digits."""
        kept = self.cleaned_data
        return [
            FigureFields(
                outcome=cell.outcome,
                demographic=cell.demographic,
                words="" if cell.is_plain else cell.words,
                least=cell.read.least if cell.read else None,
                best=cell.read.best if cell.read else None,
                most=cell.read.most if cell.read else None,
                population=kept["population"],
                count_kind=kept["count_kind"],
                area=kept["area"],
                is_incident_area=not kept["is_other_area"],
                as_of=kept["as_of"],
            )
            for cell in self.cells
        ]
