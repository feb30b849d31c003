"""Rules of the house that a forgetful change would break: this file says so before a reader has to."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from celery import current_app
from django.apps import apps
from django.core.management import call_command
from django.db import connection

from harmtracker.jobs import KINDS
from tests.classified import APPEND_ONLY, EXPORTED, MUTABLE, WITHHELD

ROOT = Path(__file__).resolve().parent.parent
OURS = ("harmtracker", "sources", "claims")
MODELS = [model for label in OURS for model in apps.get_app_config(label).get_models()]
CODE = [path for name in OURS for path in (ROOT / name).rglob("*.py") if "migrations" not in path.parts]


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imports_of(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


@pytest.mark.parametrize(("app", "forbidden"), [("sources", {"claims"}), ("harmtracker", {"claims", "sources"})])
def test_dependencies_run_one_way(app, forbidden):
    # The demo command loads the first case and harmtracker/urls.py names the apps; both are wiring.
    wiring = {"demo.py", "urls.py"}
    wrong = [
        f"{path.relative_to(ROOT)} imports {module}"
        for path in (ROOT / app).rglob("*.py")
        if path.name not in wiring
        for module in imports_of(path)
        if module.split(".")[0] in forbidden
    ]
    assert wrong == []


def test_actions_know_nothing_of_requests():
    wrong = [
        str(path.relative_to(ROOT))
        for path in [
            *(ROOT / "claims/actions").glob("*.py"),
            ROOT / "sources/intake.py",
            *(ROOT / "claims/release").glob("*.py"),
        ]
        if any(module.startswith(("django.http", "django.forms", "rest_framework")) for module in imports_of(path))
    ]
    assert wrong == []


def label_of(model):
    return model._meta.label


def test_every_model_is_mutable_or_append_only():
    unclear = [label for label in map(label_of, MODELS) if (label in MUTABLE) == (label in APPEND_ONLY)]
    assert unclear == [], "classify in tests/classified.py"


@pytest.mark.django_db
def test_what_is_called_append_only_is_so_in_the_database():
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal")
        guarded = {table for table, name in cursor.fetchall() if name in ("append_only", "capture_rules")}
    assert {label for label in APPEND_ONLY if apps.get_model(label)._meta.db_table not in guarded} == set()


@pytest.mark.parametrize("model", MODELS, ids=label_of)
def test_every_field_is_exported_or_withheld(model):
    label = model._meta.label
    fields = {field.name for field in (*model._meta.concrete_fields, *model._meta.many_to_many)}
    exported, withheld = EXPORTED.get(label, set()), WITHHELD.get(label, set())
    if withheld == {"*"}:
        assert not exported
        return
    assert exported & withheld == set()
    assert fields - exported - withheld == set(), f"say in tests/classified.py what partners get of {label}"
    assert (exported | withheld) - fields == set(), f"{label} has no such field"


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_model_says_what_it_is():
    for model in MODELS:
        assert model.__doc__ and not model.__doc__.startswith(f"{model.__name__}("), model
        assert "__str__" in model.__dict__ or any("__str__" in base.__dict__ for base in model.__mro__[1:-2]), model


def test_migrations_have_names_a_person_gave():
    names = [path.stem for label in OURS for path in (ROOT / label / "migrations").glob("0*.py")]
    assert not [name for name in names if re.search(r"_auto_|_alter_|_remove_", name)]


def test_every_function_in_a_tasks_module_does_a_kind_of_work():
    current_app.loader.import_default_modules()
    assert {name for name in current_app.tasks if name.split(".")[0] in OURS} == {
        "harmtracker.work", "harmtracker.fall_due",
    }  # fmt: skip
    done = {
        f"{app}.tasks.{node.name}"
        for app in ("sources", "claims")
        for node in ast.parse((ROOT / app / "tasks.py").read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef)
    }
    assert done == {kind.function for kind in KINDS.values()}


def test_there_is_no_admin_site():
    assert not apps.is_installed("django.contrib.admin")


def carries_on(handler: ast.ExceptHandler) -> bool:
    catches_all = handler.type is None or getattr(handler.type, "id", "") in {"Exception", "BaseException"}
    return catches_all and not (isinstance(handler.body[-1], ast.Raise) and handler.body[-1].exc is None)


def test_nobody_catches_everything_to_carry_on():
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in CODE
        if "except" in path.read_text(encoding="utf-8")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ExceptHandler) and carries_on(node)
    ]
    assert wrong == []


def test_only_the_writing_places_write():
    """Domain rows are created, updated and deleted in actions, intake, capture, release, jobs and audit only."""
    writers = (
        "sources/intake.py", "sources/catalogue.py", "sources/capture/", "sources/copies/", "sources/evidence/",
        "claims/actions/", "claims/release/",
        "claims/quote_checks.py", "claims/alarms.py", "claims/news_mail.py", "claims/api/", "harmtracker/jobs.py",
        "harmtracker/turns.py", "harmtracker/audit.py", "harmtracker/db.py", "sources/recheck.py",
        "harmtracker/models/", "harmtracker/people.py", "harmtracker/sign_in.py", "claims/demo/",
        "harmtracker/drafts.py", "harmtracker/presence.py", "claims/webhooks/",
    )  # fmt: skip
    call = re.compile(
        r"\.objects\.(create|bulk_create|get_or_create|update_or_create)\(|\.(update|delete)\(\)|\.save\("
    )
    wrong = []
    for path in CODE:
        name = str(path.relative_to(ROOT))
        if not name.startswith(writers) and call.search(path.read_text(encoding="utf-8")):
            wrong.append(name)
    assert wrong == []
