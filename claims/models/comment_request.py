"""A party was asked for its side."""

import functools
from collections.abc import Callable, Iterable

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from claims.models.dated import DatePrecision, date_constraints
from claims.models.incident import Incident
from claims.models.statement import Statement
from harmtracker.identity import new_id, new_ref
from harmtracker.records import Marked, Record, RecordQuerySet, choice_constraint, marking_constraints
from sources.models import Party, Source


class RequestState(models.TextChoices):
    NOT_SOUGHT = "not_sought", _("Not sought")
    DRAFT = "draft", _("Draft")
    SENT = "sent", _("Sent")


class CommentRequest(Record, Marked):
    """We, or an outlet (``asked_by``), asked ``party`` about an incident and, if named, an allegation.

    "Not sought" is a state with a reason. What came of a request stands in dated event rows; the latest is shown with
    those before it.
    """

    ref = models.CharField(max_length=12, unique=True, editable=False, default=functools.partial(new_ref, "CR"))
    asked_by = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="asked_for_comment")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="comment_requests")
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="comment_requests")
    statement = models.ForeignKey(
        Statement, on_delete=models.PROTECT, null=True, blank=True, related_name="comment_requests"
    )
    question = models.TextField(blank=True)
    state = models.CharField(max_length=12, choices=RequestState.choices, default=RequestState.DRAFT)
    not_sought_reason = models.TextField(blank=True)
    channel = models.CharField(max_length=120, blank=True, help_text=_("How it was asked: e-mail, phone, letter."))
    asked = models.CharField(max_length=40, blank=True, help_text=_("EDTF."))
    asked_start = models.DateTimeField(null=True, editable=False)
    asked_end = models.DateTimeField(null=True, editable=False)
    asked_precision = models.CharField(
        max_length=10, choices=DatePrecision.choices, default=DatePrecision.UNKNOWN, editable=False
    )
    deadline = models.DateTimeField(null=True, blank=True)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, null=True, blank=True, related_name="comment_requests")

    objects = RecordQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            *marking_constraints("comment_request"),
            *date_constraints("comment_request", "asked"),
            choice_constraint("comment_request", "state", RequestState),
            models.CheckConstraint(
                condition=Q(state="not_sought") & ~Q(not_sought_reason="")
                | (~Q(state="not_sought") & Q(not_sought_reason="")),
                name="comment_request_not_sought_has_reason",
            ),
        ]
        indexes = [
            models.Index(
                fields=["deadline"], condition=Q(state="sent", deadline__isnull=False), name="comment_request_due"
            )
        ]

    def __str__(self) -> str:
        return f"{self.asked_by_id} asked {self.party_id}"

    def get_absolute_url(self) -> str:
        return reverse("request", args=[self.ref])


class RequestOutcome(models.TextChoices):
    UNDELIVERABLE = "undeliverable", _("Could not be delivered")
    ACKNOWLEDGED = "acknowledged", _("Receipt acknowledged")
    AWAITING_REPLY = "awaiting_reply", _("Awaiting reply")
    NO_RESPONSE_BY_DEADLINE = "no_response_by_deadline", _("Did not respond by the deadline")
    DECLINED = "declined", _("Declined to comment")
    REFERRED = "referred", _("Referred us to someone else")
    ASKED_FOR_MORE = "asked_for_more", _("Asked for more")
    REPLIED_DENIED = "replied_denied", _("Replied: denied")
    REPLIED_SUBSTANTIVE = "replied_substantive", _("Replied")
    REPLIED_PARTIAL = "replied_partial", _("Replied in part")
    REPLIED_NOT_FOR_PUBLICATION = "replied_not_for_publication", _("Replied, not for publication")
    WITHDRAWN = "withdrawn", _("Request withdrawn")


ANSWERED = frozenset(
    {
        RequestOutcome.DECLINED,
        RequestOutcome.REPLIED_DENIED,
        RequestOutcome.REPLIED_SUBSTANTIVE,
        RequestOutcome.REPLIED_PARTIAL,
        RequestOutcome.REPLIED_NOT_FOR_PUBLICATION,
    }
)
WAITING = frozenset({RequestOutcome.AWAITING_REPLY, RequestOutcome.ACKNOWLEDGED, RequestOutcome.ASKED_FOR_MORE})
# What counts as "a comment request with an outcome" before verified or refuted against an accused party.
CONCLUDED = ANSWERED | {
    RequestOutcome.NO_RESPONSE_BY_DEADLINE,
    RequestOutcome.UNDELIVERABLE,
    RequestOutcome.REFERRED,
}


def in_force[Event](events: Iterable[Event], outcome: Callable[[Event], str]) -> list[Event]:
    """Of what came of a request, in the order of its dates, what holds: no withdrawal that was put back.

    A request waits again after its withdrawal only where the withdrawal was put back; the rules refuse it otherwise.
    """
    held: list[Event] = []
    for event in events:
        if outcome(event) == RequestOutcome.AWAITING_REPLY:
            held = [each for each in held if outcome(each) != RequestOutcome.WITHDRAWN]
        held.append(event)
    return held


class EventsInForce(models.Manager["CommentRequestEvent"]):
    """What came of requests, without what was recorded by mistake and the rows that took it back."""

    def get_queryset(self) -> models.QuerySet["CommentRequestEvent"]:
        # Not by a join to the row that takes it back: of that PostgreSQL expects a single row to be left.
        taking_back = models.QuerySet["CommentRequestEvent"](self.model).filter(takes_back=models.OuterRef("pk"))
        return super().get_queryset().filter(~models.Exists(taking_back), takes_back=None)


class CommentRequestEvent(models.Model):
    """What happened with a request on a date. Append-only. ``reply`` is the statement that holds the reply's words.

    A row that names another one in ``takes_back`` says that the other was recorded by mistake; of both, nothing is read
    but in the history. So ``objects``, and whatever comes of a request, holds neither.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    request = models.ForeignKey(CommentRequest, on_delete=models.PROTECT, related_name="events")
    outcome = models.CharField(max_length=28, choices=RequestOutcome.choices)
    happened_at = models.DateTimeField()
    words = models.TextField(blank=True)
    reply = models.ForeignKey(Statement, on_delete=models.PROTECT, null=True, related_name="replies_to_requests")
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey("harmtracker.User", on_delete=models.PROTECT, related_name="+")
    takes_back = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="taken_back")

    objects = EventsInForce()

    class Meta:
        ordering = ["happened_at", "created_at"]
        constraints = [choice_constraint("comment_request_event", "outcome", RequestOutcome)]

    def __str__(self) -> str:
        return f"{self.request_id} {self.outcome}"
