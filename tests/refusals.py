"""How a test asks that the database itself refuses something, and that it is this very rule that does."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from tests.conftest import superuser


@contextmanager
def refused_by(rule: str) -> Iterator[None]:
    """What is done inside breaks the rule named ``rule``, and no other one. Rules kept for the commit count too."""
    with pytest.raises(DatabaseError) as caught, transaction.atomic():
        yield
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    problem = caught.value.__cause__
    assert isinstance(problem, psycopg.Error)
    assert problem.diag.constraint_name == rule, problem


@contextmanager
def refused_with(words: str, state: type[psycopg.Error] = psycopg.errors.RestrictViolation) -> Iterator[None]:
    """What is done inside is refused in these words, by a trigger whose rule has no name of its own."""
    with pytest.raises(DatabaseError) as caught, transaction.atomic():
        yield
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    problem = caught.value.__cause__
    assert isinstance(problem, state), problem
    assert words in str(problem), problem


@contextmanager
def taken_back() -> Iterator[None]:
    """What is done inside is undone at its end, so that the same records serve for many attempts."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def as_role(role: str) -> Iterator[psycopg.Connection]:
    """A connection of its own as ``owner`` or ``postgres`` (a superuser); it sees what was committed."""
    name = connection.settings_dict["NAME"]
    with superuser(name) as server:
        server.execute("RESET ROLE" if role == "postgres" else f"SET ROLE {role}")
        yield server


def in_background() -> None:
    """From here to the end of the test the connection is a job's (``SET LOCAL``: the test is one transaction)."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL harmtracker.background = 'on'")
