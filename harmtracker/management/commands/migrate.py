"""Django's `migrate`, run as the role that owns the tables."""

from typing import Any

from django.conf import settings
from django.core.management.commands.migrate import Command as MigrateCommand
from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper

from harmtracker.migration_state import lean_states


class Command(MigrateCommand):
    """Everyone else connects as a role that may only add to the record, so migrations need another one."""

    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        before = dict(connection.settings_dict)
        # In a test run the connection is already the owner's.
        _connect_as(connection, settings.DATABASE_OWNER_ROLE, settings.DATABASE_OWNER_PASSWORD)
        try:
            with lean_states():
                super().handle(*args, **options)
        finally:
            _connect_as(connection, before["USER"], before["PASSWORD"])


def _connect_as(connection: Any, user: str, password: str) -> None:
    connection.close()
    if isinstance(connection, DatabaseWrapper):
        connection.close_pool()
    connection.settings_dict["USER"] = user
    connection.settings_dict["PASSWORD"] = password
