"""Tables as Parquet. Loads pyarrow, so only the worker imports this module, when it makes a dump."""

import json
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime
from typing import Any, BinaryIO, Final

import pyarrow as pa  # type: ignore[import-untyped]
from pyarrow import parquet

from claims.api.bulk.relations import Table
from claims.release.redaction import Document

ROWS: Final = 5_000  # in a group: what is held in memory at a time
TYPES: Final = {
    "string": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "datetime": pa.timestamp("us", tz="UTC"),
    "list": pa.list_(pa.string()),
}
ABOUT: Final = b"harmtracker"  # the file's metadata says under this name what the file is, as JSON


def schema_of(table: Table) -> pa.Schema:
    """The columns with their types. Only keys hold no null for certain: what was released long ago may lack a field."""
    return pa.schema(
        [pa.field(column.name, TYPES[column.type], nullable=column.name not in table.key) for column in table.columns]
    )


class ParquetFile:
    """One table, written a group of rows at a time. It is open while ``opened`` is."""

    def __init__(self, table: Table, opened: ExitStack) -> None:
        self.count = 0
        self._columns = table.columns
        self._schema = schema_of(table)
        self._body = opened.enter_context(tempfile.TemporaryFile())  # noqa: SIM115  # that closes it
        self._writer = opened.enter_context(parquet.ParquetWriter(self._body, self._schema, compression="zstd"))
        self._waiting: list[Sequence[Any]] = []

    def add(self, cells: Sequence[Any]) -> None:
        """Write a row: values in the order of the table's columns, as the JSON has them."""
        self._waiting.append(cells)
        self.count += 1
        if len(self._waiting) == ROWS:
            self._flush()

    def finish(self, about: Document) -> BinaryIO:
        """The whole file, which says ``about`` itself what it is."""
        self._flush()
        self._writer.add_key_value_metadata({ABOUT: json.dumps(about).encode()})
        self._writer.close()
        return self._body

    def _flush(self) -> None:
        if not self._waiting:
            return
        arrays = [
            pa.array([_value(column.type, cell) for cell in cells], TYPES[column.type])
            for column, cells in zip(self._columns, zip(*self._waiting, strict=True), strict=True)
        ]
        self._writer.write_table(pa.Table.from_arrays(arrays, schema=self._schema))
        self._waiting = []


def _value(kind: str, cell: Any) -> Any:
    return datetime.fromisoformat(cell) if kind == "datetime" and cell is not None else cell
