"""How many records there are in each month, by finding, kind or region: counted from what the caller reads."""

from typing import Final

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from claims.api.answers import ExportView
from claims.api.counted import TakesTooLong, counts
from claims.api.described import described
from claims.api.parameters import one_of
from claims.api.problems import MissingScope, Problem
from claims.api.serializers.collections import MonthlyCountsSerializer
from claims.api.tallies import DIMENSIONS
from claims.release.redaction import Document
from claims.release.scopes import SCOPE_OF
from harmtracker.audit import newest_sequence

PATIENCE: Final = 20  # seconds for writing out what nobody has read yet
WAIT: Final = 60  # seconds until it is worth asking again
BY: Final = one_of(
    "by",
    [f"{kind}s.{name}" for kind, names in DIMENSIONS.items() for name in names],
    "What is counted, and by what: `statements.kind`.",
)
DEFAULT: Final = "incidents.finding"


class Monthly(ExportView):
    """Records in each month. Records without a date known to the month, and values not known or withheld, are null."""

    endpoint = "aggregates/monthly/"
    parameters = (BY,)

    @described("count_monthly", "Count records by month", MonthlyCountsSerializer, parameters=parameters)
    def get(self, request: Request) -> HttpResponse:
        by = self.asked.get(BY.name, DEFAULT)
        counted, _dot, name = by.partition(".")
        kind = counted.removesuffix("s")
        if not self.reader.has(SCOPE_OF[kind]):
            raise MissingScope(SCOPE_OF[kind])
        self.change_seq = newest_sequence()
        dimension = 1 + list(DIMENSIONS[kind]).index(name)  # behind the month
        try:
            found = counts(kind, dimension, self.reader, PATIENCE)
        except TakesTooLong as error:
            raise Problem(
                503, "not_ready", _("This is still being counted for the first time. Ask again."), retry_after=WAIT
            ) from error
        return self.answer(
            {
                "object": "monthly_counts",
                "by": by,
                "change_seq": self.change_seq,
                "total": found.total(),
                "counts": [_count(month, value, found[month, value]) for month, value in sorted(found)],
            }
        )


def _count(month: str, value: str, number: int) -> Document:
    return {"month": month or None, "value": value or None, "count": number}
