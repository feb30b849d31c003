"""Who may hold which version of a released record, from the log of what partners read."""

from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any, Final

from django.db.models import Max, Q

from claims.models import Change, DumpSegment, Partner, PartnerRead, Release, ReleasedDocument, WebhookDelivery
from claims.models.dump import EVERY_KIND, read_address
from claims.models.release import Scope
from claims.models.webhooks import DeliveryState
from claims.release.render import Releasable

# Addresses whose answers may have held the record. One that names a single record above GREEN says which it was.
PLURAL: Final = {"incident": "incidents", "statement": "statements"}
STREAM: Final = "changes/"
BUNDLE: Final = "incidents/{key}/bundle/"
# Lists of what stands in records of a kind, or is named there: each item was taken out of a record as it was released.
NAMED: Final = ("parties/", "sources/")
WITHIN: Final = {
    "incident": ("comment-requests/", "notes/", "places/", *NAMED),
    "statement": ("links/", "figures/", "captures/", *NAMED),
}
# The names by which ``expand`` brings records of a kind along beside others.
BROUGHT_ALONG: Final = {"incident": ("incidents",), "statement": ("statements", "links", "answered_by")}


@dataclass(frozen=True)
class Holder:
    """A partner that read where the record stood. ``version``: the newest it can have read by ``read_at``.

    ``is_told``: the stream of changes told it of the newest change; until then it may hold what was corrected or
    withdrawn. A page of a list proves nothing of the kind: it may have been another page, or filtered. ``message``:
    how far the message about the newest change is (DeliveryState), "" where none was made.
    """

    partner: Partner
    ceiling: str
    version: int
    read_at: datetime
    is_told: bool
    message: str = ""

    @property
    def message_words(self) -> str:
        """How far the message is, in words."""
        return str(DeliveryState(self.message).label) if self.message else ""


def holders(record: Releasable) -> list[Holder]:
    """Partners that may hold a version, those first who were not told of the newest change. Six queries.

    It says who *may* hold it, or something that was taken out of it: a list read with a filter, or a page of many,
    counts as read.
    """
    releases = _releases(record)
    if not releases:
        return []
    newest = Change.objects.filter(record_type=record._meta.model_name, record_id=record.pk).order_by("-seq").first()
    found = []
    for row in _reads(record, since=min(each.released_at for each, _ceiling in releases)):
        version = _version_by(row["last"], row["ceiling"], releases)
        if version is not None:
            told = newest is None or (row["reached"] or 0) >= newest.seq
            found.append((row, version, told))
    partners = Partner.objects.in_bulk([row["token__partner"] for row, _version, _told in found])
    sent = _messages(newest)
    return sorted(
        (
            Holder(
                partners[key := row["token__partner"]], row["ceiling"], version, row["last"], told, sent.get(key, "")
            )
            for row, version, told in found
        ),
        key=lambda holder: (holder.is_told, holder.partner.name, holder.ceiling),
    )


def _releases(record: Releasable) -> list[tuple[Release, str]]:
    """Every release with each ceiling it had a document for, newest first."""
    rows = (
        ReleasedDocument.objects.filter(record_id=record.pk, scope=Scope.BASE)
        .select_related("release")
        .defer("document")
        .order_by("-release__released_at")
    )
    return [(row.release, row.ceiling) for row in rows]


def _reads(record: Releasable, since: datetime) -> Any:
    kind = str(record._meta.model_name)
    plural = PLURAL[kind]
    itself = Q(endpoint__in=[f"{plural}/", f"{plural}/{{key}}/"]) & Q(record_ref__in=["", record.ref])
    within = Q(endpoint__in=[STREAM, BUNDLE, *WITHIN[kind], *_files(record, kind, since)])
    beside = reduce(or_, (Q(query__expand__icontains=name) for name in BROUGHT_ALONG[kind]))
    return (
        PartnerRead.objects.filter(itself | within | beside, status__in=[200, 206], at__gte=since)
        .values("token__partner", "ceiling")
        .annotate(last=Max("at"), reached=Max("change_seq", filter=Q(endpoint=STREAM)))
        .order_by()
    )


def _files(record: Releasable, kind: str, since: datetime) -> list[str]:
    """Files of dumps, kept or not, that may have held the record: made after its release, of keys around its own."""
    rows = DumpSegment.objects.filter(
        record_type__in=[kind, EVERY_KIND], first__lte=record.pk, last__gte=record.pk, made_at__gte=since
    )
    return [read_address(dump, segment) for dump, segment in rows.values_list("dump", "pk")]


def _messages(newest: Change | None) -> dict[Any, str]:
    """How far the message about this change is, for each partner; taken at one endpoint is taken."""
    if newest is None:
        return {}
    rows = WebhookDelivery.objects.filter(record_id=newest.record_id, change_seq=newest.seq)
    made = rows.values_list("endpoint__partner", "state")
    return dict(sorted(made, key=lambda row: row[1] == DeliveryState.TAKEN))


def _version_by(moment: datetime, ceiling: str, releases: list[tuple[Release, str]]) -> int | None:
    return next((each.version for each, reached in releases if reached == ceiling and each.released_at <= moment), None)
