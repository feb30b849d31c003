"""The filter of the list of sources: how and when the newest capture ended, what became of the page, whose it is."""

from collections import Counter
from dataclasses import dataclass
from typing import Any, Final, cast

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from claims.forms.filters import Codes, Filters, Naming, any_of
from claims.listing.source_page import statements_resting_on
from claims.listing.source_states import (
    CAPTURED_FIRST,
    CAPTURED_LAST,
    CHANGED,
    COPIES,
    FAILED,
    GONE,
    HOST,
    NEVER,
    PAUSED,
    STATES,
    UNDER_WAY,
    ended_in,
    of_age,
)
from claims.listing.source_tally import Tally
from claims.lookups import incidents_named, parties_named
from claims.models import Rendering
from harmtracker.paging import CURSOR
from sources.capture.outcomes import Family, Outcome
from sources.models import Source
from sources.models.source import SourceKind

COUNTED: Final = ("outcome", "age", "state", "kind")
"""Facets whose choices are counted above the list."""
OFFERED: Final = frozenset({UNDER_WAY, FAILED, *Family.values})
"""Ways to end that are always offered; single outcomes only where they were asked for."""


@dataclass(frozen=True)
class Choice:
    """One choice of a facet: how many would be listed with it, and the address that makes it or takes it back."""

    words: str
    number: int
    url: str
    is_on: bool


@dataclass(frozen=True)
class Division:
    """How what is listed divides over the choices of one facet."""

    label: str
    choices: list[Choice]


class _Chosen(forms.RadioSelect):
    """Radio buttons of which one is always on: the first where none is chosen."""

    def format_value(self, value: Any) -> list[str]:
        codes = [str(code) for code, _words in self.choices]
        return [str(value) if value in codes else codes[0]]


class OneOf(Codes):
    """One of a list of codes; the first one where none is chosen."""

    widget = _Chosen

    def clean(self, value: Any) -> list[str]:
        return super().clean([value])


class SourceFilters(Filters):
    """Sources by how and when the newest capture ended, what became of the page, site, publisher, kind and incident."""

    order = OneOf(
        choices=[
            ("handed_in", gettext_lazy("Newest handed in first")),
            (CAPTURED_LAST, gettext_lazy("Newest captured first")),
            (CAPTURED_FIRST, gettext_lazy("Longest not captured first")),
            (HOST, gettext_lazy("By site")),
        ],
        label=gettext_lazy("Order"),
    )
    host = Naming(label=gettext_lazy("Site"), hint=gettext_lazy("Such as news.example, without www."))
    publisher = Naming(label=gettext_lazy("Publisher"))
    incident = Naming(label=gettext_lazy("Incident"), hint=gettext_lazy("Its reference, or words of its title."))
    outcome = Codes(
        choices=[
            (UNDER_WAY, gettext_lazy("Under way")),
            (FAILED, gettext_lazy("Failed, in any way")),
            *Family.choices,
            *Outcome.choices,
        ],
        label=gettext_lazy("Newest capture"),
    )
    age = Codes(
        choices=[
            ("within_day", gettext_lazy("In the last day")),
            ("within_week", gettext_lazy("In the last week")),
            ("over_week", gettext_lazy("More than a week ago")),
            ("over_month", gettext_lazy("More than a month ago")),
            ("over_year", gettext_lazy("More than a year ago")),
            (NEVER, gettext_lazy("Never")),
        ],
        label=gettext_lazy("Visited or handed over"),
    )
    state = Codes(
        choices=[
            (GONE, gettext_lazy("Gone from its site")),
            (CHANGED, gettext_lazy("Quoted words changed")),
            (PAUSED, gettext_lazy("Watching paused")),
            (COPIES, gettext_lazy("Copies suggested")),
        ],
        label=gettext_lazy("Since then"),
    )
    kind = Codes(choices=SourceKind.choices, label=gettext_lazy("Kind"))

    def _settle(self) -> None:
        """Every outcome may be asked for in the address; families, and what was asked for, are offered."""
        super()._settle()
        field, asked = cast(Codes, self.fields["outcome"]), self.query.getlist("outcome")
        field.widget.choices = [
            (code, words) for code, words in field.words_of.items() if code in OFFERED or code in asked
        ]

    @property
    def chosen(self) -> dict[str, list[str]]:
        """The codes in force, by facet that is counted."""
        return {name: self.codes(name) for name in COUNTED}

    def divided(self, counted: Tally) -> list[Division]:
        """The counts as choices to make or to take back; those nothing falls under are left out."""
        return [self._divided(name, counted.counts[name]) for name in COUNTED]

    def _divided(self, name: str, counts: Counter[str]) -> Division:
        field, chosen = cast(Codes, self.fields[name]), self.codes(name)
        shown = [code for code in field.words_of if code in chosen or (counts[code] and self._is_told(code, chosen))]
        choices = [
            Choice(field.words(code), counts[code], self._switched(name, code), code in chosen) for code in shown
        ]
        return Division(str(field.label), choices)

    def _is_told(self, code: str, chosen: list[str]) -> bool:
        """Single outcomes are told apart once a kind of outcome is chosen; before that they would be a long list."""
        return code not in Outcome.values or code in chosen or (bool(chosen) and code != Outcome.OK)

    def _switched(self, name: str, code: str) -> str:
        """The address of the list with this choice made, or taken back."""
        kept = self.query.copy()
        kept.pop(CURSOR, None)
        codes = kept.getlist(name)
        kept.setlist(name, [each for each in codes if each != code] if code in codes else [*codes, code])
        return f"?{kept.urlencode()}"

    @property
    def ordered(self) -> str:
        """The code of the order asked for, "" for none."""
        return next(iter(self.codes("order")), "")

    def apply(self, rows: QuerySet[Source]) -> QuerySet[Source]:
        """Those of ``rows`` every filter lets through."""
        rows = self.named(rows)
        if codes := self.codes("kind"):
            rows = rows.filter(kind__in=codes)
        if codes := self.codes("outcome"):
            rows = rows.filter(ended_in(codes))
        if codes := self.codes("age"):
            rows = rows.filter(any_of(of_age(code) for code in codes))
        if codes := self.codes("state"):
            rows = rows.filter(any_of(STATES[code](self.user) for code in codes))
        return rows

    def named(self, rows: QuerySet[Source]) -> QuerySet[Source]:
        """Those of ``rows`` that the names let through: site, publisher and incident."""
        if words := self.cleaned_data.get("host"):
            rows = rows.filter(host__in=self._hosts(words))
        if words := self.cleaned_data.get("publisher"):
            rows = rows.filter(publisher__in=self._found("publisher", parties_named(self.user, words)))
        if words := self.cleaned_data.get("incident"):
            rows = rows.filter(pk__in=self._resting_on(self._found("incident", incidents_named(self.user, words))))
        return rows

    def _found(self, name: str, among: QuerySet[Any]) -> list[Any]:
        """What a name stands for, looked up once however often the filter is applied."""
        return self.found[name] if name in self.found else self.find(name, among)

    def _hosts(self, words: str) -> list[str]:
        """A person writes the site with or without www. and perhaps with more of the address than the site."""
        host = words.lower().removeprefix("https://").removeprefix("http://").split("/")[0].removeprefix("www.")
        return [host, f"www.{host}"]

    def _resting_on(self, incidents: list[Any]) -> QuerySet[Any]:
        statements = statements_resting_on(self.user).filter(about__incident__in=incidents)
        return Rendering.objects.filter(statement__in=statements, withdrawn_at=None, source__isnull=False).values(
            "source"
        )
