"""Dates as people report them, in a small profile of EDTF (ISO 8601-2): kept as written, with bounds derived.

Accepted: a day ``2022-04-03``, month ``2022-04``, year ``2022``, a minute ``2022-04-03T09:30``; ``a/b`` throughout
from a to b; ``[a..b]`` once within a to b; one of ``?`` (uncertain) ``~`` (approximate) ``%`` (both) at the end.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import gettext as _

from harmtracker.errors import Refused

POINT = re.compile(r"^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2}))?)?)?$")
NUMERIC = re.compile(r"^\d{1,2}[./]\d{1,2}[./]\d{2,4}$")
MASKED = re.compile(r"[XxuU]")
DAYS_IN_FEW, DAYS_IN_WEEK, DAYS_IN_MONTH = 4, 7, 31


@dataclass(frozen=True)
class ReportedDate:
    """A date as reported. ``start`` and ``end`` are UTC instants (end exclusive), null when nothing was stated."""

    text: str
    start: datetime | None
    end: datetime | None
    precision: str

    def fields(self, name: str) -> dict[str, object]:
        """The four columns in which a model holds it."""
        return {
            name: self.text,
            f"{name}_start": self.start,
            f"{name}_end": self.end,
            f"{name}_precision": self.precision,
        }


def parse_date(text: str, zone: str = "UTC", *, field: str | None = None) -> ReportedDate:
    """Read a reported date in an IANA zone. Raises ``Refused`` with words that say what to write instead."""
    text = text.strip()
    if not text:
        return ReportedDate("", None, None, "unknown")
    tz = _zone(zone, field)
    bare = text.rstrip("?~%")
    if len(text) - len(bare) > 1:
        raise Refused(_("Write one of ? ~ % at the end, not several."), field=field)
    first, last, once = _parts(bare, field)
    if last is None:
        start, end, precision = _point(first, tz, field)
    else:
        start, end = _point(first, tz, field)[0], _point(last, tz, field)[1]
        if end <= start:
            raise Refused(_("The second date comes before the first."), field=field)
        precision = _span(end - start) if once else "range"
    return ReportedDate(text, start, end, precision)


def _parts(bare: str, field: str | None) -> tuple[str, str | None, bool]:
    if ".." in bare and bare.startswith("[") and bare.endswith("]"):
        first, _dots, last = bare[1:-1].partition("..")
        if not (first and last):
            raise Refused(
                _("An open end cannot be counted with. Write both dates: [2022-03-01..2022-03-05]."), field=field
            )
        return first, last, True
    if "/" in bare and not NUMERIC.match(bare):
        first, _slash, last = bare.partition("/")
        if not first.strip(".") or not last.strip("."):
            raise Refused(
                _("An open end cannot be counted with. Write both dates: 2022-02-27/2022-03-30."), field=field
            )
        return first, last, False
    return bare, None, False


def _point(text: str, tz: ZoneInfo, field: str | None) -> tuple[datetime, datetime, str]:
    match = POINT.match(text)
    if not match:
        raise Refused(_hint(text), field=field)
    year, month, day, hour, minute = match.groups()
    try:
        if hour is not None:
            start = datetime.combine(date(int(year), int(month), int(day)), time(int(hour), int(minute)), tz)
            return start.astimezone(UTC), (start + timedelta(minutes=1)).astimezone(UTC), "instant"
        first = date(int(year), int(month or 1), int(day or 1))
        start, end = _midnight(first, tz), _midnight(_next(first, month=month, day=day), tz)
    except (ValueError, OverflowError):
        raise Refused(_("There is no such date: %(text)s.") % {"text": text}, field=field) from None
    return start, end, "day" if day else "month" if month else "year"


def _next(first: date, *, month: str | None, day: str | None) -> date:
    if day:
        return first + timedelta(days=1)
    if month:
        return (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    return first.replace(year=first.year + 1)


def _hint(text: str) -> str:
    if MASKED.search(text):
        return _("Digits cannot be left open. Write the month (2022-03) or the year (2022).")
    if re.match(r"^\d{4}-(2[1-4]|3[2-9]|4[01])$", text):
        return _("Seasons are not counted with. Write months: 2022-03/2022-05.")
    if NUMERIC.match(text):
        return _("Write the year first, so that day and month cannot be confused: 2022-04-03.")
    return _("Write a date as 2022-04-03, 2022-04, 2022, or a range as 2022-02-27/2022-03-30.")


def _midnight(day: date, tz: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), tz).astimezone(UTC)


def _span(length: timedelta) -> str:
    for days, precision in ((1, "day"), (DAYS_IN_FEW, "few_days"), (DAYS_IN_WEEK, "week"), (DAYS_IN_MONTH, "month")):
        if length <= timedelta(days=days, hours=1):
            return precision
    return "range"


def _zone(name: str, field: str | None) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # the last of a folder of zones, such as Europe
        raise Refused(
            _("There is no time zone called %(name)s. Write one like Europe/Kyiv.") % {"name": name}, field=field
        ) from None
