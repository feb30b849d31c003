"""Evidence in an S3 bucket of the operator's own, through django-storages.

It connects without the guard, and only to the endpoint in the settings, never to an address that somebody handed in.
The bucket itself sees to it that nothing is overwritten (a conditional put) and that what arrived is what was sent (a
SHA-256 it checks).
"""

from __future__ import annotations

import base64
import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO, Final, cast

from botocore.config import Config  # type: ignore[import-untyped]
from botocore.exceptions import BotoCoreError, ClientError  # type: ignore[import-untyped]
from storages.backends.s3 import S3Storage  # type: ignore[import-untyped]

from sources.evidence.holding import (
    NAME,
    PIECE,
    Damaged,
    Gone,
    StoreFull,
    StoreUnavailable,
    digest_of,
    relative_name,
)

if TYPE_CHECKING:
    from collections.abc import Callable

HELD_ALREADY: Final = frozenset({409, 412})  # somebody else is putting, or has put, the same name
NO_ROOM: Final = frozenset({"QuotaExceeded", "XMinioStorageFull", "InsufficientStorage", "EntityTooLarge"})


class BucketStore:
    """Objects at ``<prefix>/ab/cd/<64 hex>`` in one bucket."""

    def __init__(self, bucket: str, prefix: str, **connection: str) -> None:
        self._storage = S3Storage(
            bucket_name=bucket,
            location=prefix,
            endpoint_url=connection.get("endpoint") or None,
            region_name=connection.get("region") or None,
            access_key=connection.get("access_key") or None,
            secret_key=connection.get("secret_key") or None,
            client_config=Config(
                connect_timeout=3,
                read_timeout=20,
                retries={"total_max_attempts": 2, "mode": "standard"},
                s3={"addressing_style": "path" if connection.get("endpoint") else "auto"},
            ),
        )

    def seal(self, body: BinaryIO) -> str:
        """Keep the bytes of a file; their SHA-256 in hex. Raises StoreFull, StoreUnavailable, Damaged."""
        digest = digest_of(body)
        sha256 = digest.hex()
        try:
            with _told():
                self._client.put_object(
                    **self._at(sha256),
                    Body=body,
                    IfNoneMatch="*",
                    ChecksumSHA256=base64.b64encode(digest).decode(),
                    ContentType="application/octet-stream",
                )
        except _HeldAlready:
            self._read(sha256, lambda _piece: None)
        return sha256

    def open_blob(self, sha256: str) -> BinaryIO:
        """The bytes, brought here and found to match their hash. Raises Damaged, StoreUnavailable."""
        file = tempfile.SpooledTemporaryFile(max_size=PIECE)  # noqa: SIM115  # the caller closes it
        try:
            self._read(sha256, file.write)
        except BaseException:
            file.close()
            raise
        file.seek(0)
        return cast("BinaryIO", file)

    def holds(self, sha256: str) -> bool:
        """Whether there is such an object."""
        with _told():
            return bool(self._storage.exists(relative_name(sha256)))

    def destroy(self, sha256: str) -> None:
        """Remove the object; versions the bucket keeps of it are the operator's to remove."""
        with _told():
            self._storage.delete(relative_name(sha256))

    def names(self) -> Iterator[str]:
        """Names of all objects that are named like blobs, page after page."""
        prefix = f"{self._storage.location}/" if self._storage.location else ""
        with _told():
            for page in self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._storage.bucket_name, Prefix=prefix
            ):
                for entry in page.get("Contents", ()):
                    name = entry["Key"].rpartition("/")[2]
                    if NAME.fullmatch(name):
                        yield name

    def _read(self, sha256: str, take: Callable[[bytes], object]) -> None:
        """Bring the bytes piece by piece, and hold the whole against its name. Raises Damaged, StoreUnavailable."""
        digest = hashlib.sha256()
        with _told():
            answer = self._client.get_object(**self._at(sha256))
            for piece in answer["Body"].iter_chunks(PIECE):
                digest.update(piece)
                take(piece)
        if digest.hexdigest() != sha256:
            raise Damaged(f"{sha256} does not match")

    def _at(self, sha256: str) -> dict[str, str]:
        name = relative_name(sha256)
        location = self._storage.location
        return {"Bucket": self._storage.bucket_name, "Key": f"{location}/{name}" if location else name}

    @property
    def _client(self) -> Any:
        return self._storage.connection.meta.client


class _HeldAlready(Exception):
    """The bucket holds something under that name."""


@contextmanager
def _told() -> Iterator[None]:
    """The library's errors as ours; they go no further than this module."""
    try:
        yield
    except ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        code = error.response.get("Error", {}).get("Code", "")
        if status in HELD_ALREADY:
            raise _HeldAlready from error
        if code == "NoSuchKey":
            raise Gone("no such object") from error
        if code in NO_ROOM or status == 507:
            raise StoreFull from error
        raise StoreUnavailable(f"{status} {code}") from error
    except BotoCoreError as error:
        raise StoreUnavailable(type(error).__name__) from error
