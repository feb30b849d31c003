"""The secrets of a start without an environment: made once, kept beside the data, readable by their owner only."""

import json
import os
import secrets
from pathlib import Path

from harmtracker.embedded.paths import PROJECT

SECRETS_FILE = PROJECT / ".local" / "secrets.json"


def read_secrets(path: Path = SECRETS_FILE) -> dict[str, str]:
    """What was made before; empty if nothing was, or if the file belongs to someone else."""
    try:
        return dict(json.loads(path.read_text()))
    except (FileNotFoundError, PermissionError):
        return {}


def ensure_secrets(names: list[str], path: Path = SECRETS_FILE, *, length: int = 48) -> dict[str, str]:
    """Have a random value of `length` bytes for every name; those already in the file stay as they are."""
    kept = read_secrets(path)
    missing = {name: secrets.token_urlsafe(length) for name in names if name not in kept}
    if missing:
        write_secrets(kept | missing, path)
    return kept | missing


def write_secrets(values: dict[str, str], path: Path = SECRETS_FILE) -> None:
    """Replace the file in one step, mode 600 from its first byte."""
    path.parent.mkdir(exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump(values, file, indent=1)
    fresh.rename(path)
