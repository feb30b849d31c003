"""What every evidence store can do, and how it says that it cannot."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO, Final, Protocol

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

PIECE: Final = 1024 * 1024
NAME: Final = re.compile(r"[0-9a-f]{64}")


class StoreFull(Exception):
    """There is no room for the bytes; nothing was kept. ``sentence`` is for whoever handed them in."""

    sentence: StrPromise = _("The evidence store is full. Nothing was kept; tell whoever runs this installation.")


class StoreUnavailable(StoreFull):
    """The store cannot be reached, or refuses us; nothing was kept and nothing is known to be lost."""

    sentence = _("The evidence store cannot be reached. Nothing was kept; tell whoever runs this installation.")


class Damaged(Exception):
    """Stored bytes are gone or no longer match their hash."""


class Gone(Damaged):
    """Stored bytes are not there any more."""


class Store(Protocol):
    """Bytes under their SHA-256 (64 hex digits), written once, never overwritten. All may raise StoreUnavailable."""

    def seal(self, body: BinaryIO) -> str:
        """Keep the bytes of a file; their hash. The same bytes again change nothing. Raises StoreFull, Damaged."""
        ...

    def open_blob(self, sha256: str) -> BinaryIO:
        """The bytes, found to match their hash, open for reading. Raises Damaged."""
        ...

    def holds(self, sha256: str) -> bool:
        """Whether something lies under this hash."""
        ...

    def destroy(self, sha256: str) -> None:
        """Remove the bytes for good; nothing happens where there are none."""
        ...

    def names(self) -> Iterator[str]:
        """Every hash something lies under, in no order that means anything."""
        ...


def digest_of(body: BinaryIO) -> bytes:
    """SHA-256 over a file that can be sought in, from its beginning; it is left at its beginning."""
    digest = hashlib.sha256()
    body.seek(0)
    while piece := body.read(PIECE):
        digest.update(piece)
    body.seek(0)
    return digest.digest()


def relative_name(sha256: str) -> str:
    """``ab/cd/<64 hex>``. Raises ValueError for what is no hash, so that no path is built of it."""
    if not NAME.fullmatch(sha256):
        raise ValueError(f"not a sha256: {sha256!r}")
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"
