"""What partners are told without asking: where to, what of, and what came of each message (Standard Webhooks)."""

import hashlib

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from claims.models.partner import Partner, PartnerToken
from claims.models.release import WithdrawalReason
from harmtracker.identity import new_id
from harmtracker.records import choice_constraint


class EventType(models.TextChoices):
    """What a message says happened. The words of ``changes/``, after the kind of record."""

    INCIDENT_UPSERT = "incident.upsert", _("Incident released or changed")
    INCIDENT_TOMBSTONE = "incident.tombstone", _("Incident no longer to be held")
    STATEMENT_UPSERT = "statement.upsert", _("Statement released or changed")
    STATEMENT_TOMBSTONE = "statement.tombstone", _("Statement no longer to be held")
    TEST = "test", _("Test message")


TOLD_OF = [code for code in EventType.values if code != EventType.TEST]  # what an endpoint can ask for


class PauseCause(models.TextChoices):
    """Why an endpoint is sent nothing."""

    PARTNER = "partner", _("The partner paused it")
    HOUSE = "house", _("Paused by this organisation")
    GONE = "gone", _("It answered 410: nothing is wanted there any more")
    DEAD = "dead", _("Nothing was taken there for 24 hours")


class DeliveryState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    TAKEN = "taken", _("Taken")
    GIVEN_UP = "given_up", _("Not taken")


class DeliveryOutcome(models.TextChoices):
    """How one attempt to deliver a message ended."""

    TAKEN = "taken", _("Taken")
    REDIRECTED = "redirected", _("Answered with a redirect, which is not followed")
    REFUSED = "refused", _("Refused the message")
    GONE = "gone", _("Answered 410: nothing is wanted there any more")
    TOO_OFTEN = "too_often", _("Asked for a pause")
    FAULT = "fault", _("The receiver failed")
    BLOCKED = "blocked", _("The address does not lead to the public internet")
    NO_NAME = "no_name", _("The name of the host is not known")
    NOT_REACHED = "not_reached", _("No connection could be made")
    NOT_SECURE = "not_secure", _("The certificate is not valid")
    TOO_SLOW = "too_slow", _("No answer in time")
    UNREADABLE = "unreadable", _("The answer could not be read")
    LOST = "lost", _("Our own sender failed")


class WebhookEndpoint(models.Model):
    """An address of a partner that is told of changes, with the eyes of ``token``, the one that set it up last.

    The signing secret is not kept: it is made from ``salt`` under the server's pepper whenever it is needed. After a
    change of secret ``earlier_salt`` signs too until ``earlier_until``. ``change_seq`` and ``after_id`` say up to which
    change messages were made; while it rests or is paused they stand still, and nothing is lost.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="webhook_endpoints")
    token = models.ForeignKey(PartnerToken, on_delete=models.PROTECT, related_name="+")
    address = models.CharField(max_length=1000)
    types = ArrayField(models.CharField(max_length=20), default=list)
    salt = models.CharField(max_length=64)
    earlier_salt = models.CharField(max_length=64, blank=True)
    earlier_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    change_seq = models.BigIntegerField(help_text=_("Messages were made of every change up to this one."))
    after_id = models.UUIDField(null=True, help_text=_("Where it stopped among changes of the next number."))
    pause_cause = models.CharField(max_length=8, choices=PauseCause.choices, blank=True)
    paused_at = models.DateTimeField(null=True)
    failed_count = models.PositiveSmallIntegerField(default=0, help_text=_("Attempts in a row that were not taken."))
    failing_since = models.DateTimeField(null=True)
    rests_until = models.DateTimeField(null=True, help_text=_("Nothing is sent before, after a failure."))
    last_success_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["partner", "address"], name="webhook_endpoint_once"),
            models.CheckConstraint(
                condition=Q(types__contained_by=TOLD_OF) & ~Q(types=[]), name="webhook_endpoint_types_known"
            ),
            models.CheckConstraint(
                condition=Q(pause_cause="", paused_at=None)
                | Q(pause_cause__in=PauseCause.values, paused_at__isnull=False),
                name="webhook_endpoint_paused_for_a_cause",
            ),
            models.CheckConstraint(
                condition=Q(earlier_salt="", earlier_until=None)
                | (~Q(earlier_salt="") & Q(earlier_until__isnull=False)),
                name="webhook_endpoint_earlier_secret_ends",
            ),
            models.CheckConstraint(
                condition=Q(failed_count=0, failing_since=None) | Q(failed_count__gt=0, failing_since__isnull=False),
                name="webhook_endpoint_failing_since",
            ),
        ]

    def __str__(self) -> str:
        return self.address

    @property
    def is_open(self) -> bool:
        """Whether its token still opens the export; where it does not, nothing is told."""
        token = self.token
        return token.revoked_at is None and token.expires_at > timezone.now() and token.partner.is_active

    @property
    def version(self) -> str:
        """Sixteen hex digits that change with all that people set here, and with nothing that sending puts down."""
        settings = (self.address, self.types, self.token_id, self.salt, self.pause_cause, self.paused_at)
        return hashlib.sha256(repr(settings).encode()).hexdigest()[:16]


class WebhookDelivery(models.Model):
    """One message to one endpoint: that a record changed, and nothing of what it says. Sent again under one number.

    ``record_id`` and ``change_seq`` are empty for a test. ``tried_count`` and ``first_tried_at`` count from the newest
    time somebody asked for it; all attempts stay on record.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.CASCADE, related_name="deliveries")
    type = models.CharField(max_length=20, choices=EventType.choices)
    record_id = models.UUIDField(null=True)
    change_seq = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=14, choices=WithdrawalReason.choices, blank=True)
    into = models.UUIDField(null=True)
    made_at = models.DateTimeField(db_default=Now())
    state = models.CharField(max_length=8, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    tried_count = models.PositiveSmallIntegerField(default=0)
    first_tried_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True, db_default=Now())
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            choice_constraint("webhook_delivery", "type", EventType),
            models.UniqueConstraint(fields=["endpoint", "change_seq", "record_id"], name="webhook_delivery_once"),
            models.CheckConstraint(
                condition=Q(type=EventType.TEST, record_id=None, change_seq=None)
                | (~Q(type=EventType.TEST) & Q(record_id__isnull=False, change_seq__isnull=False)),
                name="webhook_delivery_is_of_a_change",
            ),
            models.CheckConstraint(
                condition=Q(state=DeliveryState.WAITING, next_at__isnull=False, ended_at=None)
                | Q(state__in=[DeliveryState.TAKEN, DeliveryState.GIVEN_UP], next_at=None, ended_at__isnull=False),
                name="webhook_delivery_waits_or_ended",
            ),
        ]
        indexes = [
            models.Index(fields=["endpoint", "next_at"], condition=Q(state="waiting"), name="webhook_delivery_due"),
            models.Index(fields=["ended_at"], condition=~Q(state="waiting"), name="webhook_delivery_ended"),
            models.Index(fields=["record_id"], name="webhook_delivery_of"),
        ]

    def __str__(self) -> str:
        return self.message_id

    @property
    def message_id(self) -> str:
        """The number it carries on the way, the same in every attempt: ``msg_`` and 32 hex digits."""
        return f"msg_{self.id.hex}"


class WebhookAttempt(models.Model):
    """One attempt to deliver a message: when, how it ended, what was answered, how long it took. Never changed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    delivery = models.ForeignKey(WebhookDelivery, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField(db_default=Now())
    outcome = models.CharField(max_length=12, choices=DeliveryOutcome.choices)
    status = models.PositiveSmallIntegerField(null=True, help_text=_("The HTTP status, if anything was answered."))
    seconds = models.FloatField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [choice_constraint("webhook_attempt", "outcome", DeliveryOutcome)]

    def __str__(self) -> str:
        return f"{self.outcome} {self.status or ''}".strip()
