"""Settings: read from the environment in a process of their own, as every real start does."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from harmtracker.embedded.paths import PROJECT, place
from tests.many_starts import Starts

SECRETS = {"SECRET_KEY": "k" * 60, "TOKEN_PEPPER": "p" * 60}
SERVER = {"DATABASE_URL": "postgresql://app:word@db.example.org:5433/tracker?sslmode=require"}
STARTS: Starts


@pytest.fixture(scope="module", autouse=True)
def _starts() -> Iterator[None]:
    global STARTS
    STARTS = Starts()
    yield
    STARTS.end()


def settings_with(wanted: str, **environment: str) -> subprocess.CompletedProcess[str]:
    script = f"import json; from harmtracker import settings as s; print(json.dumps({wanted}, default=str))"
    return STARTS.run(script, {"PATH": os.environ["PATH"]} | environment)


def value(wanted: str, **environment: str):
    answered = settings_with(wanted, **environment)
    assert answered.returncode == 0, answered.stderr
    return json.loads(answered.stdout)


def test_no_process_serves_with_a_default_secret() -> None:
    for missing in SECRETS:
        given = {name: word for name, word in SECRETS.items() if name != missing}
        answered = settings_with("1", HARMTRACKER_PROCESS="web", **SERVER, **given)
        assert answered.returncode != 0
        assert "must be set" in answered.stderr
    assert value("s.SECRET_KEY", **SERVER) == ""


def test_secrets_of_the_checkout_are_not_used_with_a_server_of_ones_own() -> None:
    assert value("[s.SECRET_KEY, s.TOKEN_PEPPER]", **SERVER) == ["", ""]


def test_a_database_address_is_read_by_postgresqls_own_parser() -> None:
    found = value("s.DATABASES['default']", **SERVER)
    assert found["HOST"] == "db.example.org"
    assert found["PORT"] == "5433"
    assert found["PASSWORD"] == "word"
    assert found["OPTIONS"]["sslmode"] == "require"
    assert found["CONN_MAX_AGE"] == 0


def test_a_wrong_database_address_is_refused_without_repeating_it() -> None:
    answered = settings_with("1", DATABASE_URL="mysql://app:topsecret@host/x")
    assert answered.returncode != 0
    assert "is not a postgresql:// address" in answered.stderr.splitlines()[-1]
    assert "topsecret" not in answered.stderr.splitlines()[-1]


def test_only_the_web_process_pools_and_only_background_ones_say_so() -> None:
    for process in ("web", "worker", "relay", "beat", ""):
        options = value(
            "s.DATABASES['default']['OPTIONS']", HARMTRACKER_PROCESS=process, WEB_THREADS="5", **SERVER, **SECRETS
        )
        assert ("pool" in options) == (process == "web")
        assert ("harmtracker.background=on" in options["options"]) == (process in ("worker", "relay", "beat"))
        assert "jit=off" in options["options"]
        if process == "web":
            assert options["pool"]["max_size"] == 5


def test_cookies_are_bound_to_the_host_unless_served_without_https() -> None:
    wanted = "[s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.SECURE_SSL_REDIRECT]"
    assert value(wanted, **SERVER) == ["__Host-session", "__Host-csrf", True, True]
    assert value(wanted, PLAIN_HTTP="1", **SERVER) == ["session", "csrf", False, False]


@pytest.mark.parametrize(
    "pair", ["localhost:80", "127.0.0.1", "127.0.0.2:80", "127.0.0.1:0", "127.0.0.1:8e3", "[::1]:80"]
)
def test_only_exact_pairs_of_loopback_are_allowed(pair: str) -> None:
    answered = settings_with("1", FETCH_ALLOWED_LOOPBACK=pair, **SERVER)
    assert answered.returncode != 0
    assert "127.0.0.1:port" in answered.stderr
    assert value("s.FETCH_ALLOWED_LOOPBACK", **SERVER) == []
    assert value("s.FETCH_ALLOWED_LOOPBACK", FETCH_ALLOWED_LOOPBACK="127.0.0.1:8100", **SERVER) == ["127.0.0.1:8100"]


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("DEBUG", "maybe"),
        ("WEB_THREADS", "many"),
        ("FETCH_ROBOTS", "ignore"),
        ("EVIDENCE_STORE", "https://b"),
        ("EVIDENCE_STORE", "s3://UPPER"),
    ],
)
def test_a_value_that_cannot_be_understood_is_named(name: str, word: str) -> None:
    answered = settings_with("1", **SERVER, **{name: word})
    assert f"{name}='{word}'" in answered.stderr


def test_evidence_may_lie_in_a_bucket() -> None:
    assert value("s.EVIDENCE_STORE", EVIDENCE_STORE="s3://a-bucket/of/ours", **SERVER) == "s3://a-bucket/of/ours"
    assert value("s.EVIDENCE_STORE", **SERVER) == ""


def test_stamps_that_nobody_could_check_are_not_asked_for() -> None:
    answered = settings_with("1", TIME_STAMP_URL="http://clock.example", **SERVER)
    assert "TIME_STAMP_CERTIFICATES" in answered.stderr.splitlines()[-1]
    assert value("s.TIME_STAMP_URL", TIME_STAMP_CERTIFICATES="old.pem", **SERVER) == ""


def test_mail_is_handed_over_as_the_address_says() -> None:
    house = {"MAIL_FROM": "desk@house.example", "PUBLIC_ADDRESS": "https://tracker.example.org/"} | SERVER
    for address, wanted in (
        ("smtps://me:p%40ss@mail.example", {"host": "mail.example", "port": 465, "username": "me", "password": "p@ss",
                                            "use_ssl": True}),
        ("smtp+starttls://mail.example:2525", {"port": 2525, "use_tls": True}),
        ("smtp://127.0.0.1", {"port": 25}),
    ):  # fmt: skip
        given = value('s.MAILERS["default"]["OPTIONS"]', MAIL_SERVER=address, **house)
        assert wanted.items() <= given.items()
        assert given["timeout"] == 20
    assert value("[s.MAILERS, s.PUBLIC_ADDRESS]", **house) == [{}, "https://tracker.example.org"]
    for wrong in ("mail.example", "http://mail.example", "smtps://:secret@", "smtps://x:secret@mail.example/path"):
        said = settings_with("1", MAIL_SERVER=wrong, **house).stderr
        assert "MAIL_SERVER is not of the form" in said
        assert "secret" not in said.splitlines()[-1]
    assert "a mail needs both" in settings_with("1", MAIL_SERVER="smtp://127.0.0.1", **SERVER).stderr
    assert "PUBLIC_ADDRESS=" in settings_with("1", PUBLIC_ADDRESS="tracker", **SERVER).stderr


def test_reading_settings_starts_and_makes_nothing(tmp_path) -> None:
    shutil.copytree(PROJECT / "harmtracker", tmp_path / "harmtracker", ignore=shutil.ignore_patterns("__pycache__"))
    script = "from harmtracker import settings; print(settings.DATABASES['default']['HOST'])"
    clean = {"PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
    found = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env=clean, check=True, capture_output=True, text=True
    ).stdout.strip()
    assert found == str(place(project=tmp_path).run)
    assert not Path(found).exists()
    assert [path.name for path in tmp_path.iterdir()] == ["harmtracker"]


def test_the_policy_allows_this_house_only() -> None:
    policy = value("s.SECURE_CSP", **SERVER)
    assert policy["default-src"] == ["'none'"]
    assert policy["base-uri"] == policy["frame-ancestors"] == ["'none'"]
    assert all(sources in (["'self'"], ["'none'"]) for sources in policy.values())


def test_there_is_no_django_admin(settings) -> None:
    assert "django.contrib.admin" not in settings.INSTALLED_APPS
