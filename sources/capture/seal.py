"""Keeping bytes before anything reads them: the store of evidence, as captures use it."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from sources.evidence.blobs import Damaged, StoreFull, StoreUnavailable, open_blob, read_blob, seal, verify
from sources.evidence.disk import DiskStore

__all__ = [
    "Damaged",
    "StoreFull",
    "StoreUnavailable",
    "open_blob",
    "path_of",
    "read_blob",
    "seal",
    "verify",
]


def path_of(sha256: str) -> Path:
    """Where the bytes of this hash lie on disk. Raises ValueError for what is no hash."""
    return DiskStore(Path(settings.EVIDENCE_ROOT)).path_of(sha256)
