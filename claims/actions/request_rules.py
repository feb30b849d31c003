"""What may have come of a request for comment. Facts that contradict one another are refused in words.

"Had asked", "did not respond" and "declined" are three different facts (domain.md, "Comment request outcomes").
"""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F, Q, UUIDField, Value
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from claims.models import CommentRequest, CommentRequestEvent, Statement
from claims.models.comment_request import ANSWERED, WAITING, RequestOutcome, RequestState, in_force
from claims.models.statement import Lifecycle, StatementKind
from claims.queries.voices import acts_for, said_on
from harmtracker.errors import Refused
from sources.models import Party

UNDELIVERABLE, NO_RESPONSE = RequestOutcome.UNDELIVERABLE, RequestOutcome.NO_RESPONSE_BY_DEADLINE
REPLIED = ANSWERED - {RequestOutcome.DECLINED}
WHOLE_REPLIES = REPLIED - {RequestOutcome.REPLIED_PARTIAL}
RECEIVED = ANSWERED | {RequestOutcome.ACKNOWLEDGED, RequestOutcome.REFERRED, RequestOutcome.ASKED_FOR_MORE}
SILENT = frozenset({RequestOutcome.AWAITING_REPLY, RequestOutcome.ACKNOWLEDGED, NO_RESPONSE})
ONCE = frozenset({NO_RESPONSE, UNDELIVERABLE, RequestOutcome.WITHDRAWN})
HAVE_WORDS = ANSWERED | {RequestOutcome.REFERRED, RequestOutcome.ASKED_FOR_MORE}

# (what is to be recorded, what has happened by then, why both cannot be).
CONTRADICTIONS: tuple[tuple[frozenset[str], frozenset[str], str | Promise], ...] = (
    (
        frozenset({RequestOutcome.AWAITING_REPLY, RequestOutcome.ACKNOWLEDGED}),
        ANSWERED,
        gettext_lazy("They had answered by then; nothing is awaited any more."),
    ),
    (
        frozenset({RequestOutcome.WITHDRAWN}),
        ANSWERED,
        gettext_lazy("They had answered by then; there is nothing left to withdraw."),
    ),
    (
        frozenset({RequestOutcome.DECLINED}),
        WHOLE_REPLIES,
        gettext_lazy("They had replied by then. Saying no more afterwards is not declining to comment."),
    ),
    (
        frozenset({UNDELIVERABLE}),
        RECEIVED,
        gettext_lazy("It had reached them by then, as what is recorded shows."),
    ),
    (
        SILENT,
        frozenset({UNDELIVERABLE}),
        gettext_lazy("It could not be delivered, so silence says nothing. Log a new request when it is sent again."),
    ),
    (
        frozenset(RequestOutcome.values) - ANSWERED,
        frozenset({RequestOutcome.WITHDRAWN}),
        gettext_lazy("The request was withdrawn. Only an answer that came all the same can be added."),
    ),
)


def check_dates(*, state: str, asked_start: datetime | None, deadline: datetime | None, is_dated: bool) -> None:
    """The dates of a request fit its state. Raises ``Refused`` naming the field."""
    if state != RequestState.SENT and is_dated:
        raise Refused(_("The day it was sent goes with a request that was sent."), field="asked")
    if state == RequestState.NOT_SOUGHT and deadline is not None:
        raise Refused(_("A deadline goes with a request, not with the reason for none."), field="deadline")
    if asked_start is not None and asked_start > timezone.now():
        raise Refused(_("That day has not come. Keep it as a draft until it is sent."), field="asked")
    if asked_start is not None and deadline is not None and deadline <= asked_start:
        raise Refused(_("The deadline has to come after the day it was asked."), field="deadline")


def check_outcome(
    request: CommentRequest, events: Iterable[CommentRequestEvent], outcome: str, happened_at: datetime, words: str
) -> None:
    """This may have come of the request on that date, beside all that did. Raises ``Refused`` naming the field."""
    if outcome not in RequestOutcome.values:
        raise Refused(_("Choose what happened."), field="outcome")
    if request.state != RequestState.SENT:
        raise Refused(_("Nothing can come of a request that was not sent."), field="outcome")
    if outcome == NO_RESPONSE:
        _check_deadline(request, happened_at)
    if happened_at > timezone.now():
        raise Refused(_("That has not happened yet. Record it when it has."), field="happened_at")
    if request.asked_start is not None and happened_at < request.asked_start:
        raise Refused(_("Nothing can have come of it before it was asked."), field="happened_at")
    held = in_force(events, lambda each: each.outcome)
    if any(each.outcome == outcome and (each.happened_at == happened_at or outcome in ONCE) for each in held):
        raise Refused(_("This is recorded already."), field="outcome")
    _check_beside(held, outcome, happened_at)
    if outcome == RequestOutcome.WITHDRAWN and any(e.outcome in WAITING and e.happened_at > happened_at for e in held):
        raise Refused(_("It was still waited for after that. Date the withdrawal later."), field="happened_at")
    silences = [each for each in held if each.outcome == NO_RESPONSE and happened_at <= each.happened_at]
    if silences and outcome in ANSWERED and not words.strip():
        raise Refused(
            _("It is recorded that they did not respond by the deadline. Say in words how this was overlooked."),
            field="words",
        )


def _check_beside(held: Iterable[CommentRequestEvent], outcome: str, happened_at: datetime) -> None:
    by_then = {each.outcome for each in held if each.happened_at <= happened_at}
    if outcome == NO_RESPONSE and by_then & ANSWERED:
        raise Refused(_("They had answered before the deadline; what is recorded shows it."), field="outcome")
    for told, earlier, sentence in CONTRADICTIONS:
        if outcome in told and by_then & earlier:
            raise Refused(sentence, field="outcome")


def _check_deadline(request: CommentRequest, happened_at: datetime) -> None:
    if request.deadline is None:
        raise Refused(_("No deadline is recorded, so none can have passed. Record one first."), field="outcome")
    if request.deadline > timezone.now():
        raise Refused(_("The deadline has not passed yet."), field="outcome")
    if happened_at < request.deadline:
        raise Refused(_("Before the deadline nobody can know that they let it pass."), field="happened_at")


def check_reply(request: CommentRequest, outcome: str, reply: Statement) -> None:
    """The statement can hold the words of this answer. Raises ``Refused`` naming the field."""
    if outcome not in HAVE_WORDS:
        raise Refused(_("Only an answer has words. Choose what they answered, or no statement."), field="reply")
    if reply.lifecycle == Lifecycle.REMOVED:
        raise Refused(_("That statement was removed."), field="reply")
    if not _speaks_for(reply, request.party):
        raise Refused(_("That statement is by somebody else than who was asked."), field="reply")
    if request.asked_start is not None and reply.said_end is not None and reply.said_end <= request.asked_start:
        raise Refused(_("That was said before they were asked, so it is no answer to it."), field="reply")
    if reply.kind == StatementKind.NO_COMMENT and outcome in REPLIED:
        raise Refused(_("In that statement they decline to comment. Record that they declined."), field="reply")
    if reply.kind != StatementKind.NO_COMMENT and outcome == RequestOutcome.DECLINED:
        raise Refused(_("In that statement they comment. Record that they replied."), field="reply")


def _speaks_for(reply: Statement, party: Party) -> bool:
    """By the party, on its behalf, by its holder, or by a body it belonged to on that day (domain: has answered)."""
    asked, speaker = Value(party.pk, output_field=UUIDField()), F("party_id")
    acting = Q(on_behalf_of=party) | Q(acts_for(speaker, asked, said_on())) | Q(acts_for(asked, speaker, said_on()))
    return Statement.objects.filter(acting, pk=reply.pk).exists()
