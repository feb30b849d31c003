"""The explicit act that lets partners see a version of a record."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from claims.models.incident import Incident
from claims.models.statement import Statement
from harmtracker.identity import new_id
from harmtracker.markings import Tlp
from harmtracker.records import choice_constraint


class RecordType(models.TextChoices):
    INCIDENT = "incident", _("Incident")
    STATEMENT = "statement", _("Statement")


class Release(models.Model):
    """An editor let partners see this version of an incident or statement. Append-only."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, null=True, related_name="releases")
    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, null=True, related_name="releases")
    version = models.PositiveIntegerField(help_text=_("The version of the record that was rendered."))
    digest = models.CharField(max_length=64, help_text=_("SHA-256 of the fullest document, to tell later changes."))
    confirmed_unassessed = models.BooleanField(default=False)
    reason = models.TextField(blank=True)
    released_at = models.DateTimeField(auto_now_add=True)
    released_by = models.ForeignKey("harmtracker.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-released_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(incident__isnull=False, statement__isnull=True)
                | Q(incident__isnull=True, statement__isnull=False),
                name="release_has_one_subject",
            ),
        ]

    def __str__(self) -> str:
        return f"release of {self.incident_id or self.statement_id} v{self.version}"


class WithdrawalReason(models.TextChoices):
    """Why partners no longer see a record; the tombstone's reason in the export."""

    DELETED = "deleted", _("Deleted")
    MERGED = "merged", _("Merged into another record")
    OUT_OF_SCOPE = "out_of_scope", _("Out of scope")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    LEGAL_REMOVAL = "legal_removal", _("Removed for legal reasons")
    ERROR = "error", _("Released in error")


class ReleaseWithdrawal(models.Model):
    """An editor took a released record back. Append-only; a later release may follow."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    release = models.OneToOneField(Release, on_delete=models.PROTECT, related_name="withdrawal")
    code = models.CharField(max_length=14, choices=WithdrawalReason.choices)
    reason = models.TextField()
    withdrawn_at = models.DateTimeField(auto_now_add=True)
    withdrawn_by = models.ForeignKey("harmtracker.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            choice_constraint("release_withdrawal", "code", WithdrawalReason),
            models.CheckConstraint(condition=~Q(reason=""), name="release_withdrawal_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.release_id}"


class Scope(models.TextChoices):
    """Which part of a record a document holds. ``base`` is for everyone; the others need a scope of the token."""

    BASE = "base", "base"
    FIGURES = "figures", "figures"
    NOTES = "notes", "notes"
    RATINGS = "ratings", "ratings"
    EVIDENCE = "evidence", "evidence"
    EXACT_PLACE = "exact_place", "exact_place"


class ReleasedDocument(models.Model):
    """A released record as a partner with this marking ceiling reads it: rendered once, by the one redaction layer.

    Append-only. Base fragments exist once for each ceiling that may see the record, scoped fragments once for each
    scope. Every list, bundle and format is made from these rows.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="documents")
    record_type = models.CharField(max_length=10, choices=RecordType.choices)
    record_id = models.UUIDField()
    ceiling = models.CharField(max_length=12, choices=Tlp.choices)
    scope = models.CharField(max_length=12, choices=Scope.choices, default=Scope.BASE)
    document: Any = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["release", "ceiling", "scope"], name="released_document_once"),
            choice_constraint("released_document", "record_type", RecordType),
            choice_constraint("released_document", "scope", Scope),
            models.CheckConstraint(condition=~Q(ceiling="RED"), name="released_document_never_red"),
        ]
        indexes = [models.Index(fields=["record_type", "ceiling", "record_id"], name="released_document_list")]

    def __str__(self) -> str:
        return f"{self.record_type} {self.record_id} {self.ceiling}/{self.scope}"


class PublishedRecord(models.Model):
    """What partners see of a record today: the release in force, or that it was withdrawn.

    ``tlp`` follows a raised marking at once (never a lowered one), so restriction needs no new release.
    """

    record_id = models.UUIDField(primary_key=True)
    record_type = models.CharField(max_length=10, choices=RecordType.choices)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="+")
    withdrawal = models.ForeignKey(ReleaseWithdrawal, on_delete=models.PROTECT, null=True, related_name="+")
    tlp = models.CharField(max_length=12, choices=Tlp.choices)
    released_tlp = models.CharField(max_length=12, choices=Tlp.choices, help_text=_("Marking when it was released."))
    is_held = models.BooleanField(default=False, help_text=_("A flag raised after release stops it from being shown."))
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            choice_constraint("published_record", "record_type", RecordType),
            choice_constraint("published_record", "tlp", Tlp),
        ]
        indexes = [models.Index(fields=["record_type", "record_id"], name="published_list")]

    def __str__(self) -> str:
        return f"{self.record_type} {self.record_id}"


class ReadyDocument(models.Model):
    """What readers with these ``eyes`` (a ceiling and parts) read of a released record, written out and ready to send.

    Nothing but a saving of work: made from released documents and today's markings when somebody reads, made again when
    a ``Change`` of the record has a number above ``seq``, and deleted with what it was made from. ``line`` is JSON,
    ``cells`` a line of the table, ``feature`` one of the map; all empty where these readers see nothing of the record.
    """

    pk = models.CompositePrimaryKey("eyes", "record_type", "record_id")
    eyes = models.CharField(max_length=16)
    record_type = models.CharField(max_length=10, choices=RecordType.choices)
    record_id = models.UUIDField()
    seq = models.BigIntegerField(help_text=_("Number of the newest audit event before the markings were read."))
    line = models.TextField(blank=True)
    cells = models.TextField(blank=True)
    feature = models.TextField(blank=True)
    tally = ArrayField(
        models.CharField(max_length=40), default=list, help_text=_("A month, and the codes it counts by.")
    )

    class Meta:
        constraints = [choice_constraint("ready_document", "record_type", RecordType)]
        indexes = [models.Index(fields=["record_id"], name="ready_document_of")]

    def __str__(self) -> str:
        return f"{self.record_type} {self.record_id} for {self.eyes}"
