"""docker-compose.yml, Dockerfile and .env.example, held in step with the settings. No engine is needed."""

import ast
import json
import re
import shutil

import pytest
import yaml

from harmtracker.embedded.paths import PROJECT
from harmtracker.models import Lane

READERS = {"text", "flag", "number", "choice", "words", "loopback_pairs", "bucket", "mail_server", "web_address"}
COMPOSE = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
WORKERS = {"worker-visits", "worker-reading", "worker-record", "worker-webhooks"}
PROGRAM = {"migrate", "web", *WORKERS, "relay", "beat"}


def names_read() -> set[str]:
    """Every name the product reads through harmtracker.environment."""
    found = set()
    for path in [PROJECT / "harmtracker" / "settings.py", PROJECT / "harmtracker" / "gunicorn_settings.py"]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in READERS:
                found.add(node.args[0].value)
    return found


def names_in_example() -> set[str]:
    return set(re.findall(r"^([A-Z_]+)=", (PROJECT / ".env.example").read_text(), re.MULTILINE))


def test_names_are_found() -> None:
    assert {"SECRET_KEY", "DATABASE_URL", "WEB_PROCESSES", "FETCH_ALLOWED_LOOPBACK", "DEBUG"} <= names_read()


def test_settings_are_read_in_one_place() -> None:
    elsewhere = {
        str(path.relative_to(PROJECT))
        for app in ("harmtracker", "sources", "claims")
        for path in (PROJECT / app).rglob("*.py")
        if re.search(r"environ\[|environ\.get\(|getenv\(", path.read_text())
    }
    # They decide what to start before there are settings.
    assert elsewhere <= {
        "harmtracker/environment.py",
        "harmtracker/embedded/__init__.py",
        "harmtracker/embedded/account.py",
        "harmtracker/embedded/guardian.py",
        "harmtracker/management/commands/demo.py",
        # Hands a few names on to a process that must see no others.
        "sources/capture/child.py",
    }


def test_every_setting_stands_in_the_example() -> None:
    assert names_read() - names_in_example() == set()
    assert names_in_example() - names_read() == {
        "DATABASE_PASSWORD", "DATABASE_OWNER_PASSWORD", "POSTGRES_PASSWORD",
    }  # fmt: skip


def test_every_setting_reaches_the_services() -> None:
    for name in PROGRAM - {"migrate"}:
        assert names_read() - {"DATABASE_OWNER_URL"} <= set(SERVICES[name]["environment"]), name
    assert names_read() - {"HARMTRACKER_PROCESS"} <= set(SERVICES["migrate"]["environment"])


def test_only_migrations_know_the_owners_password() -> None:
    for name in PROGRAM - {"migrate"}:
        assert "OWNER" not in json.dumps(SERVICES[name]["environment"]), name


def test_no_service_is_missing_and_each_says_which_process_it_is() -> None:
    assert set(SERVICES) == PROGRAM | {"postgres", "redis"}
    for name in PROGRAM - {"migrate"}:
        assert SERVICES[name]["environment"]["HARMTRACKER_PROCESS"] == name.split("-")[0]


def test_each_command_exists() -> None:
    for name in PROGRAM:
        command = SERVICES[name]["command"]
        if command[:2] == ["python", "manage.py"]:
            assert (PROJECT / "harmtracker/management/commands" / f"{command[2]}.py").exists()
        else:
            assert command[0] in ("gunicorn", "celery")
            assert shutil.which(command[0], path=str(PROJECT / ".venv/bin")) or shutil.which(command[0])


def test_every_lane_has_one_worker_and_visits_have_their_own() -> None:
    served = [lane for name in sorted(WORKERS) for lane in SERVICES[name]["command"][-1].split(",")]
    assert sorted(served) == sorted(Lane.values)
    assert set(SERVICES["worker-visits"]["command"][-1].split(",")) == {"fetch", "recheck"}


def test_a_worker_has_as_many_processes_as_work_may_go_on_at_once() -> None:
    for name, setting in (
        ("worker-visits", "VISITS_AT_ONCE"),
        ("worker-reading", "READS_AT_ONCE"),
        ("worker-webhooks", "SENDS_AT_ONCE"),
    ):
        command = SERVICES[name]["command"]
        assert command[command.index("-c") + 1] == SERVICES[name]["environment"][setting]


def test_servers_are_the_ones_the_product_was_tried_with() -> None:
    assert SERVICES["postgres"]["image"] == "postgres:18"
    assert "postgres:/var/lib/postgresql" in SERVICES["postgres"]["volumes"]
    assert (PROJECT / "deploy" / "postgres-roles.sh").stat().st_mode & 0o111
    for name, service in SERVICES.items():
        assert service["init"] is True, f"{name}: killed servers need a parent that reaps them"


def test_the_image_holds_every_folder_the_product_needs() -> None:
    copied = set(
        re.findall(r"^COPY ([\w./]+(?: [\w./]+)*) [\w./]+$", (PROJECT / "Dockerfile").read_text(), re.MULTILINE)
    )
    copied = {name for names in copied for name in names.split()}
    assert {"requirements.lock", "manage.py", "harmtracker", "sources", "claims", "templates", "static"} <= copied
    ignored = (PROJECT / ".dockerignore").read_text().split()
    assert copied.isdisjoint(ignored)
    assert {".env", ".local", ".git"} <= set(ignored)


def test_the_image_serves_as_the_compose_file_does() -> None:
    last = (PROJECT / "Dockerfile").read_text().rpartition("CMD ")[2]
    assert json.loads(last) == SERVICES["web"]["command"]


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_locks_carry_hashes_and_no_addresses(name: str) -> None:
    text = (PROJECT / name).read_text()
    assert "://" not in text
    for package in re.split(r"\n(?=[a-z0-9])", text.strip()):
        if not package.startswith("#"):
            assert "--hash=sha256:" in package, package[:80]


def test_the_first_start_fetches_no_browser_driver_and_no_linter() -> None:
    run = (PROJECT / "requirements.lock").read_text()
    for name in ("playwright", "mypy", "ruff", "pytest", "nodejs"):
        assert not re.search(rf"^{name}", run, re.MULTILINE)
