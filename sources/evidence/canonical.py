"""One way to write a JSON value, so that its hash means something: RFC 8785, as far as manifests need it.

Keys sorted, no blanks, UTF-8, characters as themselves, escapes only where JSON demands them. Left out of the RFC:
numbers that are not whole, and keys beyond ASCII (whose order it defines by UTF-16). Both are refused, so whatever is
written here is what any implementation of the RFC would write.
"""

import hashlib
import json
from typing import Any, Final

MOST: Final = 2**53 - 1  # beyond it, readers that keep numbers as doubles would see another one


def canonical(value: Any) -> str:
    """The JSON text of a value. Raises TypeError or ValueError for what has no canonical form here."""
    _check(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def sha256_of(text: str) -> str:
    """SHA-256 of a text's UTF-8, 64 hex digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def without_fractions(value: Any) -> Any:
    """The same value with every number that is not whole written out as text, so that it has a canonical form."""
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, dict):
        return {str(key): without_fractions(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [without_fractions(inner) for inner in value]
    return value


def _check(value: Any) -> None:
    if value is None or isinstance(value, (str, bool)):
        return
    if isinstance(value, int):
        if abs(value) > MOST:
            raise ValueError(f"{value} is too large to be read back by everyone")
    elif isinstance(value, list):
        for inner in value:
            _check(inner)
    elif isinstance(value, dict):
        for key, inner in value.items():
            if not (isinstance(key, str) and key.isascii()):
                raise ValueError(f"not a key of plain letters: {key!r}")
            _check(inner)
    else:
        raise TypeError(f"no canonical form for {type(value).__name__}")
