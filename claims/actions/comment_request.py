"""Comment requests: a party was asked for its side."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from claims.actions.request_rules import NO_RESPONSE, check_dates, check_outcome, check_reply
from claims.models import Assessment, CommentRequest, CommentRequestEvent, Incident, Statement
from claims.models.assessment import DecisionKind
from claims.models.comment_request import RequestOutcome, RequestState
from claims.models.findings import NEEDS_SECOND_PERSON
from harmtracker import audit
from harmtracker.dates import parse_date
from harmtracker.db import save_version
from harmtracker.errors import Refused
from harmtracker.markings import Tlp
from harmtracker.models import User
from harmtracker.permissions import require, require_cleared
from sources.models import Party, Source

MOMENT = timedelta(seconds=10)  # in which the same form again is the same wish
LOCK = 4714  # that of logging from the Reader: forms of one person are written one after another


@dataclass(frozen=True)
class RequestFields:
    """What is stated of a request beside who asked whom about what. ``asked`` is EDTF: the day it was sent."""

    state: str = RequestState.SENT
    question: str = ""
    not_sought_reason: str = ""
    channel: str = ""
    asked: str = ""
    deadline: datetime | None = None

    def columns(self) -> dict[str, Any]:
        """The columns it stands in. Raises ``Refused`` for what does not go together."""
        if self.state not in RequestState.values:
            raise Refused(_("Choose whether it was sent."), field="state")
        reason = self.not_sought_reason.strip()
        if self.state == RequestState.NOT_SOUGHT and not reason:
            raise Refused(_("Say why no comment was sought."), field="not_sought_reason")
        if self.state != RequestState.NOT_SOUGHT and reason:
            raise Refused(_('A reason goes with "not sought" only.'), field="not_sought_reason")
        dated = parse_date(self.asked, field="asked")
        check_dates(
            state=self.state, asked_start=dated.start, deadline=self.deadline, is_dated=bool(self.asked.strip())
        )
        plain = {"state": self.state, "question": self.question.strip(), "not_sought_reason": reason}
        return plain | {"channel": self.channel.strip(), "deadline": self.deadline, **dated.fields("asked")}


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
    """Record that a party was asked, or why it was not. ``asked`` is EDTF; ``outcome`` the first event, if known.

    A form that comes twice in a moment (a double click) gives the request of the first time.
    """
    require(by, "comment_request.edit")
    require_cleared(by, tlp)
    given = RequestFields(state, question, not_sought_reason, channel, asked, deadline).columns()
    about = {"asked_by": asked_by, "party": party, "incident": incident, "statement": statement}
    with audit.recording():
        if again := _logged_a_moment_ago(by, **about, **given):
            return again
        request = CommentRequest.objects.create(**about, **given, source=source, tlp=tlp, created_by=by)
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


def edit_request(
    *, request: CommentRequest, given: RequestFields, expected_version: int, by: User, reason: str = ""
) -> None:
    """Change a draft, send it, or say that it will not be sought; of one that was sent, correct what is recorded.

    Raises ``StaleRecord`` when somebody saved meanwhile, ``Refused`` for what contradicts what came of it.
    """
    require(by, "comment_request.edit")
    values = given.columns()
    with audit.recording():
        CommentRequest.objects.select_for_update().get(pk=request.pk)
        if request.state != RequestState.DRAFT:
            _check_correction(request, values, reason)
        changes = save_version(request, expected_version, **values)
        derived = {"asked_start", "asked_end", "asked_precision"}
        audit.record(
            "comment_request.edited",
            subject=request,
            by=by,
            changes={name: change for name, change in changes.items() if name not in derived},
            reason=reason.strip(),
            about=[request.incident_id],
        )


def add_outcome(
    *,
    request: CommentRequest,
    outcome: str,
    by: User,
    happened_at: datetime | None = None,
    words: str = "",
    reply: Statement | None = None,
) -> CommentRequestEvent:
    """Add what happened with a request that was sent. Earlier outcomes stay; contradictions are refused in words.

    That nobody responded by the deadline is dated to the deadline, whenever it is recorded.
    """
    require(by, "comment_request.edit")
    with audit.recording():
        asked = CommentRequest.objects.select_for_update().get(pk=request.pk)  # one after the other
        at = happened_at or (asked.deadline if outcome == NO_RESPONSE else None) or timezone.now()
        if outcome == NO_RESPONSE and asked.deadline:
            at = min(at, asked.deadline)  # an earlier date is refused
        check_outcome(asked, asked.events.all(), outcome, at, words)
        if reply is not None:
            check_reply(asked, outcome, reply)
        event = CommentRequestEvent.objects.create(
            request=request, outcome=outcome, happened_at=at, words=words.strip(), reply=reply, created_by=by
        )
        audit.record(
            "comment_request.edited",
            subject=request,
            by=by,
            changes={"outcome": [None, outcome]},
            about=[request.incident_id],
        )
    return event


def take_outcome_back(*, event: CommentRequestEvent, reason: str, by: User) -> None:
    """Say that an outcome was recorded by mistake: nothing is told of it any more but in the history.

    Only the last that was recorded, and only while no finding was approved since that may rest on it.
    """
    require(by, "comment_request.edit")
    if not reason.strip():
        raise Refused(_("Say why."), field="reason")
    with audit.recording():
        asked = CommentRequest.objects.select_for_update().get(pk=event.request_id)  # one after the other
        if asked.events.order_by("created_at").last() != event:
            raise Refused(_("Something else was recorded since, or it is taken back already."))
        heard = Q(incident=asked.incident) | Q(statement__incidents=asked.incident)
        weighty = Assessment.objects.filter(heard, finding__in=NEEDS_SECOND_PERSON, decision__kind=DecisionKind.APPROVE)
        if weighty.filter(decision__decided_at__gt=event.created_at).exists():
            raise Refused(_("A finding that needs the accused to be asked was approved since."))
        CommentRequestEvent.objects.create(
            request=asked,
            outcome=event.outcome,
            happened_at=Now(),
            words=reason.strip(),
            created_by=by,
            takes_back=event,
        )
        audit.record(
            "comment_request.outcome_taken_back",
            subject=asked,
            by=by,
            changes={"outcome": [event.outcome, None]},
            reason=reason.strip(),
            about=[asked.incident_id],
        )


def put_back_request(*, request: CommentRequest, by: User, reason: str = "") -> None:
    """Let a request wait again whose withdrawal was recorded by mistake. Both stay in the record of what came of it.

    Whoever withdrew in fact and asks again logs a new request.
    """
    require(by, "comment_request.edit")
    with audit.recording():
        asked = CommentRequest.objects.select_for_update().get(pk=request.pk)  # one after the other
        latest = asked.events.last()
        if latest is None or latest.outcome != RequestOutcome.WITHDRAWN:
            raise Refused(_("It is not withdrawn, or something came of it since."))
        CommentRequestEvent.objects.create(
            request=request,
            outcome=RequestOutcome.AWAITING_REPLY,
            happened_at=Now(),
            words=reason.strip(),
            created_by=by,
        )
        audit.record(
            "comment_request.put_back",
            subject=request,
            by=by,
            changes={"outcome": [RequestOutcome.WITHDRAWN, RequestOutcome.AWAITING_REPLY]},
            reason=reason.strip(),
            about=[request.incident_id],
        )


def _check_correction(request: CommentRequest, values: dict[str, Any], reason: str) -> None:
    """What was sent, or deliberately not sought, is corrected with a reason and never becomes something else."""
    if values["state"] != request.state:
        raise Refused(
            _("This is how it was. What came of it is recorded as an outcome; ask again with a new request."),
            field="state",
        )
    if not reason.strip():
        raise Refused(_("Say why the record of it is corrected."), field="reason")
    events = list(request.events.all())
    if values["asked_start"] and any(each.happened_at < values["asked_start"] for each in events):
        raise Refused(_("Something came of it before that day."), field="asked")
    is_silent = any(each.outcome == RequestOutcome.NO_RESPONSE_BY_DEADLINE for each in events)
    if is_silent and values["deadline"] != request.deadline:
        raise Refused(
            _("It is recorded that they did not respond by this deadline. Log a new request for another one."),
            field="deadline",
        )


def _logged_a_moment_ago(by: User, **which: Any) -> CommentRequest | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK, str(by.pk)])
    same: CommentRequest | None = CommentRequest.objects.filter(
        created_by=by, created_at__gt=Now() - MOMENT, **which
    ).first()
    return same
