"""Real servers, two database roles, a real worker: what the tests stand on."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connection, connections
from django.test import TransactionTestCase
from psycopg import sql

from harmtracker.embedded import Servers, place

SERVERS = Servers(
    place("test"),
    # Nothing here outlives a power cut: the tests' data may.
    options={"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"},
)
# What migrations put there, and every test relies on.
KEPT_TABLES = {"django_migrations", "django_content_type", "auth_permission", "harmtracker_kept"}


def pytest_configure(config: pytest.Config) -> None:
    SERVERS.start()
    if not hasattr(config, "workerinput"):
        _drop_databases_of_dead_runs()


def pytest_unconfigure(config: pytest.Config) -> None:
    SERVERS.stop()


def superuser(database: str = "postgres") -> psycopg.Connection:
    """A connection no trigger and no privilege stops; for arranging and clearing, never for what is tested."""
    return psycopg.connect(host=str(SERVERS.place.run), dbname=database, user="postgres", autocommit=True)


def _drop_databases_of_dead_runs() -> None:
    with superuser() as server:
        names = [row[0] for row in server.execute(r"SELECT datname FROM pg_database WHERE datname ~ '^test_.*_\d+'")]
        for name in names:
            pid = name.removeprefix("test_harmtracker_").split("_")[0]
            if pid.isdigit() and not Path(f"/proc/{pid}").exists():
                server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _use_role(role: str) -> None:
    """Connect as `role` from now on; threads (live_server) share the same settings."""
    for each in connections.all():
        each.close()
        each.settings_dict["USER"] = role


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings) -> None:
    """The test database is made and migrated by the owner."""
    _use_role("owner")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker) -> Iterator[None]:
    """Everything after that happens as `app`, as it does in the product."""
    with django_db_blocker.unblock():
        _use_role("app")
    yield
    with django_db_blocker.unblock():
        _use_role("owner")  # a database is dropped by its owner


@pytest.fixture(scope="session", autouse=True)
def _empty_as_superuser() -> Iterator[None]:
    """Django empties tables with TRUNCATE, which nobody but a superuser may do to the record."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", _empty_tables)
        yield


def _empty_tables(case: TransactionTestCase) -> None:
    name = connection.settings_dict["NAME"]
    with superuser(name) as server:
        _wait_for_jobs(server)
        # No trigger and no foreign key fires; deleting is quicker than TRUNCATE for a few rows.
        server.execute("SET session_replication_role = replica")
        for (table,) in server.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall():
            if table not in KEPT_TABLES:
                server.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))


def _wait_for_jobs(server: psycopg.Connection, seconds: float = 10.0) -> None:
    """A worker must not find its rows gone from under it."""
    if not server.execute("SELECT to_regclass('public.harmtracker_job')").fetchone()[0]:
        return
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not server.execute("SELECT 1 FROM harmtracker_job WHERE state = 'running' LIMIT 1").fetchone():
            return
        time.sleep(0.05)


@pytest.fixture(autouse=True)
def evidence_root(tmp_path: Path, settings) -> Path:
    """Evidence files of one test, in a folder of its own."""
    settings.EVIDENCE_ROOT = tmp_path / "evidence"
    return settings.EVIDENCE_ROOT


class Background:
    """A worker and a relay on the test database, as they run in the product."""

    def __init__(self, folder: Path, database: str, environment: dict[str, str]) -> None:
        self.folder = folder
        self.evidence_root = folder / "evidence"
        self._environment = (
            os.environ
            | environment
            | {
                "HARMTRACKER_TEST_DATABASE": database,
                "DJANGO_SETTINGS_MODULE": "tests.settings",
                "EVIDENCE_ROOT": str(self.evidence_root),
                "PYTHONPATH": str(Path(__file__).parent.parent),
            }
        )
        self._started: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        # Without gossip and mingle a worker is ready at once; it needs no other.
        worker = [sys.executable, "-m", "celery", "-A", "harmtracker", "worker", "-c", "2", "-l", "info",
                  "--without-gossip", "--without-mingle", "-Q", "default,capture,claims"]  # fmt: skip
        self._launch("worker", worker)
        self._launch("relay", [sys.executable, "manage.py", "relay"])
        self._await("worker", " ready")
        self._await("relay", "relay is listening")

    def stop(self) -> None:
        for process in self._started:
            process.terminate()
        for process in self._started:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._started.clear()

    def log(self, name: str = "worker") -> str:
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def _launch(self, name: str, command: list[str]) -> None:
        # A file, not a pipe: nobody reads the pipe while the tests run, and a full one would stop the worker.
        with (self.folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                command, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, start_new_session=True,
                cwd=Path(__file__).parent.parent, env=self._environment | {"HARMTRACKER_PROCESS": name},
            )  # fmt: skip
        self._started.append(process)

    def _await(self, name: str, words: str, seconds: float = 30.0) -> None:
        until = time.monotonic() + seconds
        while words not in self.log(name):
            if time.monotonic() > until or any(process.poll() is not None for process in self._started):
                raise RuntimeError(f"The {name} did not start:\n{self.log(name)}")
            time.sleep(0.05)


@pytest.fixture(scope="session")
def background(tmp_path_factory, django_db_setup, django_db_blocker) -> Iterator[Background]:
    """One worker and one relay for all tests that need them; they see only what tests commit."""
    with django_db_blocker.unblock():
        name = connection.settings_dict["NAME"]
    # Loopback sites the tests serve must be named before the worker starts: see `site_ports`.
    started = Background(tmp_path_factory.mktemp("background"), name, {})
    try:
        started.start()
        yield started
    finally:
        started.stop()


@pytest.fixture
def worker(background: Background, transactional_db, settings, evidence_root) -> Background:
    """A real worker for one test, sharing the test's evidence folder; the test commits what it does."""
    settings.EVIDENCE_ROOT = background.evidence_root
    return background
