"""Refusals at start: a database or a configuration with which the product would quietly do less than it says."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.db import connections


def check_database(
    *, app_configs: Sequence[AppConfig] | None = None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Version 18 or later, and a locale with which Cyrillic letters are letters."""
    del app_configs, kwargs
    problems: list[CheckMessage] = []
    for alias in databases or []:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT current_setting('server_version_num')::int, lower('КИЇВ') = 'київ'")
            version, folds = cursor.fetchone()
            cursor.execute("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")
            letters = True
            if cursor.fetchone():
                cursor.execute("SELECT show_trgm('Київ') <> '{}'")
                letters = cursor.fetchone()[0]
        problems += database_problems(version=version, folds=folds, letters=letters)
    return problems


def database_problems(*, version: int, folds: bool, letters: bool) -> list[CheckMessage]:
    """What is wrong with a server of this `server_version_num`, and with how its locale treats Cyrillic."""
    problems: list[CheckMessage] = []
    if version < 180000:
        problems.append(
            Error(f"PostgreSQL {version // 10000} is too old.", hint="Use version 18 or later.", id="harmtracker.E001")
        )
    if not folds or not letters:
        problems.append(
            Error(
                "The database does not know Cyrillic letters: no Ukrainian or Russian name would be found.",
                hint="Make the database with LC_CTYPE C.UTF-8 (or another UTF-8 locale), not C.",
                id="harmtracker.E002",
            )
        )
    return problems


def check_secrets(*, app_configs: Sequence[AppConfig] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Partner tokens are only as safe as the key they are hashed with."""
    del app_configs, kwargs
    if len(settings.TOKEN_PEPPER) >= 32 or settings.DEBUG:
        return []
    return [
        Error(
            "TOKEN_PEPPER is missing or short.", hint="Set it to 32 or more random characters.", id="harmtracker.E003"
        )
    ]
