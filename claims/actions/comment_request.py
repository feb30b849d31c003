"""Comment requests: a party was asked for its side."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from claims.models import CommentRequest, CommentRequestEvent, Incident, Statement
from claims.models.comment_request import RequestOutcome, RequestState
from harmtracker import audit
from harmtracker.dates import parse_date
from harmtracker.errors import Refused
from harmtracker.markings import Tlp
from harmtracker.models import User
from harmtracker.permissions import require, require_cleared
from sources.models import Party, Source


def log_request(
    *,
    asked_by: Party,
    party: Party,
    incident: Incident,
    by: User,
    statement: Statement | None = None,
    question: str = "",
    state: str = RequestState.SENT,
    not_sought_reason: str = "",
    channel: str = "",
    asked: str = "",
    deadline: datetime | None = None,
    source: Source | None = None,
    outcome: str | None = None,
    tlp: str = Tlp.AMBER,
) -> CommentRequest:
    """Record that a party was asked, or why it was not. ``asked`` is EDTF; ``outcome`` the first event, if known."""
    require(by, "comment_request.edit")
    require_cleared(by, tlp)
    if state == RequestState.NOT_SOUGHT and not not_sought_reason.strip():
        raise Refused(_("Say why no comment was sought."), field="not_sought_reason")
    if state != RequestState.NOT_SOUGHT and not_sought_reason.strip():
        raise Refused(_('A reason goes with "not sought" only.'), field="not_sought_reason")
    dated = parse_date(asked, field="asked").fields("asked")
    with audit.recording():
        request = CommentRequest.objects.create(
            asked_by=asked_by,
            party=party,
            incident=incident,
            statement=statement,
            question=question,
            state=state,
            not_sought_reason=not_sought_reason,
            channel=channel,
            deadline=deadline,
            source=source,
            tlp=tlp,
            created_by=by,
            **dated,
        )
        audit.record(
            "comment_request.created",
            subject=request,
            by=by,
            changes={"asked_by": [None, asked_by.ref], "party": [None, party.ref], "state": [None, state]},
            about=[incident.pk],
        )
        if outcome:
            add_outcome(request=request, outcome=outcome, by=by)
    return request


def add_outcome(
    *,
    request: CommentRequest,
    outcome: str,
    by: User,
    happened_at: datetime | None = None,
    words: str = "",
    reply: Statement | None = None,
) -> CommentRequestEvent:
    """Add what happened with a request that was sent. Earlier outcomes stay."""
    require(by, "comment_request.edit")
    if outcome not in RequestOutcome.values:
        raise Refused(_("Choose what happened."), field="outcome")
    if request.state != RequestState.SENT:
        raise Refused(_("Nothing can come of a request that was not sent."), field="outcome")
    with audit.recording():
        event = CommentRequestEvent.objects.create(
            request=request,
            outcome=outcome,
            happened_at=happened_at or timezone.now(),
            words=words,
            reply=reply,
            created_by=by,
        )
        audit.record(
            "comment_request.edited",
            subject=request,
            by=by,
            changes={"outcome": [None, outcome]},
            about=[request.incident_id],
        )
    return event
