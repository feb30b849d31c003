"""How long a server asks to be left alone (RFC 9110, Retry-After)."""

from __future__ import annotations

import email.utils
import math
from datetime import UTC, datetime
from typing import Final

LONGEST_WAIT: Final = 86_400


def seconds_asked(retry_after: str, date: str, asked_at: datetime) -> int | None:
    """Seconds to wait by the headers Retry-After and Date of an answer, a day at most; None where it says nothing.

    A moment is told by the server's own clock, or where it tells no time, by ours when we asked.
    """
    value = retry_after.strip()
    if value.isdecimal():
        return min(int(value[:9]), LONGEST_WAIT)
    until = _http_date(value)
    if until is None:
        return None
    seconds = math.ceil((until - (_http_date(date) or asked_at)).total_seconds())
    return min(max(seconds, 0), LONGEST_WAIT)


def _http_date(text: str) -> datetime | None:
    try:
        told = email.utils.parsedate_to_datetime(text)
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
    return told if told.tzinfo else told.replace(tzinfo=UTC)
