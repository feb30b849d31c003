"""A mirror of the export in one folder, kept in step: python partner_client.py https://host/ FOLDER

The token is read from HARMTRACKER_TOKEN. One JSON file for each record, named by its id, and state.json with the number
reached. Run it as often as you like; interrupted, it goes on where it stopped. Python 3.12 or later, nothing else.
"""

import json
import os
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

Json = dict[str, Any]


def sync(read: Callable[[str], Json], after: int, keep: Callable[[Json], None], drop: Callable[[str], None]) -> int:
    """Bring a mirror up to date; the number to begin with next time.

    ``read`` takes an address below /api/v1/ (or a whole one, from ``next``) and returns its JSON. Tell ``keep`` and
    ``drop`` to be idempotent: after an interruption the same changes come again.
    """
    address = f"changes/?after={after}&limit=500"
    while True:
        page = read(address)
        for change in page["changes"]:
            if change["op"] == "upsert":
                keep(change["record"])
            else:
                drop(change["id"])
        if page["next"] is None:
            return int(page["next_after"])
        address = page["next"]


class Folder:
    """A mirror on disk. A file is written under another name first, so that nobody reads half of it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)

    def write(self, name: str, value: Json) -> None:
        half = self.root / f".{name}"
        half.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
        half.replace(self.root / f"{name}.json")

    def keep(self, record: Json) -> None:
        self.write(record["id"], record)

    def drop(self, key: str) -> None:
        (self.root / f"{key}.json").unlink(missing_ok=True)

    @property
    def after(self) -> int:
        state = self.root / "state.json"
        return int(json.loads(state.read_text())["after"]) if state.exists() else 0


def reader(base: str, token: str) -> Callable[[str], Json]:
    """Reads addresses with a token. It goes to ``base`` and nowhere else, whatever an answer says."""
    root = base.rstrip("/") + "/api/v1/"

    def read(address: str) -> Json:
        url = address if address.startswith(root) else root + address
        request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})  # noqa: S310
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            return dict(json.load(answer))

    return read


if __name__ == "__main__":
    mirror = Folder(Path(sys.argv[2]))
    reached = sync(reader(sys.argv[1], os.environ["HARMTRACKER_TOKEN"]), mirror.after, mirror.keep, mirror.drop)
    mirror.write("state", {"after": reached})
