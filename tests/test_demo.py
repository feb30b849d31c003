"""`demo`: one command, a clear word when it cannot, and nothing left behind however it ends."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from django.core.management.base import CommandError

from harmtracker.embedded import place, postgres, valkey
from harmtracker.embedded.leftovers import marked
from harmtracker.embedded.paths import PROJECT
from harmtracker.management.commands.demo import free_port

# With what is compiled: each copy would compile the whole product again.
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", ".local", "node_modules", "tests", "screenshots")
ENDS_WITHIN = 60  # seconds, on a machine with other work
FROM_THE_TESTS = {
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "REDIS_URL",
    "DJANGO_SETTINGS_MODULE",
    "SECRET_KEY",
    "TOKEN_PEPPER",
}


class Checkout:
    """A copy of the project, with a demonstration of its own."""

    def __init__(self, folder: Path) -> None:
        shutil.copytree(PROJECT, folder, ignore=LEFT_OUT)
        self.folder = folder
        self.place = place(project=folder)
        self.started: subprocess.Popen[str] | None = None

    def demo(self, port: str = "0") -> "subprocess.Popen[str]":
        clean = {name: word for name, word in os.environ.items() if name not in FROM_THE_TESTS}
        with (self.folder / "out").open("w") as out:
            self.started = subprocess.Popen(
                [sys.executable, "manage.py", "demo"], cwd=self.folder, env=clean | {"PORT": port},
                stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, start_new_session=True, text=True,
            )  # fmt: skip
        return self.started

    def address(self, seconds: float = 180) -> str:
        """The first line it says, once its announcement is complete."""
        until = time.monotonic() + seconds
        while "Ctrl-C stops" not in self.said():
            assert self.started.poll() is None, self.said()
            assert time.monotonic() < until, self.said()
            time.sleep(0.1)
        return self.said().splitlines()[0]

    def said(self) -> str:
        return (self.folder / "out").read_text()

    def mark(self) -> str:
        return json.loads((self.folder / ".local" / "demo.json").read_text())["mark"]

    def all_gone(self, mark: str, seconds: float = 30) -> bool:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if not (marked(mark) or postgres.listens(self.place) or valkey.answers(self.place)):
                return True
            time.sleep(0.1)
        return False


@pytest.fixture
def checkout(tmp_path: Path):
    made = Checkout(tmp_path / "checkout")
    yield made
    if made.started and made.started.poll() is None:
        made.started.send_signal(signal.SIGTERM)
        made.started.wait(ENDS_WITHIN)
    if os.geteuid() == 0:
        shutil.rmtree(made.place.base, ignore_errors=True)


def first_answer(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=60) as answer:
            return answer.status
    except urllib.error.HTTPError as refusal:
        return refusal.code


def cannot_be_entered(checkout: Checkout) -> None:
    """A start whose first case breaks stops everything and says why."""
    loader = checkout.folder / "claims" / "demo"
    shutil.rmtree(loader)
    loader.mkdir()
    broken = "def load_once(secrets_file, site, web): raise RuntimeError('the page is missing')"
    (loader / "__init__.py").write_text(broken)
    assert checkout.demo().wait(180) == 1
    assert "the page is missing" in checkout.said()
    assert checkout.all_gone(checkout.mark(), seconds=1)
    shutil.rmtree(loader)
    shutil.copytree(PROJECT / "claims" / "demo", loader)


def test_the_whole_life_of_a_demonstration(checkout: Checkout) -> None:
    cannot_be_entered(checkout)
    process = checkout.demo()
    address = checkout.address()
    assert address.startswith("http://127.0.0.1:")
    assert first_answer(address) == 200
    secrets = checkout.folder / ".local" / "secrets.json"
    made = secrets.read_text()
    assert secrets.stat().st_mode & 0o777 == 0o600

    again = subprocess.run(
        [sys.executable, "manage.py", "demo"], cwd=checkout.folder, capture_output=True, text=True, check=False,
        env={name: word for name, word in os.environ.items() if name not in FROM_THE_TESTS},
    )  # fmt: skip
    assert again.returncode == 2
    assert f"already runs, at {address}" in again.stderr

    mark = checkout.mark()
    process.kill()
    process.wait()
    assert checkout.all_gone(mark), "its companion ends what a killed demonstration left"

    process = checkout.demo()
    address = checkout.address()
    assert secrets.read_text() == made, "a second start keeps the secrets"
    mark = checkout.mark()
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(ENDS_WITHIN) == 130
    assert checkout.all_gone(mark, seconds=1)


def test_a_taken_port_is_named_before_anything_starts(checkout: Checkout) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert checkout.demo(port).wait(60) == 2
    assert f"Port {port} is taken" in checkout.said()
    assert "PORT=" in checkout.said()
    assert "Traceback" not in checkout.said()
    assert not (checkout.folder / ".local").exists()
    assert not checkout.place.base.exists()


@pytest.mark.parametrize("word", ["eighty", "-1", "70000", "８０００", ""])
def test_a_port_that_is_none_is_named(word: str) -> None:
    with pytest.raises(CommandError, match="is not a port") as refusal:
        free_port(word)
    assert refusal.value.returncode == 2


def test_port_zero_takes_any() -> None:
    assert free_port("0") > 0
