"""Controls written in Python are the ones Django's templates would have written."""

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates, get_default_renderer
from django.test import SimpleTestCase
from hypothesis import given, settings
from hypothesis import strategies as st

from claims.forms.assessment import DecisionForm, ProposalForm, TakeUpForm
from claims.forms.statement import MoreWordsForm, NoteForm, StatementForm
from claims.models import Statement
from harmtracker.form_html import WRITTEN, Renderer
from tests.factories import TeamFactory, UserFactory

TEXTS = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=12)
same_html = SimpleTestCase().assertHTMLEqual


class Everything(forms.Form):
    """One field for each control that is written in Python."""

    line = forms.CharField(help_text="Some help.")
    count = forms.IntegerField(min_value=0, required=False)
    mail = forms.EmailField(required=False)
    link = forms.URLField(required=False)
    word = forms.CharField(widget=forms.PasswordInput(render_value=True), required=False)
    kept = forms.CharField(widget=forms.HiddenInput, required=False)
    long = forms.CharField(widget=forms.Textarea(attrs={"rows": 3, "autofocus": True, "spellcheck": False}))
    one = forms.ChoiceField(choices=[("a", "A & B"), ("b", "“B”"), ("", "—")])
    grouped = forms.ChoiceField(choices=[("Kinds", [("a", "A"), ("b", "B")]), ("c", "C")], required=False)
    many = forms.MultipleChoiceField(choices=[("a", "A"), ("b", "B")], required=False)
    radio = forms.ChoiceField(choices=[("a", "A"), ("b", "<B>")], widget=forms.RadioSelect)
    boxes = forms.MultipleChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.CheckboxSelectMultiple)
    yes = forms.BooleanField(required=False)


def controls(form):
    """Every control of a form, and each option of those that are shown one by one."""
    for field in form:
        if field.use_fieldset:
            yield from (choice.tag() for choice in field)
        yield str(field)


def written_alike(make):
    for ours, theirs in zip(controls(make(Renderer())), controls(make(DjangoTemplates())), strict=True):
        same_html(ours, theirs)


def test_ours_is_the_renderer_of_every_form():
    assert isinstance(get_default_renderer(), Renderer)


@settings(deadline=None, max_examples=12)
@given(
    values=st.dictionaries(
        st.sampled_from([name for name in Everything.base_fields if name not in ("many", "boxes", "yes")]), TEXTS
    ),
    chosen=st.lists(st.sampled_from("ab<"), max_size=3),
)
def test_every_control_with_any_value_is_the_one_django_writes(values, chosen):
    filled = values | {"many": chosen, "boxes": chosen, "one": chosen[0] if chosen else ""}
    written_alike(lambda renderer: Everything(filled, renderer=renderer))
    written_alike(lambda renderer: Everything(initial=filled, renderer=renderer))


@pytest.mark.django_db
def test_a_statement_with_its_marking_is_written_alike():
    by = UserFactory(teams=[TeamFactory()])
    written_alike(lambda renderer: StatementForm(user=by, renderer=renderer))
    written_alike(lambda renderer: StatementForm({}, user=by, renderer=renderer))


@pytest.mark.parametrize("form", [MoreWordsForm, NoteForm, TakeUpForm, DecisionForm])
def test_our_own_forms_are_written_alike_empty_and_sent_empty(form):
    written_alike(lambda renderer: form(renderer=renderer))
    written_alike(lambda renderer: form({}, renderer=renderer))


def test_a_proposal_is_written_alike():
    written_alike(lambda renderer: ProposalForm({"finding": "verified"}, subject=Statement(), renderer=renderer))


@pytest.mark.parametrize("hostile", ['"><script>alert(1)</script>', "' onfocus='x", "</textarea><b>", "&amp;"])
def test_what_somebody_wrote_stays_text(hostile):
    form = Everything(dict.fromkeys(Everything.base_fields, hostile), renderer=Renderer())
    form.fields["one"].choices = [(hostile, hostile)]
    form.fields["line"].widget.attrs["title"] = hostile

    shown = "".join(controls(form))

    assert "<script" not in shown and "<b>" not in shown and "' onfocus='" not in shown


def test_a_value_that_begins_with_a_line_break_keeps_it():
    assert str(Everything({"long": "\nsecond line"}, renderer=Renderer())["long"]).count("\n") == 2


def test_controls_that_are_not_written_here_are_left_to_django():
    class Upload(forms.Form):
        file = forms.FileField()
        day = forms.DateField()

    assert "django/forms/widgets/file.html" not in WRITTEN
    written_alike(lambda renderer: Upload(renderer=renderer))
