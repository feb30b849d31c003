"""Keys of records: the UUIDv7 the database and partners use, and the short reference people read aloud."""

import secrets
import uuid
from datetime import datetime

from uuid_utils import compat

# No vowels and no look-alikes (0/O, 1/I/L): a reference can be read over the phone and never spells a word.
ALPHABET = "23456789BCDFGHJKMNPQRSTVWXZ"
REF_LENGTH = 7


def new_id() -> uuid.UUID:
    """A UUIDv7 (RFC 9562): sorts by the time it was made, known before the row is saved."""
    return compat.uuid7()


def oldest_id(moment: datetime) -> uuid.UUID:
    """The smallest UUIDv7 that can have been made at ``moment`` or later: lets the index of keys serve as one of times.

    Keys are made a little before their rows, so leave room where it matters.
    """
    stamp = int(moment.timestamp() * 1000)
    return uuid.UUID(int=stamp << 80 | 7 << 76 | 2 << 62)


def new_ref(prefix: str) -> str:
    """A short reference like ``IN-7K2QPMX``. Random, not counted, so it says nothing about other records."""
    return f"{prefix}-" + "".join(secrets.choice(ALPHABET) for _ in range(REF_LENGTH))
