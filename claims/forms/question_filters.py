"""Filters of the questions only this record can answer."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from claims.forms.filters import Filters, Naming
from claims.listing.statements import statements_by
from claims.lookups import incidents_named, parties_named
from claims.models import Accusation, Incident, QuoteCheck, Statement
from sources.models import Party

HINT = gettext_lazy("In any spelling, or its reference.")


class SilenceFilters(Filters):
    """Unanswered accusations by who is accused."""

    accused = Naming(label=gettext_lazy("Accused"), hint=HINT)

    def apply(self, rows: QuerySet[Accusation]) -> QuerySet[Accusation]:
        """Those of ``rows`` the filter lets through."""
        words = self.cleaned_data.get("accused")
        return rows.filter(party__in=self.find("accused", parties_named(self.user, words))) if words else rows


class SpeakerFilters(Filters):
    """Statements by who said them."""

    party = Naming(label=gettext_lazy("Said by"), hint=HINT)

    def apply(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Those of ``rows`` (statements, or checks of their words) the filter lets through."""
        words = self.cleaned_data.get("party")
        if not words:
            return rows
        said = statements_by(self.user, [party.pk for party in self.find("party", parties_named(self.user, words))])
        if rows.model is QuoteCheck:
            return rows.filter(rendering__statement__in=Statement.objects.filter(said))
        return rows.filter(said)


class PositionFilters(Filters):
    """Whose position, on which incident, on which day."""

    party = Naming(label=gettext_lazy("Party"), hint=HINT)
    incident = Naming(label=gettext_lazy("Incident"), hint=gettext_lazy("Its reference, or words of its title."))
    at = forms.DateField(
        label=gettext_lazy("As it stood on"),
        required=False,
        help_text=gettext_lazy("Empty: today."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
    )

    @property
    def day(self) -> date | None:
        """The day asked for; None for today."""
        day: date | None = self.cleaned_data.get("at")
        return day

    def party_found(self) -> Party | None:
        """The party that is named, where the name stands for one."""
        words = self.cleaned_data.get("party")
        return self._only("party", parties_named(self.user, words)) if words else None

    def incident_found(self) -> Incident | None:
        """The incident that is named, where the words stand for one."""
        words = self.cleaned_data.get("incident")
        return self._only("incident", incidents_named(self.user, words)) if words else None

    def _only(self, name: str, among: QuerySet[Any]) -> Any | None:
        found = self.find(name, among)
        return found[0] if len(found) == 1 else None

    def several(self, name: str) -> list[Any]:
        """The records a name stands for where it is more than one: to choose from."""
        found = self.found.get(name, [])
        return found if len(found) > 1 else []
