"""The base of all records as a Data Package (Frictionless, version 2): one archive of tables that refer to one another.

Rows are gathered in a database file of its own first: what many records name has to stand once, every reference has to
lead somewhere, and all of it has to come out in the same order each time, however much it is.
"""

import csv
import hashlib
import io
import json
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final

from django.conf import settings

from claims.api.bulk.descriptor import NOTE, descriptor, path_of
from claims.api.bulk.relations import TABLES, Rows, Table
from claims.api.tables import inert
from claims.models.release import Scope
from claims.release.redaction import Document

BASE: Final = tuple(table for table in TABLES if table.scope == Scope.BASE)
# Of each table, by position, the columns whose values stand otherwise in its file.
WRITTEN_OTHERWISE: Final = {
    table.name: [at for at, column in enumerate(table.columns) if column.type in ("list", "boolean")] for table in BASE
}
EPOCH: Final = (1980, 1, 1, 0, 0, 0)  # the same for every file: an archive says nothing of when it was packed
READABLE: Final = 0o100644 << 16
AT_ONCE: Final = 1_000


class Package:
    """Tables that are being gathered, in a folder that goes with it (``with Package() as package``)."""

    def __init__(self) -> None:
        self.count = 0

    def __enter__(self) -> "Package":
        self._folder = tempfile.TemporaryDirectory()
        self._rows = sqlite3.connect(Path(self._folder.name) / "rows.sqlite3", isolation_level=None)
        # It is thrown away with its folder: nothing has to outlive a crash.
        self._rows.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
        for table in BASE:
            columns, key = _names(column.name for column in table.columns), _names(table.key)
            self._rows.execute(f"CREATE TABLE {table.name} ({columns}, PRIMARY KEY ({key})) WITHOUT ROWID")
        self._rows.execute("BEGIN")
        return self

    def __exit__(self, *_error: object) -> None:
        self._rows.close()
        self._folder.cleanup()

    def take(self, of_record: Rows) -> None:
        """Note a record by the rows of its base."""
        self.count += 1
        for table, rows in of_record:
            if rows:
                self._rows.executemany(INSERT[table.name], [_written_out(table, cells) for cells in rows])

    def finish(self, about: Document) -> BinaryIO:
        """The archive, which says ``about`` itself what it is. The same records give the same bytes."""
        self._let_every_reference_lead_somewhere()
        body = tempfile.TemporaryFile()  # noqa: SIM115  # whoever takes it closes it
        with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
            files = {path_of(table): _written(archive, path_of(table), self._lines(table)) for table in BASE}
            note = NOTE.format(organisation=settings.HARMTRACKER_ORGANISATION, **about)
            files["README.md"] = _written(archive, "README.md", [note.encode()])
            files["datapackage.json"] = _written(archive, "datapackage.json", [_json(descriptor(BASE, files, about))])
            _written(archive, "manifest.json", [_json(about | {"files": files})])
        return body

    # Names of tables and columns are ours: nobody outside has a say in these statements.

    def _lines(self, table: Table) -> Iterator[bytes]:
        yield _line([column.name for column in table.columns])
        rows = self._rows.execute(f"SELECT * FROM {table.name} ORDER BY {_names(table.key)}")  # noqa: S608  # nosec B608
        while some := rows.fetchmany(AT_ONCE):
            yield b"".join(_line([inert(cell) for cell in row]) for row in some)

    def _let_every_reference_lead_somewhere(self) -> None:
        """A record released while the others were read may be named and not be here: it comes with the next dump."""
        for table, column in ((each, column) for each in BASE for column in each.columns if column.refers):
            name = _names([column.name])
            change = f"DELETE FROM {table.name}" if column.required else f"UPDATE {table.name} SET {name} = NULL"  # noqa: S608  # nosec B608
            self._rows.execute(f"{change} WHERE {name} NOT IN (SELECT id FROM {column.refers})")  # noqa: S608  # nosec B608


def _names(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _insert(table: Table) -> str:
    places = ", ".join("?" for _column in table.columns)
    sql = f"INSERT INTO {table.name} VALUES ({places})"  # noqa: S608  # nosec B608
    if not table.is_shared:
        return sql
    changes = ", ".join(f'"{column.name}" = excluded."{column.name}"' for column in table.columns)
    return f"{sql} ON CONFLICT DO UPDATE SET {changes} WHERE excluded.released_at >= released_at"  # nosec B608


INSERT: Final = {table.name: _insert(table) for table in BASE}


def _written_out(table: Table, cells: list[Any]) -> list[Any]:
    cells = cells.copy()  # a Parquet file has them as they are
    for at in WRITTEN_OTHERWISE[table.name]:
        cells[at] = _cell(cells[at])
    return cells


def _cell(value: Any) -> str | int | float | None:
    """A value as it stands in a table: lists as JSON, yes and no as the words of the standard."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value


def _line(cells: list[Any]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue().replace("\0", "").encode()


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


def _written(archive: zipfile.ZipFile, name: str, blocks: Iterable[bytes]) -> Document:
    """Put a file into the archive; its size and hash."""
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, READABLE, 3
    digest, size = hashlib.sha256(), 0
    with archive.open(entry, "w", force_zip64=True) as file:
        for block in blocks:
            digest.update(block)
            size += file.write(block)
    return {"bytes": size, "sha256": digest.hexdigest()}
