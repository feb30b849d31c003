"""Which sources partners rely on: those under released statements are visited again sooner."""

from datetime import datetime
from uuid import UUID

from django.db.models import Min, OuterRef, Subquery

from claims.models import PublishedRecord, Rendering
from claims.models.release import RecordType


def released_sources() -> list[tuple[UUID, datetime]]:
    """Keys of the sources whose words stand in a released statement, each with the earliest release in force."""
    in_force = PublishedRecord.objects.filter(
        record_type=RecordType.STATEMENT, withdrawal=None, record_id=OuterRef("statement_id")
    )
    quoted = Rendering.objects.filter(source__isnull=False, withdrawn_at=None)
    dated = quoted.annotate(since=Subquery(in_force.values("release__released_at")[:1])).filter(since__isnull=False)
    return list(dated.order_by().values("source").annotate(first=Min("since")).values_list("source", "first"))
