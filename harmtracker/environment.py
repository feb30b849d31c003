"""Reading settings from the environment: a value that cannot be understood is named, never guessed."""

import os
import re
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str = "") -> str:
    """The value, or `default` when it is absent or empty (compose files pass absent ones as empty)."""
    return os.environ.get(name, "").strip() or default


def flag(name: str, *, default: bool = False) -> bool:
    """Whether the value says yes."""
    value = text(name).lower()
    if value in ("1", "true", "yes", "on"):
        return True
    if value in ("0", "false", "no", "off"):
        return False
    if value:
        raise ImproperlyConfigured(f"{name}={value!r} should be 1 or 0.")
    return default


def number(name: str, default: int) -> int:
    """The value as a whole number."""
    value = text(name)
    try:
        return int(value) if value else default
    except ValueError:
        raise ImproperlyConfigured(f"{name}={value!r} should be a whole number.") from None


def choice(name: str, known: tuple[str, ...]) -> str:
    """The value, one of `known`; the first of them when it is absent."""
    value = text(name, known[0])
    if value not in known:
        raise ImproperlyConfigured(f"{name}={value!r} should be one of: {', '.join(known)}.")
    return value


def words(name: str) -> list[str]:
    """The value split at commas, without empty parts."""
    return [part.strip() for part in text(name).split(",") if part.strip()]


def loopback_pairs(name: str) -> list[str]:
    """Exact `127.0.0.1:port` pairs: the only way the fetcher ever reaches this machine itself."""
    pairs = words(name)
    for pair in pairs:
        host, _, port = pair.partition(":")
        if host != "127.0.0.1" or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
            raise ImproperlyConfigured(f"{name}: {pair!r} is not of the form 127.0.0.1:port.")
    return pairs


def bucket(name: str) -> str:
    """The value as `s3://bucket` or `s3://bucket/prefix`, or nothing."""
    value = text(name)
    if value and not re.fullmatch(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9._/-]*)?", value):
        raise ImproperlyConfigured(f"{name}={value!r} is not of the form s3://bucket or s3://bucket/prefix.")
    return value


# How a mail server is spoken to: the key of Django's options for each, and the port.
MAIL_SCHEMES: dict[str, tuple[dict[str, bool], int]] = {
    "smtp": ({}, 25),
    "smtp+starttls": ({"use_tls": True}, 587),
    "smtps": ({"use_ssl": True}, 465),
}
MAIL_TIMEOUT_SECONDS = 20


def mail_server(name: str) -> dict[str, Any]:
    """The value as Django's MAILERS: `smtps://name:password@host:port`; none when it is absent."""
    value = text(name)
    if not value:
        return {}
    try:
        parts = urlsplit(value)
        options, port = MAIL_SCHEMES[parts.scheme]
        port = parts.port or port
    except (KeyError, ValueError):
        parts = None
    if parts is None or not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
        # Not the value itself: it may hold a password.
        raise ImproperlyConfigured(
            f"{name} is not of the form smtps://name:password@host:port (or smtp+starttls://, or smtp://)."
        ) from None
    login = {"username": unquote(parts.username or ""), "password": unquote(parts.password or "")}
    where = {"host": parts.hostname, "port": port, "timeout": MAIL_TIMEOUT_SECONDS}
    return {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": where | login | options}}


def web_address(name: str) -> str:
    """The value as `https://host` (or http, for the demonstration), without a path; or nothing."""
    value = text(name).rstrip("/")
    if value and not re.fullmatch(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?", value):
        raise ImproperlyConfigured(f"{name}={value!r} is not of the form https://host.")
    return value


def database(url: str) -> dict[str, Any]:
    """Django's settings for a postgresql:// address, read by PostgreSQL's own parser."""
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    try:
        parts = {name: str(value) for name, value in conninfo_to_dict(url).items() if value is not None}
    except ProgrammingError as error:
        # Not the error's own words: they repeat the address, password and all.
        raise ImproperlyConfigured("A database address is not a postgresql:// address.") from error
    settings: dict[str, Any] = {name.upper(): parts.pop(name, "") for name in ("user", "password", "host", "port")}
    settings["NAME"] = parts.pop("dbname", "")
    return {"ENGINE": "django.db.backends.postgresql", **settings, "OPTIONS": dict(parts)}
