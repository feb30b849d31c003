"""The whole product with one command: servers, web, worker, relay, beat and the first case."""

import io
import json
import os
import secrets
import shlex
import socket
import subprocess
import sys
from contextlib import ExitStack
from typing import Any, TextIO

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from honcho.manager import Manager
from honcho.printer import Printer

from harmtracker.catalogues import compile_stale
from harmtracker.embedded import EmbeddedError, place, running
from harmtracker.embedded.leftovers import MARK, end_marked, started_at
from harmtracker.embedded.paths import PROJECT
from harmtracker.secrets_file import ensure_secrets

FOLDER = PROJECT / ".local"
STATE = FOLDER / "demo.json"
LOG = FOLDER / "demo.log"
SITE = PROJECT / "claims" / "demo" / "site.py"


class Command(BaseCommand):
    """Listens on 127.0.0.1 only: its accounts are for looking at, and their passwords lie in a file."""

    help = "Start everything and show the first case. PORT=0 takes any free port."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        _end_leftovers()
        port = free_port(os.environ.get("PORT", "8000"))
        compile_stale()
        with ExitStack() as held:
            try:
                held.enter_context(running(place()))
            except EmbeddedError as error:
                raise CommandError(str(error)) from error
            code = _run(port, held)
        sys.exit(code)


def _run(port: int, held: ExitStack) -> int:
    """Migrate, start every process, and return the exit code once all have ended."""
    environment = _environment()
    site_port = _site_port()
    environment["FETCH_ALLOWED_LOOPBACK"] = f"127.0.0.1:{site_port}"
    call_command("migrate", interactive=False, verbosity=0)
    call_command("check", databases=["default"], tags=["database"], stdout=io.StringIO())
    connections.close_all()  # what follows forks
    STATE.touch(mode=0o600)
    STATE.write_text(
        json.dumps(
            {
                "pid": os.getpid(),
                "started": started_at(os.getpid()),
                "mark": environment[MARK],
                "port": port,
                "site_port": site_port,
            }
        )
    )
    log = held.enter_context(LOG.open("w"))
    guardian = subprocess.Popen(
        [sys.executable, "-m", "harmtracker.embedded.guardian", str(os.getpid()), str(port), _site_address(site_port)],
        cwd=PROJECT,
        env=environment,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    held.callback(_end, guardian)
    code = _manage(_commands(port, site_port), environment, log)
    # It ends before us only if it could not show the first case; it has said why.
    return 1 if guardian.poll() else code


def _manage(commands: dict[str, list[str]], environment: dict[str, str], log: TextIO) -> int:
    manager = Manager(Printer(log, colour=False))
    for name, command in commands.items():
        manager.add_process(name, f"exec {shlex.join(command)}", env=environment | {"HARMTRACKER_PROCESS": name})
    manager.loop()
    code = manager.returncode or 0
    if code not in (0, 130, 143):
        sys.stderr.write(f"A part of the program ended by itself, so the rest was stopped. See {LOG}.\n")
        return 1
    return code


def _commands(port: int, site_port: int) -> dict[str, list[str]]:
    python = [sys.executable, "-m"]
    celery = [*python, "celery", "-A", "harmtracker"]
    commands = {
        "web": [*python, "gunicorn", "-c", "python:harmtracker.gunicorn_settings", "-b", f"127.0.0.1:{port}",
                "harmtracker.wsgi"],
        "worker": [*celery, "worker", "-c", "4", "-l", "info", "--without-gossip", "--without-mingle",
                   "-Q", "fetch,recheck,parse,claims,upkeep,webhooks"],
        "relay": [sys.executable, "manage.py", "relay"],
        "beat": [*celery, "beat", "-l", "info", "-s", str(FOLDER / "beat-schedule"), "--pidfile="],
    }  # fmt: skip
    if SITE.exists():
        commands["site"] = [*python, "claims.demo.site", "--port", str(site_port)]
    return commands


def _environment() -> dict[str, str]:
    mine = {MARK: secrets.token_hex(16), "PLAIN_HTTP": "1", "STATIC_FROM_SOURCE": "1", "PYTHONUNBUFFERED": "1"}
    if not os.environ.get("DATABASE_URL"):
        ensure_secrets(["SECRET_KEY", "TOKEN_PEPPER"])
    return {"HARMTRACKER_ORGANISATION": "Harm Tracker Demonstration Desk"} | os.environ | mine


def free_port(wanted: str) -> int:
    """The port to listen on: the one asked for, or any for 0. Looked at before anything is started."""
    if not wanted.isascii() or not wanted.isdigit() or int(wanted) > 65535:
        raise CommandError(f"PORT={wanted} is not a port: give a number up to 65535, or 0 for any.", returncode=2)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(wanted)))
        except OSError as error:
            raise CommandError(
                f"Port {wanted} is taken or not allowed ({error.strerror}). "
                "Choose another with PORT=, for example PORT=8001, or PORT=0 for any free one.",
                returncode=2,
            ) from error
        return int(probe.getsockname()[1])


def _site_port() -> int:
    """The demonstration site keeps its port: the addresses of the first case's sources contain it."""
    try:
        kept = str(_read_state().get("site_port", 0))
        return free_port(kept)
    except CommandError:
        return free_port("0")


def _site_address(port: int) -> str:
    return f"http://127.0.0.1:{port}"


def _read_state() -> dict[str, Any]:
    try:
        return dict(json.loads(STATE.read_text()))
    except (FileNotFoundError, ValueError):
        return {}


def _end_leftovers() -> None:
    """End what a killed run of this checkout left behind; refuse to start beside one that lives."""
    state = _read_state()
    if not state:
        return
    if started_at(state["pid"]) == state["started"]:
        raise CommandError(
            f"The demonstration of this folder already runs, at http://127.0.0.1:{state['port']}/ . "
            "Open it there, or stop it first. PORT= chooses a port, but one folder has one demonstration.",
            returncode=2,
        )
    end_marked(state["mark"])


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
