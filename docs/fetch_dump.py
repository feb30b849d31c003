"""Fetch every file of the newest dump: `HARMTRACKER_TOKEN=ht_... python fetch_dump.py https://host/ FOLDER`.

What is there already is not fetched again, and what broke off goes on where it stopped. Files that are listed no more
are deleted: something in them was withdrawn or marked higher. Standard library only.
"""

import hashlib
import json
import os
import sys
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

Read = Callable[[str, int], Iterable[bytes]]
OURS = (".ndjson.zst", ".parquet", ".zip", ".part")


def fetch(read: Read, folder: Path) -> list[str]:
    """Bring ``folder`` in line with the newest dump; the names of its files. Raises ValueError for wrong bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    listing = b"".join(read("exports/", 0))
    dumps = json.loads(listing)["dumps"]
    files = dumps[0]["segments"] if dumps else []
    names = [Path(file["name"]).name for file in files]  # into this folder, whatever an answer says
    for name, file in zip(names, files, strict=True):
        if not (folder / name).exists():
            _fetch_one(read, file["address"], folder / name, file["sha256"])
    for path in folder.iterdir():
        if path.name.endswith(OURS) and path.name not in names:
            path.unlink()
    (folder / "exports.json").write_bytes(listing)
    return names


def _fetch_one(read: Read, address: str, path: Path, sha256: str) -> None:
    part = path.with_name(path.name + ".part")
    part.touch()
    if _sha256(part) != sha256:  # it may have come whole, and only not been given its name
        with part.open("ab") as body:
            for block in read(address, body.tell()):
                body.write(block)
    if _sha256(part) != sha256:
        part.unlink()
        raise ValueError(f"{path.name} is not the bytes that were published")
    part.replace(path)


def _sha256(path: Path) -> str:
    with path.open("rb") as body:
        return hashlib.file_digest(body, "sha256").hexdigest()


def reader(base: str, token: str) -> Read:
    """Reads addresses with a token, from a byte on. It goes to ``base`` and nowhere else, whatever an answer says."""
    root = base.rstrip("/") + "/api/v1/"

    def read(address: str, begins: int) -> Iterator[bytes]:
        url = address if address.startswith(root) else root + address
        headers = {"Authorization": f"Bearer {token}"} | ({"Range": f"bytes={begins}-"} if begins else {})
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=60) as answer:  # noqa: S310
            while block := answer.read(1 << 20):
                yield block

    return read


if __name__ == "__main__":
    fetch(reader(sys.argv[1], os.environ["HARMTRACKER_TOKEN"]), Path(sys.argv[2]))
