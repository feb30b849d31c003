"""The servers the tests run on, and the databases in them."""

import hashlib
import threading
from pathlib import Path

import django
import psycopg
from django.conf import settings
from django.db import connection
from psycopg import sql

from harmtracker.embedded import Servers, place
from harmtracker.embedded.paths import PROJECT

SERVERS = Servers(
    place("test"),
    options={
        # Nothing here outlives a power cut: the tests' data may.
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        # What it would count in passing is taken back a moment later: plans would be made for rows that are gone.
        "autovacuum": "off",
        "max_connections": "200",
        "shared_buffers": "256MB",
    },
)


def superuser(database: str = "postgres") -> psycopg.Connection:
    """A connection no trigger and no privilege stops; for arranging and clearing, never for what is tested."""
    return psycopg.connect(host=str(SERVERS.place.run), dbname=database, user="postgres", autocommit=True)


def until_one_waits_for_a_lock(thread: threading.Thread) -> None:
    """Until a connection of this run waits for another one's lock, or the thread has ended without."""
    for _look in range(3000):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")  # a transaction sees what it saw first
            cursor.execute(
                "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone() or not thread.is_alive():
                return
        thread.join(timeout=0.02)


def drop_databases_of_dead_runs() -> None:
    with superuser() as server:
        names = [
            row[0] for row in server.execute(r"SELECT datname FROM pg_database WHERE datname ~ '^test_harmtracker_\d+'")
        ]
        for name in names:
            pid = name.removeprefix("test_harmtracker_").split("_")[0]
            if pid.isdigit() and not Path(f"/proc/{pid}").exists():
                server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


class MigratedCopy:
    """The migrated database that test databases are copied from; whoever asks first makes it, the others wait.

    Named before anything is migrated: a migration edited meanwhile must not be taken for what the copy holds.
    """

    def __init__(self) -> None:
        self.name = template_name()
        self._making: psycopg.Connection | None = None

    def is_there(self) -> bool:
        """Whether one can be copied. If not, making it is up to the caller: ``keep`` or the end lets others go on."""
        making = superuser()
        making.execute("SELECT pg_advisory_lock(hashtext('migrated copy'))")
        if template_exists(self.name):
            making.close()
            return True
        self._making = making
        return False

    def keep(self, database: str) -> None:
        """Copy a freshly migrated database, if it was up to us; nobody may be connected to it."""
        if self._making:
            keep_as_template(database, self.name)
            self._making.close()
            self._making = None


def template_name() -> str:
    """The name of the migrated database that test databases are copied from; it changes with the migrations."""
    mark = hashlib.sha256(f"{django.VERSION}{settings.INSTALLED_APPS}".encode())
    for path in sorted(PROJECT.glob("*/migrations/*.py")):
        mark.update(path.name.encode() + path.read_bytes())
    return f"template_harmtracker_{mark.hexdigest()[:12]}"


def template_exists(name: str) -> bool:
    with superuser() as server:
        return server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def keep_as_template(database: str, name: str) -> None:
    """Copy a freshly migrated database (nobody may be connected to it) for the runs to come; drop older copies."""
    with superuser() as server:
        rows = server.execute("SELECT datname FROM pg_database WHERE datname LIKE 'template\\_harmtracker%'")
        for (old,) in rows.fetchall():
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(old)))
        server.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER owner").format(sql.Identifier(name), sql.Identifier(database))
        )
