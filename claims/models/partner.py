"""An organisation that pulls the export. Not a user."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from harmtracker.identity import new_id
from harmtracker.markings import Tlp
from harmtracker.records import Record, choice_constraint


class Partner(Record):
    """A partner organisation. ``ceiling`` is the most sensitive marking any of its tokens may reach, never RED."""

    name = models.CharField(max_length=160, unique=True)
    contact = models.CharField(max_length=200, blank=True)
    ceiling = models.CharField(max_length=12, choices=Tlp.choices, default=Tlp.GREEN)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=~Q(ceiling="RED"), name="partner_never_red"),
            choice_constraint("partner", "ceiling", Tlp),
        ]

    def __str__(self) -> str:
        return self.name


class PartnerToken(models.Model):
    """A key a partner pulls with: ``ht_<public_id>_<secret>``. Only an HMAC of the secret is kept (server-side pepper).

    At most a year old; revoked at once. ``networks`` are CIDR blocks; empty means any.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="tokens")
    public_id = models.CharField(max_length=16, unique=True)
    digest = models.CharField(max_length=64)
    scopes = ArrayField(models.CharField(max_length=30), default=list)
    ceiling = models.CharField(max_length=12, choices=Tlp.choices, default=Tlp.GREEN)
    networks = ArrayField(models.CharField(max_length=43), default=list, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.ForeignKey("harmtracker.User", on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey("harmtracker.User", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=~Q(ceiling="RED"), name="partner_token_never_red"),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="partner_token_revoked_by_someone",
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="partner_token_expires_later"),
        ]

    def __str__(self) -> str:
        return f"ht_{self.public_id}"


class PartnerRead(models.Model):
    """One answer given to a partner: which token, what was asked, under which ceiling. Append-only."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    token = models.ForeignKey(PartnerToken, on_delete=models.PROTECT, related_name="reads")
    at = models.DateTimeField(db_default=Now())
    endpoint = models.CharField(max_length=200)
    query: Any = models.JSONField(default=dict)
    ceiling = models.CharField(max_length=12, choices=Tlp.choices)
    status = models.PositiveSmallIntegerField()
    record_ref = models.CharField(max_length=12, blank=True, help_text=_("Named for single records above GREEN."))
    change_seq = models.BigIntegerField(null=True, help_text=_("Up to which change the answer told."))

    class Meta:
        indexes = [models.Index(fields=["token", "-at"], name="partner_read_by_token")]

    def __str__(self) -> str:
        return f"{self.endpoint} {self.status}"


class TokenUse(models.Model):
    """How often a token was used in the minute that runs. One row for each token, counted up in one statement."""

    token = models.OneToOneField(PartnerToken, on_delete=models.CASCADE, primary_key=True, related_name="use")
    minute = models.DateTimeField()
    count = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.count} in {self.minute}"
