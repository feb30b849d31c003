"""Who was asked for its side, and what came of it. "Had asked", "did not respond" and "declined" stay apart."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from claims.models import CommentRequest, CommentRequestEvent, Incident, Statement
from claims.models.comment_request import ANSWERED, RequestOutcome, RequestState
from claims.queries.rows import folded, unfolded
from harmtracker.models import User
from harmtracker.prepared import prepared
from sources.models import Party, Source
from sources.shown import parties_shown_to, sources_shown_to

WAITING = frozenset({RequestOutcome.AWAITING_REPLY, RequestOutcome.ACKNOWLEDGED, RequestOutcome.ASKED_FOR_MORE})


@dataclass
class Asked:
    """A comment request as the reader may see it; parties, statement and source None when withheld or absent."""

    request: CommentRequest
    asked_by: Party | None
    party: Party | None
    statement: Statement | None
    source: Source | None
    events: list[CommentRequestEvent]

    @property
    def latest(self) -> CommentRequestEvent | None:
        return self.events[-1] if self.events else None

    @property
    def is_ours(self) -> bool:
        return self.asked_by is not None and self.asked_by.name == settings.HARMTRACKER_ORGANISATION

    @property
    def was_sought(self) -> bool:
        return self.request.state != RequestState.NOT_SOUGHT

    @property
    def is_waiting(self) -> bool:
        """Sent, and nothing but waiting since."""
        return self.request.state == RequestState.SENT and (self.latest is None or self.latest.outcome in WAITING)

    @property
    def is_answered(self) -> bool:
        return any(event.outcome in ANSWERED for event in self.events)

    @property
    def is_overdue(self) -> bool:
        deadline: datetime | None = self.request.deadline
        return self.is_waiting and deadline is not None and deadline < timezone.now()


def asked_about(incident: Incident, user: User) -> list[Asked]:
    """The incident's comment requests with everything that came of them, oldest first. One query."""
    return [
        Asked(
            request=request,
            asked_by=request.asked_by if request.asker_seen else None,
            party=request.party if request.party_seen else None,
            statement=request.statement if request.statement_seen else None,
            source=request.source if request.source_seen else None,
            events=[unfolded(CommentRequestEvent, row) for row in request.event_rows],
        )
        for request in _requests_about(user, incident=incident.pk)
    ]


@prepared
def _requests_about(user: User, incident: Any) -> QuerySet[Any]:
    parties = parties_shown_to(user)
    requests: QuerySet[Any] = (
        CommentRequest.objects.visible_to(user)
        .filter(incident=incident)
        .select_related("asked_by", "party", "statement", "source", "incident")
        .annotate(
            asker_seen=Exists(parties.filter(pk=OuterRef("asked_by_id"))),
            party_seen=Exists(parties.filter(pk=OuterRef("party_id"))),
            statement_seen=Exists(Statement.objects.visible_to(user).filter(pk=OuterRef("statement_id"))),
            source_seen=Exists(sources_shown_to(user).filter(pk=OuterRef("source_id"))),
            event_rows=folded(
                CommentRequestEvent.objects.filter(request=OuterRef("pk")).order_by("happened_at", "created_at")
            ),
        )
        .order_by("created_at", "id")
    )
    return requests
