"""Real servers, two database roles, a real worker: what the tests stand on."""

import gc
import itertools
import os
import random
import secrets
import shutil
import sys
import time
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import factory.random
import hypothesis
import psycopg
import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, connections
from django.test import Client, TransactionTestCase
from django.utils import timezone
from psycopg import sql

from harmtracker.catalogues import compile_stale
from harmtracker.embedded import Place, place, postgres, valkey
from harmtracker.embedded.account import server_account
from tests.background import Background, allowed, free_ports
from tests.databases import SERVERS, MigratedCopy, drop_databases_of_dead_runs, superuser

# What migrations put there, and every test relies on.
KEPT_TABLES = {"django_migrations", "django_content_type", "auth_permission", "harmtracker_kept"}

LONGEST = ("tests/test_demo.py", "tests/embedded/test_servers.py", "tests/api/test_exports.py::test_after_a_thousand")

# What checks the format "iri", which no schema of ours names, would read forty grammars: two seconds of each process.
sys.modules["rfc3987_syntax"] = None

# The same examples in every run, so that a change is judged by what it changed. SEARCH=1 looks for new ones.
hypothesis.settings.load_profile("default" if os.environ.get("SEARCH") else "ci")


def pytest_configure(config: pytest.Config) -> None:
    compile_stale()  # before Django reads the catalogues, which it does once
    SERVERS.start()
    if not hasattr(config, "workerinput"):
        drop_databases_of_dead_runs()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first, so that no process is left alone with it when the others have ended."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Next to nothing of what is collected is garbage, and all of it stays: it is looked through no more."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_unconfigure(config: pytest.Config) -> None:
    SERVERS.stop()


def _use_role(role: str) -> None:
    """Connect as `role` from now on; threads (live_server) share the same settings."""
    for each in connections.all():
        each.close()
        each.settings_dict["USER"] = role


@pytest.fixture(scope="session")
def migrated_copy() -> MigratedCopy:
    return MigratedCopy()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, migrated_copy) -> None:
    """The test database is made and migrated by the owner, from a migrated copy if there is one."""
    _use_role("owner")
    if migrated_copy.is_there():
        connection.settings_dict["TEST"]["TEMPLATE"] = migrated_copy.name


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, migrated_copy, django_db_blocker) -> Iterator[None]:
    """Everything after that happens as `app`, as it does in the product."""
    with django_db_blocker.unblock():
        _use_role("app")  # closes every connection, which a copy needs
        migrated_copy.keep(connection.settings_dict["NAME"])
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
    """Delete everything while no worker has a job in hand, and none can take one.

    Whatever a worker writes meanwhile would outlive the rows it belongs to, since no foreign key is minded here:
    a test far from it once found a step of a job that was gone.
    """
    until = time.monotonic() + 15
    with superuser(connection.settings_dict["NAME"]) as server:
        while not _emptied(server, by_force=time.monotonic() > until):
            time.sleep(0.05)


def _emptied(server: psycopg.Connection, *, by_force: bool) -> bool:
    """Whether the tables are empty now; by force, whatever is said to be running (a test may have left it so)."""
    tables = server.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    emptying = [sql.SQL("DELETE FROM {}").format(sql.Identifier(name)) for (name,) in tables if name not in KEPT_TABLES]
    try:
        with server.transaction():
            # A worker that waits for us while we wait for it goes on before the server takes it for a deadlock.
            server.execute("SET LOCAL lock_timeout = '300ms'")
            if ("harmtracker_job",) in tables:
                server.execute("LOCK TABLE harmtracker_job IN SHARE ROW EXCLUSIVE MODE")
                running = server.execute("SELECT 1 FROM harmtracker_job WHERE state = 'running' LIMIT 1").fetchone()
                if running and not by_force:
                    return False
            # No trigger and no foreign key fires; deleting is quicker than TRUNCATE for a few rows.
            server.execute("SET LOCAL session_replication_role = replica")
            server.execute(sql.SQL("; ").join(emptying))
    except psycopg.errors.LockNotAvailable:
        if by_force:
            raise
        return False
    return True


@pytest.fixture(scope="session", autouse=True)
def _quick_to_sign_in() -> Iterator[None]:
    """Django's own ``force_login`` asks the database fourteen times, in more than a thousand tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Client, "force_login", _sign_in)
        yield


def _sign_in(client: Client, person) -> None:
    """Leave the session that signing in leaves, and nothing else: no time of it, no signal."""
    key = uuid.uuid4().hex
    held = {
        SESSION_KEY: str(person.pk),
        BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
        HASH_SESSION_KEY: person.get_session_auth_hash(),
    }
    until = timezone.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE)
    kept = SessionStore.get_model_class()(session_key=key, session_data=SessionStore().encode(held), expire_date=until)
    kept.save(force_insert=True)
    client.cookies[settings.SESSION_COOKIE_NAME] = key


@pytest.fixture(scope="module", autouse=True)
def _same_chance_for_a_module(request: pytest.FixtureRequest) -> Iterator[None]:
    """What a module arranges for all its tests is drawn alike whatever ran before it."""
    with pytest.MonkeyPatch.context() as patch:
        _draw_alike(patch, request.node.nodeid)
        yield


@pytest.fixture(autouse=True)
def _same_chance(request: pytest.FixtureRequest, monkeypatch) -> None:
    """References, names and form tokens of one test are drawn alike in every run: nothing passes or fails by luck.

    A reference once spelled ``CNN`` on a page that was not to name CNN.
    """
    _draw_alike(monkeypatch, request.node.nodeid)


def _draw_alike(patch: pytest.MonkeyPatch, seed: str) -> None:
    patch.setattr(secrets, "choice", random.Random(seed).choice)
    factory.random.reseed_random(seed)


@pytest.fixture(scope="session")
def evidence_roots(tmp_path_factory) -> Iterator[Path]:
    """Names of folders, one for each test. Few tests write evidence: a folder made for each is time for nothing."""
    folder = tmp_path_factory.mktemp("evidence")
    return (folder / str(number) for number in itertools.count())


@pytest.fixture(autouse=True)
def evidence_root(evidence_roots: Iterator[Path], settings) -> Path:
    """Evidence files of one test, in a folder of its own."""
    settings.EVIDENCE_ROOT = next(evidence_roots)
    return settings.EVIDENCE_ROOT


@pytest.fixture(scope="session")
def web_ports() -> list[int]:
    """Ports of 127.0.0.1 on which tests may serve a web of their own; the real worker may fetch from them."""
    return free_ports(4)


@pytest.fixture(autouse=True)
def _loopback_allowed(request: pytest.FixtureRequest, settings) -> None:
    if "web_ports" in request.fixturenames:
        settings.FETCH_ALLOWED_LOOPBACK = allowed(request.getfixturevalue("web_ports"))


_at_work: list[Background] = []


@pytest.fixture(autouse=True)
def _work_is_left_alone(request: pytest.FixtureRequest) -> None:
    """Jobs that a test commits are its own to take, unless it asks for a worker: an earlier test may have begun one.

    Nothing is undone at the end of a test: its rows are still there then.
    """
    for each in _at_work:
        each.go_on() if "background" in request.fixturenames else each.hold()


@pytest.fixture(scope="session")
def background(tmp_path_factory, django_db_setup, django_db_blocker, web_ports) -> Iterator[Background]:
    """One worker and one relay for all tests that need them; they see only what tests commit."""
    with django_db_blocker.unblock():
        name = connection.settings_dict["NAME"]
    loopback = {"FETCH_ALLOWED_LOOPBACK": ",".join(allowed(web_ports))}
    started = Background(tmp_path_factory.mktemp("background"), name, loopback)
    try:
        started.start()
        _at_work.append(started)
        yield started
    finally:
        _at_work.clear()
        started.stop()


@pytest.fixture
def worker(background: Background, transactional_db, settings, evidence_root, web_ports) -> Background:
    """A real worker for one test, sharing the test's evidence folder; the test commits what it does."""
    settings.EVIDENCE_ROOT = background.evidence_root
    return background


@pytest.fixture
def client_of():
    """A browser of one person: ``client_of(analyst())`` is signed in, apart from every other."""

    def signed_in(person):
        client = Client()
        client.force_login(person)
        return client

    return signed_in


@pytest.fixture
def own_place(tmp_path: Path) -> Iterator[Place]:
    """Where servers of this test's own may run, which it may kill."""
    project = tmp_path / "мій проєкт"
    project.mkdir()
    made = place(project=project)
    yield made
    # Stopped here whoever holds them: the test may have kept its seat.
    valkey.stop(made)
    if postgres.listens(made):
        postgres.stop(made, server_account())
    if os.geteuid() == 0:
        shutil.rmtree(made.base, ignore_errors=True)  # root's lies under /var/lib, not in the test's folder
