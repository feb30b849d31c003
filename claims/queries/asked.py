"""Who was asked for its side, and what came of it. "Had asked", "did not respond" and "declined" stay apart."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy

from claims.asked_wording import Course, asked_sentence
from claims.models import CommentRequest, CommentRequestEvent, Incident, Statement
from claims.models.comment_request import ANSWERED, WAITING, RequestOutcome, RequestState, in_force
from claims.queries.rows import folded, unfolded
from harmtracker.markings import HIDES_SPEAKER, HIDES_WORDS
from harmtracker.models import User
from harmtracker.permissions import may
from harmtracker.prepared import prepared
from sources.models import Party, Source
from sources.shown import parties_shown_to, pseudonym, sources_shown_to

SOON = timedelta(days=7)
"""A deadline this near stands on the desk."""
WITHHELD = gettext_lazy("a party whose name is withheld")


@dataclass
class Asked:
    """A comment request as the reader may see it; parties, statement and source None when withheld or absent.

    ``asker_alias`` and ``party_alias`` are the pseudonyms that stand for a withheld name, "" where none does.
    ``replies`` are references of statements that hold the words of an answer, by their keys, where the reader sees
    them. ``words_withheld``: neither the question nor what was noted of the answers may be told. ``as_of`` is the
    moment it is told of, None for now.
    """

    request: CommentRequest
    asked_by: Party | None
    party: Party | None
    statement: Statement | None
    source: Source | None
    events: list[CommentRequestEvent]
    replies: dict[str, str]
    words_withheld: bool = False
    asker_alias: str = ""
    party_alias: str = ""
    as_of: datetime | None = None

    @property
    def asker_name(self) -> str:
        """The name, else the pseudonym that stands for it, else ""."""
        return self.asked_by.name if self.asked_by else self.asker_alias

    @property
    def party_name(self) -> str:
        """As ``asker_name``, of who was asked."""
        return self.party.name if self.party else self.party_alias

    @property
    def latest(self) -> CommentRequestEvent | None:
        return self.events[-1] if self.events else None

    @property
    def is_ours(self) -> bool:
        return self.asked_by is not None and self.asked_by.name == settings.HARMTRACKER_ORGANISATION

    @property
    def was_sought(self) -> bool:
        return bool(self.request.state != RequestState.NOT_SOUGHT)

    @property
    def is_draft(self) -> bool:
        return bool(self.request.state == RequestState.DRAFT)

    @property
    def is_waiting(self) -> bool:
        """Sent, and nothing but waiting since."""
        held = in_force(self.events, lambda each: each.outcome)
        return self.request.state == RequestState.SENT and all(each.outcome in WAITING for each in held)

    @property
    def is_withdrawn(self) -> bool:
        """Withdrawn, and nothing came since, nor was it put back."""
        return self.latest is not None and self.latest.outcome == RequestOutcome.WITHDRAWN

    @property
    def is_answered(self) -> bool:
        return any(event.outcome in ANSWERED for event in self.events)

    @property
    def is_late(self) -> bool:
        """They answered, after they had let the deadline pass."""
        silent = [each for each in self.events if each.outcome == RequestOutcome.NO_RESPONSE_BY_DEADLINE]
        return any(
            each.outcome in ANSWERED and each.happened_at > silence.happened_at
            for silence in silent
            for each in self.events
        )

    @property
    def is_overdue(self) -> bool:
        deadline = self.request.deadline
        return bool(self.is_waiting and deadline is not None and deadline < (self.as_of or timezone.now()))

    @property
    def course(self) -> Iterator[tuple[CommentRequestEvent, str]]:
        """What came of it, each with the reference of the statement that holds its words, or ""."""
        for event in self.events:
            yield event, self.replies.get(str(event.reply_id), "")

    @property
    def sentence(self) -> str:
        """The wording for publication, from what this reader may see, as of now."""
        request = self.request
        return asked_sentence(
            Course(
                asker=self.asker_name or str(WITHHELD),
                party=self.party_name or str(WITHHELD),
                state=request.state,
                asked=request.asked,
                asked_precision=request.asked_precision,
                events=[(each.outcome, each.happened_at) for each in self.events],
                as_of=self.as_of or timezone.now(),
            )
        )


def asked_about(incident: Incident, user: User) -> list[Asked]:
    """The incident's comment requests with everything that came of them, oldest first. One query."""
    return [asked_of(row, user) for row in _requests_about(user, incident=incident.pk)]


def request_called(ref: str, user: User) -> Asked | None:
    """One request about an incident this reader sees; None where they see none of this reference. One query."""
    return next((asked_of(row, user) for row in _request_called(user, ref=ref)), None)


def asked_of(row: Any, user: User) -> Asked:
    """A row of ``requests_shown_to`` as this person may see it."""
    names, tells = user.sees_through(row.handling, HIDES_SPEAKER), user.sees_through(row.handling, HIDES_WORDS)
    events = [unfolded(CommentRequestEvent, each) for each in row.event_rows]
    if not tells:
        row.question = ""
        for event in events:
            event.words = ""
    return Asked(
        request=row,
        asked_by=row.asked_by if row.asker_seen and names else None,
        party=row.party if row.party_seen and names else None,
        statement=row.statement if row.statement_seen else None,
        source=row.source if row.source_seen else None,
        events=events,
        replies={each["key"]: each["ref"] for each in row.reply_rows} if names else {},
        words_withheld=not tells,
        asker_alias=pseudonym(row.asked_by, user, is_visible=row.asker_visible) if names else "",
        party_alias=pseudonym(row.party, user, is_visible=row.party_visible) if names else "",
    )


@prepared
def _requests_about(user: User, incident: Any) -> QuerySet[Any]:
    return requests_shown_to(user).filter(incident=incident).order_by("created_at", "id")


@prepared
def _request_called(user: User, ref: Any) -> QuerySet[Any]:
    return requests_shown_to(user).filter(ref=ref, incident__in=Incident.objects.visible_to(user))


def requests_listed(user: User, *, only_open: bool) -> QuerySet[Any]:
    """Requests about incidents this person sees; ``only_open``: sent, and nothing came of them but waiting."""
    rows = requests_shown_to(user).filter(incident__in=Incident.objects.visible_to(user))
    return rows.filter(~ended(), state=RequestState.SENT) if only_open else rows


def ended() -> Exists:
    """Of a request: something came of it that is more than waiting. A withdrawal that was put back is nothing."""
    waits_again = CommentRequestEvent.objects.filter(
        request=OuterRef("request"),
        outcome=RequestOutcome.AWAITING_REPLY,
        happened_at__gte=OuterRef("happened_at"),
        created_at__gt=OuterRef("created_at"),
    )
    came = CommentRequestEvent.objects.filter(request=OuterRef("pk")).exclude(outcome__in=WAITING)
    # In this order: only of the few withdrawn ones is it looked up whether they wait again.
    return Exists(came.exclude(Q(outcome=RequestOutcome.WITHDRAWN), Exists(waits_again)))


def requests_seen_by(user: User) -> QuerySet[CommentRequest]:
    """Requests this person may see; a draft only where they may edit it."""
    rows: QuerySet[CommentRequest] = CommentRequest.objects.visible_to(user)
    if not may(user, "comment_request.edit"):
        rows = rows.exclude(state=RequestState.DRAFT)  # work, not yet a fact
    return rows


def requests_shown_to(user: User) -> QuerySet[Any]:
    """Requests this person may see, with whom they may know of, all that came of them, and replies they may read."""
    parties, held, statements = (
        parties_shown_to(user),
        Party.objects.visible_to(user),
        Statement.objects.visible_to(user),
    )
    events = CommentRequestEvent.objects.filter(request=OuterRef("pk"))
    rows: QuerySet[Any] = (
        requests_seen_by(user)
        .select_related("asked_by", "party", "statement", "source", "incident", "created_by")
        .annotate(
            asker_seen=Exists(parties.filter(pk=OuterRef("asked_by_id"))),
            asker_visible=Exists(held.filter(pk=OuterRef("asked_by_id"))),
            party_visible=Exists(held.filter(pk=OuterRef("party_id"))),
            party_seen=Exists(parties.filter(pk=OuterRef("party_id"))),
            statement_seen=Exists(statements.filter(pk=OuterRef("statement_id"))),
            source_seen=Exists(sources_shown_to(user).filter(pk=OuterRef("source_id"))),
            event_rows=folded(events.order_by("happened_at", "created_at")),
            reply_rows=folded(events.filter(reply__in=statements), key="reply_id", ref="reply__ref"),
        )
    )
    return rows
