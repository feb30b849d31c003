"""Two database roles: tests, like the product, connect as the one that may only add to the record."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import ProgrammingError, connection
from django.utils import timezone


def whoami() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        return cursor.fetchone()[0]


@pytest.mark.django_db
def test_tests_connect_as_app() -> None:
    assert whoami() == "app"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE django_session",
        "CREATE TABLE mine (id int)",
        "DROP TABLE django_session",
        "ALTER TABLE django_session DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
        "SET ROLE owner",
        "UPDATE django_migrations SET name = name",
    ],
)
def test_app_may_not(statement: str) -> None:
    with connection.cursor() as cursor, pytest.raises(ProgrammingError):
        cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_committed_rows_are_gone_in_the_next_test_and_types_are_not(turn: int) -> None:
    assert not Session.objects.exists()
    assert ContentType.objects.exists()
    Session.objects.create(session_key=f"turn{turn}", session_data="", expire_date=timezone.now())


@pytest.mark.django_db(transaction=True)
def test_threads_of_a_live_server_connect_as_app(live_server) -> None:
    assert whoami() == "app"
    assert connection.settings_dict["USER"] == "app"
