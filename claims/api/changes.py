"""Keeping in step: every change of what this caller may read, in the order of the commits."""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from claims.api import parameters
from claims.api.answers import ExportView
from claims.api.described import described
from claims.api.documents import merged_into, present, readable
from claims.api.problems import Problem
from claims.api.serializers.changes import AuditHeadSerializer, ChangesSerializer
from claims.api.tokens import Caller
from claims.models import Change, PublishedRecord, ReleasedDocument
from claims.models.release import Scope, WithdrawalReason
from claims.release.redaction import Document
from claims.release.scopes import READ_CHANGES, SCOPE_OF
from harmtracker.audit import newest_sequence
from harmtracker.models import AuditEvent

DEFAULT, MOST = 50, 500
LAST = 2**62
AFTER = parameters.whole_number("after", "`next_after` of the last time; 0 begins anew.", 0, LAST, 0)
AFTER_ID = parameters.key("after_id", "Stands in `next` only: where a page ended among changes of one number.")
LIMIT = parameters.whole_number("limit", "Changes on a page.", 1, MOST, DEFAULT)
OUT_OF_SCOPE = "out_of_scope"


class Changes(ExportView):
    """What to write into a mirror and what to take out of it, each record at its newest number only."""

    endpoint = "changes/"
    scopes = (READ_CHANGES,)
    parameters: ClassVar = (AFTER, AFTER_ID, LIMIT)

    @described("list_changes", "Keep a mirror in step", ChangesSerializer, parameters=parameters, others=[410])
    def get(self, request: Request) -> HttpResponse:
        body = changes_for(self.reader, self.asked)
        self.change_seq = body["next_after"]
        if self.asked.get("after", 0) > body["next_after"]:
            raise _unknown(request.build_absolute_uri(reverse("api-exports")))
        if (last := body.pop("last")) is not None:
            query = {"after": last.seq, "after_id": last.record_id, "limit": self.asked.get("limit", DEFAULT)}
            body["next"] = request.build_absolute_uri(f"{request.path}?{urlencode(query)}")
        return self.answer(body)


class AuditHead(ExportView):
    """The newest link of the audit chain: kept by others, it proves that nothing was cut off behind it."""

    endpoint = "audit/head/"

    @described("read_audit_head", "The newest link of the audit chain", AuditHeadSerializer, scopes=False)
    def get(self, request: Request) -> HttpResponse:
        head = AuditEvent.objects.order_by("-sequence").first()
        return self.answer(
            {
                "object": "audit_head",
                "sequence": head.sequence if head else 0,
                "hash": bytes(head.hash).hex() if head else None,
                "at": head.at.isoformat() if head else None,
            }
        )


def _unknown(dumps: str) -> Problem:
    """For a number nobody was given: our record was restored from before it, and what follows it is told twice."""
    detail = _("This number was never given out, or before our record was restored. Begin anew with the newest dump.")
    problem = Problem(410, "number", detail, title=gettext("Begin anew"), parameter="after", dumps=dumps)
    problem.headers = {"Link": f'<{dumps}>; rel="latest-version"'}
    return problem


def changes_for(caller: Caller, asked: dict[str, Any]) -> dict[str, Any]:
    """A page of the stream, and under ``last`` the change it ended with while another page follows.

    ``next_after`` is a number up to which this caller has then seen everything, below ``after`` where nobody was ever
    told that number.
    """
    after, limit = asked.get("after", 0), asked.get("limit", DEFAULT)
    # Read first: the chain's lock is held until commit, so whatever is committed later has a higher number.
    head = newest_sequence()
    begins = Q(seq__gt=after)
    if "after_id" in asked:  # a raised marking may change more records at once than a page holds
        begins |= Q(seq=after, record_id__gt=asked["after_id"])
    found = list(_newest(caller, head).filter(begins)[: limit + 1])
    more, found = len(found) > limit, found[:limit]
    return {
        "object": "changes",
        "changes": _told(found, caller),
        "next": None,
        "next_after": found[-1].seq if more else head,
        "last": found[-1] if more else None,
    }


def every_change(caller: Caller, after: int) -> Iterator[Document]:
    """All changes above a number, page after page, as this caller would be told them at this moment."""
    asked: dict[str, Any] = {"after": after, "limit": MOST}
    while True:
        page = changes_for(caller, asked)
        yield from page["changes"]
        if (last := page["last"]) is None:
            return
        asked |= {"after": last.seq, "after_id": last.record_id}


def _newest(caller: Caller, head: int) -> QuerySet[Change]:
    """Records this caller could see at some time, each at its newest number up to ``head``."""
    later = Change.objects.filter(
        record_type=OuterRef("record_type"), record_id=OuterRef("record_id"), seq__gt=OuterRef("seq"), seq__lte=head
    )
    return Change.objects.filter(~Exists(later), could_see(caller), seq__lte=head).order_by("seq", "record_id")


def could_see(caller: Caller) -> Exists:
    """For rows with a ``record_id``: whether this caller could see the record at some time."""
    shown = ReleasedDocument.objects.filter(
        record_id=OuterRef("record_id"), ceiling=caller.ceiling, scope=Scope.BASE, record_type__in=_kinds(caller)
    )
    return Exists(shown)


def _kinds(caller: Caller) -> list[str]:
    return [kind for kind, scope in SCOPE_OF.items() if caller.has(scope)]


def _told(found: Sequence[Change], caller: Caller) -> list[Document]:
    documents: dict[str, Document] = {}
    for kind in _kinds(caller):
        keys = [change.record_id for change in found if change.record_type == kind]
        documents |= {each["id"]: each for each in present(readable(kind, caller).filter(record_id__in=keys), caller)}
    gone = [change.record_id for change in found if str(change.record_id) not in documents]
    withdrawn = dict(
        PublishedRecord.objects.filter(record_id__in=gone, withdrawal__isnull=False).values_list(
            "record_id", "withdrawal__code"
        )
    )
    into = merged_into([key for key, code in withdrawn.items() if code == WithdrawalReason.MERGED], caller)
    return [
        _upsert(change, documents[str(change.record_id)])
        if str(change.record_id) in documents
        else _tombstone(change, withdrawn.get(change.record_id, OUT_OF_SCOPE), into.get(change.record_id))
        for change in found
        if str(change.record_id) in documents or change.at >= caller.token.partner.created_at
    ]


def _upsert(change: Change, document: Document) -> Document:
    return _change(change) | {"op": "upsert", "record": document}


def _tombstone(change: Change, reason: str, into: str | None) -> Document:
    return _change(change) | {"op": "tombstone", "reason": reason} | ({"into": into} if into else {})


def _change(change: Change) -> Document:
    return {"change_seq": change.seq, "type": change.record_type, "id": str(change.record_id)}
