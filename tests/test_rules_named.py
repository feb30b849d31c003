"""Every rule the database holds has a test that tries to break it: a rule nobody tested is a hope."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection

from tests.test_rules_markings import BREAKS

APPS = ("harmtracker", "sources", "claims")
TESTS = Path(__file__).parent
TESTED_IN = [*TESTS.rglob("test_rules*.py"), TESTS / "test_jobs.py", TESTS / "test_audit.py"]
# Made by Django for primary and foreign keys, for link tables, and for numbers the product itself counts.
OF_THE_FRAMEWORK = re.compile(
    r"_pkey$|_fk_|_uniq$|^(django|auth)_|_not_null$"
    r"|_(version|number|start|end|size|subject_version|max_attempts|status|deaths|delay|priority|length|words|method"
    r"|step|blobs|manifests|stamps|count|based_on|share)_check$"
)


def _words_of_the_tests():
    found = {rule for rule, _make, _fields in BREAKS}
    for file in TESTED_IN:
        if file != Path(__file__):
            found |= set(re.findall(r'"([a-z0-9_]+)"', file.read_text()))
            # f"{table}_finding_known" and the like, over a list of tables written beside it.
            for table in ("statement", "incident", "media_item"):
                found |= {f"{table}_{rule}" for rule in re.findall(r'\("(\w+_(?:known|assessment))"', file.read_text())}
    return found


def _of_models():
    return {
        constraint.name
        for app in APPS
        for model in apps.get_app_config(app).get_models()
        for constraint in model._meta.constraints
    }


def _of_triggers():
    """Names the triggers give their refusals, read from the functions as they stand in the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prolang ="
            " (SELECT oid FROM pg_language WHERE lanname = 'plpgsql')"
        )
        source = "\n".join(row[0] for row in cursor.fetchall())
    return set(re.findall(r"(?:CONSTRAINT = |claims_refuse_\w+\(\s*)'(\w+)'", source))


def _of_tables():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 't'"
            " UNION SELECT indexrelid::regclass::text FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid"
            " WHERE indisunique AND relnamespace = 'public'::regnamespace"
        )
        return {row[0] for row in cursor.fetchall() if not OF_THE_FRAMEWORK.search(row[0])}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("rules", "at_least"),
    [(_of_models, 130), (_of_triggers, 29), (_of_tables, 140)],
    ids=["of models", "of triggers", "of tables"],
)
def test_every_rule_has_a_test_that_names_it(rules, at_least):
    names = rules()
    assert len(names) >= at_least  # the search itself still finds them
    assert names - _words_of_the_tests() == set()


@pytest.mark.django_db
def test_every_trigger_function_is_used():
    """A function nobody calls is a rule nobody holds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
            " AND prorettype = 'trigger'::regtype AND oid NOT IN (SELECT tgfoid FROM pg_trigger)"
            " AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')"
        )
        assert cursor.fetchall() == []


@pytest.mark.django_db
def test_no_trigger_is_switched_off():
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'O'")
        assert cursor.fetchall() == []
