"""Dates as people report them: day, month, interval, uncertain; kept as said, with bounds derived from them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DatePrecision(models.TextChoices):
    INSTANT = "instant", _("To the minute")
    DAY = "day", _("To the day")
    FEW_DAYS = "few_days", _("Within a few days")
    WEEK = "week", _("Within a week")
    MONTH = "month", _("To the month")
    YEAR = "year", _("To the year")
    RANGE = "range", _("A longer range")
    UNKNOWN = "unknown", _("Not stated")


def date_constraints(table: str, name: str) -> list[models.CheckConstraint]:
    """Rules for the columns NAME, NAME_start, NAME_end, NAME_precision: bounds in order, and only with a date."""
    given, start, end, precision = name, f"{name}_start", f"{name}_end", f"{name}_precision"
    q = models.Q
    return [
        models.CheckConstraint(
            condition=q(**{f"{precision}__in": DatePrecision.values}), name=f"{table}_{name}_precision_known"
        ),
        models.CheckConstraint(
            condition=q(**{given: "", f"{start}__isnull": True, f"{end}__isnull": True, precision: "unknown"})
            # A comparison with NULL is NULL, and a CHECK lets NULL pass: both bounds have to be there in words.
            | (
                ~q(**{given: ""})
                & ~q(**{precision: "unknown"})
                & q(**{f"{start}__isnull": False, f"{end}__isnull": False, f"{start}__lte": models.F(end)})
            ),
            name=f"{table}_{name}_bounds",
        ),
    ]
