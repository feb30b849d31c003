"""Filters of the lists, as plain GET forms. A value nobody knows is said in words, never silently ignored."""

import functools
import operator
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.forms.widgets import ChoiceWidget
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from claims.listing.incidents import incidents_at_place
from claims.listing.statements import statements_by
from claims.lookups import incidents_named, parties_named, places_named
from claims.models import Accusation, Incident, PublishedRecord, Statement, StatementIncident
from claims.models.findings import Finding
from claims.models.statement import StatementKind
from claims.queries.answers import incidents_accusing, incidents_unanswered, silences, standing_accusations
from harmtracker.models import Role, User
from harmtracker.paging import CURSOR
from harmtracker.prepared import has_each
from harmtracker.records import Workflow

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise as _StrPromise

MOST_FOUND: Final = 20
"""How many records one name in a filter may stand for."""
FEW: Final = 2000
"""So many accusations are looked up faster than they are met on the way through all statements."""
MOST_SAID: Final = 8
"""How many complaints are put into words; the rest of a garbled address says nothing new."""


@dataclass(frozen=True)
class Chip:
    """A filter in force, and the address of the list without it."""

    label: str
    words: str
    url: str


class Codes(forms.MultipleChoiceField):
    """Any of a list of codes. Unknown ones are left out here and put into words by the form."""

    widget: type[ChoiceWidget] = forms.CheckboxSelectMultiple

    def __init__(self, *, choices: list[tuple[Any, Any]], label: "_StrPromise") -> None:
        super().__init__(choices=choices, label=label, required=False)
        self.words_of: dict[str, Any] = dict(choices)

    def clean(self, value: Any) -> list[str]:
        return [code for code in dict.fromkeys(value or []) if code in self.words_of]

    def words(self, code: str) -> str:
        return str(self.words_of.get(code, code))


class Naming(forms.CharField):
    """A record named by its reference or in words."""

    widget = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})

    def __init__(self, *, label: "_StrPromise", hint: "_StrPromise | str" = "") -> None:
        super().__init__(label=label, help_text=hint, required=False, max_length=200)


class Filters(forms.Form):
    """The filter of one list: ``apply`` narrows the rows, ``chips`` and ``complaints`` say what was done.

    Reading a name costs one query; ``found`` keeps what each name stands for.
    """

    def __init__(self, query: QueryDict, user: User) -> None:
        super().__init__(query, auto_id="filter_%s")
        self.query = query
        self.user = user
        self.complaints: list[str] = []
        self.found: dict[str, list[Any]] = {}
        self._settle()
        for name in [field.name for field in self.namings[:1]]:
            self.fields[name].widget.attrs["aria-keyshortcuts"] = "/"
        self.full_clean()
        self._complain()

    def _settle(self) -> None:
        """What a reader has no use for is no filter: viewers see approved records only."""
        if self.user.role == Role.VIEWER:
            self.fields.pop("workflow", None)

    def _complain(self) -> None:
        for name in self.query:
            if name not in self.fields and name != CURSOR:
                self.complaints.append(_("“%(name)s” is not a filter of this list. It was left out.") % {"name": name})
        for name, field in self.fields.items():
            if isinstance(field, Codes):
                self._complain_of_codes(name, field)
        for name, sentences in self.errors.items():
            label = self.fields[name].label
            self.complaints.append(f"{label}: {' '.join(map(str, sentences))}")
        del self.complaints[MOST_SAID:]

    def _complain_of_codes(self, name: str, field: Codes) -> None:
        for value in dict.fromkeys(self.query.getlist(name)):
            if value and value not in self.cleaned_data[name]:
                self.complaints.append(
                    _("%(field)s: “%(value)s” is not one of the choices. It was left out.")
                    % {"field": field.label, "value": value}
                )

    def find(self, name: str, among: QuerySet[Any]) -> list[Any]:
        """The records a name stands for; says so when there is none."""
        self.found[name] = list(among[:MOST_FOUND])
        if not self.found[name]:
            self.complaints.append(
                _("%(field)s: nothing you can see is called “%(value)s”, so nothing is listed.")
                % {"field": self.fields[name].label, "value": self.cleaned_data[name]}
            )
        return self.found[name]

    def codes(self, name: str) -> list[str]:
        found: list[str] = self.cleaned_data.get(name, [])
        return found

    @property
    def is_used(self) -> bool:
        return any(self.cleaned_data.get(name) for name in self.fields)

    @property
    def chips(self) -> list[Chip]:
        """One for each value in force."""
        made = []
        for name, field in self.fields.items():
            if isinstance(field, Codes):
                made += [
                    Chip(str(field.label), field.words(code), self._without(name, code)) for code in self.codes(name)
                ]
            elif words := self.cleaned_data.get(name):
                made.append(Chip(str(field.label), self._named(name, words), self._without(name)))
        return made

    def _named(self, name: str, words: str) -> str:
        found = self.found.get(name, [])
        return str(found[0]) if len(found) == 1 else words

    def _without(self, name: str, code: str = "") -> str:
        kept = self.query.copy()
        kept.pop(CURSOR, None)
        kept.setlist(name, [value for value in kept.getlist(name) if code and value != code])
        return f"?{kept.urlencode()}"

    @property
    def facets(self) -> list[forms.BoundField]:
        """The fields of codes that are ticked."""
        return [self[name] for name, field in self.fields.items() if isinstance(field, Codes)]

    @property
    def namings(self) -> list[forms.BoundField]:
        """The fields in which something is named."""
        return [self[name] for name, field in self.fields.items() if isinstance(field, Naming)]


RELEASED, NOT_RELEASED, WITHDRAWN = "released", "not_released", "withdrawn"
UNANSWERED, ANSWERED, NOBODY = "unanswered", "answered", "nobody_accused"

FINDING = gettext_lazy("Finding")
RECORD = gettext_lazy("Record")
RELEASE_CHOICES = [
    (RELEASED, gettext_lazy("Released")),
    (NOT_RELEASED, gettext_lazy("Not released")),
    (WITHDRAWN, gettext_lazy("Withdrawn")),
]


def in_release_states(codes: list[str]) -> Q:
    """Records in any of these states towards partners."""
    state = PublishedRecord.objects.filter(record_id=OuterRef("pk"))
    shown = Exists(state.filter(withdrawal=None, is_held=False))
    parts = {RELEASED: Q(shown), NOT_RELEASED: ~Q(Exists(state)), WITHDRAWN: Q(Exists(state)) & ~Q(shown)}
    return any_of(parts[code] for code in codes)


def any_of(parts: Iterable[Q]) -> Q:
    """At least one of these; there is at least one."""
    return functools.reduce(operator.or_, parts)


class IncidentFilters(Filters):
    """Incidents by finding, place, answered, released and workflow."""

    place = Naming(label=gettext_lazy("Place"), hint=gettext_lazy("In any spelling: Bucha, Буча."))
    finding = Codes(choices=Finding.choices, label=FINDING)
    answered = Codes(
        choices=[
            (UNANSWERED, gettext_lazy("An allegation never answered")),
            (ANSWERED, gettext_lazy("Every allegation answered")),
            (NOBODY, gettext_lazy("Nobody accused")),
        ],
        label=gettext_lazy("Answer"),
    )
    released = Codes(choices=RELEASE_CHOICES, label=gettext_lazy("Partners"))
    workflow = Codes(choices=Workflow.choices, label=RECORD)

    def apply(self, rows: QuerySet[Incident]) -> QuerySet[Incident]:
        """Those of ``rows`` every filter lets through."""
        for name in ("finding", "workflow"):
            if codes := self.codes(name):
                rows = rows.filter(**{f"{name}__in": codes})
        if codes := self.codes("answered"):
            rows = rows.filter(self._in_answer_states(codes))
        if codes := self.codes("released"):
            rows = rows.filter(in_release_states(codes))
        if words := self.cleaned_data.get("place"):
            places = self.find("place", places_named(self.user, words))
            rows = rows.filter(pk__in=incidents_at_place(self.user, [place.pk for place in places]).values("pk"))
        return rows

    def _in_answer_states(self, codes: list[str]) -> Q:
        silent, accusing = Q(incidents_unanswered(self.user)), Q(incidents_accusing(self.user))
        parts = {UNANSWERED: silent, ANSWERED: accusing & ~silent, NOBODY: ~accusing}
        return any_of(parts[code] for code in codes)


class StatementFilters(Filters):
    """Statements by party, accused party, kind, finding, answer and incident."""

    party = Naming(label=gettext_lazy("Said by"), hint=gettext_lazy("In any spelling, or its reference."))
    accused = Naming(label=gettext_lazy("Accuses"))
    incident = Naming(label=gettext_lazy("Incident"), hint=gettext_lazy("Its reference, or words of its title."))
    answered = Codes(
        choices=[(UNANSWERED, gettext_lazy("Never answered by an accused party"))], label=gettext_lazy("Answer")
    )
    finding = Codes(choices=Finding.choices, label=FINDING)
    kind = Codes(choices=StatementKind.choices, label=gettext_lazy("Kind"))
    workflow = Codes(choices=Workflow.choices, label=RECORD)

    def apply(self, rows: QuerySet[Statement]) -> QuerySet[Statement]:
        """Those of ``rows`` every filter lets through."""
        for name in ("kind", "finding", "workflow"):
            if codes := self.codes(name):
                rows = rows.filter(**{f"{name}__in": codes})
        if words := self.cleaned_data.get("party"):
            parties = self.find("party", parties_named(self.user, words))
            rows = rows.filter(statements_by(self.user, [party.pk for party in parties]))
        if words := self.cleaned_data.get("incident"):
            incidents = self.find("incident", incidents_named(self.user, words))
            rows = rows.filter(pk__in=self._about(incidents))
        return self._by_accusation(rows)

    def _about(self, incidents: list[Any]) -> QuerySet[Any]:
        return StatementIncident.objects.filter(incident__in=incidents).values("statement")

    def _by_accusation(self, rows: QuerySet[Statement]) -> QuerySet[Statement]:
        words, is_unanswered = self.cleaned_data.get("accused"), bool(self.codes("answered"))
        if not words and not is_unanswered:
            return rows
        accusations = silences(self.user) if is_unanswered else standing_accusations(self.user)
        if not words:
            return rows.filter(pk__in=accusations.values("statement"))
        parties = self.find("accused", parties_named(self.user, words))
        accusations = accusations.filter(party__in=parties)
        if Accusation.objects.filter(party__in=parties).order_by()[: FEW + 1].count() <= FEW:
            return rows.filter(pk__in=accusations.values("statement"))
        # Of a party accused so often the newest are soon met on the way through the list.
        return rows.filter(has_each(accusations.filter(statement=OuterRef("pk"))), kind=StatementKind.ALLEGATION)
