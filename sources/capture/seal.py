"""Keeping bytes: content-addressed files, written once, never overwritten. Sealed before anything is parsed."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import re
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

NAME: Final = re.compile(r"[0-9a-f]{64}")
FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class StoreFull(Exception):
    """There is no room for the bytes; nothing was kept."""


class Damaged(Exception):
    """Stored bytes are gone or no longer match their hash."""


def evidence_root() -> Path:
    """The folder of this installation."""
    from django.conf import settings

    return Path(settings.EVIDENCE_ROOT)


def path_of(sha256: str) -> Path:
    """Where the bytes of this hash lie. Raises ValueError for what is no hash, so that no path is built of it."""
    if not NAME.fullmatch(sha256):
        raise ValueError(f"not a sha256: {sha256!r}")
    return evidence_root() / sha256[:2] / sha256[2:4] / sha256


def seal(body: bytes) -> str:
    """Keep bytes; their SHA-256 in hex. Sealing the same bytes again changes nothing. Raises StoreFull, Damaged."""
    sha256 = hashlib.sha256(body).hexdigest()
    path = path_of(sha256)
    if path.exists():
        verify(sha256)
        return sha256
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_once(path, body)
    except OSError as error:
        if error.errno in FULL:
            raise StoreFull from error
        raise
    return sha256


def _write_once(path: Path, body: bytes) -> None:
    """Write to a name of its own, sync, then link: a reader never sees half a file and none is ever replaced."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".sealing-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(body)
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


def open_blob(sha256: str) -> io.BufferedReader:
    """The bytes of a hash, open for reading. Raises Damaged when they are gone."""
    try:
        return path_of(sha256).open("rb")
    except FileNotFoundError as error:
        raise Damaged(f"{sha256} is gone") from error


def read_blob(sha256: str) -> bytes:
    """The bytes of a hash, checked. Raises Damaged."""
    with open_blob(sha256) as file:
        body = file.read()
    if hashlib.sha256(body).hexdigest() != sha256:
        raise Damaged(f"{sha256} does not match")
    return body


def verify(sha256: str) -> None:
    """Hash the stored bytes again. Raises Damaged when they are gone or changed."""
    with open_blob(sha256) as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
            raise Damaged(f"{sha256} does not match")
