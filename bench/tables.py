"""Rows on their way into tables, and how COPY takes them there."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.fields import NOT_PROVIDED
from psycopg import sql


def array(codes: Iterable[str]) -> str:
    """A PostgreSQL array of codes (letters, digits, underscore), as COPY reads it."""
    return "{" + ",".join(codes) + "}"


class Table:
    """One table: rows are given by column name, everything left out has the model's own default.

    ``always`` are values every row here has. A column without a default that was not given raises KeyError, so a
    field added to a model later is noticed, not guessed.
    """

    def __init__(self, model: type[models.Model], **always: Any) -> None:
        self.name = model._meta.db_table
        self._fields = [
            (field.column, always[field.column] if field.column in always else _default(field))
            for field in model._meta.concrete_fields
            if field.db_default is NOT_PROVIDED
        ]
        self.columns = [column for column, _value in self._fields]

    def row(self, given: dict[str, Any]) -> list[Any]:
        """The values of one row, in the order of the columns."""
        unknown = given.keys() - set(self.columns)
        if unknown:
            raise KeyError(f"{self.name} has no {', '.join(sorted(unknown))}")
        values = [given.get(column, value) for column, value in self._fields]
        if NOT_PROVIDED in values:
            raise KeyError(f"{self.name} needs {self.columns[values.index(NOT_PROVIDED)]}")
        return values

    def with_values(self, row: list[Any], values: dict[str, Any]) -> list[Any]:
        """The row, with other values in some columns."""
        return [values.get(column, value) for column, value in zip(self.columns, row, strict=True)]

    def copy(self, connection: psycopg.Connection, rows: list[list[Any]]) -> None:
        """Append the rows in one COPY."""
        command = sql.SQL("COPY {} ({}) FROM STDIN").format(
            sql.Identifier(self.name), sql.SQL(",").join(map(sql.Identifier, self.columns))
        )
        with connection.cursor() as cursor, cursor.copy(command) as copy:
            for row in rows:
                copy.write_row(row)


def _default(field: models.Field) -> Any:
    default = field.default
    if default is list:
        return "{}" if isinstance(field, ArrayField) else "[]"
    if default is dict:
        return "{}"
    if default is NOT_PROVIDED:
        text = isinstance(field, models.CharField | models.TextField)
        return None if field.null else "" if text and field.blank else NOT_PROVIDED
    if callable(default):  # a key or a reference: random in the product, from the seed here
        return NOT_PROVIDED
    return default.value if isinstance(default, models.TextChoices) else default


@contextmanager
def without_indexes(connection: psycopg.Connection) -> Iterator[None]:
    """Take away every index that holds no constraint, and build them all again at the end: much quicker than both."""
    rows = connection.execute(
        """SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
           JOIN pg_class t ON t.oid = indrelid JOIN pg_namespace n ON n.oid = relnamespace
           WHERE nspname = 'public' AND NOT indisunique AND t.relname ~ '^(claims|sources)_'"""
    ).fetchall()
    for name, _definition in rows:
        connection.execute(f"DROP INDEX {name}")
    connection.commit()
    yield
    connection.execute("SET maintenance_work_mem = '512MB'")
    for _name, definition in rows:
        connection.execute(definition)
    connection.commit()
