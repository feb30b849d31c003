"""Two people edit one incident at once: whatever either typed is saved, or stands in the form that was refused."""

import random

import pytest
from django.http import QueryDict

from claims.actions.incident import IncidentFields, edit_incident
from claims.forms.conflict import BOTH, MINE, THEIRS, both, compared, opened_with, with_choices
from claims.forms.incident import IncidentEditForm, as_it_stands
from claims.models import Incident
from harmtracker.errors import StaleRecord
from harmtracker.models import AuditEvent
from tests.factories import IncidentFactory, editor

pytestmark = pytest.mark.django_db
TYPED_INTO = ("title", "summary", "place_as_reported")
SAVED_OF_INCIDENT = ("title", "summary", "occurred", "occurred_zone", "place_as_reported", "place_precision", "means")


class Hands:
    """One editor with the edit form open, doing what a browser and the view do."""

    def __init__(self, incident, user, chance):
        self.incident, self.user, self.chance = incident, user, chance
        self.typed = {}
        self.given_up = []
        self.seen = set()
        self.sent = None
        self.differing = []

    def stands(self):
        return as_it_stands(Incident.objects.get(pk=self.incident.pk), self.user)

    def open(self):
        self.sent = QueryDict(mutable=True)
        for name, value in opened_with(self.stands()).items():
            self.sent.setlist(name, [str(each) for each in (value if isinstance(value, list) else [value])])
        self.typed, self.differing, self.seen = {}, [], set()

    def type(self, word):
        name = self.chance.choice(TYPED_INTO)
        self.sent[name] = self.typed[name] = f"{self.sent.get(name, '')} {word}".strip()[:200]

    def choose(self):
        for row in self.differing:
            if row.is_taken_over:
                continue
            choice = self.chance.choice((MINE, THEIRS, *([BOTH] if row.is_long else [])))
            self.sent[f"choice_{row.name}"] = choice
            self.sent.setlist(f"mine_{row.name}", row.values)
            self.seen |= set(row.theirs.split())
            if choice == THEIRS and self.sent.getlist(row.name) == row.values:
                self.given_up.append(self.typed.pop(row.name, ""))

    def save(self):
        """True when it was saved; else the form holds what was typed, and the other's version beside it."""
        shown = Incident.objects.get(pk=self.incident.pk)
        form = self.form(with_choices(self.sent, as_it_stands(shown, self.user)))
        assert form.is_valid(), form.errors
        given = {name: form.cleaned_data[name] for name in SAVED_OF_INCIDENT} | {"harm": form.cleaned_data["harm"]}
        try:
            edit_incident(
                incident=shown,
                given=IncidentFields(place=shown.place, **given),
                expected_version=form.cleaned_data["version"],
                by=self.user,
            )
        except StaleRecord as refusal:
            stands = as_it_stands(refusal.current, self.user)
            again, self.differing = compared(self.form, self.sent, stands)
            for name, words in self.typed.items():
                assert again[name].value() == words, "what was typed stands in the refused form"
            self.sent = again.data
            return False
        return True

    def form(self, sent):
        return IncidentEditForm(sent, user=self.user)


def ever_saved(incident):
    """Everything the fields of this incident ever held, from its history."""
    changes = AuditEvent.objects.filter(subject_id=incident.pk).values_list("changes", flat=True)
    return [str(value) for change in changes for values in change.values() for value in values]


def words_on(incident):
    """Every word that stands in the record now."""
    stands = Incident.objects.get(pk=incident.pk)
    return {word for name in TYPED_INTO for word in getattr(stands, name).split()}


@pytest.mark.parametrize("seed", range(40))
def test_nothing_typed_disappears_however_two_editors_interleave(seed):
    chance = random.Random(seed)
    incident = IncidentFactory(title="Killings", summary="", place_as_reported="")
    people = [Hands(incident, editor(), chance) for _person in range(2)]
    for each in people:
        each.open()
    for step in range(12):
        person = chance.choice(people)
        if chance.random() < 0.6:
            person.type(f"word{step}")
            continue
        person.choose()
        typed, stood = dict(person.typed), words_on(incident)
        if person.save():
            assert stood - words_on(incident) <= person.seen, "nobody overwrites what they were not shown"
            held = ever_saved(incident) + [getattr(Incident.objects.get(pk=incident.pk), name) for name in TYPED_INTO]
            for words in typed.values():
                assert any(words in value for value in held), (words, held)
            person.open()


def form_of(user):
    return lambda sent: IncidentEditForm(sent, user=user)


def sent_by(stands, **changes):
    sent = QueryDict(mutable=True)
    for name, value in (opened_with(stands) | changes).items():
        sent.setlist(name, [str(each) for each in (value if isinstance(value, list) else [value])])
    return sent


@pytest.fixture
def stands():
    return as_it_stands(IncidentFactory(title="Killings", summary="One", harm=["killing"]), editor())


def test_what_only_the_other_changed_is_taken_over_and_what_only_i_changed_stays(stands):
    theirs = stands | {"title": "Killings in Bucha", "harm": ["killing", "injury"], "version": 2}

    form, [title, harm] = compared(form_of(editor()), sent_by(stands, summary="Two"), theirs)

    assert (title.is_taken_over, harm.is_taken_over) == (True, True)
    assert form["title"].value() == "Killings in Bucha"
    assert form["harm"].value() == ["killing", "injury"]
    assert form["summary"].value() == "Two"
    assert form["version"].value() == "2"


def test_what_both_changed_is_asked_and_keeps_mine_until_then(stands):
    theirs = stands | {"summary": "Theirs", "version": 2}

    form, [row] = compared(form_of(editor()), sent_by(stands, summary="Mine"), theirs)

    assert (row.mine, row.theirs, row.is_taken_over, row.is_long) == ("Mine", "Theirs", False, True)
    assert form["summary"].value() == "Mine"


@pytest.mark.parametrize("opened", ["", "[]", "no json", "{", '"x"', '{"version": 7, "title": "Theirs"}'])
def test_a_form_that_does_not_say_what_it_was_opened_with_is_asked_about_everything(stands, opened):
    theirs = stands | {"title": "Theirs", "version": 2}

    _form, [row] = compared(form_of(editor()), sent_by(stands, opened=opened), theirs)

    assert not row.is_taken_over


def test_what_is_typed_after_choosing_counts_more_than_the_choice(stands):
    sent = sent_by(stands, summary="Mine, and more", choice_summary="theirs", mine_summary="Mine")

    assert with_choices(sent, stands | {"summary": "Theirs"})["summary"] == "Mine, and more"


def test_a_list_is_never_put_together_as_text(stands):
    merged = with_choices(sent_by(stands, harm=["injury"], choice_harm="both"), stands)

    assert merged.getlist("harm") == ["injury"]


@pytest.mark.parametrize(
    ("theirs", "mine", "together"),
    [("A", "B", "A\n\nB"), ("A and B", "B", "A and B"), ("A", "A and B", "A and B"), ("", "B", "B"), ("A", "", "A")],
)
def test_both_is_theirs_then_mine_and_nothing_twice(theirs, mine, together):
    assert both(theirs, mine) == together
