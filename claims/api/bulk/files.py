"""The files that one range of records makes: lines of JSON by scope, and tables."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, BinaryIO, Final, Protocol

from claims.api.bulk.relations import TABLES, Rows, Table, rows_of
from claims.api.ready import written
from claims.models import FileFormat
from claims.models.release import Scope
from claims.release.redaction import Document
from claims.release.render import FRAGMENTS, cut, join

if TYPE_CHECKING:
    from claims.api.bulk.parquet import ParquetFile

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LEVEL: Final = 3


class Body(Protocol):
    """Bytes of a file that are being written, and how many lines or rows they hold so far."""

    count: int

    def finish(self, about: Document) -> BinaryIO:
        """The whole file, which says ``about`` itself what it is."""
        ...


@dataclass(frozen=True)
class File:
    """A file that waits to be finished: what is in it, for whom, and in which format.

    ``part_of``: for what a scope adds, the content whose lines it adds to.
    """

    content: str
    scope: str
    format: str
    body: Body
    part_of: str = ""


class LinesFile:
    """Lines of JSON packed with zstd, behind a first line that says what they are. It is open while ``opened`` is."""

    def __init__(self, opened: ExitStack) -> None:
        self.count = self.size = 0
        self._packer = zstd.ZstdCompressor(level=LEVEL)
        self._packed = opened.enter_context(tempfile.TemporaryFile())  # noqa: SIM115  # that closes it

    def add(self, document: Document) -> None:
        """Write one line."""
        line = written(document) + b"\n"
        self.count, self.size = self.count + 1, self.size + len(line)
        self._packed.write(self._packer.compress(line))

    def finish(self, about: Document) -> BinaryIO:
        """Two frames one behind the other, which every reader of zstd takes for one file."""
        whole = tempfile.TemporaryFile()  # noqa: SIM115  # whoever takes it closes it
        whole.write(zstd.compress(json.dumps(about).encode() + b"\n", LEVEL))
        self._packed.write(self._packer.flush())
        self._packed.seek(0)
        shutil.copyfileobj(self._packed, whole)
        return whole


class _LinesByScope(ExitStack):
    """A file of lines for the base of documents, and one for each part that a scope adds to them."""

    def __init__(self, kind: str, parts: Sequence[str], content: str, prefix: str) -> None:
        super().__init__()
        self.kind, self.first, self.last = kind, "", ""
        self.scopes = [Scope.BASE.value, *(part for part in FRAGMENTS[kind] if part in parts)]
        self._content, self._prefix = content, prefix
        self._lines: dict[str, LinesFile] = {}

    @property
    def size(self) -> int:
        """Bytes of JSON so far."""
        return sum(lines.size for lines in self._lines.values())

    def reaches(self, key: str) -> None:
        """Note that the files hold, or tell of, the record with this key."""
        self.first, self.last = min(self.first or key, key), max(self.last, key)

    def line(self, scope: str, line: Document) -> None:
        """Write a line into the file of a scope."""
        if scope not in self._lines:
            self._lines[scope] = LinesFile(self)
        self._lines[scope].add(line)

    def parts(self, key: str, fragments: dict[str, Document]) -> None:
        """Write what the scopes add to a record."""
        for scope in self.scopes[1:]:
            if _says_anything(fragments[scope], scope):
                self.line(scope, {"object": "part", "id": key} | fragments[scope])

    def files(self) -> Iterator[File]:
        """Those that hold anything."""
        for scope, lines in self._lines.items():
            if scope == Scope.BASE:
                yield File(self._content, scope, FileFormat.NDJSON, lines)
            else:
                yield File(f"{self._prefix}_{scope}", scope, FileFormat.NDJSON, lines, part_of=self._content)


class RecordFiles(_LinesByScope):
    """All files of a range of records of one kind, for what a dump holds beside the base of documents (``parts``).

    They lie in files without a name that go when its ``with`` ends.
    """

    def __init__(self, kind: str, parts: Sequence[str]) -> None:
        super().__init__(kind, parts, f"{kind}s", kind)
        tables = (table for table in TABLES if kind in table.kinds and table.scope in self.scopes)
        self._tables = {table.name: _TableFile(table, self) for table in tables}

    def take(self, document: Document) -> Rows:
        """Write a record, with all its parts, into each file that holds something of it; the rows of its base."""
        self.reaches(document["id"])
        fragments = cut_up(document)
        base = fragments[Scope.BASE]
        self.line(Scope.BASE, base)
        self.parts(document["id"], fragments)
        of_base = rows_of(base, Scope.BASE)
        of_parts = (rows_of(join(base, [fragments[scope]]), scope) for scope in self.scopes[1:])
        for table, rows in chain(of_base, *of_parts):
            self._tables[table.name].take(rows)
        return of_base

    def files(self) -> Iterator[File]:
        """Those that hold anything."""
        yield from super().files()
        for each in self._tables.values():
            if (body := each.finished()) is not None:
                yield File(each.table.name, each.table.scope, FileFormat.PARQUET, body)


class ChangeFiles(_LinesByScope):
    """Files of what changed of one kind of record between two dumps, as the stream of changes tells it."""

    def __init__(self, kind: str, parts: Sequence[str]) -> None:
        super().__init__(kind, parts, f"{kind}_changes", f"{kind}_changes")

    def take(self, change: Document) -> None:
        """Write a change; what the scopes add to a record that is to be kept stands in their files."""
        for key in (change["id"], change.get("into")):  # the other one is told of, and may be restricted later
            if key is not None:
                self.reaches(key)
        if "record" not in change:
            self.line(Scope.BASE, change)
            return
        fragments = cut_up(change["record"])
        self.line(Scope.BASE, change | {"record": fragments[Scope.BASE]})
        self.parts(change["id"], fragments)


class _TableFile:
    """A table of a range. What many records name stands in it once, as the newest release in the range has it."""

    def __init__(self, table: Table, opened: ExitStack) -> None:
        self.table, self._opened = table, opened
        self._body: ParquetFile | None = None
        self._shared: dict[tuple[Any, ...], list[Any]] = {}

    def take(self, rows: list[list[Any]]) -> None:
        """Write the rows that a document makes."""
        for cells in rows:
            if self.table.is_shared:
                self._keep_newest(cells)
            else:
                self._add(cells)

    def finished(self) -> Body | None:
        """What was written; None for a table without rows."""
        for key in sorted(self._shared):
            self._add(self._shared[key])
        return self._body

    def _add(self, cells: list[Any]) -> None:
        if self._body is None:
            # The only place that loads pyarrow: a process that makes no dump does not have to hold it.
            from claims.api.bulk.parquet import ParquetFile

            self._body = ParquetFile(self.table, self._opened)
        self._body.add(cells)

    def _keep_newest(self, cells: list[Any]) -> None:
        key, moment = self.table.key_of(cells), self.table.place_of("released_at")
        held = self._shared.get(key)
        if held is None or held[moment] <= cells[moment]:
            self._shared[key] = cells


def cut_up(document: Document) -> dict[str, Document]:
    """A document as it is read, by scope, whichever parts it came with."""
    return cut(dict.fromkeys(FRAGMENTS[document["object"]]) | document)


def _says_anything(fragment: Document, scope: str) -> bool:
    value = fragment[scope]
    return bool(fragment["redacted"]) or (any(value.values()) if isinstance(value, dict) else bool(value))
