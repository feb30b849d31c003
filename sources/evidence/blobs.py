"""Keeping bytes: content-addressed, written once, never overwritten. Sealed before anything is parsed.

Where they lie is the operator's choice (setting EVIDENCE_STORE): a folder, or an S3 bucket. Everything else in the
product goes through these functions and does not know which.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import urlsplit

from django.conf import settings

from sources.evidence.disk import DiskStore
from sources.evidence.holding import Damaged, Gone, Store, StoreFull, StoreUnavailable, digest_of

if TYPE_CHECKING:
    from sources.evidence.bucket import BucketStore

__all__ = [
    "Damaged",
    "Gone",
    "StoreFull",
    "StoreUnavailable",
    "destroy",
    "digest_of",
    "holds",
    "names",
    "open_blob",
    "read_blob",
    "seal",
    "seal_file",
    "store",
    "verify",
]


def store() -> Store:
    """The store of this installation."""
    if not settings.EVIDENCE_STORE:
        return DiskStore(Path(settings.EVIDENCE_ROOT))
    return _bucket(
        settings.EVIDENCE_STORE,
        settings.EVIDENCE_ENDPOINT,
        settings.EVIDENCE_REGION,
        settings.EVIDENCE_ACCESS_KEY,
        settings.EVIDENCE_SECRET_KEY,
    )


@lru_cache(maxsize=4)
def _bucket(address: str, endpoint: str, region: str, access_key: str, secret_key: str) -> BucketStore:
    """One for each process: it keeps its connections. Loaded only where it is used, for it loads much."""
    from sources.evidence.bucket import BucketStore

    parts = urlsplit(address)
    return BucketStore(
        parts.netloc,
        parts.path.strip("/"),
        endpoint=endpoint,
        region=region,
        access_key=access_key,
        secret_key=secret_key,
    )


def seal(body: bytes) -> str:
    """Keep bytes; their SHA-256 in hex. Sealing the same bytes again changes nothing. Raises StoreFull, Damaged."""
    return store().seal(io.BytesIO(body))


def seal_file(body: BinaryIO) -> str:
    """The same for what is too large to be held in memory: a file that can be sought in, read from its beginning."""
    return store().seal(body)


def open_blob(sha256: str) -> BinaryIO:
    """The bytes of a hash, found to match it, open for reading. Raises Damaged, StoreUnavailable."""
    return store().open_blob(sha256)


def read_blob(sha256: str) -> bytes:
    """The bytes of a hash, found to match it. Raises Damaged, StoreUnavailable."""
    with open_blob(sha256) as file:
        return file.read()


def verify(sha256: str) -> None:
    """Hash the stored bytes again. Raises Damaged when they are gone or changed, StoreUnavailable."""
    open_blob(sha256).close()


def holds(sha256: str) -> bool:
    """Whether something lies under this hash. Raises StoreUnavailable."""
    return store().holds(sha256)


def destroy(sha256: str) -> None:
    """Remove the bytes of a hash for good. Raises StoreUnavailable."""
    store().destroy(sha256)


def names() -> Iterator[str]:
    """Every hash something lies under. Raises StoreUnavailable."""
    return store().names()
