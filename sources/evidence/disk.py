"""Evidence in a folder: temporary name, fsync, link. What the demonstration and most installations use."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final

from sources.evidence.holding import NAME, Damaged, Gone, StoreFull, digest_of, relative_name

FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class DiskStore:
    """Files at ``ab/cd/<64 hex>`` under one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path_of(self, sha256: str) -> Path:
        """Where the bytes of this hash lie. Raises ValueError for what is no hash."""
        return self.root / relative_name(sha256)

    def seal(self, body: BinaryIO) -> str:
        """Keep the bytes of a file; their SHA-256 in hex. Raises StoreFull, Damaged."""
        sha256 = digest_of(body).hex()
        path = self.path_of(sha256)
        if path.exists():
            self.open_blob(sha256).close()
            return sha256
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _write_once(path, body)
        except OSError as error:
            if error.errno in FULL:
                raise StoreFull from error
            raise
        return sha256

    def open_blob(self, sha256: str) -> BinaryIO:
        """The bytes, hashed again before they are handed out. Raises Damaged."""
        try:
            file = self.path_of(sha256).open("rb")
        except FileNotFoundError as error:
            raise Gone(f"{sha256} is gone") from error
        if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
            file.close()
            raise Damaged(f"{sha256} does not match")
        file.seek(0)
        return file

    def holds(self, sha256: str) -> bool:
        """Whether there is such a file."""
        return self.path_of(sha256).exists()

    def destroy(self, sha256: str) -> None:
        """Remove the file, and make sure that it stays removed."""
        path = self.path_of(sha256)
        if path.exists():
            path.unlink()
            _sync_folder(path.parent)

    def names(self) -> Iterator[str]:
        """Names of all files that are named like blobs."""
        return (path.name for path in self.root.glob("??/??/*") if NAME.fullmatch(path.name))


def _write_once(path: Path, body: BinaryIO) -> None:
    """Write to a name of its own, sync, then link: a reader never sees half a file and none is ever replaced."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".sealing-")
    try:
        with os.fdopen(handle, "wb") as file:
            shutil.copyfileobj(body, file)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o440)
        with suppress(FileExistsError):  # another worker sealed the same bytes a moment ago
            os.link(name, path)
        _sync_folder(path.parent)
    finally:
        Path(name).unlink()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
