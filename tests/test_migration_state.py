"""States of migrations: the model that changed is as it is now, and so is everything where Python code looks at it."""

import pytest
from django.db import models
from django.db.migrations.state import ModelState

from harmtracker.migration_state import LeanState


@pytest.fixture
def state():
    """An incident at a place, with their classes made."""
    made = LeanState()
    made.add_model(ModelState("tried", "Place", [("id", models.AutoField(primary_key=True))]))
    at = models.ForeignKey("tried.Place", models.CASCADE)
    made.add_model(ModelState("tried", "Incident", [("id", models.AutoField(primary_key=True)), ("place", at)]))
    assert names(made.apps.get_model("tried", "Place")) == {"id"}
    return made


def names(model):
    return {field.name for field in model._meta.concrete_fields}


def place_of_an_incident(state):
    return state.apps.get_model("tried", "Incident")._meta.get_field("place").related_model


def test_the_changed_model_is_made_anew_and_what_is_related_only_before_python_looks(state):
    before = state.apps.get_model("tried", "Incident")
    state.add_field("tried", "place", "name", models.TextField(default=""), preserve_default=True)
    assert names(state.apps.get_model("tried", "Place")) == {"id", "name"}
    assert state.apps.get_model("tried", "Incident") is before
    state.clear_delayed_apps_cache()  # what RunPython does
    assert place_of_an_incident(state) is state.apps.get_model("tried", "Place")
    assert names(place_of_an_incident(state)) == {"id", "name"}


def test_a_column_that_others_may_point_at_changes_everywhere(state):
    state.alter_field("tried", "place", "id", models.UUIDField(primary_key=True), preserve_default=True)
    assert isinstance(place_of_an_incident(state)._meta.pk, models.UUIDField)
    state.rename_field("tried", "place", "id", "key")
    assert place_of_an_incident(state)._meta.pk.name == "key"
