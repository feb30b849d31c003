"""A refusal of an action, said beside the field it is about."""

from django import forms

from harmtracker.errors import Refused


def explain(form: forms.Form, refusal: Refused) -> None:
    """Put the sentence beside its field, or on top of the form where it has none."""
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
