"""Queries written once and asked many times.

Django needs longer to write the SQL of a page such as an incident's than PostgreSQL needs to answer it. What the SQL
says depends on what the reader may see and on nothing else; only a few keys differ from page to page. So it is kept
for each way of seeing, and the keys are put in where their placeholders stood.
"""

import threading
import uuid
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Any

import psycopg
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.utils import CursorWrapper
from django.db.models import BooleanField, F, Field, Func, Model, QuerySet, Subquery, UUIDField, Value
from django.db.models.expressions import RawSQL
from django.db.models.sql import Query
from django.db.models.sql.compiler import SQLCompiler

from harmtracker.models import User
from harmtracker.readers import reader_of

Key = uuid.UUID | str | list[uuid.UUID] | list[str]
Build = Callable[..., QuerySet[Any]]
MOST_KEPT = 512
"""Written queries kept at a time, about 80 kB each; the one not asked for longest goes first."""


@dataclass(frozen=True)
class _Written:
    """A query as SQL. ``places`` are the parameters that stand for a key, by position; ``sql`` is empty where nothing
    can be found. The rest is what Django made of its columns.
    """

    model: type[Model]
    sql: str
    parameters: tuple[Any, ...]
    places: dict[int, str]
    columns: dict[str, Any]


class _Compiler(SQLCompiler):
    """Gives out SQL that stands written, with the keys of this time."""

    def __init__(self, query: "_Ready", connection: Any, using: str, written: _Written, keys: dict[str, Key]) -> None:
        super().__init__(query, connection, using)
        self.written, self.keys = written, keys
        self.__dict__.update(written.columns)

    def as_sql(self, with_limits: bool = True, with_col_aliases: bool = False) -> tuple[str, tuple[Any, ...]]:
        places = self.written.places
        values = (self.keys[places[at]] if at in places else value for at, value in enumerate(self.written.parameters))
        return self.written.sql, tuple(values)


class _Ready(Query):
    """Stands in a QuerySet for a query that is written already."""

    written: _Written
    keys: dict[str, Key]

    def get_compiler(self, using: str | None = None, connection: Any = None, elide_empty: bool = True) -> Any:
        using = using or DEFAULT_DB_ALIAS
        return _Compiler(self, connection or connections[using], using, self.written, self.keys)


class Kept[W]:
    """Written queries by what they were written for, the last asked for at the end. Shared by the threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: OrderedDict[Hashable, W] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, write: Callable[[], W]) -> W:
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key]
        written = write()  # two threads may write the same one; both are right
        with self._lock:
            self._held[key] = written
            while len(self._held) > self._most:
                self._held.popitem(last=False)
        return written

    def forget(self) -> None:
        """Write every query anew from now on."""
        with self._lock:
            self._held.clear()

    def __contains__(self, key: Hashable) -> bool:
        return key in self._held

    def __len__(self) -> int:
        return len(self._held)


KEPT: Kept[_Written] = Kept(MOST_KEPT)


def prepared(build: Build) -> Callable[..., list[Any]]:
    """Decorator for a function ``build(user, **keys)`` that returns a QuerySet of records: ask it, get the rows.

    ``build`` runs once for each way of seeing. It is handed a ``Reader``, which knows what visibility asks of a person
    and nothing else, and a placeholder for each key; so its query cannot depend on anything that is not kept apart.
    It must not look at the keys, nor at the clock, the settings or the language. Keys are UUIDs, texts, and lists of
    either; a list is compared by ``is_among``.
    """

    @wraps(build)
    def ask(user: User, **keys: Key) -> list[Any]:
        return asked(build, reader_of(user), **keys)

    return ask


def asked(build: Build, way: Hashable, /, **keys: Key) -> list[Any]:
    """The rows of ``build(way, **keys)``, put into SQL once for each ``way``. The same holds of it as of a reader."""
    written = KEPT.get((build, way), lambda: _write(build, way, keys))
    if not written.sql:
        return []
    rows: QuerySet[Any] = QuerySet(written.model)
    ready = _Ready(written.model)
    ready.written, ready.keys = written, keys
    rows.query = ready
    return list(rows)


def is_among(column: str, keys: list[Any] | ArraySubquery | RawSQL, of: "type[Field[Any, Any]]" = UUIDField) -> Func:
    """SQL: the column holds one of the keys. One parameter, however many keys: ``IN`` would have one for each.

    Of a query that gives an array PostgreSQL reads the keys once, before it looks at any row, and then uses the index
    on the column; where ``IN`` and a query stand beside an OR it reads the whole table instead.
    """
    listed = keys if isinstance(keys, (ArraySubquery, RawSQL)) else Value(keys, output_field=ArrayField(of()))
    return Func(F(column), listed, template="%(expressions)s)", arg_joiner=" = ANY(", output_field=BooleanField())


def has_each(rows: QuerySet[Any]) -> Subquery:
    """SQL: whether there is such a row, asked of each outer row apart, by its key.

    PostgreSQL makes a join of ``EXISTS`` and may then look for all such rows before it has met the few that are shown.
    """
    return Subquery(rows.order_by().values(one=Value(True, output_field=BooleanField()))[:1])


@contextmanager
def planned(*, as_bytes: bool = False) -> Iterator[CursorWrapper]:
    """A cursor whose SQL PostgreSQL parses and plans a few times and then no more, as long as the connection lives.

    For the few statements of which there are hundreds in a second: planning a page of the export takes longer than
    reading it. Values are sent apart from the SQL, so it must say itself of which type they are.

    ``as_bytes``: PostgreSQL sends values as it holds them, not as text; for columns of bytes and keys.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors:
        apart: Any = psycopg.Cursor(connection.connection)
    if as_bytes:
        apart.format = psycopg.pq.Format.BINARY
    with connection.make_debug_cursor(apart) if connection.queries_logged else connection.make_cursor(apart) as cursor:
        yield cursor


def _write(build: Build, way: Hashable, keys: dict[str, Key]) -> _Written:
    blanks = {name: _blank(value) for name, value in keys.items()}
    rows = build(way, **blanks)
    compiler = rows.query.get_compiler(DEFAULT_DB_ALIAS)
    try:
        sql, parameters = compiler.as_sql()
    except EmptyResultSet:
        return _Written(rows.model, "", (), {}, {})
    places = {at: name for at, value in enumerate(parameters) for name, blank in blanks.items() if _is(value, blank)}
    if missing := blanks.keys() - set(places.values()):
        raise TypeError(f"{build.__qualname__} asks nothing of {', '.join(sorted(missing))}.")
    made = ("select", "klass_info", "annotation_col_map", "col_count", "has_extra_select")
    return _Written(rows.model, sql, tuple(parameters), places, {name: getattr(compiler, name) for name in made})


def _is(value: Any, blank: Key) -> bool:
    """Whether the parameter is the placeholder; a column may have made text of it, or a UUID."""
    if isinstance(value, list) and isinstance(blank, list):
        return [str(each) for each in value] == [str(each) for each in blank]
    return str(value) == str(blank)


def _blank(value: Key) -> Key:
    """A placeholder of the same type that nothing else in a query can be equal to."""
    mark = uuid.uuid4()
    if isinstance(value, list):
        return [mark]
    return str(mark) if isinstance(value, str) else mark
